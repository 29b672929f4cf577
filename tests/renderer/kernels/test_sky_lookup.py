"""Sampling the environment: its density, its sun, and lanes against one by one."""

import numpy as np
import pytest
from scipy import stats

from renderer.kernels.environment import eval_environment, sample_environment
from renderer.layout.geometry import pack_geometry
from renderer.layout.lights import pack_lights
from renderer.layout.space import make_space
from renderer.scene import Environment, Sun
from tests.renderer.kernels.lane_runner import run_both_ways
from tests.renderer.scenes import WHITE, make_quad, make_scene

SUN = Sun(np.array([0.48, 0.6, -0.64]), 0.2, (30.0, 20.0, 10.0))
COUNT = 1 << 16


def make_map(height=12, width=20):
    """Mostly dark, with some bright texels, one at a pole."""
    rng = np.random.default_rng(4)
    radiance = rng.random((height, width, 3)).astype(np.float32) ** 4
    radiance[3, 5] = 40.0
    radiance[0, 9] = 25.0
    radiance[8, 0] = 10.0
    return radiance


def pack(environment):
    scene = make_scene(make_quad(0), materials=(WHITE,), environment=environment)
    space = make_space(scene)
    return pack_lights(scene, pack_geometry(scene, space), space)


def sample(lights, table, i):
    d, _, pdf = sample_environment(lights, table[i, 0], table[i, 1])
    return d[0], d[1], d[2], pdf


def weigh(lights, table, i):
    _, (r, g, b), pdf = sample_environment(lights, table[i, 0], table[i, 1])
    return r, g, b, pdf


def look(lights, table, i):
    (r, g, b), pdf = eval_environment(lights, (table[i, 0], table[i, 1], table[i, 2]))
    return r, g, b, pdf


def uniform_directions(count):
    """An even spread over the sphere (Fibonacci)."""
    number = np.arange(count) + 0.5
    z = 1.0 - 2.0 * number / count
    phi = number * np.pi * (3.0 - np.sqrt(5.0))
    s = np.sqrt(1.0 - z * z)
    return np.stack([s * np.cos(phi), z, s * np.sin(phi)], axis=1).astype(np.float32)


def randoms(count=COUNT, seed=2):
    """All of the first number's steps that matter: also 0 and the largest below 1."""
    values = np.random.default_rng(seed).random((count, 2)).astype(np.float32)
    values = np.minimum(values, np.float32(1.0 - 2.0**-24))
    values[:4] = [[0, 0], [0, 1 - 2.0**-24], [1 - 2.0**-24, 0], [1 - 2.0**-24, 1 - 2.0**-24]]
    return values


@pytest.fixture(scope="module", params=["map", "map turned", "map and sun", "one texel"])
def lights(request):
    environments = {
        "map": Environment(make_map()),
        "map turned": Environment(make_map(), rotation=2.1, strength=0.5),
        "map and sun": Environment(make_map(), rotation=0.7, strength=2.0, sun=SUN),
        "one texel": Environment(np.ones((1, 1, 3), np.float32)),
    }
    return pack(environments[request.param])


@pytest.fixture(scope="module")
def samples(lights):
    return run_both_ways(sample, lights, randoms())


def test_lanes_sample_the_same_bits_as_one_by_one(samples):
    one_by_one, by_lanes = samples

    assert by_lanes.tobytes() == one_by_one.tobytes()
    assert np.isfinite(by_lanes).all()


def test_chosen_light_is_what_the_direction_shows(lights, samples):
    """Up to the rounding of the way there and back, which may cross a texel's edge."""
    _, chosen = run_both_ways(weigh, lights, randoms())
    _, seen = run_both_ways(look, lights, samples[1][:, :3].copy())

    is_same = np.isclose(chosen, seen, rtol=2e-2, atol=1e-4).all(axis=1)
    assert is_same.mean() > 0.995


def test_lanes_evaluate_the_same_bits_as_one_by_one(lights):
    one_by_one, by_lanes = run_both_ways(look, lights, uniform_directions(4096))

    assert by_lanes.tobytes() == one_by_one.tobytes()


