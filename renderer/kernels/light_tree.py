"""Choosing one of many lights by where the light is wanted.

A binary tree over all emissive triangles, lamps and spots; a node knows a sphere around its
lights, their power, and a cone that holds the normals of all of them. From the root down, the
side that promises more light is the likelier one.

Source: Conty Estevez & Kulla 2018, Importance Sampling of Many Lights with Adaptive Tree
Splitting; the bounds of the angles as in Pharr, Jakob & Humphreys 2023, Physically Based
Rendering, section 12.6.3. All emitters count as shining to both sides of their axis.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import Floats, Number
from renderer.kernels.jit import device, shared
from renderer.kernels.lane_functions import any_lane, float_bits, select, sqrt, to_int, to_word
from renderer.kernels.lane_memory import load_rows
from renderer.kernels.math32 import HALF, ONE, ZERO, F, Vec3, dot, sub

NO, YES = np.int32(0), np.int32(1)
CHILD_COLUMN = 10
LEAF = np.int32(-1)
FIRST_BIT = np.uint32(1)
NO_BITS = np.uint32(0)
ALMOST_ONE = F(0.99999994)
SMALLEST_DISTANCE2 = F(1e-30)


@device
def _narrow(cosine: Number, sine: Number, by_cosine: Number, by_sine: Number) -> Any:
    """Return (cosine, sine) of an angle less another one, 0 where that is larger."""
    is_inside = cosine >= by_cosine
    return (
        select(is_inside, ONE, cosine * by_cosine + sine * by_sine),
        select(is_inside, ZERO, sine * by_cosine - cosine * by_sine),
    )


@device
def eval_promise(
    nodes: Floats, index: Any, point: Vec3, normal: Vec3, has_side: Any
) -> tuple[Number, Any]:
    """Return about how much light a node's lights send to a surface, and the node's child.

    0 only where no light can reach the surface.

    Args:
        nodes: the tree.
        index: number of the node.
        point: where the light is wanted.
        normal: unit, of the surface there.
        has_side: whether only light from the normal's side counts.
    """
    x, y, z, radius2 = load_rows(nodes, index, 0)
    ax, ay, az, cos_axis = load_rows(nodes, index, 4)
    sin_axis, power, child, _ = load_rows(nodes, index, 8)
    way = sub((x, y, z), point)
    distance2 = max(dot(way, way), SMALLEST_DISTANCE2)
    inverse = ONE / sqrt(distance2)
    # The angle that the sphere spans as seen from the point.
    sine2 = min(radius2 / distance2, ONE)
    sine = sqrt(sine2)
    cosine = sqrt(ONE - sine2)
    leaving = abs(dot((ax, ay, az), way)) * inverse
    leaving = min(leaving, ONE)
    sine_leaving = sqrt(ONE - leaving * leaving)
    leaving, sine_leaving = _narrow(leaving, sine_leaving, cos_axis, sin_axis)
    leaving, _ = _narrow(leaving, sine_leaving, cosine, sine)
    arriving = min(max(dot(normal, way) * inverse, -ONE), ONE)
    sine_arriving = sqrt(ONE - arriving * arriving)
    arriving, _ = _narrow(arriving, sine_arriving, cosine, sine)
    arriving = select(has_side, max(arriving, ZERO), ONE)
    shape = select(distance2 <= radius2, ONE, max(leaving, ZERO) * arriving)
    return power * shape / max(distance2, radius2), to_int(float_bits(child))


@shared
def sample_tree(nodes: Floats, wanted: Any, point: Vec3, normal: Vec3, u: Number) -> Any:
    """Choose a light.

    Args:
        nodes: the tree.
        wanted: lanes that want a light.
        point: where.
        normal: of the surface there; (0, 0, 0) if light from both sides counts.
        u: random, 0..1.

    Returns:
        (number of the light, probability of its choice, what is left of u): the probability is
        0 where no light reaches the point; the number is then 0.
    """
    has_side = dot(normal, normal) > HALF
    child = select(wanted, to_int(float_bits(nodes[0, CHILD_COLUMN])), LEAF)
    chance = select(wanted, ONE, ZERO)
    active = wanted & (child >= NO)
    while any_lane(active):
        left = max(child, NO)
        right = to_int(left + YES)
        promise, left_child = eval_promise(nodes, left, point, normal, has_side)
        other, right_child = eval_promise(nodes, right, point, normal, has_side)
        both = promise + other
        share = promise / select(both > ZERO, both, ONE)
        goes_left = u < share
        taken = select(goes_left, share, ONE - share)
        rest = select(goes_left, u, u - share) / select(taken > ZERO, taken, ONE)
        u = select(active, min(rest, ALMOST_ONE), u)
        taken = select(both > ZERO, taken, ZERO)
        chance = select(active, chance * taken, chance)
        below = select(goes_left, left_child, right_child)
        child = select(active, select(taken > ZERO, below, LEAF), child)
        active = active & (child >= NO)
    return max(to_int(LEAF - child), NO), chance, u


@shared
def sample_tree_pdf(nodes: Floats, wanted: Any, trail: Any, point: Vec3, normal: Vec3) -> Number:
    """Return the probability with which `sample_tree` chooses the light at a trail's end.

    Args:
        nodes: the tree.
        wanted: lanes that want to know.
        trail: of the light; bit k is set where the way down turns right at depth k.
        point: as for `sample_tree`.
        normal: likewise.
    """
    has_side = dot(normal, normal) > HALF
    child = select(wanted, to_int(float_bits(nodes[0, CHILD_COLUMN])), LEAF)
    chance = select(wanted, ONE, ZERO)
    active = wanted & (child >= NO)
    while any_lane(active):
        left = max(child, NO)
        right = to_int(left + YES)
        promise, left_child = eval_promise(nodes, left, point, normal, has_side)
        other, right_child = eval_promise(nodes, right, point, normal, has_side)
        both = promise + other
        share = promise / select(both > ZERO, both, ONE)
        goes_left = (trail & FIRST_BIT) == NO_BITS
        taken = select(both > ZERO, select(goes_left, share, ONE - share), ZERO)
        chance = select(active, chance * taken, chance)
        trail = to_word(trail >> FIRST_BIT)
        below = select(goes_left, left_child, right_child)
        child = select(active, below, child)
        active = active & (child >= NO)
    return chance
