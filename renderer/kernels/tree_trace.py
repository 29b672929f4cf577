"""Tracing rays through the fallback tree."""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.data import Ints, Nodes, Record
from renderer.kernels.jit import shared
from renderer.kernels.math32 import INFINITY, ONE, ZERO, F, cross, dot, sub

#: Boxes are this much larger (relative to the distance), which covers the rounding of the test.
GROW = F(1.0 + 2.0**-20)
HUGE = F(3e38)


@shared
def _enter(box: Any, at: int, ray: Record, x: Any, y: Any, z: Any) -> np.float32:
    """Return the distance at which the ray enters a box, or infinity."""
    x0, x1 = (box[at] - ray.ox) * x, (box[at + 3] - ray.ox) * x
    y0, y1 = (box[at + 1] - ray.oy) * y, (box[at + 4] - ray.oy) * y
    z0, z1 = (box[at + 2] - ray.oz) * z, (box[at + 5] - ray.oz) * z
    near = max(max(min(x0, x1), min(y0, y1)), max(min(z0, z1), ray.near))
    far = min(min(max(x0, x1), max(y0, y1)), min(max(z0, z1), ray.far)) * GROW
    return near if near <= far else INFINITY


@shared
def _hit_triangles(nodes: Nodes, ray: Record, first: int, count: int) -> bool:
    """Test a leaf; keep the nearest hit in the ray. Source: Möller and Trumbore 1997."""
    origin = (ray.ox, ray.oy, ray.oz)
    direction = (ray.dx, ray.dy, ray.dz)
    found = False
    for i in range(first, first + count):
        number = nodes.order[i]
        row = nodes.triangles[number]
        e1 = (row[3], row[4], row[5])
        e2 = (row[6], row[7], row[8])
        p = cross(direction, e2)
        determinant = dot(e1, p)
        if determinant == ZERO:
            continue
        inverse = ONE / determinant
        s = sub(origin, (row[0], row[1], row[2]))
        u = dot(s, p) * inverse
        q = cross(s, e1)
        v = dot(direction, q) * inverse
        t = dot(e2, q) * inverse
        if u >= ZERO and v >= ZERO and u + v <= ONE and ray.near <= t < ray.far:
            ray.far = t
            ray.primitive = np.uint32(number)
            ray.geometry = np.uint32(0)
            found = True
    return found


@shared
def trace_tree(nodes: Nodes, ray: Record, stack: Ints, any_hit: bool) -> bool:
    """Find the nearest triangle, or any; the ray then holds it, and its distance in `far`.

    Args:
        nodes: the tree.
        ray: with `primitive` unset.
        stack: working memory.
        any_hit: stop at the first triangle found.
    """
    x = ONE / ray.dx if ray.dx != ZERO else HUGE
    y = ONE / ray.dy if ray.dy != ZERO else HUGE
    z = ONE / ray.dz if ray.dz != ZERO else HUGE
    found = False
    node = 0
    waiting = 0
    while node >= 0:
        box = nodes.boxes[node]
        link = nodes.links[node]
        near0 = _enter(box, 0, ray, x, y, z) if link[1] >= 0 else INFINITY
        near1 = _enter(box, 6, ray, x, y, z) if link[3] >= 0 else INFINITY
        if near0 < INFINITY and link[1] > 0:
            found |= _hit_triangles(nodes, ray, link[0], link[1])
            near0 = INFINITY
        if near1 < INFINITY and link[3] > 0:
            found |= _hit_triangles(nodes, ray, link[2], link[3])
            near1 = INFINITY
        if any_hit and found:
            return True
        if near0 < INFINITY and near1 < INFINITY:
            first_is_nearer = near0 <= near1
            stack[waiting] = link[2] if first_is_nearer else link[0]
            waiting += 1
            node = link[0] if first_is_nearer else link[2]
        elif near0 < INFINITY:
            node = link[0]
        elif near1 < INFINITY:
            node = link[2]
        elif waiting > 0:
            waiting -= 1
            node = stack[waiting]
        else:
            node = -1
    return found
