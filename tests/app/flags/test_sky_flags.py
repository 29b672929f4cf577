"""Sun and sky on the command line."""

import math

import pytest

from app import cli
from app.headless.headless import HeadlessError, make_plan
from renderer.sky_settings import SkySettings


def settings(tmp_path, *arguments):
    arguments = ["render", "-o", str(tmp_path / "a.png"), *arguments]
    return make_plan(cli.make_parser().parse_args(arguments)).request.settings


def test_render_has_no_sky_unless_asked(tmp_path):
    assert settings(tmp_path, "--turbidity", "5").sky is None


def test_render_reads_every_flag_of_the_sky(tmp_path):
    read = settings(
        tmp_path,
        "--sun-elevation", "-3.5", "--sun-azimuth", "90", "--turbidity", "4",
        "--ground-albedo", "0.5", "--sun-size", "2", "--sun-strength", "0.25",
        "--env-strength", "2", "--env-rotation", "-90",
    )  # fmt: skip

    assert read.sky == SkySettings(-3.5, 90.0, 4.0, 0.5, 2.0, 0.25)
    assert read.environment_strength == 2.0
    assert read.environment_rotation == pytest.approx(-math.pi / 2.0)


def test_render_finds_the_sun_by_time_and_place(tmp_path):
    sky = settings(tmp_path, "--sky", "2026-06-21T15:30+02:00@48.2,16.4").sky

    assert sky.sun_elevation_deg == pytest.approx(50.86, abs=0.01)
    assert sky.sun_azimuth_deg == pytest.approx(244.62, abs=0.01)


@pytest.mark.parametrize(
    ("flags", "wrong"),
    [
        (("--sun-azimuth", "90"), "needs --sun-elevation"),
        (("--sky", "2026-06-21T15:30Z@48,16", "--sun-azimuth", "90"), "places the sun itself"),
        (("--sun-elevation", "9", "--env", "{map}"), "exclude each other"),
    ],
)
def test_render_refuses_flags_that_contradict(tmp_path, flags, wrong):
    (tmp_path / "map.hdr").touch()

    with pytest.raises(HeadlessError, match=wrong):
        settings(tmp_path, *(flag.format(map=tmp_path / "map.hdr") for flag in flags))


def test_render_names_what_is_wrong_with_the_time(capsys):
    with pytest.raises(SystemExit):
        cli.make_parser().parse_args(["render", "--sky", "noon@48,16"])

    assert "'noon' is not a time: write it as" in capsys.readouterr().err
