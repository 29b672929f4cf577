"""The light tree: complete, its probabilities right, and better than a choice by power."""

import numpy as np
import pytest
from scipy import stats

from renderer.kernels import data
from renderer.kernels.lane_functions import select, to_float, to_int, to_word
from renderer.kernels.light_tree import sample_tree, sample_tree_pdf
from renderer.kernels.math32 import F
from renderer.layout.geometry import pack_geometry
from renderer.layout.lights import FEW_LIGHTS, pack_lights
from renderer.layout.space import make_space
from renderer.scene import Environment, LightKind, Material, Mesh, PunctualLight
from tests.renderer.kernels.lane_runner import run_both_ways
from tests.renderer.scenes import WHITE, make_quad, make_scene, place

LAMPS = 300
GLOWING = Material(emission=(3.0, 2.0, 1.0))
ZERO, HALF = F(0.0), F(0.5)


def make_lamps(count=LAMPS):
    """Small triangles of many sizes and directions, two of them without area."""
    rng = np.random.default_rng(8)
    centers = rng.uniform(-1.0, 1.0, (count, 1, 3))
    corners = centers + rng.normal(size=(count, 3, 3)) * rng.uniform(0.001, 0.1, (count, 1, 1))
    corners[:2] = corners[:2, :1]
    triangles = np.arange(3 * count, dtype=np.int32).reshape(-1, 3)
    return Mesh(corners.reshape(-1, 3).astype(np.float32), triangles, 1)


def make_lights(**more):
    spot = PunctualLight(
        LightKind.SPOT, np.ones(3, np.float32) * 0.05, place(0.2, 0.9, 0.1), outer_angle=0.5
    )
    point = PunctualLight(LightKind.POINT, np.ones(3, np.float32) * 0.02, place(0.5, 0.5, 0.5))
    scene = make_scene(
        make_quad(0), make_lamps(), materials=(WHITE, GLOWING), lights=(spot, point), **more
    )
    space = make_space(scene)
    packed = pack_geometry(scene, space)
    return pack_lights(scene, packed, space), packed


@pytest.fixture(scope="module")
def lights():
    return make_lights()[0]


def sample(lights, table, i):
    """Columns: point, normal, u. Returns number, chance and what is left of u."""
    point = (table[i, 0], table[i, 1], table[i, 2])
    normal = (table[i, 3], table[i, 4], table[i, 5])
    u = table[i, 6]
    light, chance, rest = sample_tree(lights.tree, u >= ZERO, point, normal, u)
    return to_float(light), chance, rest, ZERO * u


def weigh(lights, table, i):
    """Columns: point, normal, number of the light. Returns the probability of its choice."""
    point = (table[i, 0], table[i, 1], table[i, 2])
    normal = (table[i, 3], table[i, 4], table[i, 5])
    number = to_int(table[i, 6])
    trail = to_word(lights.table[number].trail)
    wanted = table[i, 6] >= ZERO
    pdf = sample_tree_pdf(lights.tree, wanted, trail, point, normal)
    return pdf, ZERO * pdf, ZERO * pdf, select(wanted, HALF, ZERO)


def children(lights):
    return lights.tree.view(data.LIGHT_NODE)[:, 0]["child"]


def make_receivers(count, seed=3):
    """Points in and around the lamps; every fourth takes light from both sides."""
    rng = np.random.default_rng(seed)
    table = np.zeros((count, 7), np.float32)
    table[:, :3] = rng.uniform(-1.5, 1.5, (count, 3))
    normals = rng.normal(size=(count, 3))
    table[:, 3:6] = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    table[::4, 3:6] = 0.0
    table[:, 6] = np.minimum(rng.random(count), 1.0 - 2.0**-24)
    return table


