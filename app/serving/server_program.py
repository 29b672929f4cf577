"""The program `brigade server`: checks its options, opens its port, serves until told to stop.

Also the local server of a client (`--child`): then the key comes through stdin, the port goes
out as a JSON line on stdout, and the end of stdin ends the program.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.logs.logs import join_qt_messages, log_start, set_up_logging
from app.serving.server_flags import add_options
from app.serving.worker_process import WorkerProcess
from app.system.paths import FolderError, asset_cache_dir, kernel_dir, log_dir
from app.system.signal_relay import SignalRelay
from app.system.threads import default_threads
from app.values.cache_limits import CacheLimits, parse_age, parse_size
from network.messages import DEFAULT_PORT

if TYPE_CHECKING:
    from types import TracebackType

    from app.serving.server_front import ServerFront
    from app.serving.server_tray import ServerTray
    from network.qt_listener import QtListener

log = logging.getLogger("brigade.server")

EXIT_FAILED = 1
GIGABYTE = 1 << 30
#: A parent says `cache 100000GB 87600h`; what is longer is none of ours.
MAX_LINE_BYTES = 256


class _Lifeline(QObject):
    """Tells what the parent says, and when it closes our stdin, which is how it ends us.

    Signals:
        limited(CacheLimits): the cache is to keep no more than this.
        cut(): stdin is closed.
    """

    limited = Signal(object)
    cut = Signal()

    def watch(self) -> None:
        """Wait for the end of stdin in a thread: no portable event loop can on a pipe."""
        threading.Thread(target=self._wait, name="lifeline", daemon=True).start()

    def _wait(self) -> None:
        while line := sys.stdin.buffer.readline(MAX_LINE_BYTES):
            limits = read_limits(line)
            if limits is not None:
                self.limited.emit(limits)
        self.cut.emit()


def run_server(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT, SIGTERM or, for a client's local server, the end of stdin."""
    log_file = arguments.log_file or log_dir() / ("local.log" if arguments.child else "server.log")
    set_up_logging(log_file, logging.WARNING if arguments.child else logging.INFO)
    log_start()
    join_qt_messages()
    application = _make_application(arguments)
    if application is None:
        return EXIT_FAILED
    worker = _make_worker(arguments)
    if worker is None:
        return EXIT_FAILED
    if arguments.tray:
        _remember_wish(worker)
    worker.start()
    # The worker loads its kernels while the rest is imported and put together.
    from app.serving.server_setup import StartError, announce, build_server

    try:
        front, listener, identity = build_server(arguments, worker)
    except StartError as error:
        print(f"brigade server: {error}", file=sys.stderr)
        worker.close()
        return EXIT_FAILED
    _tell(arguments, front.name, listener)
    announcement = None
    if arguments.lan and listener is not None:
        announcement = announce(front.name, listener, identity)
    status = _serve(application, arguments, front, listener)
    if announcement is not None:
        announcement.close()
    front.close()
    log.info("server ended")
    return status


def _make_worker(arguments: argparse.Namespace) -> WorkerProcess | None:
    """Return the render process, not started yet; None: it said why there is none."""
    try:
        return WorkerProcess(
            arguments.threads or default_threads(),
            kernel_dir(),
            chaos=str(arguments.chaos or ""),
            assets=_assets_folder(arguments),
            memory_bytes=arguments.memory * GIGABYTE,
        )
    except FolderError as error:
        print(f"brigade server: {error}", file=sys.stderr)
        return None


def _serve(
    application: QCoreApplication,
    arguments: argparse.Namespace,
    front: ServerFront,
    listener: QtListener | None,
) -> int:
    """Run the event loop until somebody ends it; return its status."""
    lifeline = _Lifeline()
    if arguments.child:
        lifeline.limited.connect(front.limit_cache)
        lifeline.cut.connect(application.quit)
        lifeline.watch()
    relay = _stop_on_signals(application, front, arguments.child)
    # Not `quit`: that asks windows first, and ours with a tray icon only hides.
    front.finished.connect(lambda: application.exit(0))
    _fail_jobs_on_bugs(front)
    threads = arguments.threads or default_threads()
    tray = _show_tray(front, listener, threads) if arguments.tray else None
    status = application.exec()
    if tray is not None:
        tray.close()
    relay.deleteLater()
    return status


