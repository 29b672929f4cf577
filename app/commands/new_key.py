"""`brigade new-key FILE`: make the secret that servers and client share."""

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
        "make a key file that servers on the network and the client share",
        "brigade new-key farm.key\nbrigade server --lan --key-file farm.key",
    )
    parser.add_argument(
        "--rotate", action="store_true",
        help="put a new key into an existing file and keep the old one as its second line: "
        "servers take both. Give the file to all servers, then to the clients, then delete the "
        "second line on the servers",
    )  # fmt: skip
    parser.add_argument("file", type=Path, help="where to write it; an existing file is kept")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write a new key file."""
    from network.keys import KeyFileError, new_key, rotate_key_file, write_key_file

    try:
        (rotate_key_file if arguments.rotate else write_key_file)(arguments.file, new_key())
    except (OSError, KeyFileError) as error:
        print(f"brigade new-key: {error}", file=sys.stderr)
        return 1
    print(f"Wrote {arguments.file}. Copy it to every computer that renders, then:")
    print(f"  on each server:  brigade server --lan --key-file {arguments.file.name}")
    print(f"  on the client:   brigade render --server NAME --key-file {arguments.file.name}")
    return 0
