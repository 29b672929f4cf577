"""The look that the flags of `brigade render` ask for."""

import argparse

import numpy as np
import pytest

from app.flags.image_flags import add_image_options
from app.saving.image_metadata import make_look
from renderer.cube_file import LutError
from renderer.display import Look, to_display
from renderer.output import save_image

INVERSE = "LUT_1D_SIZE 2\n1 1 1\n0 0 0\n"


def look_of(*flags: str) -> Look:
    parser = argparse.ArgumentParser()
    add_image_options(parser)
    return make_look(parser.parse_args(flags))


def test_picture_goes_without_lut_unless_one_is_named():
    assert look_of() == Look()
    assert look_of("--lut-strength", "50").grade is None


def test_lut_of_a_file_is_upon_the_saved_picture(tmp_path):
    from PIL import Image

    (tmp_path / "inverse.cube").write_text(INVERSE)
    pixels = np.random.default_rng(1).random((8, 9, 4), np.float32)
    pixels[:, :, 3] = 1.0

    look = look_of("--view", "srgb", "--lut", str(tmp_path / "inverse.cube"))
    save_image(tmp_path / "a.png", pixels, look=look)

    with Image.open(tmp_path / "a.png") as image:
        codes = np.asarray(image).astype(int)
    np.testing.assert_array_equal(codes, to_display(pixels, look))
    assert np.abs(codes + to_display(pixels, Look("srgb")) - 255).max() <= 1


def test_input_and_strength_are_those_of_the_flags(tmp_path):
    path = tmp_path / "inverse.cube"
    path.write_text(INVERSE)
    grade = look_of("--lut", str(path), "--lut-input", "log", "--lut-strength", "25").grade
    assert (grade.input, grade.strength) == ("log", 0.25)


def test_broken_lut_is_told_with_its_line(tmp_path):
    path = tmp_path / "broken.cube"
    path.write_text(INVERSE.replace("1 1 1", "1 1"))
    with pytest.raises(LutError, match=r"broken\.cube, line 2: a colour is three numbers"):
        look_of("--lut", str(path))


def test_view_of_opencolorio_is_asked_for_by_name(monkeypatch):
    pytest.importorskip("PyOpenColorIO")
    monkeypatch.delenv("OCIO", raising=False)
    assert look_of("--ocio").grade.lut.name.startswith("ACES")

    grade = look_of("--ocio", "--ocio-view", "Un-tone-mapped").grade

    assert (grade.input, grade.lut.name) == ("stops", "Un-tone-mapped, sRGB - Display")
    with pytest.raises(LutError, match="has no display 'x'"):
        look_of("--ocio", "--ocio-display", "x")
