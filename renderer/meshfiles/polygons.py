"""Polygons into triangles: fans where they are convex, ears where they are not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renderer.scene import Doubles

Indices = npt.NDArray[np.int64]

#: Ears are searched in quadratic time; a polygon of more corners is a fan, right or not.
MAX_EAR_CORNERS = 2000


def triangulate(corners: Doubles, first: Indices) -> tuple[Indices, Indices]:
    """Cuts polygons into triangles.

    Args:
        corners: (C, 3) positions of all polygons' corners, one polygon behind the other.
        first: (P + 1,) where each polygon's corners begin; the last is C.

    Returns:
        (T, 3) the corners of the triangles, rows of `corners`, and (T,) the polygon of each.
        Polygons of fewer than three corners have none. Triangles are in the order of polygons.
    """
    counts = np.diff(first)
    if len(counts) and counts.min() == 3 == counts.max():
        return np.arange(len(corners)).reshape(-1, 3), np.arange(len(counts))
    triangles: list[Indices] = []
    owners: list[Indices] = []
    for count in np.unique(counts[counts >= 3]).tolist():
        polygons = np.flatnonzero(counts == count)
        rows = first[:-1][polygons, None] + np.arange(count)
        triangles.append(_cut_alike(corners, rows).reshape(-1, 3))
        owners.append(np.repeat(polygons, count - 2))
    if not triangles:
        return np.empty((0, 3), np.int64), np.empty(0, np.int64)
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return np.concatenate(triangles)[order], owner[order]


def _cut_alike(corners: Doubles, rows: Indices) -> Indices:
    """Triangles (P, N - 2, 3) of P polygons with N corners each; `rows` is (P, N)."""
    count = rows.shape[1]
    second = np.arange(1, count - 1)
    fan = np.stack([np.zeros_like(second), second, second + 1], axis=1)
    result: Indices = rows[:, fan]
    if count == 3:
        return result
    for polygon in np.flatnonzero(~_are_convex(corners[rows])).tolist():
        if count <= MAX_EAR_CORNERS:
            result[polygon] = rows[polygon][_cut_ears(corners[rows[polygon]])]
    return result


def _are_convex(points: Doubles) -> npt.NDArray[np.bool_]:
    """Which of the polygons (P, N, 3) have no corner that points inwards."""
    normals = _newell_normals(points)
    before, after = np.roll(points, 1, axis=1), np.roll(points, -1, axis=1)
    turns = np.einsum("pnk,pk->pn", np.cross(points - before, after - points), normals)
    size = np.einsum("pk,pk->p", normals, normals)
    convex: npt.NDArray[np.bool_] = (turns >= -1e-9 * size[:, None]).all(axis=1)
    return convex


def _newell_normals(points: Doubles) -> Doubles:
    """Twice the area vectors of polygons (P, N, 3), plane or not (Newell's method)."""
    origin = points[:, :1]
    around = points - origin
    normals: Doubles = np.cross(around, np.roll(around, -1, axis=1)).sum(axis=1)
    return normals


def _cut_ears(points: Doubles) -> Indices:
    """Triangles (N - 2, 3) of one polygon (N, 3): ears are cut off until a triangle is left."""
    flat = _flatten(points)
    left = list(range(len(points)))
    triangles: list[tuple[int, int, int]] = []
    while len(left) > 3:
        at = _find_ear(flat, left)
        size = len(left)
        triangles.append((left[at - 1], left[at], left[(at + 1) % size]))
        del left[at]
    triangles.append((left[0], left[1], left[2]))
    return np.array(triangles)


def _find_ear(flat: Doubles, left: list[int]) -> int:
    """The place in `left` of a corner that can be cut off; any, where the polygon crosses itself.

    Of all ears the best shaped one: cutting in order would leave slivers.
    """
    ring = flat[left]
    before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
    turns = _cross(ring - before, after - ring)
    reach = np.maximum(np.einsum("nk,nk->n", after - before, after - before), 1e-300)
    for at in np.argsort(-turns / reach, kind="stable").tolist():
        if turns[at] <= 0.0:
            break
        a, b, c = before[at], ring[at], after[at]
        others = np.delete(ring, [at, at - 1, (at + 1) % len(ring)], axis=0)
        inside = (
            (_cross(b - a, others - a) >= 0.0)
            & (_cross(c - b, others - b) >= 0.0)
            & (_cross(a - c, others - c) >= 0.0)
        )
        if not inside.any():
            return int(at)
    return int(np.argmax(turns))


def _cross(a: Doubles, b: Doubles) -> Doubles:
    result: Doubles = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return result


def _flatten(points: Doubles) -> Doubles:
    """The polygon in its own plane, (N, 2), counter-clockwise."""
    normal = _newell_normals(points[None])[0]
    axis = int(np.argmax(np.abs(normal)))
    kept = [(axis + 1) % 3, (axis + 2) % 3]
    flat: Doubles = points[:, kept] - points[0, kept]
    if normal[axis] < 0.0:
        flat = flat * [1.0, -1.0]
    return flat
