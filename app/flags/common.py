"""Argument parsing that several commands share."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from renderer.bucket_size import BucketSize, parse_bucket_size
from renderer.settings import MAX_TIME_S

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

#: Beyond, every picture is black or white.
MAX_STOPS = 32


def add_command(
    commands: Subparsers, name: str, summary: str, example: str
) -> argparse.ArgumentParser:
    """Add a command with its one-line summary and examples under its help."""
    return commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog="example:\n" + "\n".join("  " + line for line in example.splitlines()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def number(low: int, high: int) -> type[int]:
    """Return an argparse type: a whole number from low to high, named in the error."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value} is not between {low} and {high}")
        return value

    return parse  # type: ignore[return-value]  # argparse takes any callable


def decimal(low: float, high: float) -> Callable[[str], float]:
    """Return an argparse type: a number from low to high, named in the error."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
        if not low <= value <= high:  # NaN too
            raise argparse.ArgumentTypeError(f"{text} is not between {low:g} and {high:g}")
        return value

    return parse


def bucket_size(text: str) -> BucketSize:
    """Argparse type of a bucket's size: a side, or width and height."""
    try:
        return parse_bucket_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def rectangle(text: str) -> tuple[int, int, int, int]:
    """Argparse type of a region: left, top, width and height in pixels."""
    try:
        left, top, width, height = (int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not left,top,width,height in whole pixels"
        ) from None
    return left, top, width, height


def stops(text: str) -> float:
    """Argparse type of an exposure: a number of stops that a picture survives."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not abs(value) <= MAX_STOPS:  # NaN too
        raise argparse.ArgumentTypeError(f"{text} is not between -{MAX_STOPS} and {MAX_STOPS}")
    return value


def seconds(text: str) -> float:
    """Argparse type of a moment in a scene's animations."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None
    if not abs(value) <= MAX_TIME_S:  # NaN too
        raise argparse.ArgumentTypeError(f"{text} is not between -{MAX_TIME_S} and {MAX_TIME_S}")
    return value


def drop_stdout() -> None:
    """Send what is still to be written nowhere: flushing a broken pipe would fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
