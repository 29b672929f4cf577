import numpy as np
import pytest
from scenes import make_quad, make_scene, make_sphere, place

from renderer import sight
from renderer.scene import Instance, Material
from renderer.sight import measure_distance

GREY = (Material(),)


def test_ray_meets_the_nearer_of_two_instances():
    scene = make_scene(
        make_sphere(0, 1.0, 64),
        materials=GREY,
        instances=(Instance(0, place(z=-5)), Instance(0, place(z=-9))),
    )

    seen = measure_distance(scene, np.zeros(3), np.array([0.01, 0.02, -1.0]))

    assert seen == pytest.approx(4.0, abs=0.01)


def test_distance_counts_in_lengths_of_the_direction_through_any_transform():
    turn = np.array([[0, 0, -3.0, 1], [0, 0.5, 0, 0], [2.0, 0, 0, -7], [0, 0, 0, 1]])
    scene = make_scene(make_quad(0), materials=GREY, instances=(Instance(0, turn),))

    # The square stands at x = 1, in the yz plane, around z = -7.
    seen = measure_distance(scene, np.array([-2.0, 0.1, -7.5]), np.array([0.5, 0.0, 0.0]))

    assert seen == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("origin", "direction"),
    [
        ((0.0, 0.0, 3.0), (0.0, 0.0, 1.0)),  # behind
        ((3.0, 0.0, 3.0), (0.0, 0.0, -1.0)),  # beside
        ((0.0, 0.0, 3.0), (1.0, 0.0, 0.0)),  # parallel
        ((0.0, 0.5, 0.0), (1.0, 0.0, 0.0)),  # in its very plane
    ],
)
def test_ray_that_meets_nothing_has_no_distance(origin, direction):
    scene = make_scene(make_quad(0), materials=GREY)

    assert measure_distance(scene, np.array(origin), np.array(direction)) is None


def test_flat_and_empty_instances_are_passed_over():
    flat = np.diag([1.0, 1.0, 0.0, 1.0])
    scene = make_scene(make_quad(0), materials=GREY, instances=(Instance(0, flat),))

    assert measure_distance(scene, np.array([0.0, 0, 3]), np.array([0.0, 0, -1])) is None


def test_triangles_of_every_chunk_count(monkeypatch):
    monkeypatch.setattr(sight, "_CHUNK", 7)
    scene = make_scene(make_sphere(0, 1.0, 16), materials=GREY)

    for axis in np.concatenate([np.eye(3), -np.eye(3)]) + 0.01:
        assert measure_distance(scene, -3.0 * axis, axis) == pytest.approx(2.0, abs=0.03)
