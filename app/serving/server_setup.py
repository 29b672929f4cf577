"""What a render server is made of: key, identity, cache, listener and front."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import secrets
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.keys.keyring import Keyring, MissingKeyError
from app.keys.pairing_code import PairingCode
from app.keys.pairings import PairedClients
from app.keys.server_keys import FrontKeys
from app.logs.log_files import read_log_end
from app.serving.asset_cache import AssetCache
from app.serving.server_front import Door, ServerFront
from app.serving.server_lifetime import ServerLifetime
from app.serving.worker_process import WorkerProcess
from app.system.paths import asset_cache_dir, config_dir
from app.system.private_file import PrivateFileError
from app.system.software import computer_name, software_version
from app.values.cache_limits import CacheLimits
from network.addresses import EVERYWHERE, LOOPBACK, AddressError, is_loopback, parse_address
from network.connection import ServerInfo
from network.credentials import SharedKeys
from network.identity import IdentityError, load_identity
from network.keys import KeyFileError, parse_key
from network.limits import LOG_TEXT_BYTES
from network.messages import ACCEPT_PORT
from network.qt_dialler import QtDialler
from network.qt_listener import ListenError, QtListener
from network.server_core import ServerCore
from network.text import clip_name
from network.tls import Identity

if TYPE_CHECKING:
    from network.discovery import Announcer

log = logging.getLogger("brigade.server")

MAX_KEY_LINE_BYTES = 1024


class StartError(Exception):
    """The server cannot start; the text says why and the way out."""


def _find_keys(arguments: argparse.Namespace) -> bytes | FrontKeys:
    if arguments.child:
        try:
            line = sys.stdin.buffer.readline(MAX_KEY_LINE_BYTES)
            return parse_key(line.decode("ascii", "replace"))
        except KeyFileError as error:
            raise StartError(f"no key from the client: {error}") from error
    folder = config_dir()
    on_loopback = not (arguments.lan or arguments.connect) and (
        not arguments.bind or is_loopback(arguments.bind)
    )
    try:
        shared = Keyring(folder, arguments.key_file).server_keys(on_loopback=on_loopback)
        clients = PairedClients(folder)
        clients.all()
    except (MissingKeyError, PrivateFileError) as error:
        raise StartError(str(error)) from error
    if not shared and arguments.connect:
        # Who answers there is not known: a code or a pairing would be tried on anybody.
        raise StartError("--connect needs a key that the client has too: add --key-file FILE")
    if not shared and not clients.all():
        _offer_code(folder)
    return FrontKeys(shared, clients, PairingCode(folder))


def _offer_code(folder: Path) -> None:
    """Nobody could enter: show a code, on a terminal only, never in a log."""
    if sys.stdout is None or not sys.stdout.isatty():
        log.info("nobody is paired yet: `brigade code` on this computer shows a pairing code")
        return
    from app.keys.pairing_code import show_code

    show_code(folder)


def build_server(
    arguments: argparse.Namespace, worker: WorkerProcess
) -> tuple[ServerFront, QtListener | None, Identity]:
    """Put a server together and let it listen, or dial in, or both.

    Args:
        arguments: of the command line.
        worker: started already, so that it loads its kernels meanwhile.

    Raises:
        StartError: a file, a port or the key is in the way.

    Returns:
        The front, the listener (None when the server only dials in) and who the server is.
    """
    key = _find_keys(arguments)
    threads = worker.threads
    try:
        identity = load_identity(config_dir() / "identity")
        info = ServerInfo(
            name=clip_name(arguments.name or computer_name()),
            software_version=software_version(),
            engine_class="",
            threads=threads,
            instance=secrets.token_hex(8),
            fingerprint=identity.fingerprint,
        )
        limits = CacheLimits(arguments.cache_limit, arguments.cache_age)
        cache = AssetCache(_find_cache(arguments), limits)
        diallers = [_make_dialler(text, key, info) for text in arguments.connect]
        doors: list[Door] = [*diallers]
        listener = None
        if not diallers or arguments.lan or arguments.bind or arguments.port is not None:
            listener = QtListener(key=key, identity=identity, info=info)
            listener.listen(_addresses(arguments), 0 if arguments.child else arguments.port)
            doors.append(listener)
    except (IdentityError, ListenError, OSError) as error:
        raise StartError(str(error)) from error
    core = ServerCore(threads=threads, cache_limit_bytes=arguments.cache_limit)
    lifetime = ServerLifetime(arguments.exit_when_idle, arguments.max_time, time.monotonic())
    read_log = partial(read_log_end, LOG_TEXT_BYTES, arguments.key_file)
    front = ServerFront(core, cache, worker, doors, info, lifetime, read_log)
    if listener is not None:
        listener.find_key = front.find_peer_key
    for dialler in diallers:
        dialler.start()
    if not worker.pid:  # it could not even be started: now the front hears why
        worker.start()
    return front, listener, identity


def _make_dialler(text: str, keys: bytes | FrontKeys, info: ServerInfo) -> QtDialler:
    try:
        address = parse_address(text, ACCEPT_PORT)
    except AddressError as error:
        raise StartError(f"--connect: {error}") from error
    shared = keys.shared if isinstance(keys, FrontKeys) else SharedKeys(keys)
    assert shared is not None  # _find_keys has seen to it
    return QtDialler(key=shared, info=info, address=address)


def _find_cache(arguments: argparse.Namespace) -> Path:
    """Return a folder that can be written now, not only when the first scene arrives."""
    if arguments.cache_dir is None:
        return asset_cache_dir()
    folder: Path = arguments.cache_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StartError(
            f"cannot write to the cache {folder}: {error.strerror or error}; choose another "
            "with --cache-dir"
        ) from error
    return folder


def _addresses(arguments: argparse.Namespace) -> tuple[str, ...]:
    if arguments.bind == "localhost":
        return LOOPBACK
    if arguments.bind:
        try:
            ipaddress.ip_address(arguments.bind)
        except ValueError:
            raise StartError(
                f"--bind takes an IP address of this computer, not {arguments.bind!r}"
            ) from None
        return (arguments.bind,)
    return EVERYWHERE if arguments.lan else LOOPBACK


def announce(name: str, listener: QtListener, identity: Identity) -> Announcer:
    """Tell the local network about the server."""
    from network.discovery import Announcer

    announcer = Announcer(name, listener.port, identity.short_id, on_problem=log.warning)
    announcer.start()
    return announcer
