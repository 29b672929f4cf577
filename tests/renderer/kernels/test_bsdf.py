"""Lobes and their mixes: densities and reciprocity. (Energy: `test_furnace`.)"""

import numpy as np
import pytest
from scipy import stats

from renderer.scene import Material
from tests.renderer.kernels.lobes import make_directions, make_lobes

pytestmark = pytest.mark.slow

WHITE = (1.0, 1.0, 1.0, 1.0)
OPAQUE = {
    "diffuse": Material(base_color=WHITE, metallic=0.0, specular=0.0),
    "plastic rough": Material(base_color=WHITE, metallic=0.0, roughness=0.8),
    "plastic": Material(base_color=WHITE, metallic=0.0, roughness=0.3),
    "metal rough": Material(base_color=WHITE, metallic=1.0, roughness=1.0),
    "metal": Material(base_color=WHITE, metallic=1.0, roughness=0.4),
    "half metal": Material(base_color=WHITE, metallic=0.5, roughness=0.5),
    "coated": Material(
        base_color=WHITE, metallic=0.0, roughness=0.6, clearcoat=1.0, clearcoat_roughness=0.3
    ),
    "coated metal": Material(base_color=WHITE, roughness=0.5, clearcoat=0.7),
    "velvet": Material(
        base_color=WHITE,
        metallic=0.0,
        roughness=0.9,
        sheen_color=(1.0, 1.0, 1.0),
        sheen_roughness=0.5,
    ),
    "gloss": Material(
        base_color=WHITE, specular_glossiness=True, glossiness=0.6, specular_color=(0.5, 0.5, 0.5)
    ),
}
GLASS = {
    "frosted": Material(
        base_color=WHITE, metallic=0.0, roughness=0.5, transmission=1.0, thickness=1.0
    ),
    "frosted pane": Material(base_color=WHITE, metallic=0.0, roughness=0.5, transmission=1.0),
    "milk glass": Material(
        base_color=WHITE, metallic=0.0, roughness=0.4, transmission=0.5, thickness=1.0
    ),
    "lacquered pane": Material(
        base_color=WHITE,
        metallic=0.0,
        roughness=0.5,
        transmission=1.0,
        clearcoat=1.0,
        clearcoat_roughness=0.3,
    ),
    "brushed glass": Material(
        base_color=WHITE,
        metallic=0.0,
        roughness=0.3,
        transmission=1.0,
        thickness=1.0,
        anisotropy=0.6,
        anisotropy_rotation=0.5,
    ),
    "frosted soap film": Material(
        base_color=WHITE, metallic=0.0, roughness=0.4, transmission=1.0, iridescence=1.0
    ),
}
LAYERED = {
    "lacquered mirror": Material(
        base_color=WHITE, roughness=0.0, clearcoat=1.0, clearcoat_roughness=0.35
    ),
    "lacquered metal": Material(
        base_color=WHITE, roughness=1.0, clearcoat=1.0, clearcoat_roughness=0.35
    ),
    "lacquered white": Material(
        base_color=WHITE, metallic=0.0, specular=0.0, clearcoat=1.0, clearcoat_roughness=0.0
    ),
    "rough lacquer": Material(
        base_color=WHITE, metallic=0.0, roughness=0.3, clearcoat=1.0, clearcoat_roughness=1.0
    ),
    "metal with fuzz": Material(
        base_color=WHITE, roughness=0.4, sheen_color=(1.0, 1.0, 1.0), sheen_roughness=0.4
    ),
    "lacquered velvet": Material(
        base_color=WHITE,
        metallic=0.0,
        roughness=0.4,
        sheen_color=(1.0, 1.0, 1.0),
        sheen_roughness=0.3,
        clearcoat=1.0,
    ),
    "brushed metal": Material(base_color=WHITE, roughness=0.3, anisotropy=0.7),
    "brushed plastic": Material(
        base_color=WHITE, metallic=0.0, roughness=0.5, anisotropy=1.0, anisotropy_rotation=0.6
    ),
    "film": Material(
        base_color=WHITE, metallic=0.0, roughness=0.3, iridescence=1.0, iridescence_ior=1.6
    ),
    "film on metal": Material(base_color=WHITE, roughness=0.4, iridescence=1.0),
    "brushed film": Material(
        base_color=WHITE,
        metallic=0.5,
        roughness=0.4,
        iridescence=0.7,
        anisotropy=0.5,
        clearcoat=0.5,
    ),
}
CLEAR = {
    "clear": Material(
        base_color=WHITE, metallic=0.0, roughness=0.0, transmission=1.0, thickness=1.0
    ),
    "pane": Material(base_color=WHITE, metallic=0.0, roughness=0.0, transmission=1.0),
    "soap film": Material(
        base_color=WHITE, metallic=0.0, roughness=0.0, transmission=1.0, iridescence=1.0
    ),
    "oiled glass": Material(
        base_color=WHITE,
        metallic=0.0,
        roughness=0.0,
        transmission=1.0,
        thickness=1.0,
        iridescence=0.8,
        iridescence_ior=1.8,
    ),
    "mirror": Material(base_color=WHITE, metallic=1.0, roughness=0.0),
    "lacquer": Material(base_color=WHITE, metallic=0.0, roughness=0.0),
}
COSINES = (0.95, 0.6, 0.25, 0.08)


