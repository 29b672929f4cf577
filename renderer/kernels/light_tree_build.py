"""Building the light tree: top down by binned costs, then bounds from the leaves up.

The cost of a side is its power times the squared diagonal of its box: what is left when the
orientation term of Conty Estevez & Kulla 2018 is 1, as it nearly is for two-sided emitters; the
diagonal instead of the area, because lamps in a row have none.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import LIGHT_BINS as BINS
from renderer.kernels.data import Floats, Ints, LightTreeWork, Record, Records
from renderer.kernels.jit import device, program
from renderer.kernels.lane_functions import sqrt
from renderer.kernels.math32 import HALF, INFINITY, ONE, PI, TWO_PI, ZERO, F, acos, sincos_turns

#: Trails are 32 bits; where the depth that is left would not do, ranges are halved.
MAX_DEPTH = 30
#: Cones are made wider by more than the error of the arc cosine.
CONE_MARGIN = F(2e-6)
HALF_PI = F(np.pi / 2.0)


@program
def build_light_tree(
    boxes: Floats,
    axes: Floats,
    power: Floats,
    nodes: Records,
    trails: Any,
    work: LightTreeWork,
) -> None:
    """Build the tree over lights.

    Args:
        boxes: (N, 6) smallest and largest corners of each light.
        axes: (N, 4) unit axis and cosine of the cone of each light's normals.
        power: (N,) of each light, positive.
        nodes: (2 N - 1,) LIGHT_NODE, gets the tree.
        trails: (N,) uint32, gets the way from the root to each light.
        work: working memory.
    """
    count = len(power)
    order, stack, bins = work.order, work.stack, work.bins
    for i in range(count):
        order[i] = i
    made = 1
    # (node, begin, end, depth, trail) of ranges that are still to become nodes.
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3], stack[0, 4] = 0, 0, count, 0, 0
    waiting = 1
    while waiting > 0:
        waiting -= 1
        node, begin, end, depth, trail = stack[waiting]
        if end - begin == 1:
            nodes[node].child = -1 - order[begin]
            trails[order[begin]] = trail
            continue
        middle = _split(boxes, power, order, begin, end, depth, bins)
        nodes[node].child = made
        for side in range(2):
            stack[waiting, 0] = made + side
            stack[waiting, 1] = begin if side == 0 else middle
            stack[waiting, 2] = middle if side == 0 else end
            stack[waiting, 3] = depth + 1
            stack[waiting, 4] = trail | (side << depth)
            waiting += 1
        made += 2
    _bound_nodes(boxes, axes, power, nodes, work.bounds)


@device
def _bound_nodes(
    boxes: Floats, axes: Floats, power: Floats, nodes: Records, bounds: Floats
) -> None:
    """Set sphere, cone and power of all nodes.

    Children stand behind their parent, so the way back meets them first.
    """
    for number in range(len(nodes) - 1, -1, -1):
        node = nodes[number]
        if node.child < 0:
            light = -1 - node.child
            for c in range(6):
                bounds[number, c] = boxes[light, c]
            node.ax, node.ay, node.az = axes[light, 0], axes[light, 1], axes[light, 2]
            bounds[number, 6] = acos(axes[light, 3])
            node.power = power[light]
        else:
            a, b = node.child, node.child + 1
            for c in range(3):
                bounds[number, c] = min(bounds[a, c], bounds[b, c])
                bounds[number, c + 3] = max(bounds[a, c + 3], bounds[b, c + 3])
            node.power = nodes[a].power + nodes[b].power
            if bounds[a, 6] >= bounds[b, 6]:
                bounds[number, 6] = _join_cones(
                    node, nodes[a], nodes[b], bounds[a, 6], bounds[b, 6]
                )
            else:
                bounds[number, 6] = _join_cones(
                    node, nodes[b], nodes[a], bounds[b, 6], bounds[a, 6]
                )
        _set_sphere(node, bounds, number)


@device
def _set_sphere(node: Record, bounds: Floats, number: int) -> None:
    box = bounds[number]
    node.x = (box[0] + box[3]) * HALF
    node.y = (box[1] + box[4]) * HALF
    node.z = (box[2] + box[5]) * HALF
    dx, dy, dz = box[3] - box[0], box[4] - box[1], box[5] - box[2]
    node.radius2 = (dx * dx + dy * dy + dz * dz) * F(0.25)
    sine, cosine = sincos_turns(min(box[6], PI) / TWO_PI)
    node.cos_axis = cosine
    node.sin_axis = max(sine, ZERO)


@device
def _join_cones(node: Record, wide: Record, slim: Record, wide_angle: Any, slim_angle: Any) -> Any:
    """Set a node's axis to that of the cone around two others; return its half angle.

    An axis stands for both its directions: the slim cone is turned to the wide one's side.
    """
    cosine = wide.ax * slim.ax + wide.ay * slim.ay + wide.az * slim.az
    sign = ONE if cosine >= ZERO else -ONE
    between = acos(min(abs(cosine), ONE))
    node.ax, node.ay, node.az = wide.ax, wide.ay, wide.az
    if between + slim_angle <= wide_angle:
        return wide_angle
    half = (wide_angle + between + slim_angle) * HALF + CONE_MARGIN
    if half >= HALF_PI:
        return PI
    # Turn the wide axis towards the slim one, in the plane of both.
    sx = slim.ax * sign - wide.ax * abs(cosine)
    sy = slim.ay * sign - wide.ay * abs(cosine)
    sz = slim.az * sign - wide.az * abs(cosine)
    length = sqrt(sx * sx + sy * sy + sz * sz)
    if length <= F(1e-6):
        return half + between
    sine, turned = sincos_turns((half - wide_angle) / TWO_PI)
    step = sine / length
    x, y, z = (
        wide.ax * turned + sx * step,
        wide.ay * turned + sy * step,
        wide.az * turned + sz * step,
    )
    scale = ONE / sqrt(x * x + y * y + z * z)
    node.ax, node.ay, node.az = x * scale, y * scale, z * scale
    return half


@device
def _split(
    boxes: Floats, power: Floats, order: Ints, begin: int, end: int, depth: int, bins: Floats
) -> int:
    """Sort a range of `order` into two sides; return where the second one begins."""
    middle = (begin + end) // 2
    left = MAX_DEPTH - depth
    if left < 31 and end - begin > (1 << max(left - 1, 0)):
        return middle
    axis, low, high = _find_longest_axis(boxes, order, begin, end)
    if not high > low:
        return middle
    _fill_bins(boxes, power, order[begin:end], axis, low, high, bins)
    cut = _find_cut(bins)
    i, j = begin, end
    while i < j:
        if _bin_of(_center(boxes, order[i], axis), low, high) < cut:
            i += 1
        else:
            j -= 1
            order[i], order[j] = order[j], order[i]
    return i if begin < i < end else middle


@device
def _find_longest_axis(
    boxes: Floats, order: Ints, begin: int, end: int
) -> tuple[int, np.float32, np.float32]:
    """Return the axis along which the lights' centres spread most, and their range."""
    x0 = y0 = z0 = INFINITY
    x1 = y1 = z1 = -INFINITY
    for i in range(begin, end):
        light = order[i]
        x, y, z = _center(boxes, light, 0), _center(boxes, light, 1), _center(boxes, light, 2)
        x0, y0, z0 = min(x0, x), min(y0, y), min(z0, z)
        x1, y1, z1 = max(x1, x), max(y1, y), max(z1, z)
    if x1 - x0 >= y1 - y0 and x1 - x0 >= z1 - z0:
        return 0, x0, x1
    if y1 - y0 >= z1 - z0:
        return 1, y0, y1
    return 2, z0, z1


