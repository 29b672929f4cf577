"""`brigade server`: the headless render server."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from app.flags.common import add_command
from app.serving.server_flags import add_options

if TYPE_CHECKING:
    from app.flags.common import Subparsers

EXAMPLE = """\
brigade server                              for clients on this computer only
brigade server --lan                        for clients that pair with its code
brigade new-key farm.key                    or a farm: once; copy it to the client
brigade server --lan --key-file farm.key    for every client that has the key
brigade server --connect artist-1 --key-file farm.key --exit-when-idle 600
                                            for one client that accepts (brigade render --accept)"""


def add_parser(commands: Subparsers, name: str) -> None:
    """Add this command."""
    parser = add_command(commands, name, "let this computer render for others", EXAMPLE)
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    try:
        from app.serving.server_program import run_server
    except ImportError as error:
        from app.system.qt_libraries import explain_import_error

        print(explain_import_error("server", error), file=sys.stderr)
        return 1
    return run_server(arguments)
