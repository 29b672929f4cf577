"""Which UV sets a material looks up besides the first one, and how their rows lie.

A triangle has a row for each of them, behind each other, in the order of the sets' numbers.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from renderer.kernels.data import Floats, Ints
from renderer.scene import Material, Mesh, TextureSlot


def later_uv_sets(material: Material) -> tuple[int, ...]:
    """Return the numbers of the sets, rising; empty where the first one is enough."""
    slots = (getattr(material, field.name) for field in fields(material))
    used = {slot.uv_set for slot in slots if isinstance(slot, TextureSlot)}
    return tuple(sorted(used - {0}))


def pack_uv_sets(mesh: Mesh, corners: Ints, numbers: tuple[int, ...]) -> Floats:
    """Return (T * sets, 6) rows of a part's triangles.

    Args:
        mesh: whose triangles; one that lacks a set gives its last, or one point for all: a
            kernel that is told to look at a set must find one, whatever the file says.
        corners: the triangles (T, 3).
        numbers: of the sets.
    """
    sets = np.stack([_take_uvs(mesh, number)[corners] for number in numbers], axis=1)
    return np.ascontiguousarray(sets.reshape(-1, 6), np.float32)


def _take_uvs(mesh: Mesh, number: int) -> Floats:
    if mesh.uv_sets:
        return mesh.uv_sets[min(number, len(mesh.uv_sets) - 1)]
    return np.zeros((len(mesh.positions), 2), np.float32)
