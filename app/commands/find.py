"""`brigade find`: render servers on the network."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from app.flags.common import add_command, number

if TYPE_CHECKING:
    from app.flags.common import Subparsers

NOBODY = """\
No server answered. On the other computer run
  brigade server --lan --key-file farm.key
If it runs: a firewall may block UDP 5353 (mDNS), or it is on another subnet or on a Wi-Fi that
isolates its clients. `brigade test ADDRESS` tries it by address."""


def add_parser(commands: Subparsers, name: str) -> None:
    """Add this command."""
    parser = add_command(commands, name, "list the render servers on the network", "brigade find")
    parser.add_argument(
        "--seconds", type=number(1, 60), default=3, metavar="S", help="how long to listen (3)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what answers; 1 when nothing does."""
    from network.discovery import find_servers

    found, problem = find_servers(arguments.seconds)
    if problem:
        print(f"brigade find: {problem}", file=sys.stderr)
        return 1
    for server in found:
        addresses = ", ".join(server.addresses)
        print(f"{server.name:24} {addresses}  port {server.port}  id {server.short_id}")
    if not found:
        print(NOBODY)
    return 0 if found else 1
