"""*Test connection* for one server: climbs from its name to its test picture; nothing waits.

A link of its own beside the one with which the window renders, so that a render in hand is not
touched; no bucket is asked for, so that a server of another client is not disturbed either.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.keys.keyring import Keyring, MissingKeyError
from app.session.canary_check import check_canary
from app.system.software import software_version
from app.values.ladder import Step
from app.values.session_types import ServerEntry
from app.values.trial_steps import (
    ANSWER,
    COMPUTER,
    CONNECTION,
    ENCRYPTION,
    KEY,
    NAME,
    PICTURE,
    RUNGS,
    VERSION,
    explain_end,
)
from app.window.window_services import Resolver
from network.addresses import Address
from network.connection import Closed, LoggedIn
from network.credentials import ClientKeys, short_id
from network.messages import Canary, Message, Welcome
from network.qt_link import QtLink

#: A worker that compiles its kernels for the first time takes half a minute on a slow computer.
PATIENCE_S = 90
POLL_MS = 100
#: More than one video frame later, a bucket's hand-over is felt on fast scenes.
SLOW_PING_S = 0.2


class ConnectionTrial(QObject):
    """One attempt; make another one for the next.

    Args:
        entry: the row.
        keyring: which key opens it.
        client_name: that the server's log shows.
        resolver: looks the name up.
        parent: Qt's owner.

    Signals:
        stepped(Step): a rung is over.
        finished(bool): the last one is, or one failed; True when all passed.
    """

    stepped = Signal(object)
    finished = Signal(bool)

    def __init__(
        self,
        entry: ServerEntry,
        keyring: Keyring,
        client_name: str,
        resolver: Resolver,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._entry, self._keyring = entry, keyring
        self._client_name, self._resolver = client_name, resolver
        self._rung = 0  # that is being climbed
        self._over = False
        self._link: QtLink | None = None
        self._canary: tuple[str, bytes] | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    def start(self) -> None:
        """Begin; `finished` follows once unless it is closed."""
        self._clock.start()
        self._resolver.resolve(self._entry.address, self._on_resolved)

    def close(self) -> None:
        """Give up; nothing is told any more."""
        self._over = True
        self._timer.stop()
        link, self._link = self._link, None
        if link is not None:
            for signal in (link.logged_in, link.received, link.closed):
                signal.disconnect()
            link.close("done", "the test is over")
            link.deleteLater()

    # -- rung by rung -------------------------------------------------------------------------

    def _on_resolved(self, addresses: tuple[str, ...], problem: str) -> None:
        if self._over:
            return
        if problem or not addresses:
            self._end_with("name", problem or f"{self._entry.address} has no address")
            return
        self._pass(NAME, ", ".join(addresses))
        try:
            keys = self._keyring.client_keys(self._entry.address, self._entry.port)
        except MissingKeyError as error:
            self._tell(Step(KEY, False, str(error), "Distributed rendering settings, Key file."))
            return
        self._open(keys)

    def _open(self, keys: ClientKeys) -> None:
        link = QtLink.client(key=keys, client_name=self._client_name, parent=self)
        link.logged_in.connect(self._on_logged_in)
        link.received.connect(self._on_received)
        link.closed.connect(self._on_closed)
        self._link = link
        link.connect_to(self._entry.address, self._entry.port)

    def _on_logged_in(self, event: LoggedIn) -> None:
        welcome, link = event.welcome, self._link
        assert link is not None
        assert isinstance(welcome, Welcome)
        where = str(Address(self._entry.address, self._entry.port))
        self._pass(CONNECTION, f"{where} answers")
        self._pass(ENCRYPTION, f"TLS; the server's identity is {short_id(link.fingerprint)}")
        self._pass(VERSION, f"{welcome.software_version} there, {software_version()} here")
        self._pass(KEY, "both sides have proved that they know it")
        self._pass(COMPUTER, f"{welcome.server_name}, {welcome.threads} threads")
        self._timer.start()

    def _on_received(self, message: Message, payload: bytes) -> None:
        if isinstance(message, Canary):
            self._canary = message.engine_class, payload

    def _poll(self) -> None:
        assert self._link is not None
        rtt_s = self._link.rtt_s
        if RUNGS[self._rung] == ANSWER and rtt_s is not None:
            slow = "; slow: small buckets will wait for the network" if rtt_s > SLOW_PING_S else ""
            self._pass(ANSWER, f"{rtt_s * 1000:.1f} ms there and back{slow}")
        if RUNGS[self._rung] == PICTURE and self._canary is not None:
            self._judge(*self._canary)
        elif self._clock.elapsed() > PATIENCE_S * 1000:
            text = f"nothing came within {PATIENCE_S} s"
            fix = "Its renderer does not start: look at the server's log on that computer."
            self._tell(Step(RUNGS[self._rung], False, text, fix))

    def _judge(self, engine_class: str, picture: bytes) -> None:
        problem = check_canary(picture)
        if problem:
            fix = "Install the same Bucket Brigade on both and test that computer's memory."
            self._tell(Step(PICTURE, False, problem, fix))
            return
        self._pass(PICTURE, f"as it should be, rendered by {engine_class}")
        self._end(True)

    def _on_closed(self, event: Closed) -> None:
        code = event.code
        before_tls = self._link is None or not self._link.fingerprint
        if self._rung == RUNGS.index(CONNECTION) and not before_tls:
            self._pass(CONNECTION, f"port {self._entry.port} answers")
            self._pass(ENCRYPTION, "TLS")
            if code in ("key", "unpaired", "identity"):
                self._pass(VERSION, "both sides understand each other")
        elif code == "tls":
            self._pass(CONNECTION, f"port {self._entry.port} answers")
        self._end_with(code, event.text)

    # -- telling ------------------------------------------------------------------------------

    def _pass(self, rung: str, detail: str) -> None:
        self._rung = min(RUNGS.index(rung) + 1, len(RUNGS) - 1)
        self.stepped.emit(Step(rung, True, detail))

    def _end_with(self, code: str, text: str) -> None:
        self._tell(explain_end(code, text, self._entry.port, RUNGS[self._rung]))

    def _tell(self, step: Step) -> None:
        if not self._over:
            self.stepped.emit(step)
            self._end(False)

    def _end(self, ok: bool) -> None:
        self.close()
        self.finished.emit(ok)
