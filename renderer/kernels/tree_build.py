"""Building the fallback tree: binned surface area heuristic, top down.

Source: Wald 2007, On fast Construction of SAH-based Bounding Volume Hierarchies.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import Floats, Ints
from renderer.kernels.jit import device, program
from renderer.kernels.math32 import INFINITY, ZERO, F

BINS = 16
MAX_LEAF = 4
#: From here on nodes are cut in the middle, so that the tree's depth stays below that plus
#: log2 of the triangles, whatever the scene.
MAX_SAH_DEPTH = 64


@program
def build_tree(
    low: Floats, high: Floats, order: Ints, boxes: Floats, links: Ints, stack: Ints
) -> int:
    """Build the tree over triangles' boxes; return the number of nodes.

    Args:
        low: (T, 3) smallest corners; T at least 1.
        high: (T, 3) largest corners.
        order: (T,) gets the triangles in the order of the leaves.
        boxes: (T, 12) gets both children's bounds of each node.
        links: (T, 4) gets (first child or triangle, triangle count) of both children; count 0
            marks an inner node, -1 no child at all.
        stack: (S, 4) working memory; S at least 128.
    """
    count = low.shape[0]
    for i in range(count):
        order[i] = i
    nodes = 1
    # (node, begin, end, depth) of ranges still to be cut into two children.
    stack[0] = (0, 0, count, 0)
    waiting = 1
    while waiting > 0:
        waiting -= 1
        node, begin, end, depth = stack[waiting]
        middle = _split(low, high, order, begin, end, depth)
        for side in range(2):
            first = begin if side == 0 else middle
            last = middle if side == 0 else end
            _set_bounds(low, high, order, first, last, boxes[node], 6 * side)
            size = last - first
            if size == 0:
                links[node, 2 * side + 1] = -1
            elif size <= MAX_LEAF:
                links[node, 2 * side] = first
                links[node, 2 * side + 1] = size
            else:
                links[node, 2 * side] = nodes
                links[node, 2 * side + 1] = 0
                stack[waiting] = (nodes, first, last, depth + 1)
                waiting += 1
                nodes += 1
    return nodes


@device
def _set_bounds(
    low: Floats, high: Floats, order: Ints, begin: int, end: int, out: Floats, at: int
) -> None:
    for axis in range(3):
        smallest = INFINITY
        largest = -INFINITY
        for i in range(begin, end):
            smallest = min(smallest, low[order[i], axis])
            largest = max(largest, high[order[i], axis])
        out[at + axis] = smallest
        out[at + 3 + axis] = largest


@device
def _split(low: Floats, high: Floats, order: Ints, begin: int, end: int, depth: int) -> int:
    """Sort a range into two by its widest axis; return where the second begins."""
    if end - begin <= MAX_LEAF:
        return end
    axis = 0
    start = ZERO
    width = -INFINITY
    for candidate in range(3):
        smallest = INFINITY
        largest = -INFINITY
        for i in range(begin, end):
            center = low[order[i], candidate] + high[order[i], candidate]
            smallest = min(smallest, center)
            largest = max(largest, center)
        if largest - smallest > width:
            axis = candidate
            start = smallest
            width = largest - smallest
    if depth >= MAX_SAH_DEPTH or not width > ZERO:
        return (begin + end) // 2
    scale = F(BINS) / width
    cut = _choose_cut(low, high, order, begin, end, axis, start, scale)
    middle = _partition(low, high, order, begin, end, axis, start, scale, cut)
    return middle if begin < middle < end else (begin + end) // 2


@device
def _bin(low: Floats, high: Floats, i: int, axis: int, start: np.float32, scale: np.float32) -> int:
    center = low[i, axis] + high[i, axis]
    return min(int((center - start) * scale), BINS - 1)


@device
def _choose_cut(
    low: Floats,
    high: Floats,
    order: Ints,
    begin: int,
    end: int,
    axis: int,
    start: np.float32,
    scale: np.float32,
) -> int:
    """Return the bin before which to cut: the smallest sum of area times triangles."""
    best = INFINITY
    cut = BINS // 2
    for candidate in range(1, BINS):
        cost = ZERO
        for side in range(2):
            small_x = small_y = small_z = INFINITY
            large_x = large_y = large_z = -INFINITY
            size = 0
            for i in range(begin, end, max(1, (end - begin) // 4096)):
                number = order[i]
                before = _bin(low, high, number, axis, start, scale) < candidate
                if before == (side == 0):
                    size += 1
                    small_x = min(small_x, low[number, 0])
                    small_y = min(small_y, low[number, 1])
                    small_z = min(small_z, low[number, 2])
                    large_x = max(large_x, high[number, 0])
                    large_y = max(large_y, high[number, 1])
                    large_z = max(large_z, high[number, 2])
            if size > 0:
                x, y, z = large_x - small_x, large_y - small_y, large_z - small_z
                cost += F(size) * (x * y + y * z + z * x)
        if cost < best:
            best = cost
            cut = candidate
    return cut


@device
def _partition(
    low: Floats,
    high: Floats,
    order: Ints,
    begin: int,
    end: int,
    axis: int,
    start: np.float32,
    scale: np.float32,
    cut: int,
) -> int:
    """Move triangles before the cut to the front; return how far they reach."""
    middle = begin
    for i in range(begin, end):
        number = order[i]
        if _bin(low, high, number, axis, start, scale) < cut:
            order[i] = order[middle]
            order[middle] = number
            middle += 1
    return middle
