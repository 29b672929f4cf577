"""`brigade doctor`: check this computer."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.flags.common import add_command

if TYPE_CHECKING:
    from app.flags.common import Subparsers


def add_parser(commands: Subparsers, name: str) -> None:
    """Add this command."""
    parser = add_command(
        commands,
        name,
        "check this computer: Python, Qt, TLS, ports, cache, clock, kernels",
        "brigade doctor",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print every check with its way out; 0 when all pass."""
    from app.system import doctor

    return doctor.main(arguments)
