"""Channels, noise and depths on the command line."""

import pytest

from app import cli
from app.headless.headless import HeadlessError, make_plan
from renderer.settings import RenderSettings


def plan(*arguments):
    return make_plan(cli.make_parser().parse_args(["render", *arguments]))


def test_render_keeps_the_defaults_when_no_flag_says_otherwise(tmp_path):
    settings = plan("-o", str(tmp_path / "a.png")).request.settings

    assert settings == RenderSettings()


def test_render_reads_every_flag_of_the_sampling(tmp_path):
    settings = plan(
        "-o", str(tmp_path / "a.exr"),
        "--channels", "beauty,normal,object_id", "--noise-threshold", "0.02",
        "--min-samples", "48", "--clamp", "20", "--clamp-indirect", "4",
        "--diffuse-depth", "3", "--glossy-depth", "4", "--transmission-depth", "5",
        "--transparent-depth", "6",
    ).request.settings  # fmt: skip

    assert settings == RenderSettings(
        channels=("normal", "object_id"),
        noise_threshold=0.02,
        min_samples=48,
        clamp=20.0,
        clamp_indirect=4.0,
        diffuse_depth=3,
        glossy_depth=4,
        transmission_depth=5,
        transparent_depth=6,
    )


def test_render_refuses_an_unknown_channel_and_lists_those_there_are(capsys):
    with pytest.raises(SystemExit):
        cli.make_parser().parse_args(["render", "--channels", "normals"])

    assert "no channel 'normals'; choose from: albedo, normal" in capsys.readouterr().err


def test_render_refuses_channels_that_no_file_would_hold(tmp_path):
    with pytest.raises(HeadlessError, match=r"only \.exr files hold channels: add -o a\.exr"):
        plan("-o", str(tmp_path / "a.png"), "--channels", "depth")


def test_help_explains_every_channel(capsys):
    with pytest.raises(SystemExit):
        cli.make_parser().parse_args(["render", "--help"])

    text = capsys.readouterr().out
    assert "object_id: mattes per object" in text
    assert "samples: samples" in text
