"""The flags of `brigade render` about channels, noise and the depths of light paths."""

from __future__ import annotations

import argparse
import textwrap
from typing import TypedDict

from app.flags.common import decimal, number
from renderer.channels import CHANNEL_NAMES, find_channel, parse_channels
from renderer.settings import MAX_CLAMP, MAX_DEPTH, MAX_SAMPLES, RenderSettings

_DEFAULTS = RenderSettings()


class SamplingSettings(TypedDict):
    """Fields of `RenderSettings` that these flags set."""

    channels: tuple[str, ...]
    noise_threshold: float
    min_samples: int
    clamp: float
    clamp_indirect: float
    diffuse_depth: int
    glossy_depth: int
    transmission_depth: int
    transparent_depth: int


def add_sampling_options(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    _add_channel_options(parser.add_argument_group("channels", _explain_channels()))
    _add_noise_options(parser.add_argument_group("noise"))
    _add_depth_options(parser.add_argument_group("light paths"))


def read_sampling(arguments: argparse.Namespace) -> SamplingSettings:
    """Return what the flags ask for, as arguments of `RenderSettings`."""
    return SamplingSettings(
        channels=arguments.channels,
        noise_threshold=arguments.noise_threshold,
        min_samples=arguments.min_samples,
        clamp=arguments.clamp,
        clamp_indirect=arguments.clamp_indirect,
        diffuse_depth=arguments.diffuse_depth,
        glossy_depth=arguments.glossy_depth,
        transmission_depth=arguments.transmission_depth,
        transparent_depth=arguments.transparent_depth,
    )


def _explain_channels() -> str:
    entries = [f"{name}: {find_channel(name).text}" for name in CHANNEL_NAMES]
    return textwrap.fill("; ".join(entries), 76)


def _names(text: str) -> tuple[str, ...]:
    try:
        return parse_channels(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _add_channel_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--channels", type=_names, default=(), metavar="NAME,NAME...",
        help="layers of an .exr besides beauty and alpha",
    )  # fmt: skip


def _add_noise_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--noise-threshold", type=decimal(0.0, 1.0), default=0.0, metavar="E",
        help="relative error at which a pixel gets no more samples, such as 0.02; --samples is "
        "the most it gets (0: every pixel gets all)",
    )  # fmt: skip
    group.add_argument(
        "--min-samples", type=number(1, MAX_SAMPLES), default=_DEFAULTS.min_samples, metavar="N",
        help=f"that every pixel gets ({_DEFAULTS.min_samples})",
    )  # fmt: skip
    group.add_argument(
        "--clamp", type=decimal(0.0, MAX_CLAMP), default=0.0, metavar="V",
        help="most that a sample may add: removes fireflies, loses light (0: off)",
    )  # fmt: skip
    group.add_argument(
        "--clamp-indirect", type=decimal(0.0, MAX_CLAMP), default=0.0, metavar="V",
        help="the same for light after more than one bounce (0: off)",
    )  # fmt: skip


def _add_depth_options(group: argparse._ArgumentGroup) -> None:
    for kind, what in (
        ("diffuse", "diffuse bounces along a path"),
        ("glossy", "reflections"),
        ("transmission", "refractions: two for each glass"),
    ):
        group.add_argument(
            f"--{kind}-depth", type=number(0, MAX_DEPTH), default=MAX_DEPTH, metavar="N",
            help=f"most {what} (as --max-depth allows)",
        )  # fmt: skip
    group.add_argument(
        "--transparent-depth", type=number(0, MAX_DEPTH), metavar="N",
        default=_DEFAULTS.transparent_depth,
        help="most holes and clear panes that a ray passes straight through "
        f"({_DEFAULTS.transparent_depth})",
    )  # fmt: skip