@pytest.mark.parametrize("cosine", COSINES)
@pytest.mark.parametrize("name", [*OPAQUE, *LAYERED, *GLASS])
def test_sampled_directions_follow_their_density(name, cosine):
    below = name in GLASS
    # Off the brushed ones' axes.
    lobes = make_lobes({**OPAQUE, **LAYERED, **GLASS}[name], cosine, azimuth=0.7, band=1)
    rows, columns, fine = 24 if below else 12, 24, 32
    count = 200_000

    directions, _, pdf = lobes.sample(count)
    directions = directions[pdf > 0.0]
    low = -1.0 if below else 0.0
    row = np.clip((directions[:, 2] - low) / (1.0 - low) * rows, 0, rows - 1).astype(int)
    angle = np.arctan2(directions[:, 1], directions[:, 0]) / (2.0 * np.pi) % 1.0
    seen = np.bincount(
        row * columns + np.minimum(angle * columns, columns - 1).astype(int),
        minlength=rows * columns,
    )
    cells, solid_angle = make_directions(rows * fine, columns * fine, below=below)
    _, densities = lobes.eval(cells)
    expected = densities.reshape(rows, fine, columns, fine).sum(axis=(1, 3)).ravel()
    expected = expected * solid_angle * count

    _assert_chi_square(seen, expected)


def _assert_chi_square(seen: np.ndarray, expected: np.ndarray) -> None:
    """Pool small cells and test at a level that 100 tests pass together."""
    large = expected >= 20.0
    seen = np.append(seen[large], seen[~large].sum())
    expected = np.append(expected[large], expected[~large].sum())
    # The midpoint rule's own error, about 1 % where a lobe is narrow, must not count.
    slack = 0.015 * expected
    distance = np.maximum(np.abs(seen - expected) - slack, 0.0)
    statistic = float((distance**2 / np.maximum(expected, 1.0)).sum())
    assert statistic < stats.chi2.ppf(1.0 - 1e-4, len(seen) - 1)


@pytest.mark.parametrize("azimuth", [0.0, 0.4, 1.8, 3.1])
@pytest.mark.parametrize("name", [*OPAQUE, *LAYERED])
def test_opaque_material_is_reciprocal(name, azimuth):
    what = {**OPAQUE, **LAYERED}[name]
    one, other = make_lobes(what, 0.8), make_lobes(what, 0.35, azimuth=azimuth)

    there, _ = one.eval(other.viewer[None])
    back, _ = other.eval(one.viewer[None])

    # eval holds the cosine of its argument.
    np.testing.assert_allclose(there / other.viewer[2], back / one.viewer[2], rtol=2e-3, atol=1e-6)


@pytest.mark.parametrize("name", [*OPAQUE, *LAYERED, *GLASS])
def test_weight_of_a_sample_is_its_value_over_its_density(name):
    lobes = make_lobes({**OPAQUE, **LAYERED, **GLASS}[name], 0.6)

    directions, weights, pdf = lobes.sample(2000)
    usable = pdf > 0.0
    f, density = lobes.eval(directions[usable])

    np.testing.assert_allclose(density, pdf[usable], rtol=1e-5)
    np.testing.assert_allclose(f / density[:, None], weights[usable], rtol=1e-4, atol=1e-6)


def test_glass_seen_from_inside_reflects_all_beyond_the_critical_angle():
    lobes = make_lobes(CLEAR["clear"], 0.5, front=False)

    directions, weights, _ = lobes.sample(1000)

    assert (directions[:, 2] > 0.0).all()
    np.testing.assert_allclose(weights, 1.0, rtol=1e-5)


def test_clear_pane_lets_light_go_straight_on():
    lobes = make_lobes(CLEAR["pane"], 0.7)

    directions, _, _ = lobes.sample(1000)
    through = directions[directions[:, 2] < 0.0]

    assert len(through) > 850
    np.testing.assert_allclose(through, np.tile(-lobes.viewer, (len(through), 1)), atol=1e-6)
