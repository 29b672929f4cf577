"""Meshes and places for the scenes that the judge looks at."""

from __future__ import annotations

import numpy as np

from renderer.scene import Camera, Doubles, Environment, Instance, Mesh

AXES = np.eye(3)


def make_quad(corner: object, u: object, v: object, material: int, *, uvs: bool = True) -> Mesh:
    """A parallelogram; its front is where u × v points.

    Texture coordinates: (0, 1) at `corner`, u grows along `u`, v falls along `v`, so that an
    image stands upright where `u` points right and `v` points up.
    """
    c, a, b = (np.asarray(x, np.float64) for x in (corner, u, v))
    positions = np.stack([c, c + a, c + a + b, c + b]).astype(np.float32)
    uv = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)
    return Mesh(
        positions,
        np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        material,
        uv_sets=(uv,) if uvs else (),
    )


def make_sphere(center: object, radius: float, material: int, rings: int = 96) -> Mesh:
    """A sphere with smooth normals and a latitude-longitude map, finely cut."""
    columns = rings * 2
    polar = np.linspace(0.0, np.pi, rings + 1)[:, None]
    turn = np.linspace(0.0, 2.0 * np.pi, columns + 1)[None, :]
    up = np.cos(polar) + 0.0 * turn
    normals = np.stack([np.sin(polar) * np.sin(turn), up, np.sin(polar) * np.cos(turn)], axis=2)
    uv = np.stack(np.broadcast_arrays(turn / (2.0 * np.pi), polar / np.pi), axis=2)
    index = np.arange((rings + 1) * (columns + 1)).reshape(rings + 1, columns + 1)
    a, b = index[:-1, :-1].ravel(), index[1:, :-1].ravel()
    c, d = index[1:, 1:].ravel(), index[:-1, 1:].ravel()
    lower = np.stack([a, b, c], axis=1)
    upper = np.stack([a, c, d], axis=1)
    triangles = np.concatenate([lower[: len(a) - columns], upper[columns:]])
    flat = normals.reshape(-1, 3)
    return Mesh(
        (np.asarray(center) + radius * flat).astype(np.float32),
        triangles.astype(np.int32),
        material,
        normals=flat.astype(np.float32),
        uv_sets=(uv.reshape(-1, 2).astype(np.float32),),
    )


def place_all(meshes: tuple[Mesh, ...]) -> tuple[Instance, ...]:
    """Every mesh once, where it is."""
    return tuple(Instance(number, np.eye(4)) for number in range(len(meshes)))


def look_at(eye: object, target: object, up: object = (0.0, 1.0, 0.0)) -> Doubles:
    """A transform whose -Z looks from eye to target."""
    e = np.asarray(eye, np.float64)
    back = e - np.asarray(target, np.float64)
    back /= np.linalg.norm(back)
    right = np.cross(np.asarray(up, np.float64), back)
    right /= np.linalg.norm(right)
    transform = np.eye(4)
    transform[:3, :3] = np.stack([right, np.cross(back, right), back], axis=1)
    transform[:3, 3] = e
    return transform


def make_camera(eye: object, target: object, yfov: float = 0.7, **options: float) -> Camera:
    """A perspective camera."""
    return Camera("judge", look_at(eye, target), yfov=yfov, **options)


def make_sky(rotation: float = 0.0, height: int = 64) -> Environment:
    """A smooth sky that looks different in every direction, with a soft sun; no symmetry."""
    width = 2 * height
    polar = ((np.arange(height) + 0.5) / height * np.pi)[:, None]
    # Column W/2 looks to -Z, columns grow to +X.
    turn = ((np.arange(width) + 0.5) / width * 2.0 * np.pi - np.pi)[None, :]
    up = np.cos(polar) + 0.0 * turn
    x, z = np.sin(polar) * np.sin(turn), -np.sin(polar) * np.cos(turn)
    sun = np.array([0.5, 0.6, 0.4]) / np.linalg.norm([0.5, 0.6, 0.4])
    glow = 12.0 * np.exp((x * sun[0] + up * sun[1] + z * sun[2] - 1.0) / 0.02)
    red = 0.5 + 0.45 * x + glow
    green = 0.5 + 0.45 * up + 0.9 * glow
    blue = 0.5 + 0.45 * z + 0.6 * glow
    return Environment(np.stack([red, green, blue], axis=2).astype(np.float32), rotation)
