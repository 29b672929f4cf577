"""Asking for the nearest triangle or for free sight, by Embree or by our own tree.

For the nearest hit Embree is asked for one ray after the other. Its packets of 16 rays would
answer a ray whose hit is a tie by what the other rays of the packet are; then the buckets' shape
would show. Whether anything at all is in a shadow ray's way knows no ties: those go in packets.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from renderer.embree import INTERSECT_SYMBOL, OCCLUDED_SYMBOL
from renderer.kernels.data import (
    BACKEND_EMBREE,
    BACKEND_FEW,
    SHADOW,
    Mask,
    Nodes,
    Number,
    Scratch,
    lane_record,
)
from renderer.kernels.few_triangles import few_occlude, nearest_of_few
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import first_lane, lane_mask, mask_bits, select
from renderer.kernels.lane_memory import address_of, lanes_of
from renderer.kernels.math32 import ZERO, F, Vec3
from renderer.kernels.tree_trace import trace_tree

_QUERY = types.void(types.uint64, types.uint64, types.uint64)
_rtc_intersect: Any = types.ExternalFunction(INTERSECT_SYMBOL, _QUERY)
_PACKET_QUERY = types.void(types.uint64, types.uint64, types.uint64, types.uint64)
_rtc_occluded: Any = types.ExternalFunction(OCCLUDED_SYMBOL, _PACKET_QUERY)

NOTHING = np.uint32(0xFFFFFFFF)
NO_ARGUMENTS = np.uint64(0)
ONE_BIT = np.uint64(1)
NO_INSTANCE = np.int32(-1)
ASKS, IDLE = np.int32(-1), np.int32(0)
VALID_OFFSET = np.uint64(lane_record(SHADOW).fields["valid"][1])  # type: ignore[index]
#: A shadow ray ends this much before the light (relative), so that the light does not block it.
SHORTEN = F(1.0 - 1e-4)


@device
def _ask(scratch: Scratch, mask: Mask, origin: Vec3, direction: Vec3, far: Number) -> Any:
    """Write the rays of lanes down; return the lanes as bits.

    All of them before the first is traced: Embree reads four numbers at once, and would wait
    for stores of single ones that are still on their way to the cache.
    """
    query = lanes_of(scratch.query[0])
    query.ox, query.oy, query.oz = origin
    query.dx, query.dy, query.dz = direction
    query.far = far
    query.triangle = np.int32(-1)
    query.instance = NO_INSTANCE
    asked = scratch.query[0]
    lanes = mask_bits(mask)
    rest = lanes
    while rest:
        lane = first_lane(rest)
        rest &= rest - ONE_BIT
        ray = scratch.rays[lane]
        ray.ox = asked.ox[lane]
        ray.oy = asked.oy[lane]
        ray.oz = asked.oz[lane]
        ray.near = ZERO
        ray.dx = asked.dx[lane]
        ray.dy = asked.dy[lane]
        ray.dz = asked.dz[lane]
        ray.far = asked.far[lane]
        ray.geometry = NOTHING
        ray.instance = NOTHING
    return lanes


@device
def intersect(
    scratch: Scratch, nodes: Nodes, mask: Mask, origin: Vec3, direction: Vec3, far: Number
) -> Any:
    """Return the nearest triangle before `far`: its number in its mesh, and its instance.

    The number is -1 where there is nothing and in lanes left out; the instance is -1 where the
    triangle is flat (`renderer.layout.sharing`).
    """
    query = scratch.query[0]
    found = lanes_of(query)
    if scratch.rays[0].backend == BACKEND_FEW:
        found.triangle = nearest_of_few(nodes.few, mask, origin, direction, far)
        found.instance = NO_INSTANCE
        return found.triangle, found.instance
    rest = _ask(scratch, mask, origin, direction, far)
    while rest:
        lane = first_lane(rest)
        rest &= rest - ONE_BIT
        ray = scratch.rays[lane]
        if ray.backend == BACKEND_EMBREE:
            _rtc_intersect(ray.scene, ray.address, NO_ARGUMENTS)
        else:
            trace_tree(nodes, ray, scratch.stack, False)
        if ray.geometry != NOTHING:
            query.triangle[lane] = np.int32(ray.primitive)
            query.instance[lane] = np.int32(ray.instance)
    return found.triangle, found.instance


@device
def is_occluded(
    scratch: Scratch, nodes: Nodes, mask: Mask, origin: Vec3, direction: Vec3, distance: Number
) -> Mask:
    """Tell whether any triangle is nearer than `distance` (infinity for the sky)."""
    first = scratch.rays[0]
    if first.backend == BACKEND_EMBREE:
        shadow = lanes_of(scratch.shadow[0])
        shadow.ox, shadow.oy, shadow.oz = origin
        shadow.dx, shadow.dy, shadow.dz = direction
        shadow.near = ZERO
        shadow.far = distance * SHORTEN
        shadow.valid = select(mask, ASKS, IDLE)
        address = address_of(shadow)
        _rtc_occluded(address + VALID_OFFSET, first.scene, address, NO_ARGUMENTS)
        return mask & (shadow.far < ZERO)
    if first.backend == BACKEND_FEW:
        return few_occlude(nodes.few, mask, origin, direction, distance * SHORTEN)
    rest = _ask(scratch, mask, origin, direction, distance * SHORTEN)
    blocked = np.uint64(0)
    while rest:
        lane = first_lane(rest)
        bit = rest & (~rest + ONE_BIT)
        rest ^= bit
        if trace_tree(nodes, scratch.rays[lane], scratch.stack, True):
            blocked |= bit
    return lane_mask(blocked)
