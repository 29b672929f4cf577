"""`brigade code`: show a pairing code for the render server on this computer."""

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
        "show a code with which one client may pair with this computer's server",
        "brigade server --lan       on the server, in another terminal\n"
        "brigade code               on the server\n"
        "brigade pair studio-2      on the client: asks for the code",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a new code; the running server takes it once."""
    from app.system.paths import config_dir
    from app.system.private_file import PrivateFileError
    from network.identity import IdentityError

    try:
        show_code(config_dir())
    except (PrivateFileError, IdentityError) as error:
        print(f"brigade code: {error}", file=sys.stderr)
        return 1
    return 0


def show_code(folder: Path) -> None:
    """Make a code and print it: to people only, never to a log.

    Args:
        folder: of the configuration, which the server shares.

    Raises:
        PrivateFileError: the code cannot be kept.
        IdentityError: the server's identity cannot be used.
    """
    from app.keys.pairing_code import PairingCode
    from app.system.software import computer_name
    from network.identity import load_identity
    from network.limits import CODE_LIFE_S

    identity = load_identity(folder / "identity")
    code = PairingCode(folder).make(identity.fingerprint)
    print(f"pairing code  {code}  (one client, {CODE_LIFE_S / 60:.0f} minutes)")
    print(f"on the client: brigade pair {computer_name()}", flush=True)
