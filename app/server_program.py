"""The program `brigade server`: checks its options, opens its port, serves until told to stop.

Also the local server of a client (`--child`): then the key comes through stdin, the port goes
out as a JSON line on stdout, and the end of stdin ends the program.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import logging
import secrets
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.asset_cache import AssetCache
from app.commands.server import add_options
from app.keyring import Keyring, MissingKeyError
from app.logs import join_qt_messages, set_up_logging
from app.paths import asset_cache_dir, config_dir, kernel_dir, log_dir
from app.server_front import ServerFront
from app.software import computer_name, software_version
from app.threads import default_threads
from app.worker_process import WorkerProcess
from network.addresses import EVERYWHERE, LOOPBACK, is_loopback
from network.connection import ServerInfo
from network.identity import IdentityError, load_identity
from network.keys import KeyFileError, parse_key
from network.messages import DEFAULT_PORT
from network.qt_listener import ListenError, QtListener
from network.server_core import ServerCore
from network.text import clip_name
from network.tls import Identity

if TYPE_CHECKING:
    from network.discovery import Announcer

log = logging.getLogger("brigade.server")

GIGABYTE = 1 << 30
EXIT_FAILED = 1
#: Python sees a signal only when it runs: the event loop wakes it so often.
SIGNAL_CHECK_MS = 200
MAX_KEY_LINE_BYTES = 1024


class StartError(Exception):
    """The server cannot start; the text says why and the way out."""


class _Lifeline(QObject):
    """Tells when the parent closes our stdin, which is how it ends us."""

    cut = Signal()

    def watch(self) -> None:
        """Wait for the end of stdin in a thread: no portable event loop can on a pipe."""
        threading.Thread(target=self._wait, name="lifeline", daemon=True).start()

    def _wait(self) -> None:
        while sys.stdin.buffer.read(4096):
            pass
        self.cut.emit()


def run_server(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT, SIGTERM or, for a client's local server, the end of stdin."""
    log_file = arguments.log_file or log_dir() / ("local.log" if arguments.child else "server.log")
    set_up_logging(log_file, logging.WARNING if arguments.child else logging.INFO)
    join_qt_messages()
    application = QCoreApplication([sys.argv[0]])
    try:
        key = _find_key(arguments)
        front, listener, identity = _build(arguments, key)
    except StartError as error:
        print(f"brigade server: {error}", file=sys.stderr)
        return EXIT_FAILED
    _tell(arguments, listener)
    announcement = _announce(listener, identity) if arguments.lan else None
    lifeline = _Lifeline()
    if arguments.child:
        lifeline.cut.connect(application.quit)
        lifeline.watch()
    waker = _stop_on_signals(application, front, arguments.child)
    front.finished.connect(application.quit)
    status = application.exec()
    waker.stop()
    if announcement is not None:
        announcement.close()
    front.close()
    log.info("server ended")
    return status


def _find_key(arguments: argparse.Namespace) -> bytes:
    if arguments.child:
        try:
            line = sys.stdin.buffer.readline(MAX_KEY_LINE_BYTES)
            return parse_key(line.decode("ascii", "replace"))
        except KeyFileError as error:
            raise StartError(f"no key from the client: {error}") from error
    keyring = Keyring(config_dir(), arguments.key_file)
    on_loopback = not arguments.lan and (not arguments.bind or is_loopback(arguments.bind))
    try:
        if arguments.key_file is None and on_loopback:
            return keyring.local_key()
        return keyring.farm_key()
    except MissingKeyError as error:
        raise StartError(str(error)) from error


def _build(arguments: argparse.Namespace, key: bytes) -> tuple[ServerFront, QtListener, Identity]:
    threads = arguments.threads or default_threads()
    info = ServerInfo(
        name=clip_name(arguments.name or computer_name()),
        software_version=software_version(),
        engine_class="",
        threads=threads,
        instance=secrets.token_hex(8),
    )
    try:
        identity = load_identity(config_dir() / "identity")
        cache = AssetCache(_find_cache(arguments), arguments.cache_size * GIGABYTE)
        listener = QtListener(key=key, identity=identity, info=info)
        listener.listen(_addresses(arguments), 0 if arguments.child else arguments.port)
        worker = WorkerProcess(threads, kernel_dir())
    except (IdentityError, ListenError, OSError) as error:
        raise StartError(str(error)) from error
    core = ServerCore(threads=threads, cache_limit_bytes=arguments.cache_size * GIGABYTE)
    front = ServerFront(core, cache, worker, listener)
    worker.start()
    return front, listener, identity


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


def _tell(arguments: argparse.Namespace, listener: QtListener) -> None:
    """Say where the server listens: to its parent as JSON, to people in words."""
    if arguments.child:
        print(json.dumps({"event": "listening", "port": listener.port}), flush=True)
        return
    where = " and ".join(listener.addresses)
    log.info("server %s listens on %s, port %d", listener.info.name, where, listener.port)
    if arguments.port is None and listener.port != DEFAULT_PORT:
        log.info("port %d is taken: clients must add :%d", DEFAULT_PORT, listener.port)
    if not arguments.lan and not arguments.bind:
        log.info("only clients on this computer can reach it; --lan opens it to the network")
    log.info("stop it with Ctrl+C")


def _announce(listener: QtListener, identity: Identity) -> Announcer:
    from network.discovery import Announcer

    announcer = Announcer(
        listener.info.name, listener.port, identity.short_id, on_problem=log.warning
    )
    announcer.start()
    return announcer


def _stop_on_signals(application: QCoreApplication, front: ServerFront, child: bool) -> QTimer:
    """First signal: drain; second: end at once."""
    seen: list[int] = []

    def stop(number: int, _frame: object) -> None:
        seen.append(number)
        if len(seen) == 1:
            front.drain()
        else:
            application.quit()

    # Ctrl+C in a terminal reaches the whole group; what it means for a child, its parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN if child else stop)
    signal.signal(signal.SIGTERM, stop)
    waker = QTimer(application)
    waker.timeout.connect(lambda: None)
    waker.start(SIGNAL_CHECK_MS)
    return waker


def main() -> int:
    """Run as `python -m app.server_program`, the way a client starts its local server."""
    parser = argparse.ArgumentParser(prog="brigade server")
    add_options(parser)
    return run_server(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