def probabilities(lights, receiver):
    """The probability of each light of the tree for one receiver."""
    first = int(lights.environment["choices"][0])
    numbers = np.arange(first, len(lights.table))
    table = np.tile(receiver, (16 * ((len(numbers) + 15) // 16), 1)).astype(np.float32)
    table[:, 6] = first
    table[: len(numbers), 6] = numbers
    return run_both_ways(weigh, lights, table)[1][: len(numbers), 0].astype(np.float64)


def test_tree_holds_every_light_that_has_power_once(lights):
    leaves = children(lights) < 0
    numbers = -1 - children(lights)[leaves]
    first = int(lights.environment["choices"][0])

    assert first == 1
    assert lights.table["kind"][0] == data.LIGHT_TREE
    assert sorted(numbers) == list(range(first, first + LAMPS - 2 + 2))


def test_trails_lead_from_the_root_to_their_light(lights):
    for number in range(1, len(lights.table)):
        node, trail = 0, int(lights.table["trail"][number])
        while children(lights)[node] >= 0:
            node = int(children(lights)[node]) + (trail & 1)
            trail >>= 1
        assert -1 - children(lights)[node] == number
        assert trail == 0


def test_lanes_choose_and_weigh_the_same_bits_as_one_by_one(lights):
    receivers = make_receivers(4096)
    chosen, chosen_by_lanes = run_both_ways(sample, lights, receivers)
    receivers[:, 6] = np.maximum(chosen[:, 0], 1.0)
    weighed, weighed_by_lanes = run_both_ways(weigh, lights, receivers)

    assert chosen_by_lanes.tobytes() == chosen.tobytes()
    assert weighed_by_lanes.tobytes() == weighed.tobytes()


def test_chance_of_a_choice_is_its_density(lights):
    receivers = make_receivers(4096)
    _, chosen = run_both_ways(sample, lights, receivers)
    found = chosen[:, 1] > 0.0
    receivers[:, 6] = np.maximum(chosen[:, 0], 1.0)
    _, weighed = run_both_ways(weigh, lights, receivers)

    assert found.mean() > 0.6  # some look away from all lamps
    np.testing.assert_array_equal(weighed[found, 0], chosen[found, 1])
    assert np.all((chosen[:, 2] >= 0.0) & (chosen[:, 2] < 1.0))


def test_probabilities_of_all_lights_add_up_to_one(lights):
    receivers = make_receivers(32, seed=5)
    sums = [probabilities(lights, receiver).sum() for receiver in receivers[::4]]

    np.testing.assert_allclose(sums, 1.0, atol=1e-4)


def test_few_choices_end_where_no_light_is(lights):
    """A node may promise light that both its children then do not."""
    sums = [probabilities(lights, receiver).sum() for receiver in make_receivers(32, seed=5)]

    assert max(sums) <= 1.0 + 1e-4
    assert np.median(sums) > 0.97


def test_lights_are_chosen_as_often_as_the_density_says(lights):
    count = 1 << 16
    receivers = np.tile(make_receivers(1, seed=11), (count, 1))
    receivers[:, 6] = (np.arange(count) + 0.5) / count
    _, chosen = run_both_ways(sample, lights, receivers)
    expected = probabilities(lights, receivers[0]) * count
    observed = np.bincount(chosen[:, 0].astype(int) - 1, minlength=len(expected))

    assert np.all(observed[expected == 0.0] == 0)
    assert np.abs(observed - expected).max() <= 3.0  # even steps of u leave nothing to chance


def test_rest_of_the_random_number_is_even_again(lights):
    count = 1 << 16
    receivers = np.tile(make_receivers(1, seed=11), (count, 1))
    receivers[:, 6] = np.random.default_rng(1).random(count)
    receivers[:, 6] = np.minimum(receivers[:, 6], 1.0 - 2.0**-24)
    _, chosen = run_both_ways(sample, lights, receivers)
    often = np.bincount(chosen[:, 0].astype(int)).argmax()

    rest = chosen[chosen[:, 0] == often, 2]

    assert len(rest) > 300
    assert stats.kstest(rest, "uniform").pvalue > 1e-4


def light_of(triangles, receiver):
    """Light that a receiver gets from the middle of each triangle, up to a factor."""
    v0, e1, e2 = triangles[:, 0:3], triangles[:, 3:6], triangles[:, 6:9]
    way = v0 + (e1 + e2) / 3.0 - receiver[:3]
    distance2 = (way**2).sum(axis=1)
    way /= np.sqrt(distance2)[:, None]
    cosine = np.abs((np.cross(e1, e2) * way).sum(axis=1)) / 2.0
    normal = receiver[3:6]
    facing = way @ normal if np.any(normal) else np.ones(len(way))
    return cosine * np.maximum(facing, 0.0) / distance2


def test_no_light_that_reaches_a_point_is_left_out_and_near_ones_are_likelier():
    lights, packed = make_lights()
    is_triangle = lights.table["kind"][1:] == data.LIGHT_TRIANGLE
    triangles = packed.geometry.triangles[lights.table["triangle"][1:][is_triangle]]
    gains = []
    for receiver in make_receivers(32, seed=9):
        light = light_of(triangles.astype(np.float64), receiver.astype(np.float64))
        chance = probabilities(lights, receiver)[is_triangle]
        if not light.sum() > 0.0:
            continue
        assert np.all(chance[light > 1e-6 * light.sum()] > 0.0)
        by_power = lights.table["area"][1:][is_triangle].astype(np.float64)
        by_power /= by_power.sum()
        chance /= max(chance.sum(), 1e-30)
        lit = light > 0.0
        # Second moment of the estimate of all the light by one sample; its square at the best.
        noise = (light[lit] ** 2 / np.maximum(chance[lit], 1e-30)).sum()
        gains.append((light[lit] ** 2 / by_power[lit]).sum() / noise)

    assert min(gains) > 1.0  # nowhere worse than by power
    assert np.mean(gains) > 3.0


def test_few_lights_are_chosen_by_power_without_a_tree():
    scene = make_scene(make_quad(0), make_lamps(FEW_LIGHTS + 2), materials=(WHITE, GLOWING))
    space = make_space(scene)
    lights = pack_lights(scene, pack_geometry(scene, space), space)

    assert len(lights.tree) == 0
    assert len(lights.table) == lights.environment["choices"][0] == FEW_LIGHTS
    assert lights.table["chance"].sum() == pytest.approx(1.0)


def test_sky_and_tree_share_the_choice():
    lights, _ = make_lights(environment=Environment(np.full((2, 4, 3), 1e6, np.float32)))
    choices = lights.table[: int(lights.environment["choices"][0])]

    assert sorted(choices["kind"]) == [data.LIGHT_ENVIRONMENT, data.LIGHT_TREE]
    assert choices["chance"].sum() == pytest.approx(1.0)
    assert choices["chance"].min() >= 0.12  # however bright the sky
    tree_chance = choices["chance"][choices["kind"] == data.LIGHT_TREE]
    assert np.all(lights.table["chance"][len(choices) :] == tree_chance)
