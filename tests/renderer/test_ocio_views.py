"""Views of OpenColorIO against the library's own answer, and what can be wrong with them."""

import sys

import numpy as np
import pytest

from renderer.cube_file import LutError
from renderer.display import Look, to_display
from renderer.grading import Grade
from renderer.ocio_views import (
    BUILT_IN,
    FROM_ENVIRONMENT,
    bake_view,
    default_config,
    find_problem,
    list_views,
)

DISPLAY = "sRGB - Display"
ACES = "ACES 2.0 - SDR 100 nits (Rec.709)"
SMALL = """ocio_profile_version: 2
roles:
  default: film
  scene_linear: film
displays:
  office:
    - !<View> {name: dim, colorspace: dim}
    - !<View> {name: plain, colorspace: film}
active_displays: []
active_views: []
colorspaces:
  - !<ColorSpace>
    name: film
    aliases: [lin_rec709]
  - !<ColorSpace>
    name: dim
    from_scene_reference: !<MatrixTransform> {matrix: [0.5,0,0,0, 0,0.5,0,0, 0,0,0.5,0, 0,0,0,1]}
"""


@pytest.fixture
def ocio():
    return pytest.importorskip("PyOpenColorIO")


@pytest.fixture
def small(tmp_path, ocio):
    path = tmp_path / "small.ocio"
    path.write_text(SMALL)
    return path


def test_built_in_configuration_offers_aces_first(ocio):
    config = list_views(BUILT_IN)

    assert next(iter(config.views)) == DISPLAY
    assert config.views[DISPLAY][0] == ACES
    assert "Un-tone-mapped" in config.views[DISPLAY]


def test_view_is_within_a_code_of_the_librarys_for_most_light(ocio):
    chance = np.random.default_rng(1)
    exposures = 0.18 * 2.0 ** chance.uniform(-8, 6, (200, 200, 1))
    pixels = (exposures * 2.0 ** chance.uniform(-2, 2, (200, 200, 3))).astype(np.float32)
    exact = pixels.copy()
    config = ocio.Config.CreateFromFile(BUILT_IN)
    transform = ocio.DisplayViewTransform(src="lin_rec709", display=DISPLAY, view=ACES)
    config.getProcessor(transform).getDefaultCPUProcessor().applyRGB(exact)

    shown = to_display(pixels, Look(grade=Grade(bake_view(BUILT_IN, DISPLAY, ACES), "stops")))

    beside = np.abs(shown - np.clip(exact, 0, 1) * 255.0)
    assert beside.mean() < 0.35  # of rounding alone 0.25
    assert np.quantile(beside, 0.999) < 2.0


def test_usual_display_and_view_are_taken_where_none_is_named(ocio):
    lut = bake_view(BUILT_IN, "", "")
    assert lut.name == f"{ACES}, {DISPLAY}"
    np.testing.assert_array_equal(lut.cube, bake_view(BUILT_IN, DISPLAY, ACES).cube)


def test_file_of_a_studio_is_used(small, monkeypatch):
    monkeypatch.setenv("OCIO", str(small))
    assert default_config() == FROM_ENVIRONMENT
    assert list_views(FROM_ENVIRONMENT).views == {"office": ("dim", "plain")}

    look = Look(grade=Grade(bake_view(str(small), "office", "dim"), "stops"))
    shown = to_display(np.full((1, 1, 3), 0.5, np.float32), look)

    assert abs(int(shown[0, 0, 0]) - 64) <= 1


def test_built_in_configuration_is_meant_where_the_environment_names_none(monkeypatch):
    monkeypatch.delenv("OCIO", raising=False)
    assert default_config() == BUILT_IN


@pytest.mark.parametrize(
    ("display", "view", "words"),
    [
        ("cinema", "dim", "no display 'cinema'; it has: office"),
        ("office", "bright", "no view 'bright'; it has: dim, plain"),
    ],
)
def test_what_a_configuration_lacks_is_named_with_what_it_has(small, display, view, words):
    with pytest.raises(LutError, match=words):
        bake_view(str(small), display, view)


def test_configuration_without_our_light_is_refused_with_the_way_out(small):
    small.write_text(SMALL.replace("    aliases: [lin_rec709]\n", ""))
    with pytest.raises(LutError, match="alias lin_rec709"):
        bake_view(str(small), "office", "dim")


@pytest.mark.parametrize("text", ["", "not: [a config", None])
def test_file_that_is_no_configuration_is_named(tmp_path, ocio, text):
    path = tmp_path / "broken.ocio"
    if text is not None:
        path.write_text(text)
    with pytest.raises(LutError, match=r"cannot use the OpenColorIO configuration .*broken\.ocio"):
        list_views(str(path))


def test_environment_that_names_nothing_is_told(ocio, monkeypatch):
    monkeypatch.delenv("OCIO", raising=False)
    with pytest.raises(LutError, match="the environment variable is not set"):
        list_views(FROM_ENVIRONMENT)


def test_missing_package_is_told_with_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "PyOpenColorIO", None)
    assert "pip install 'bucket-brigade[ocio]'" in find_problem()
    with pytest.raises(LutError, match="is not installed"):
        bake_view(BUILT_IN, "", "")


def test_package_is_no_problem_where_it_is(ocio):
    assert find_problem() == ""
