"""`brigade pair HOST`: pair this client with a server by the code that the server shows."""

from __future__ import annotations

import argparse
import contextlib
import sys
from typing import TYPE_CHECKING

from app.flags.common import add_command

if TYPE_CHECKING:
    from app.flags.common import Subparsers
    from app.keys.pairings import PairedServer
    from network.addresses import Address

EXAMPLE = """\
brigade code                  on the server: shows a code
brigade pair studio-2         here: asks for it; done for ever
brigade pair --list           who is paired with this computer
brigade pair --forget studio-2"""


def add_parser(commands: Subparsers, name: str) -> None:
    """Add this command."""
    parser = add_command(commands, name, "pair with a render server by its code", EXAMPLE)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("server", nargs="?", metavar="HOST[:PORT]")
    what.add_argument("--list", action="store_true", help="servers and clients that are paired")
    what.add_argument("--forget", metavar="NAME", help="an address, a name or an id of the list")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Pair, list or forget; the code comes from the terminal or stdin, never from `ps`."""
    from app.system.private_file import PrivateFileError
    from network.addresses import AddressError, parse_address
    from network.pairing import CodeError, parse_code

    try:
        if arguments.list:
            return _list()
        if arguments.forget:
            return _forget(arguments.forget)
        address = parse_address(arguments.server)
        code = parse_code(_ask_code())
    except (AddressError, CodeError, PrivateFileError) as error:
        print(f"brigade pair: {error}", file=sys.stderr)
        return 1
    return _pair(address, code)


def _ask_code() -> str:
    if sys.stdin.isatty():
        print("code shown by `brigade code` on the server: ", end="", flush=True)
    return sys.stdin.readline(100)


def _pair(address: Address, code: str) -> int:
    from PySide6.QtCore import QCoreApplication, QTimer

    from app.keys.pairing_client import PairingClient
    from app.keys.pairings import PairedServers
    from app.system.paths import config_dir
    from app.system.software import client_name

    application = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    pairing = PairingClient(PairedServers(config_dir()), client_name(), address, code)

    def tell(server: PairedServer) -> None:
        print(f"paired with {server.name} ({server.short_id}) at {server.address}")
        application.exit(0)

    def complain(text: str) -> None:
        print(f"brigade pair: {text}", file=sys.stderr)
        application.exit(1)

    pairing.paired.connect(tell)
    pairing.failed.connect(complain)
    QTimer.singleShot(0, pairing.start)
    return application.exec()


def _list() -> int:
    from app.keys.pairings import PairedClients, PairedServers
    from app.system.paths import config_dir

    servers = PairedServers(config_dir()).all()
    clients = PairedClients(config_dir()).all()
    for server in servers:
        print(f"server {server.short_id}  {server.name:24} {server.address:24} {server.paired}")
    for client in clients:
        print(f"client {client.short_id}  {client.name:24} {'':24} {client.paired}")
    if not servers and not clients:
        print("nobody is paired with this computer")
    return 0


def _forget(text: str) -> int:
    from app.keys.pairings import PairedClients, PairedServers
    from app.system.paths import config_dir
    from network.addresses import AddressError, parse_address

    names = [text]
    with contextlib.suppress(AddressError):  # then it is a name or an id
        names.append(str(parse_address(text)))
    servers = [gone for name in names for gone in PairedServers(config_dir()).forget(name)]
    clients = PairedClients(config_dir()).forget(text)
    for server in servers:
        print(f"forgot server {server.name} ({server.short_id})")
    for client in clients:
        print(f"forgot client {client.name} ({client.short_id}); it cannot log in any more")
    if not servers and not clients:
        print(f"brigade pair: {text!r} is not paired; see --list", file=sys.stderr)
        return 1
    return 0
