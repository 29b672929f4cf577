"""Meshes as arrays: lathes, boxes with rounded edges, tubes, sheets.

Everything is in metres, +Y up, counter-clockwise seen from outside, with smooth normals.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """A triangle mesh.

    Attributes:
        positions: (V, 3), metres.
        normals: (V, 3), unit length.
        uvs: (V, 2).
        triangles: (T, 3), indices below V.
    """

    positions: Doubles
    normals: Doubles
    uvs: Doubles
    triangles: Ints

    def scaled_uvs(self, u: float, v: float) -> Shape:
        """The same with other texture repeats."""
        return Shape(self.positions, self.normals, self.uvs * np.array([u, v]), self.triangles)

    def moved(self, x: float, y: float, z: float) -> Shape:
        """The same elsewhere."""
        return Shape(self.positions + np.array([x, y, z]), self.normals, self.uvs, self.triangles)

    def flipped(self) -> Shape:
        """The same inside out."""
        return Shape(self.positions, -self.normals, self.uvs, self.triangles[:, ::-1])


def merge(shapes: Sequence[Shape]) -> Shape:
    """Several meshes as one."""
    offsets = np.cumsum([0] + [len(shape.positions) for shape in shapes[:-1]])
    return Shape(
        np.concatenate([shape.positions for shape in shapes]),
        np.concatenate([shape.normals for shape in shapes]),
        np.concatenate([shape.uvs for shape in shapes]),
        np.concatenate([s.triangles + o for s, o in zip(shapes, offsets, strict=True)]),
    )


def grid(rows: int, columns: int, surface: Callable[[Doubles, Doubles], Doubles]) -> Shape:
    """A sheet: `surface` maps u (columns) and v (rows) in 0..1 to positions (..., 3).

    Its normals point to where the cross product of its u and v directions does.
    """
    v, u = np.meshgrid(np.linspace(0, 1, rows), np.linspace(0, 1, columns), indexing="ij")
    positions = surface(u, v)
    normals = np.cross(np.gradient(positions, axis=1), np.gradient(positions, axis=0))
    normals /= np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), 1e-12)
    uvs = np.stack([u, v], axis=2)
    return Shape(
        positions.reshape(-1, 3), normals.reshape(-1, 3), uvs.reshape(-1, 2),
        _grid_triangles(rows, columns),
    )  # fmt: skip


def lathe(profile: Doubles, segments: int = 64) -> Shape:
    """Turn a profile about the Y axis.

    Args:
        profile: (N, 2) radius and height, along the outside from bottom to top; where it goes
            on down the inside, the wall is closed.
        segments: around.

    Returns:
        u goes once around, v along the profile, both 0..1.
    """
    tangent = np.gradient(profile, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-12)
    outward = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    # On the axis only straight up or down is smooth.
    on_axis = profile[:, 0] < 1e-9
    outward[on_axis] = np.sign(outward[on_axis]) * [0.0, 1.0]
    angle = np.linspace(0, 2 * np.pi, segments + 1)
    circle = np.stack([np.sin(angle), np.zeros_like(angle), np.cos(angle)], axis=1)
    up = np.array([0.0, 1.0, 0.0])
    positions = profile[:, None, :1] * circle + profile[:, None, 1:] * up
    normals = outward[:, None, :1] * circle + outward[:, None, 1:] * up
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
    u, v = np.meshgrid(angle / (2 * np.pi), length / length[-1])
    triangles = _grid_triangles(len(profile), segments + 1)
    flat = positions.reshape(-1, 3)
    corners = flat[triangles]
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    return Shape(
        flat, normals.reshape(-1, 3), np.stack([u, v], axis=2).reshape(-1, 2),
        triangles[area > 1e-12],
    )  # fmt: skip


def fillet(corners: Sequence[tuple[float, float, float]], steps: int = 5) -> Doubles:
    """A polyline with rounded corners, as a profile.

    Args:
        corners: (radius, height, radius of the rounding) each; the ends are not rounded.
        steps: points per rounding.
    """
    points = [np.array(corners[0][:2])]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        points += _round_corner(before, corner, after, steps)
    points.append(np.array(corners[-1][:2]))
    return _subdivided(np.array(points))


def curve(points: Sequence[tuple[float, float]], steps: int = 6) -> Doubles:
    """A smooth profile through points (Catmull and Rom 1974)."""
    p = np.array(points)
    p = np.concatenate([[2 * p[0] - p[1]], p, [2 * p[-1] - p[-2]]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
               + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]  # fmt: skip
    smooth = np.concatenate([*pieces, p[-2:-1]])
    smooth[:, 0] = np.maximum(smooth[:, 0], 0.0)
    return smooth


def rounded_box(
    size: tuple[float, float, float], radius: float, steps: int = 3, uv_per_m: float = 1.0
) -> Shape:
    """A box about the origin with rounded edges; textures have `uv_per_m` repeats a metre."""
    half = np.array(size) / 2
    line = np.concatenate([np.linspace(-1, -0.5, steps + 1), np.linspace(0.5, 1, steps + 1)])
    faces = []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            faces.append(_box_face(half, radius, line, axis, sign, uv_per_m))
    return merge(faces)


def tube(path: Doubles, radii: Doubles | float, segments: int = 12) -> Shape:
    """A round tube along a path, closed at both ends.

    Args:
        path: (N, 3).
        radii: (N,) or one for all.
        segments: around.
    """
    radius = np.broadcast_to(radii, len(path)).astype(float)
    radius = np.concatenate([[0.0], radius, [0.0]])
    path = np.concatenate([path[:1], path, path[-1:]])
    tangent = np.gradient(path[1:-1], axis=0)
    tangent = np.concatenate([tangent[:1], tangent, tangent[-1:]])
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    side = _any_normal(tangent[0])
    frames = []
    for t in tangent:
        side = side - t * (side @ t)
        side /= np.linalg.norm(side)
        frames.append((side, np.cross(t, side)))
    angle = np.linspace(0, 2 * np.pi, segments + 1)
    around = np.array([np.outer(np.cos(angle), a) + np.outer(np.sin(angle), b) for a, b in frames])
    normals = around.copy()
    normals[0], normals[-1] = -tangent[0], tangent[-1]
    positions = path[:, None] + around * radius[:, None, None]
    v, u = np.meshgrid(np.linspace(0, 1, len(path)), angle / (2 * np.pi), indexing="ij")
    return Shape(
        positions.reshape(-1, 3), normals.reshape(-1, 3), np.stack([u, v], 2).reshape(-1, 2),
        _grid_triangles(len(path), segments + 1),
    )  # fmt: skip


def quad(corner: Sequence[float], along_u: Sequence[float], along_v: Sequence[float]) -> Shape:
    """A flat rectangle; its normal is u x v; the texture's top is at the end of v."""
    c, u, v = np.array(corner), np.array(along_u), np.array(along_v)
    normal = np.cross(u, v) / np.linalg.norm(np.cross(u, v))
    return Shape(
        np.array([c, c + u, c + u + v, c + v], dtype=float),
        np.repeat(normal[None], 4, axis=0),
        np.array([[0, 1], [1, 1], [1, 0], [0, 0]], dtype=float),
        np.array([[0, 1, 2], [0, 2, 3]]),
    )