def read_limits(line: bytes) -> CacheLimits | None:
    """Return what `cache SIZE AGE` says, as the options take them; None, logged: nothing."""
    try:
        what, size, age = line.decode().split()
        if what != "cache":
            raise ValueError(f"nobody here knows {what!r}")
        limits = CacheLimits(parse_size(size), parse_age(age))
    except ValueError as error:
        log.warning("the parent says %r: %s", line, error)
        return None
    log.info("the cache keeps at most %s, unused files for at most %s", size, age)
    return limits


def _fail_jobs_on_bugs(front: ServerFront) -> None:
    """Let what a slot raises fail the jobs there are: their clients would wait for ever."""
    log_uncaught = sys.excepthook

    def fail(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log_uncaught(kind, error, trace)
        if isinstance(error, Exception):
            front.broke(error)

    sys.excepthook = fail


def _make_application(arguments: argparse.Namespace) -> QCoreApplication | None:
    """Return the program's event loop, with windows only for `--tray`; None: it said why not."""
    if not arguments.tray:
        return QCoreApplication([sys.argv[0]])
    from app.serving.server_tray import check_screen, make_tray_application

    problem = check_screen()
    if problem:
        print(f"brigade server: {problem}", file=sys.stderr)
        return None
    return make_tray_application()


def _remember_wish(worker: WorkerProcess) -> None:
    """Begin with what the tray window was told last time."""
    from app.serving.server_tray import load_tray_wish

    wish = load_tray_wish(worker.threads)
    worker.threads, worker.priority = wish.threads, wish.priority


def _show_tray(front: ServerFront, listener: QtListener | None, threads: int) -> ServerTray:
    """Show the small window; only here does a server know widgets."""
    from app.serving.server_tray import ServerTray

    where = ""
    if listener is not None:
        where = f"{' and '.join(listener.addresses)}, port {listener.port}"
    tray = ServerTray(front, where, threads)
    tray.start()
    return tray


def _assets_folder(arguments: argparse.Namespace) -> Path:
    """Return the cache's folder, there already: the worker's right to read it holds for what is.

    Whether it can be written, `build_server` sees and says.
    """
    if arguments.cache_dir is None:
        return asset_cache_dir()
    folder: Path = arguments.cache_dir.absolute()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _tell(arguments: argparse.Namespace, name: str, listener: QtListener | None) -> None:
    """Say where the server can be reached: to its parent as JSON, to people in words."""
    if listener is not None and arguments.child:
        print(json.dumps({"event": "listening", "port": listener.port}), flush=True)
        return
    for address in arguments.connect:
        log.info("server %s dials in to %s", name, address)
    if listener is not None:
        where = " and ".join(listener.addresses)
        log.info("server %s listens on %s, port %d", name, where, listener.port)
        if arguments.port is None and listener.port != DEFAULT_PORT:
            log.info("port %d is taken: clients must add :%d", DEFAULT_PORT, listener.port)
        if not arguments.lan and not arguments.bind:
            log.info("only clients on this computer can reach it; --lan opens it to the network")
    if arguments.chaos:
        log.warning("this server makes trouble on purpose: %s", arguments.chaos)
    log.info("stop it with Ctrl+C")


def _stop_on_signals(application: QCoreApplication, front: ServerFront, child: bool) -> SignalRelay:
    """First signal: drain; second: end at once."""
    numbers = [signal.SIGTERM]
    if child:
        # Ctrl+C in a terminal reaches the whole group; what it means for us, our parent decides.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    else:
        numbers.append(signal.SIGINT)
    if hasattr(signal, "SIGBREAK"):  # Windows has no SIGTERM: Ctrl+Break is what others can send
        numbers.append(signal.SIGBREAK)
    stops = iter((front.drain,))
    relay = SignalRelay(numbers, application)
    relay.caught.connect(lambda _number: next(stops, lambda: application.exit(0))())
    return relay


def main() -> int:
    """Run as `python -m app.serving.server_program`, the way a client starts its local server."""
    parser = argparse.ArgumentParser(prog="brigade server")
    add_options(parser)
    return run_server(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
