"""Scenes that are large: one great mesh, or many instances of a mesh, as `.glb` files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from resources.demo.glb import GlbBuilder, Pose
from resources.demo.shapes import Shape

#: Distance between instances; each is about two metres wide.
SPACING = 2.5


def make_boulder(triangles: int) -> Shape:
    """A closed lumpy ball of about so many triangles, with smooth normals and a map."""
    rows = max(2, round((triangles / 4) ** 0.5))
    columns = 2 * rows
    polar = np.linspace(0.0, np.pi, rows + 1)[:, None]
    turn = np.linspace(0.0, 2.0 * np.pi, columns + 1)[None, :]
    lumps = 1.0 + 0.08 * np.sin(5 * polar) ** 2 * np.sin(7 * turn)
    lumps = lumps + 0.002 * np.sin(90 * polar) * np.sin(120 * turn)
    up = np.cos(polar) + 0.0 * turn
    ball = np.stack([np.sin(polar) * np.sin(turn), up, np.sin(polar) * np.cos(turn)], axis=2)
    positions = ball * lumps[..., None]
    across = np.gradient(positions, axis=1)
    down = np.gradient(positions, axis=0)
    normals = np.cross(down, across)
    length = np.linalg.norm(normals, axis=2, keepdims=True)
    normals = np.where(length > 1e-12, normals / np.maximum(length, 1e-12), ball)
    uvs = np.stack(np.broadcast_arrays(turn / (2.0 * np.pi), polar / np.pi), axis=2)
    index = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    a, b = index[:-1, :-1].ravel(), index[1:, :-1].ravel()
    c, d = index[1:, 1:].ravel(), index[:-1, 1:].ravel()
    faces = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    flat = (values.reshape(-1, values.shape[2]) for values in (positions, normals, uvs))
    return Shape(*flat, faces)


def write_single(path: Path, triangles: int) -> Path:
    """One boulder of so many triangles, from the side, with a camera and no light of its own."""
    builder, stone = _start()
    builder.add("boulder", make_boulder(triangles), stone)
    builder.add_camera("camera", (0.0, 1.2, 3.2), (0.0, 0.0, 0.0), 40.0)
    path.write_bytes(builder.encode())
    return path


def write_field(path: Path, instances: int, triangles: int, *, nodes: bool = False) -> Path:
    """A square field of boulders that share one mesh.

    Args:
        path: of the file.
        instances: how many boulders.
        triangles: of the mesh, about.
        nodes: place each by a node of its own instead of EXT_mesh_gpu_instancing.
    """
    builder, stone = _start()
    mesh = builder.add_mesh("boulder", make_boulder(triangles), stone)
    side = int(np.ceil(instances**0.5))
    number = np.arange(instances)
    offsets = np.stack([number % side, 0 * number, number // side], axis=1) * SPACING
    offsets = offsets - [SPACING * (side - 1) / 2, 0.0, SPACING * (side - 1) / 2]
    turns = number * 137.5 % 360.0
    scales = 0.7 + 0.3 * (number * 7 % 10) / 10
    if nodes:
        for at, turn, scale in zip(offsets.tolist(), turns, scales, strict=True):
            builder.place("boulder", mesh, Pose(tuple(at), float(turn), float(scale)))
    else:
        half = np.radians(turns) / 2.0
        zero = np.zeros(instances)
        rotations = np.stack([zero, np.sin(half), zero, np.cos(half)], axis=1)
        builder.place_many("field", mesh, offsets, rotations, np.repeat(scales[:, None], 3, axis=1))
    far = SPACING * side
    builder.add_camera("camera", (0.0, 0.5 * far, 0.9 * far), (0.0, 0.0, 0.0), 45.0)
    path.write_bytes(builder.encode())
    return path


def _start() -> tuple[GlbBuilder, int]:
    builder = GlbBuilder("tests.benchmarks.big_scenes")
    look = {"baseColorFactor": [0.6, 0.5, 0.4, 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.7}
    return builder, builder.add_material("stone", pbrMetallicRoughness=look)
