"""GGX and Fresnel terms: densities integrate to one, and sampling follows them."""

import numba
import numpy as np
import pytest
from scipy import stats

from renderer.kernels import microfacet
from renderer.kernels.math32 import sincos_turns
from tests.renderer.kernels.lobes import make_directions

pytestmark = pytest.mark.slow

F = np.float32
SHAPES = ((0.3, 0.3), (0.6, 0.15), (0.2, 0.9))


@numba.njit
def _densities(w, ax, ay, directions, facets, visible):
    viewer = (w[0], w[1], w[2])
    for i in range(len(directions)):
        h = (directions[i, 0], directions[i, 1], directions[i, 2])
        facets[i] = microfacet.eval_ggx(h, F(1.0), ax, ay)
        visible[i] = microfacet.sample_visible_normal_pdf(viewer, h, ax, ay)


@numba.njit
def _samples(w, ax, ay, u, out):
    for i in range(len(u)):
        turn = sincos_turns(u[i, 1])
        out[i] = microfacet.sample_visible_normal((w[0], w[1], w[2]), ax, ay, u[i, 0], turn)


@numba.njit
def _fresnel(cosine, eta):
    return microfacet.fresnel_dielectric(F(cosine), F(eta))


def viewer_at(cosine, azimuth):
    sine = np.sqrt(1.0 - cosine**2)
    return np.array([sine * np.cos(azimuth), sine * np.sin(azimuth), cosine], F)


def densities(w, shape, directions):
    facets, visible = np.zeros(len(directions), F), np.zeros(len(directions), F)
    _densities(w, F(shape[0]), F(shape[1]), directions.astype(F), facets, visible)
    return facets.astype(float), visible.astype(float)


@pytest.mark.parametrize("shape", SHAPES)
def test_facets_cover_the_surface_exactly_once(shape):
    directions, solid_angle = make_directions(600, 600, below=False)

    facets, _ = densities(viewer_at(0.5, 0.3), shape, directions)

    assert (facets * directions[:, 2]).sum() * solid_angle == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("azimuth", [0.0, 0.7, 1.57])
@pytest.mark.parametrize("cosine", [0.9, 0.4, 0.1])
def test_visible_normals_follow_their_density(cosine, azimuth, shape):
    w = viewer_at(cosine, azimuth)
    rows, columns, fine, count = 16, 24, 24, 200_000
    u = np.random.default_rng(7).random((count, 2), F)
    h = np.zeros((count, 3), F)

    _samples(w, F(shape[0]), F(shape[1]), u, h)

    directions, solid_angle = make_directions(rows * fine, columns * fine, below=False)
    _, visible = densities(w, shape, directions)
    assert visible.sum() * solid_angle == pytest.approx(1.0, abs=5e-3)
    expected = visible.reshape(rows, fine, columns, fine).sum(axis=(1, 3)).ravel()
    expected *= solid_angle * count
    row = np.clip(h[:, 2] * rows, 0, rows - 1).astype(int)
    column = (np.arctan2(h[:, 1], h[:, 0]) / (2.0 * np.pi) % 1.0 * columns).astype(int)
    seen = np.bincount(row * columns + np.minimum(column, columns - 1), minlength=rows * columns)
    large = expected > 20.0
    # The midpoint rule's own error, about 1 % where a lobe is narrow, must not count.
    distance = np.maximum(np.abs(seen - expected) - 0.015 * expected, 0.0)[large]
    statistic = (distance**2 / expected[large]).sum()
    assert statistic < stats.chi2.ppf(1.0 - 1e-4, large.sum() - 1)


@pytest.mark.parametrize("eta", [1.1, 1.5, 2.4])
def test_boundary_reflects_the_same_from_both_sides(eta):
    for cosine in (1.0, 0.7, 0.3, 0.05):
        inside = np.sqrt(1.0 - (1.0 - cosine**2) / eta**2)
        assert _fresnel(cosine, eta) == pytest.approx(_fresnel(inside, 1.0 / eta), abs=2e-5)


def test_boundary_reflects_as_fresnel_computed():
    assert _fresnel(1.0, 1.5) == pytest.approx(0.04, abs=1e-6)
    cosine = 0.5
    inside = np.sqrt(1.0 - 0.75 / 2.25)
    across = ((cosine - 1.5 * inside) / (cosine + 1.5 * inside)) ** 2
    along = ((1.5 * cosine - inside) / (1.5 * cosine + inside)) ** 2
    assert _fresnel(cosine, 1.5) == pytest.approx((across + along) / 2.0, abs=1e-6)


@pytest.mark.parametrize("cosine", [0.7, 0.3, 0.0])
def test_nothing_leaves_glass_beyond_the_critical_angle(cosine):
    assert _fresnel(cosine, 1.0 / 1.5) == 1.0


def test_boundary_between_equal_media_reflects_nothing():
    assert _fresnel(0.6, 1.0) == 0.0
