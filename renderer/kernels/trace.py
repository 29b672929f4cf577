"""Asking for the nearest triangle or for free sight, by Embree or by our own tree.

Embree is handed 16 rays at once, but never more than `ALONE` that count: of so few each walks
through the tree on its own. More would walk together, and then rounding, at an edge or a tie, is
decided by what the other rays of the packet are; the shape of buckets would show. Measured with
4 M rays aimed at edges: 484 answers to "is anything in the way" changed with the company.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from renderer.embree import INTERSECT_SYMBOL, OCCLUDED_SYMBOL
from renderer.kernels.data import (
    BACKEND_EMBREE,
    BACKEND_FEW,
    PACKET,
    Mask,
    Nodes,
    Number,
    Scratch,
    lane_record,
)
from renderer.kernels.few_triangles import few_occlude, nearest_of_few
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import (
    count_lanes,
    first_lane,
    lane_mask,
    mask_bits,
    select,
    to_int,
)
from renderer.kernels.lane_memory import address_of, lanes_of
from renderer.kernels.math32 import ZERO, F, Vec3
from renderer.kernels.tree_trace import trace_tree

_QUERY = types.void(types.uint64, types.uint64, types.uint64, types.uint64)
_rtc_intersect: Any = types.ExternalFunction(INTERSECT_SYMBOL, _QUERY)
_rtc_occluded: Any = types.ExternalFunction(OCCLUDED_SYMBOL, _QUERY)

NOTHING = np.uint32(0xFFFFFFFF)
NO_ARGUMENTS = np.uint64(0)
ONE_BIT = np.uint64(1)
NO_INSTANCE = np.int32(-1)
#: Embree's limit below which a packet of 16 falls apart into single rays at the tree's root
#: (`switchThresholdIncoherent` of its hybrid kernels; where it has none for 16, it takes all
#: rays one by one).
ALONE = 14
LOWER_HALF, UPPER_HALF = np.uint64(0x00FF), np.uint64(0xFF00)
ASKS, IDLE = np.int32(-1), np.int32(0)
VALID_OFFSET = np.uint64(lane_record(PACKET).fields["valid"][1])  # type: ignore[index]
#: A shadow ray ends this much before the light (relative), so that the light does not block it.
SHORTEN = F(1.0 - 1e-4)


@device
def _write_packet(scratch: Scratch, origin: Vec3, direction: Vec3, far: Number) -> Any:
    """Write rays down for Embree."""
    packet = lanes_of(scratch.packet[0])
    packet.ox, packet.oy, packet.oz = origin
    packet.dx, packet.dy, packet.dz = direction
    packet.near = ZERO
    packet.far = far
    return packet


@device
def _query(function: Any, scratch: Scratch, mask: Mask) -> None:
    """Let Embree answer lanes of the packet, each on its own."""
    scene = scratch.rays[0].scene
    packet = lanes_of(scratch.packet[0])
    address = address_of(packet)
    if count_lanes(mask) <= ALONE:
        packet.valid = select(mask, ASKS, IDLE)
        function(address + VALID_OFFSET, scene, address, NO_ARGUMENTS)
    else:
        packet.valid = select(mask & lane_mask(LOWER_HALF), ASKS, IDLE)
        function(address + VALID_OFFSET, scene, address, NO_ARGUMENTS)
        packet.valid = select(mask & lane_mask(UPPER_HALF), ASKS, IDLE)
        function(address + VALID_OFFSET, scene, address, NO_ARGUMENTS)


@device
def _write_ray(scratch: Scratch, lane: int) -> Any:
    """Return a lane's ray of the query for our own tree."""
    asked = scratch.query[0]
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
    return ray


@device
def _write_query(scratch: Scratch, origin: Vec3, direction: Vec3, far: Number) -> Any:
    """Write rays down for our own tree."""
    query = lanes_of(scratch.query[0])
    query.ox, query.oy, query.oz = origin
    query.dx, query.dy, query.dz = direction
    query.far = far
    query.triangle = np.int32(-1)
    return query


@device
def intersect(
    scratch: Scratch, nodes: Nodes, mask: Mask, origin: Vec3, direction: Vec3, far: Number
) -> Any:
    """Return the nearest triangle before `far`: its number in its mesh, and its instance.

    The number is -1 where there is nothing and in lanes left out; the instance is -1 where the
    triangle is flat (`renderer.layout.sharing`).
    """
    backend = scratch.rays[0].backend
    if backend == BACKEND_EMBREE:
        packet = _write_packet(scratch, origin, direction, far)
        packet.geometry = NOTHING
        packet.instance = NOTHING
        _query(_rtc_intersect, scratch, mask)
        triangle = select(packet.geometry == NOTHING, NO_INSTANCE, to_int(packet.primitive))
        return triangle, to_int(packet.instance)
    query = _write_query(scratch, origin, direction, far)
    if backend == BACKEND_FEW:
        query.triangle = nearest_of_few(nodes.few, mask, origin, direction, far)
    else:
        found = scratch.query[0]
        rest = mask_bits(mask)
        while rest:
            lane = first_lane(rest)
            rest &= rest - ONE_BIT
            ray = _write_ray(scratch, lane)
            if trace_tree(nodes, ray, scratch.stack, False):
                found.triangle[lane] = np.int32(ray.primitive)
    triangle = query.triangle
    return triangle, select(triangle == NO_INSTANCE, NO_INSTANCE, NO_INSTANCE)


@device
def is_occluded(
    scratch: Scratch, nodes: Nodes, mask: Mask, origin: Vec3, direction: Vec3, distance: Number
) -> Mask:
    """Tell whether any triangle is nearer than `distance` (infinity for the sky)."""
    far = distance * SHORTEN
    backend = scratch.rays[0].backend
    if backend == BACKEND_EMBREE:
        packet = _write_packet(scratch, origin, direction, far)
        _query(_rtc_occluded, scratch, mask)
        return mask & (packet.far < ZERO)
    if backend == BACKEND_FEW:
        return few_occlude(nodes.few, mask, origin, direction, far)
    _write_query(scratch, origin, direction, far)
    rest = mask_bits(mask)
    blocked = np.uint64(0)
    while rest:
        lane = first_lane(rest)
        bit = rest & (~rest + ONE_BIT)
        rest ^= bit
        if trace_tree(nodes, _write_ray(scratch, lane), scratch.stack, True):
            blocked |= bit
    return lane_mask(blocked)
