"""The stored tables of directional albedo against integrals of the lobes, done anew."""

import numba
import numpy as np
import pytest

from renderer.kernels import albedo
from renderer.kernels.albedo_table import load_albedo

pytestmark = pytest.mark.slow

COSINES = (0.1, 0.3, 0.6, 0.9, 1.0)
ROUGHNESSES = (0.2, 0.5, 0.8, 1.0)


@numba.njit
def _lookup(table, roughness, cosine, out):
    out[0], out[1] = albedo.eval_albedo(table, roughness, cosine)
    out[2] = albedo.eval_fuzz_albedo(table, roughness, cosine)
    out[3], out[4] = albedo.average_albedo(table, roughness)
    out[5] = albedo.average_fuzz_albedo(table, roughness)


def lookup(roughness, cosine):
    """(A, B, sheen, mean A, mean B, mean sheen)."""
    out = np.zeros(6, np.float32)
    _lookup(load_albedo(), np.float32(roughness), np.float32(cosine), out)
    return out


def hemisphere(rows=400, columns=400):
    """Directions of equal solid angle above the horizon, and that angle."""
    z = (np.arange(rows) + 0.5) / rows
    phi = (np.arange(columns) + 0.5) / columns * 2.0 * np.pi
    z, phi = (a.ravel() for a in np.meshgrid(z, phi, indexing="ij"))
    sine = np.sqrt(1.0 - z * z)
    return np.stack([sine * np.cos(phi), sine * np.sin(phi), z], 1), 2.0 * np.pi / len(z)


def smith(d, alpha):
    return 0.5 * (np.sqrt(1.0 + alpha**2 * (1.0 / d[..., 2] ** 2 - 1.0)) - 1.0)


def integrate_ggx(roughness, cosine):
    """(A, B) over all directions of light, in double precision."""
    alpha = roughness**2
    w = np.array([np.sqrt(1.0 - cosine**2), 0.0, cosine])
    wi, angle = hemisphere()
    h = w + wi
    h /= np.linalg.norm(h, axis=1, keepdims=True)
    t = (h[:, 0] ** 2 + h[:, 1] ** 2) / alpha**2 + h[:, 2] ** 2
    density = 1.0 / (np.pi * alpha**2 * t**2)
    value = density / (4.0 * cosine * (1.0 + smith(w, alpha) + smith(wi, alpha))) * angle
    fresnel = (1.0 - h @ w) ** 5
    return (value * (1.0 - fresnel)).sum(), (value * fresnel).sum()


@pytest.mark.parametrize("cosine", COSINES)
@pytest.mark.parametrize("roughness", ROUGHNESSES[1:])
def test_table_holds_the_integrals_of_ggx(roughness, cosine):
    values = lookup(roughness, cosine)

    # Between the table's steps it is linear, which grazing views of smooth surfaces show.
    np.testing.assert_allclose(values[:2], integrate_ggx(roughness, cosine), atol=0.006)


@pytest.mark.parametrize("roughness", ROUGHNESSES)
def test_means_are_those_of_the_table(roughness):
    cosines = (np.arange(2000) + 0.5) / 2000
    values = np.array([lookup(roughness, c) for c in cosines])
    values[:, 2] = np.minimum(values[:, 2], 1.0)

    expected = (values[:, :3] * 2.0 * cosines[:, None]).mean(axis=0)

    np.testing.assert_allclose(values[0, 3:], expected, atol=2e-3)


def test_smooth_mirror_reflects_everything_whatever_the_angle():
    for cosine in COSINES:
        a, b = lookup(0.0, cosine)[:2]
        assert a + b == pytest.approx(1.0, abs=2e-3)
        assert b == pytest.approx((1.0 - cosine) ** 5, abs=6e-3)


def test_reflected_share_never_exceeds_one():
    for roughness in np.linspace(0.0, 1.0, 40):
        for cosine in np.linspace(0.0, 1.0, 40):
            a, b = lookup(roughness, cosine)[:2]
            assert 0.0 <= a + b <= 1.0 + 1e-4