def test_density_integrates_to_one(lights):
    _, seen = run_both_ways(look, lights, uniform_directions(1 << 20))

    assert 4.0 * np.pi * seen[:, 3].astype(np.float64).mean() == pytest.approx(1.0, abs=0.005)


def test_directions_are_distributed_as_the_density_says(lights, samples):
    """Chi-square over cells of equal solid angle."""
    directions = samples[1][:, :3].astype(np.float64)
    assert np.allclose(np.linalg.norm(directions, axis=1), 1.0, atol=1e-5)
    rows, columns = 16, 32
    observed = _count_cells(directions, rows, columns)
    fine = uniform_directions(1 << 20)
    _, seen = run_both_ways(look, lights, fine)
    cells = _cell_numbers(fine.astype(np.float64), rows, columns)
    density = np.bincount(cells, seen[:, 3].astype(np.float64)) / np.bincount(cells)
    expected = density / density.sum() * observed.sum()
    chi_square = ((observed - expected) ** 2 / expected).sum()

    assert stats.chi2.sf(chi_square, rows * columns - 1) > 1e-4


def _cell_numbers(directions, rows, columns):
    row = np.clip(((directions[:, 1] + 1.0) / 2.0 * rows).astype(int), 0, rows - 1)
    turn = np.arctan2(directions[:, 2], directions[:, 0]) / (2.0 * np.pi) + 0.5
    return row * columns + np.clip((turn * columns).astype(int), 0, columns - 1)


def _count_cells(directions, rows, columns):
    return np.bincount(_cell_numbers(directions, rows, columns), minlength=rows * columns)


def test_light_is_the_same_by_chance_and_by_choice(lights, samples):
    """Irradiance of the whole sphere: chosen samples weighed, against uniform ones."""
    _, seen = run_both_ways(look, lights, samples[1][:, :3].copy())
    chosen = (seen[:, :3] / seen[:, 3:]).astype(np.float64)
    _, uniform = run_both_ways(look, lights, uniform_directions(1 << 20))
    expected = uniform[:, :3].astype(np.float64).mean(axis=0) * 4.0 * np.pi

    error = 4.0 * chosen.std(axis=0) / np.sqrt(COUNT) + 2e-3 * expected

    assert np.all(np.abs(chosen.mean(axis=0) - expected) <= error)
    assert np.all(chosen.std(axis=0) < 6.0 * expected)  # sampled by brightness: no fireflies


def test_sun_gives_its_irradiance_and_turns_with_the_map():
    black = np.zeros((4, 8, 3), np.float32)
    lights = pack(Environment(black, rotation=np.pi / 2.0, strength=2.0, sun=SUN))
    _, chosen = run_both_ways(sample, lights, randoms())
    _, seen = run_both_ways(look, lights, chosen[:, :3].copy())
    # A quarter turn about +Y moves -Z to -X.
    expected = np.array([-0.64, 0.6, -0.48])

    irradiance = (seen[:, :3] / seen[:, 3:]).astype(np.float64).mean(axis=0)

    np.testing.assert_allclose(irradiance, 2.0 * np.array(SUN.irradiance), rtol=0.02)
    is_sun = seen[:, 0] > 0.0
    cosines = chosen[is_sun, :3] @ expected
    assert np.all(cosines >= np.cos(SUN.radius) - 1e-6)
    # Uniform over the disc: the squared radius is.
    versines = (1.0 - cosines.astype(np.float64)) / (1.0 - np.cos(SUN.radius))
    assert stats.kstest(versines, "uniform").pvalue > 1e-4


def test_guide_begins_every_search_at_or_before_its_interval():
    lights = pack(Environment(make_map(64, 96)))
    columns = lights.columns.reshape(64, 97)
    guide = lights.columns_guide.reshape(64, -1)
    steps = guide.shape[1] - 1

    for row in range(64):
        for step in range(steps):
            low, high = guide[row, step], guide[row, step + 1] + 1
            assert columns[row, low] <= step / steps
            assert columns[row, high] >= (step + 1) / steps - 1e-7 or high == 96
