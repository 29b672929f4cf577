"""`brigade logs`: where the logs are, their last lines, and a bundle of everybody's."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.flags.common import add_command, number

if TYPE_CHECKING:
    from app.flags.common import Subparsers

EXAMPLE = """\
brigade logs                                     the last lines of this computer's logs
brigade logs --bundle logs.zip --key-file farm.key   with those of the window's servers
brigade logs --bundle logs.zip --server studio-2     with those of this one only"""


def add_parser(commands: Subparsers, name: str) -> None:
    """Add this command."""
    parser = add_command(commands, name, "show the logs, or pack everybody's into a file", EXAMPLE)
    parser.add_argument(
        "--bundle", type=Path, metavar="FILE.zip",
        help="pack logs of this computer and of every server that can be reached, versions, "
        "settings and last reports; keys and codes are taken out",
    )  # fmt: skip
    parser.add_argument(
        "--server", action="append", default=[], metavar="HOST[:PORT]", help="may be repeated"
    )
    parser.add_argument("--servers", type=Path, metavar="FILE", help="a list saved by the window")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="key of the servers")
    parser.add_argument(
        "--lines", type=number(0, 100_000), default=20, metavar="N", help="of each file (20)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print or pack; 0 when it worked."""
    if arguments.bundle is None:
        return _show(arguments.lines)
    try:
        from app.logs.log_command import collect_into
    except ImportError as error:
        from app.system.qt_libraries import explain_import_error

        print(explain_import_error("client", error), file=sys.stderr)
        return 1
    return collect_into(arguments)


def _show(lines: int) -> int:
    from app.logs.log_files import MAX_FILE_BYTES, list_log_files, read_end
    from app.system.paths import log_dir

    files = [path for path in list_log_files() if path.suffix == ".log"]
    for path in files:
        print(f"== {path}")
        shown = read_end(path, MAX_FILE_BYTES).splitlines()
        print("\n".join(shown[len(shown) - lines :] if lines else []))
    if not files:
        print(f"there are no logs yet in {log_dir()}")
    return 0