@device
def _center(boxes: Floats, light: int, axis: int) -> np.float32:
    return boxes[light, axis] * HALF + boxes[light, axis + 3] * HALF


@device
def _bin_of(center: np.float32, low: np.float32, high: np.float32) -> int:
    return min(int((center - low) / (high - low) * F(BINS)), BINS - 1)


@device
def _fill_bins(
    boxes: Floats,
    power: Floats,
    lights: Ints,
    axis: int,
    low: np.float32,
    high: np.float32,
    bins: Floats,
) -> None:
    """Add up the boxes (columns 0 to 5) and power (6) of the lights in each bin."""
    for b in range(BINS):
        _clear(bins[b])
    for i in range(len(lights)):
        light = lights[i]
        row = bins[_bin_of(_center(boxes, light, axis), low, high)]
        for c in range(3):
            row[c] = min(row[c], boxes[light, c])
            row[c + 3] = max(row[c + 3], boxes[light, c + 3])
        row[6] += power[light]


@device
def _clear(row: Floats) -> None:
    for c in range(3):
        row[c] = INFINITY
        row[c + 3] = -INFINITY
    row[6] = ZERO


@device
def _find_cut(bins: Floats) -> int:
    """Return the first bin of the second side of the cheapest cut; column 7 is used up."""
    side = bins[BINS]
    _clear(side)
    for b in range(BINS - 1, 0, -1):
        _join(side, bins[b])
        bins[b, 7] = _cost(side)
    _clear(side)
    best, cut = INFINITY, 1
    for b in range(1, BINS):
        _join(side, bins[b - 1])
        cost = _cost(side) + bins[b, 7]
        if cost < best:
            best, cut = cost, b
    return cut


@device
def _join(side: Floats, row: Floats) -> None:
    for c in range(3):
        side[c] = min(side[c], row[c])
        side[c + 3] = max(side[c + 3], row[c + 3])
    side[6] += row[6]


@device
def _cost(side: Floats) -> np.float32:
    if not side[6] > ZERO:
        return INFINITY
    dx, dy, dz = side[3] - side[0], side[4] - side[1], side[5] - side[2]
    return side[6] * (dx * dx + dy * dy + dz * dz)
