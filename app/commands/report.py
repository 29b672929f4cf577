"""`brigade report`: who did what for a frame, readable."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.flags.common import add_command

if TYPE_CHECKING:
    from app.flags.common import Subparsers

EXAMPLE = """\
brigade render room.glb -o room.png --report room.json
brigade report room.json"""


def add_parser(commands: Subparsers, name: str) -> None:
    """Add this command."""
    parser = add_command(
        commands, name, "show who did what for a frame: shares, idle gaps, losses", EXAMPLE
    )
    parser.add_argument("file", type=Path, help="what `brigade render --report` wrote")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the report."""
    from app.headless.report_text import ReportError, format_report, read_report

    try:
        report = read_report(arguments.file)
    except ReportError as error:
        print(f"brigade report: {error}", file=sys.stderr)
        return 1
    for line in format_report(report):
        print(line)
    return 0
