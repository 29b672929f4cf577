"""`brigade test HOST[:PORT]`: try a render server step by step."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.flags.common import add_command

if TYPE_CHECKING:
    from app.flags.common import Subparsers


def add_parser(commands: Subparsers, name: str) -> None:
    """Add this command."""
    parser = add_command(
        commands,
        name,
        "try a render server: name, address, TCP, version, key, one benchmark bucket",
        "brigade test studio-2 --key-file farm.key",
    )
    parser.add_argument("server", metavar="HOST[:PORT]")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="key of the server")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print each step with its way out; 0 when all pass."""
    try:
        from app.servers.server_test import run_test
    except ImportError as error:
        from app.system.qt_libraries import explain_import_error

        print(explain_import_error("server", error), file=sys.stderr)
        return 1
    return run_test(arguments.server, arguments.key_file)
