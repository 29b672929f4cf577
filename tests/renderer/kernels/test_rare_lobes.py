"""Brushed metal, thin films, prisms and layers: that they do what their extensions say."""

import numpy as np
import pytest

from renderer.scene import Image, Material, TextureSlot
from tests.renderer.kernels.lobes import make_lobes

pytestmark = pytest.mark.slow

PRISM = Material(
    metallic=0.0, roughness=0.0, transmission=1.0, thickness=1.0, ior=1.5, dispersion=2.0
)


def spread(lobes):
    """Standard deviations of the sampled directions along the frame's x and y."""
    directions, _, pdf = lobes.sample(20_000)
    return directions[pdf > 0.0, :2].std(axis=0)


def test_brushed_metal_scatters_along_its_direction():
    along, across = spread(make_lobes(Material(roughness=0.2, anisotropy=0.8), 0.99))

    assert along > 1.5 * across


@pytest.mark.parametrize(("red", "turn"), [(255, 0.0), (128, np.pi / 2)])
def test_direction_of_brushing_comes_from_the_texture(red, turn):
    green = 255 if red == 128 else 128
    texels = np.full((2, 2, 3), (red, green, 255), np.uint8)
    textured = Material(roughness=0.2, anisotropy=0.8, anisotropy_slot=TextureSlot(0))
    turned = Material(roughness=0.2, anisotropy=0.8, anisotropy_rotation=turn)

    lobes = make_lobes(textured, 0.7, azimuth=0.3, images=(Image("direction", texels),))

    # The viewer's direction is given in the turned frame.
    expected = make_lobes(turned, 0.7, azimuth=0.3).viewer
    np.testing.assert_allclose(lobes.viewer, expected, atol=0.01)


def test_rotation_turns_the_brushing_counter_clockwise_from_the_tangent():
    viewer = make_lobes(Material(anisotropy=0.8, anisotropy_rotation=0.3), 0.7, azimuth=0.3).viewer

    # The tangent, along u, is turned to where the viewer stands.
    assert viewer[1] == pytest.approx(0.0, abs=1e-5)
    assert viewer[0] > 0.7


def test_strength_of_brushing_comes_from_the_textures_blue():
    flat = Image("no strength", np.full((2, 2, 3), (255, 128, 0), np.uint8))
    what = Material(roughness=0.3, anisotropy=1.0, anisotropy_slot=TextureSlot(0))

    along, across = spread(make_lobes(what, 0.99, images=(flat,)))

    assert along == pytest.approx(across, rel=0.05)


def reflectance(what, cosine, **more):
    """What a smooth surface mirrors, per channel."""
    directions, weights, pdf = make_lobes(what, cosine, **more).sample(100_000)
    mirrored = (pdf == 0.0) & (directions[:, 2] > 0.0)
    return np.where(mirrored[:, None], weights, 0.0).mean(axis=0, dtype=np.float64)


def test_film_colours_a_mirror_more_than_its_base_does():
    film = Material(roughness=0.0, base_color=(0.9, 0.9, 0.9, 1.0), iridescence=1.0)

    colors = [reflectance(film, cosine) for cosine in (1.0, 0.6, 0.3)]

    assert all(np.ptp(color) > 0.01 for color in colors)
    assert np.ptp(np.array(colors)[:, 0]) > 0.01  # and the colour changes with the angle


def test_film_of_no_strength_changes_nothing():
    plain = Material(roughness=0.0, metallic=0.0, base_color=(0.5, 0.5, 0.5, 1.0))
    none = Image("none", np.zeros((2, 2, 3), np.uint8))
    film = Material(
        roughness=0.0,
        metallic=0.0,
        base_color=(0.5, 0.5, 0.5, 1.0),
        iridescence=1.0,
        iridescence_slot=TextureSlot(0),
    )

    np.testing.assert_allclose(
        reflectance(film, 0.7, images=(none,)), reflectance(plain, 0.7), rtol=0.02
    )


def test_film_is_as_thick_as_its_texture_says():
    half = Image("half", np.full((2, 2, 3), 128, np.uint8))
    textured = Material(
        roughness=0.0,
        iridescence=1.0,
        iridescence_thickness_nm=(100.0, 500.0),
        iridescence_thickness_slot=TextureSlot(0),
    )
    nanometres = 100.0 + 400.0 * 128 / 255
    plain = Material(roughness=0.0, iridescence=1.0, iridescence_thickness_nm=(0.0, nanometres))

    np.testing.assert_allclose(
        reflectance(textured, 0.8, images=(half,)), reflectance(plain, 0.8), atol=1e-4
    )


