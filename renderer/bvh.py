"""Our own ray tree, for computers without Embree and as a check of the other path."""

from __future__ import annotations

import numpy as np

from renderer.kernels.data import Floats, Nodes
from renderer.machine_code import Kernel

#: Twice the depth that `tree_build` can reach.
STACK_SIZE = 256
#: A scene of so many triangles needs no tree (measured, see docs/benchmarks.md).
MOST_FEW = 96
_NO_FEW = np.zeros((0, 12), np.float32)
_BUILD = Kernel("renderer.kernels.tree_build", "build_tree")


def build_nodes(triangles: Floats) -> Nodes:
    """Build the tree.

    Args:
        triangles: (T, 12) float32: corner and two edges first (`kernels.data.Geometry`).
    """
    count = len(triangles)
    if not count:
        return empty_nodes()
    corner = triangles[:, 0:3]
    corners = np.stack([corner, corner + triangles[:, 3:6], corner + triangles[:, 6:9]])
    # The edges were rounded: the box of the corners has to grow by that much.
    slack = np.abs(corners).max(axis=0) * np.float32(2.0**-22)
    low = np.ascontiguousarray(corners.min(axis=0) - slack)
    high = np.ascontiguousarray(corners.max(axis=0) + slack)
    order = np.empty(count, np.int32)
    boxes = np.zeros((count, 12), np.float32)
    links = np.zeros((count, 4), np.int32)
    stack = np.zeros((STACK_SIZE, 4), np.int32)
    used = _BUILD(low, high, order, boxes, links, stack)
    return Nodes(boxes[:used].copy(), links[:used].copy(), order, triangles, _NO_FEW)


def empty_nodes() -> Nodes:
    """Return a tree without triangles."""
    links = np.full((1, 4), -1, np.int32)
    none = np.zeros((1, 12), np.float32)
    return Nodes(none, links, np.zeros(1, np.int32), none, _NO_FEW)


def few_nodes(triangles: Floats) -> Nodes:
    """Return few triangles to be met without a tree, for `kernels.few_triangles`.

    Args:
        triangles: (T, 12) float32, as for `build_nodes`.
    """
    few = triangles.copy()
    few[:, 9:12] = np.cross(triangles[:, 3:6], triangles[:, 6:9])
    return empty_nodes()._replace(few=few)
