"""Asking for the nearest triangle or for free sight, by Embree or by our own tree."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from renderer.embree import INTERSECT_SYMBOL, OCCLUDED_SYMBOL
from renderer.kernels.data import BACKEND_EMBREE, Nodes, Record, Scratch
from renderer.kernels.jit import device
from renderer.kernels.math32 import ZERO, F, Vec3
from renderer.kernels.tree_trace import trace_tree

_QUERY = types.void(types.uint64, types.uint64, types.uint64)
_rtc_intersect: Any = types.ExternalFunction(INTERSECT_SYMBOL, _QUERY)
_rtc_occluded: Any = types.ExternalFunction(OCCLUDED_SYMBOL, _QUERY)

NOTHING = np.uint32(0xFFFFFFFF)
NO_ARGUMENTS = np.uint64(0)
#: A shadow ray ends this much before the light (relative), so that the light does not block it.
SHORTEN = F(1.0 - 1e-4)


@device
def _set_ray(ray: Record, origin: Vec3, direction: Vec3, far: np.float32) -> None:
    ray.ox, ray.oy, ray.oz = origin
    ray.dx, ray.dy, ray.dz = direction
    ray.near = ZERO
    ray.far = far


@device
def intersect(
    scratch: Scratch, nodes: Nodes, origin: Vec3, direction: Vec3, far: np.float32
) -> Any:
    """Return the number of the nearest triangle before `far`, or -1."""
    ray = scratch.ray[0]
    _set_ray(ray, origin, direction, far)
    ray.geometry = NOTHING
    if ray.backend == BACKEND_EMBREE:
        _rtc_intersect(ray.scene, ray.address, NO_ARGUMENTS)
    else:
        trace_tree(nodes, ray, scratch.stack, False)
    if ray.geometry == NOTHING:
        return -1
    return np.int64(ray.primitive)


@device
def is_occluded(
    scratch: Scratch, nodes: Nodes, origin: Vec3, direction: Vec3, distance: np.float32
) -> bool:
    """Tell whether any triangle is nearer than `distance` (infinity for the sky)."""
    ray = scratch.ray[0]
    _set_ray(ray, origin, direction, distance * SHORTEN)
    if ray.backend == BACKEND_EMBREE:
        _rtc_occluded(ray.scene, ray.address, NO_ARGUMENTS)
        return ray.far < ZERO
    return trace_tree(nodes, ray, scratch.stack, True)
