"""Tables of colours against formulas, and against scipy's interpolation where it must agree."""

import numpy as np
import pytest

from renderer.lut import Domain, Lut, apply_lut, make_cube


def make_table(color_of, size, low=0.0, high=1.0):
    """A cube of what `color_of` gives for (n, 3) values between low and high."""
    axis = np.linspace(low, high, size)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    values = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    colors = np.asarray(color_of(values), np.float32).reshape(size, size, size, 3)
    return make_cube(colors)


@pytest.fixture
def values():
    chance = np.random.default_rng(1).random((9000, 3), dtype=np.float32)
    corners = np.array(np.meshgrid(*[[0.0, 0.5, 1.0]] * 3)).reshape(3, -1).T
    greys = np.repeat(np.linspace(0, 1, 50)[:, None], 3, axis=1)
    return np.concatenate([chance, corners, greys]).astype(np.float32)


@pytest.mark.parametrize("size", [2, 3, 17, 33])
def test_identity_cube_changes_nothing(values, size):
    found = apply_lut(Lut("identity", cube=make_table(lambda v: v, size)), values)
    np.testing.assert_allclose(found, values, atol=3e-7)


def test_cube_that_mixes_the_components_is_exact_between_its_entries(values):
    # Tetrahedra interpolate what is linear without error, whatever order the components have.
    matrix = np.array([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [-0.4, 0.2, 1.1]])

    found = apply_lut(Lut("matrix", cube=make_table(lambda v: v @ matrix.T, 5)), values)

    np.testing.assert_allclose(found, values @ matrix.T, atol=1e-6)


def test_entries_of_a_cube_are_met_exactly():
    colors = np.random.default_rng(2).random((4, 4, 4, 3)).astype(np.float32)
    at = np.array([[3, 0, 0], [0, 3, 0], [0, 0, 3], [1, 2, 3]], np.float32) / np.float32(3)

    found = apply_lut(Lut("chance", cube=make_cube(colors)), at)

    np.testing.assert_allclose(
        found, [colors[0, 0, 3], colors[0, 3, 0], colors[3, 0, 0], colors[3, 2, 1]], atol=2e-7
    )


def test_greys_are_mixed_of_greys_alone():
    # Everything but the diagonal is wrong: a grey must not notice.
    def color(v):
        grey = (v == v[:, :1]).all(axis=1, keepdims=True)
        return np.where(grey, v, 9.0)

    greys = np.repeat(np.linspace(0, 1, 777, dtype=np.float32)[:, None], 3, axis=1)
    found = apply_lut(Lut("greys", cube=make_table(color, 9)), greys)

    np.testing.assert_allclose(found, greys, atol=3e-7)


def test_point_is_mixed_of_the_four_corners_of_its_tetrahedron():
    colors = np.random.default_rng(3).random((2, 2, 2, 3)).astype(np.float32)
    point = np.array([[0.2, 0.7, 0.4]], np.float32)  # green, then blue, then red
    black, green, cyan, white = colors[0, 0, 0], colors[0, 1, 0], colors[1, 1, 0], colors[1, 1, 1]

    found = apply_lut(Lut("chance", cube=make_cube(colors)), point)

    np.testing.assert_allclose(
        found[0], 0.3 * black + 0.3 * green + 0.2 * cyan + 0.2 * white, atol=1e-6
    )


def test_curves_are_lines_between_their_entries():
    curves = np.array([[0, 1, 0], [0.2, 0.5, 0], [1, 0, 4]], np.float32)
    points = np.array([[0, 0, 0], [0.25, 0.25, 0.25], [0.75, 0.75, 0.75], [1, 1, 1]], np.float32)

    found = apply_lut(Lut("curves", curves=curves), points)

    np.testing.assert_allclose(found, [[0, 1, 0], [0.1, 0.75, 0], [0.6, 0.25, 2], [1, 0, 4]], 1e-6)


def test_domain_says_what_the_first_and_last_entries_stand_for():
    domain = Domain((-1.0, 0.0, 0.0), (1.0, 4.0, 0.5))
    lut = Lut("domain", curves=np.array([[0] * 3, [1] * 3], np.float32), curves_domain=domain)

    inside = apply_lut(lut, np.array([[0.0, 1.0, 0.25]], np.float32))
    outside = apply_lut(lut, np.array([[-9.0, 9.0, 1e28]], np.float32))

    np.testing.assert_allclose(inside, [[0.5, 0.25, 0.5]])
    np.testing.assert_array_equal(outside, [[0.0, 1.0, 1.0]])


def test_curves_come_before_the_cube():
    lut = Lut(
        "both",
        curves=np.array([[0] * 3, [2] * 3], np.float32),
        cube=make_table(lambda v: v * 10, 3, high=2.0),
        cube_domain=Domain(high=(2.0, 2.0, 2.0)),
    )
    point = np.array([[0.1, 0.5, 0.9]], np.float32)
    np.testing.assert_allclose(apply_lut(lut, point), point * 20, rtol=1e-6)


def test_length_of_the_array_matters_to_no_colour(values):
    lut = Lut("chance", cube=make_cube(np.random.default_rng(4).random((9, 9, 9, 3))))
    alone = np.concatenate([apply_lut(lut, values[i : i + 1]) for i in range(40)])
    np.testing.assert_array_equal(apply_lut(lut, values)[:40], alone)


@pytest.mark.parametrize("high", [(1.0, 0.0, 1.0), (1.0, float("nan"), 1.0)])
def test_domain_without_room_is_refused(high):
    with pytest.raises(ValueError, match="ends where it begins"):
        Domain(high=high)


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"curves": np.zeros((1, 3), np.float32)},
        {"curves": np.zeros((5, 4), np.float32)},
        {"cube": np.zeros((2, 2, 2, 3), np.float32)},
    ],
)
def test_tables_of_other_shapes_are_refused(tables):
    with pytest.raises(ValueError, match=r"must be of the shape|needs curves or a cube"):
        Lut("bad", **tables)