def _grid_triangles(rows: int, columns: int) -> Ints:
    a = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    b, c, d = a + 1, a + columns + 1, a + columns
    return np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])


def _round_corner(
    before: tuple[float, ...], corner: tuple[float, ...], after: tuple[float, ...], steps: int
) -> list[Doubles]:
    """An arc that touches both lines; a quadratic Bezier curve is round enough."""
    p, radius = np.array(corner[:2]), corner[2]
    to_before, to_after = np.array(before[:2]) - p, np.array(after[:2]) - p
    reach = min(radius, 0.45 * np.linalg.norm(to_before), 0.45 * np.linalg.norm(to_after))
    start = p + to_before / np.linalg.norm(to_before) * reach
    end = p + to_after / np.linalg.norm(to_after) * reach
    t = np.linspace(0, 1, steps)
    return [(1 - s) ** 2 * start + 2 * s * (1 - s) * p + s**2 * end for s in t]


def _subdivided(points: Doubles) -> Doubles:
    """Points next to long straight stretches keep the roundings' normals from bleeding in."""
    out = [points[0]]
    for a, b in itertools.pairwise(points):
        length = np.linalg.norm(b - a)
        if length > 0.008:
            unit = (b - a) / length
            out += [a + unit * 0.001, b - unit * 0.001]
        out.append(b)
    return np.array(out)


def _box_face(
    half: Doubles, radius: float, line: Doubles, axis: int, sign: float, uv_per_m: float
) -> Shape:
    """One side with its half of the roundings: the cube's point, drawn onto the rounded core."""
    u_axis, v_axis = (axis + 1) % 3, (axis + 2) % 3
    if sign < 0:
        u_axis, v_axis = v_axis, u_axis
    b, a = np.meshgrid(line, line, indexing="ij")
    # Up to 0.5 is the flat part; from there to 1 the direction turns by 45 degrees.
    turn_a = np.tan(np.clip(np.abs(a) * 2 - 1, 0, 1) * np.pi / 4) * np.sign(a)
    turn_b = np.tan(np.clip(np.abs(b) * 2 - 1, 0, 1) * np.pi / 4) * np.sign(b)
    direction = np.zeros((*a.shape, 3))
    direction[..., axis], direction[..., u_axis], direction[..., v_axis] = sign, turn_a, turn_b
    direction /= np.linalg.norm(direction, axis=2, keepdims=True)
    core = half - radius
    centre = np.zeros_like(direction)
    centre[..., axis] = sign * core[axis]
    centre[..., u_axis] = np.sign(a) * core[u_axis]
    centre[..., v_axis] = np.sign(b) * core[v_axis]
    positions = centre + radius * direction
    uvs = positions[..., [u_axis, v_axis]] * uv_per_m
    n = len(line)
    return Shape(
        positions.reshape(-1, 3), direction.reshape(-1, 3), uvs.reshape(-1, 2),
        _grid_triangles(n, n),
    )  # fmt: skip


def _any_normal(direction: Doubles) -> Doubles:
    helper = np.array([0.0, 1.0, 0.0] if abs(direction[1]) < 0.9 else [1.0, 0.0, 0.0])
    side = np.cross(direction, helper)
    return side / np.linalg.norm(side)
