"""What Embree answers for a ray does not depend on the rays that are asked beside it."""

import numpy as np
import pytest
from numba import njit

from renderer import embree
from renderer.engine import TracerEngine
from renderer.kernels.lane_functions import lane_mask, lane_numbers, select, to_float, to_int
from renderer.kernels.lane_memory import scatter
from renderer.kernels.lanes import WIDTH
from renderer.kernels.trace import intersect, is_occluded
from renderer.settings import RenderSettings
from tests.benchmarks.case import make_cornell_scene

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not embree.is_available(), reason="Embree is not installed"),
]

RAYS = 1 << 18
GROUP = 16


@njit(error_model="numpy")
def _ask(scratch, nodes, table, order, asked, out):
    for first in range(0, len(order), WIDTH):
        mask = lane_mask(np.uint64(asked[first // WIDTH]))
        i = order[to_int(lane_numbers() + np.int32(first))]
        origin = (table[i, 0], table[i, 1], table[i, 2])
        direction = (table[i, 3], table[i, 4], table[i, 5])
        triangle, _ = intersect(scratch, nodes, mask, origin, direction, table[i, 6])
        blocked = is_occluded(scratch, nodes, mask, origin, direction, table[i, 6])
        scatter(out, i, 0, to_float(triangle), mask)
        scatter(out, i, 1, select(blocked, np.float32(1.0), np.float32(0.0)), mask)


def make_rays(triangles):
    """Rays that aim at edges, sixteen from about one point at one edge: all go side by side."""
    rng = np.random.default_rng(5)
    groups = RAYS // GROUP
    low, high = triangles[:, :3].min(axis=0), triangles[:, :3].max(axis=0)
    origins = np.repeat(rng.uniform(low, high, (groups, 3)), GROUP, axis=0)
    origins += rng.uniform(0.0, 1e-3, (RAYS, 3))
    rows = np.repeat(triangles[rng.integers(len(triangles), size=groups)], GROUP, axis=0)
    corner, e1, e2 = (rows[:, k : k + 3].astype(np.float64) for k in (0, 3, 6))
    along = rng.random((RAYS, 1))
    which = np.repeat(rng.integers(3, size=groups), GROUP)[:, None]
    ways = (corner + along * e1, corner + along * e2, corner + e1 + along * (e2 - e1))
    direction = np.choose(which, ways) - origins
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    far = np.full((RAYS, 1), np.inf)
    return np.ascontiguousarray(np.hstack([origins, direction, far, far]), np.float32)


def test_ray_is_answered_alike_alone_and_in_any_company():
    engine = TracerEngine(ray_backend="embree")
    engine.open_scene(make_cornell_scene(), RenderSettings(8, 8, 1))
    scene = engine._scene
    assert scene is not None
    scratch, nodes = scene.make_scratch(), scene.data.nodes
    rays = make_rays(scene.data.geometry.triangles)

    def ask(order, masks):
        out = np.full((RAYS, 2), -9.0, np.float32)
        for mask in masks:
            lanes = np.full(RAYS // WIDTH, mask, np.int64)
            _ask(scratch, nodes, rays, order.astype(np.int32), lanes, out)
        return out

    together = ask(np.arange(RAYS), (0xFFFF,))
    mixed = ask(np.random.default_rng(6).permutation(RAYS), (0xFFFF,))
    parted = ask(np.arange(RAYS), (0x1111, 0x2222, 0x4444, 0x8888))
    engine.close()

    assert (together[:, 0] >= 0.0).mean() > 0.5
    assert np.array_equal(together, mixed)
    assert np.array_equal(together, parted)
