"""The options of a render server; the command and the local server's process take the same."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.flags.common import decimal, number
from app.values.cache_limits import DEFAULT_AGE, DEFAULT_SIZE, parse_age, parse_size

Limit = TypeVar("Limit")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the server's options."""
    parser.add_argument(
        "--port", type=number(0, 65535), default=None, metavar="N", help="20727, or the next free"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--bind", metavar="ADDR", help="listen on this address only")
    where.add_argument("--lan", action="store_true", help="listen on all networks and announce it")
    _add_dial_in_options(parser)
    parser.add_argument(
        "--threads", type=number(1, 4096), default=0, metavar="N", help="render threads (all)"
    )
    parser.add_argument("--name", default="", help="shown in the list (this computer's name)")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="made by brigade new-key")
    parser.add_argument("--cache-dir", type=Path, metavar="DIR", help="where scene files are kept")
    parser.add_argument(
        "--cache-limit",
        type=_checked(parse_size),
        default=DEFAULT_SIZE,
        metavar="SIZE",
        help=f"most that they may take: 20GB, 500MB or none ({DEFAULT_SIZE})",
    )
    parser.add_argument(
        "--cache-age",
        type=_checked(parse_age),
        default=DEFAULT_AGE,
        metavar="AGE",
        help=f"how long unused ones are kept: 30d, 12h or none ({DEFAULT_AGE})",
    )
    parser.add_argument(
        "--memory", type=number(0, 1_000_000), default=0, metavar="GB",
        help="most memory that a render may take, on Linux (85 %% of this computer's)",
    )  # fmt: skip
    parser.add_argument("--log-file", type=Path, metavar="FILE", help="where to log")
    parser.add_argument(
        "--chaos", type=_chaos, default=None, metavar="MODE[:RATE]",
        help="trouble on purpose, to test a farm: hang, drop, slow, corrupt or crash on this "
        "share of the buckets (0.05)",
    )  # fmt: skip
    parser.add_argument(
        "--tray", action="store_true",
        help="with a small window: pause, threads, priority, pause while someone works here",
    )  # fmt: skip
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


def _add_dial_in_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--connect", action="append", default=[], metavar="HOST[:PORT]",
        help="dial in to a client that accepts servers (20728), and again whenever it comes back; "
        "nothing listens here then; needs --key-file; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--exit-when-idle", type=decimal(1, 1e7), default=None, metavar="S",
        help="end after so many seconds without a job",
    )  # fmt: skip
    parser.add_argument(
        "--max-time", type=decimal(1, 1e7), default=None, metavar="S",
        help="end after so many seconds, the buckets in hand first",
    )  # fmt: skip


def _checked(parse: Callable[[str], Limit]) -> Callable[[str], Limit]:
    """Return an argparse type whose errors are those of `parse`."""

    def read(text: str) -> Limit:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def _chaos(text: str) -> object:
    from app.serving.chaos import parse_chaos  # it knows pixels: not with every command's help

    return parse_chaos(text)
