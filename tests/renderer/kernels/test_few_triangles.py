"""Rays that meet all triangles, against the same question asked in float64."""

from functools import cache

import numpy as np
import pytest

from renderer.bvh import few_nodes
from renderer.kernels.few_triangles import few_occlude, nearest_of_few
from renderer.kernels.lane_functions import select, to_float
from tests.renderer.kernels.lane_runner import run_both_ways

pytestmark = pytest.mark.slow

RAYS = 4096
TRIANGLES = 40
MISS = -1


def ask(few, table, row):
    origin = (table[row, 0], table[row, 1], table[row, 2])
    direction = (table[row, 3], table[row, 4], table[row, 5])
    far = table[row, 6]
    asks = table[row, 7] > np.float32(0.0)
    found = nearest_of_few(few, asks, origin, direction, far)
    blocked = few_occlude(few, asks, origin, direction, far)
    return to_float(found), select(blocked, np.float32(1.0), np.float32(0.0)), far, far


@cache
def make_triangles():
    rows = np.zeros((TRIANGLES, 12), np.float32)
    rows[:, :9] = np.random.default_rng(1).uniform(-1.0, 1.0, (TRIANGLES, 9))
    return rows


@cache
def make_rays():
    rng = np.random.default_rng(2)
    rays = np.ones((RAYS, 8), np.float32)
    rays[:, :3] = rng.uniform(-1.5, 1.5, (RAYS, 3))
    directions = rng.normal(size=(RAYS, 3))
    rays[:, 3:6] = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    rays[:, 6] = np.where(rng.random(RAYS) < 0.5, np.inf, rng.uniform(0.1, 2.0, RAYS))
    rays[:, 7] = rng.random(RAYS) < 0.9
    return rays


def run(rows, rays):
    """Return (triangles, whether blocked), the same by lanes and one by one."""
    single, lanes = run_both_ways(ask, few_nodes(rows).few, rays)
    assert np.array_equal(single, lanes)
    return lanes[:, 0].astype(int), lanes[:, 1] > 0.0


def solve(rows, rays):
    """Return (distance (R, T), smallest barycentric coordinate (R, T)) in float64."""
    rows, rays = rows.astype(np.float64), rays.astype(np.float64)
    distances = np.empty((len(rays), len(rows)))
    margins = np.empty_like(distances)
    for i, row in enumerate(rows):
        edges = [np.broadcast_to(row[k : k + 3], (len(rays), 3)) for k in (3, 6)]
        columns = np.stack([*edges, -rays[:, 3:6]], axis=2)
        right = (rays[:, :3] - row[:3])[..., None]
        u, v, distances[:, i] = np.linalg.solve(columns, right)[..., 0].T
        margins[:, i] = np.minimum(np.minimum(u, v), 1.0 - u - v)
    return distances, margins


def test_each_ray_gets_the_nearest_triangle_before_its_end():
    rows, rays = make_triangles(), make_rays()

    found, blocked = run(rows, rays)

    distances, margins = solve(rows, rays)
    # Rays so near to an edge, an end or a tie that rounding decides are left out.
    is_close = (np.abs(margins) < 1e-4) | (np.abs(distances) < 1e-4)
    is_close |= np.abs(distances - rays[:, 6:7]) < 1e-4
    sure = ~is_close.any(axis=1)
    hit = (margins > 0.0) & (distances > 0.0) & (distances < rays[:, 6:7]) & (rays[:, 7:8] > 0.0)
    nearest = np.where(hit, distances, np.inf)
    expected = np.where(hit.any(axis=1), nearest.argmin(axis=1), MISS)
    assert sure.mean() > 0.9
    assert 0.2 < (expected[sure] != MISS).mean() < 0.9
    assert np.array_equal(found[sure], expected[sure])
    assert np.array_equal(blocked[sure], hit.any(axis=1)[sure])


def test_answer_does_not_depend_on_the_rays_beside_it():
    rays = make_rays()
    order = np.random.default_rng(3).permutation(RAYS)

    found, blocked = run(make_triangles(), rays)
    mixed_found, mixed_blocked = run(make_triangles(), np.ascontiguousarray(rays[order]))

    assert np.array_equal(mixed_found, found[order])
    assert np.array_equal(mixed_blocked, blocked[order])


def test_first_of_equal_triangles_wins():
    rows = np.concatenate([make_triangles(), make_triangles()])

    found, _ = run(rows, make_rays())

    assert np.array_equal(found, run(make_triangles(), make_rays())[0])


def test_flat_triangle_is_never_met():
    rows = make_triangles().copy()
    rows[::2, 6:9] = rows[::2, 3:6]

    found, _ = run(rows, make_rays())

    assert (found[found != MISS] % 2 == 1).all()
