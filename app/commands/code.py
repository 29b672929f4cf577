"""`brigade code`: show a pairing code for the render server on this computer."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from app.flags.common import add_command

if TYPE_CHECKING:
    from app.flags.common import Subparsers


def add_parser(commands: Subparsers, name: str) -> None:
    """Add this command."""
    parser = add_command(
        commands,
        name,
        "show a code with which one client may pair with this computer's server",
        "brigade server --lan       on the server, in another terminal\n"
        "brigade code               on the server\n"
        "brigade pair studio-2      on the client: asks for the code",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a new code; the running server takes it once."""
    from app.keys.pairing_code import show_code
    from app.system.paths import config_dir
    from app.system.private_file import PrivateFileError
    from network.identity import IdentityError

    try:
        show_code(config_dir())
    except (PrivateFileError, IdentityError) as error:
        print(f"brigade code: {error}", file=sys.stderr)
        return 1
    return 0