def test_soap_film_passes_on_what_it_does_not_reflect():
    soap = Material(metallic=0.0, roughness=0.0, transmission=1.0, iridescence=1.0)

    directions, weights, _ = make_lobes(soap, 0.7).sample(200_000)
    through = np.where(directions[:, 2:] < 0.0, weights, 0.0).mean(axis=0, dtype=np.float64)

    mirrored = reflectance(soap, 0.7)
    assert np.ptp(mirrored) > 0.02
    np.testing.assert_allclose(through + mirrored, 1.0, atol=0.005)


def refracted(band):
    """(direction, mean weight) of light that a prism lets through."""
    directions, weights, _ = make_lobes(PRISM, 0.6, band=band).sample(20_000)
    is_through = directions[:, 2] < 0.0
    return directions[is_through][0], np.where(is_through[:, None], weights, 0.0).mean(
        axis=0, dtype=np.float64
    )


def test_prism_bends_blue_more_than_red():
    red, _ = refracted(0)
    green, _ = refracted(1)
    blue, _ = refracted(2)

    assert red[2] > green[2] > blue[2]  # steeper is further down
    sine = np.sqrt(1.0 - 0.6**2)
    for direction, ior in ((red, 1.475), (green, 1.5), (blue, 1.525)):
        assert np.hypot(*direction[:2]) == pytest.approx(sine / ior, rel=1e-4)


def test_bands_of_a_fresh_path_add_up_to_white():
    weights = np.array([refracted(3 + band)[1] for band in range(3)])

    assert np.count_nonzero(weights) == 3  # each band brings its own channel only
    mean = weights.mean(axis=0, dtype=np.float64) * np.array([1.475, 1.5, 1.525]) ** 2
    np.testing.assert_allclose(mean, 1.0, atol=0.08)  # but for what is reflected


def test_path_with_a_band_is_not_weighted_again():
    _, weights = refracted(1)

    np.testing.assert_allclose(weights, weights[0], rtol=1e-6)
    assert weights[0] < 1.0


def test_coat_darkens_what_lies_below():
    black = Material(base_color=(0.3, 0.3, 0.3, 1.0), metallic=0.0, specular=0.0)
    coated = Material(base_color=(0.3, 0.3, 0.3, 1.0), metallic=0.0, specular=0.0, clearcoat=1.0)

    _, weights, pdf = make_lobes(coated, 0.9).sample(100_000)
    below = np.where((pdf > 0.0)[:, None], weights, 0.0).mean()
    _, bare, _ = make_lobes(black, 0.9).sample(100)

    assert 0.8 * bare.mean() < below < 0.95 * bare.mean()


EXTREMES = {
    "roughness": (0.0, 0.01, 1.0),
    "metallic": (0.0, 0.5, 1.0),
    "ior": (1.0, 1.00005, 1.5, 1e4),
    "transmission": (0.0, 0.5, 1.0),
    "thickness": (0.0, 1.0),
    "specular": (0.0, 1.0),
    "specular_color": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (50.0, 1.0, 0.0)),
    "clearcoat": (0.0, 1.0),
    "clearcoat_roughness": (0.0, 1.0),
    "sheen_color": ((0.0, 0.0, 0.0), (1.0, 0.2, 0.0)),
    "sheen_roughness": (0.0, 1.0),
    "anisotropy": (0.0, 1.0),
    "iridescence": (0.0, 1.0),
    "iridescence_ior": (1.0, 1.3, 100.0),
    "iridescence_thickness_nm": ((0.0, 0.0), (100.0, 400.0), (0.0, 1e6)),
    "dispersion": (0.0, 20.0),
    "base_color": ((0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)),
}


@pytest.mark.parametrize("seed", range(60))
def test_extreme_material_stays_finite_and_within_its_energy(seed):
    rng = np.random.default_rng(seed)
    values = {name: choices[rng.integers(len(choices))] for name, choices in EXTREMES.items()}
    cosine = rng.choice([1.0, 0.5, 0.02])
    front = bool(rng.integers(2))
    lobes = make_lobes(Material(**values), cosine, front=front, band=1)

    directions, weights, pdf = lobes.sample(20_000)
    usable = pdf >= 0.0
    spherical = rng.normal(size=(2000, 3))
    spherical /= np.linalg.norm(spherical, axis=1, keepdims=True)
    f, density = lobes.eval(spherical)

    assert np.isfinite(weights[usable]).all()
    assert np.isfinite(f).all()
    assert (f >= 0.0).all()
    assert (density >= 0.0).all()
    np.testing.assert_allclose(np.linalg.norm(directions[usable], axis=1), 1.0, atol=1e-4)
    eta = float(lobes.point[0]["eta"]) if values["transmission"] and values["thickness"] else 1.0
    flow = np.where(directions[:, 2:] < 0.0, weights * eta**2, weights)[:, 1]
    error = 5.0 * flow.std() / np.sqrt(len(flow))
    assert flow.mean() <= 1.06 + error
