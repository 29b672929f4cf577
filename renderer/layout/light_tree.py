"""The light tree over all emitters that are somewhere."""

from __future__ import annotations

import numpy as np

from renderer.kernels import data
from renderer.kernels.data import LIGHT_BINS, LIGHT_NODE, Floats, LightTreeWork, Records
from renderer.layout.geometry import PackedGeometry
from renderer.machine_code import Kernel
from renderer.scene import Doubles

_BUILD = Kernel("renderer.kernels.light_tree_build", "build_light_tree")


def make_light_tree(table: Records, power: Doubles, packed: PackedGeometry, first: int) -> Floats:
    """Return the tree's nodes as rows, and write the lights' trails into the table.

    Args:
        table: lights of the tree: triangles, lamps and spots.
        power: of each, positive.
        packed: the triangles.
        first: what to add to a light's place in the table to get its number.
    """
    count = len(table)
    boxes = np.empty((count, 6), np.float32)
    axes = np.zeros((count, 4), np.float32)
    axes[:, 2] = 1.0
    is_triangle = table["kind"] == data.LIGHT_TRIANGLE
    corners = packed.geometry.triangles[table["triangle"][is_triangle], :9].reshape(-1, 3, 3)
    corners = corners + corners[:, :1] * np.array([[0.0], [1.0], [1.0]], np.float32)
    boxes[is_triangle, :3] = corners.min(axis=1)
    boxes[is_triangle, 3:] = corners.max(axis=1)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = normals.astype(np.float64) / table["area"][is_triangle, None] * 0.5
    axes[is_triangle, :3] = normals
    axes[is_triangle, 3] = 1.0
    lamps = ~is_triangle
    for column, name in enumerate("xyz"):
        boxes[lamps, column] = boxes[lamps, column + 3] = table[name][lamps]
    _set_lamp_cones(axes, table, lamps)
    nodes = np.zeros(2 * count - 1, LIGHT_NODE)
    trails = np.zeros(count, np.uint32)
    # Scaled so that sums of float32 neither overflow nor vanish.
    scaled = (power / power.max()).astype(np.float32)
    _BUILD(boxes, axes, np.maximum(scaled, 1e-30), nodes, trails, _make_work(count))
    leaves = nodes["child"] < 0
    nodes["child"][leaves] -= first
    table["trail"] = trails
    return nodes.view(np.float32).reshape(len(nodes), -1)


def _make_work(count: int) -> LightTreeWork:
    return LightTreeWork(
        np.zeros(count, np.int32),
        np.zeros((64, 5), np.int32),
        np.zeros((LIGHT_BINS + 1, 8), np.float32),
        np.zeros((2 * count - 1, 7), np.float32),
    )


def _set_lamp_cones(axes: np.ndarray, table: Records, lamps: np.ndarray) -> None:
    """Point lights shine everywhere; a spot's cone is as wide as it shines at all."""
    axes[lamps, 3] = -1.0
    spots = table["kind"] == data.LIGHT_SPOT
    for column, name in enumerate(("dx", "dy", "dz")):
        axes[spots, column] = table[name][spots]
    axes[spots, 3] = table["cos_outer"][spots]
