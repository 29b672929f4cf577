"""Failures of servers on their way to the strip and the one dialog."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.session.session import RenderSession
from app.values.notifications import NotificationAggregator, summarize
from app.values.session_types import Incident, ServerState, ServerStatus
from app.widgets.incident_dialog import IncidentDialog
from app.window.servers_controller import ServersController
from app.window.window_services import WindowServices

_BACK = frozenset(
    {ServerState.IDLE, ServerState.RENDERING, ServerState.OPENING, ServerState.SYNCING}
)


class IncidentsController(QObject):
    """Gathers incidents, then shows them; see `app.values.notifications` for the rules.

    Signals:
        strip_changed(str): the sentence for the strip, "" when every server is back.
    """

    strip_changed = Signal(str)

    def __init__(
        self,
        session: RenderSession,
        servers: ServersController,
        services: WindowServices,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.aggregator = NotificationAggregator()
        self.dialog = IncidentDialog(parent)
        self._session = session
        self._servers = servers
        self._now_s = services.now_s
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._show)
        self.dialog.retry_requested.connect(servers.retry)
        self.dialog.disable_requested.connect(self._disable)
        self.dialog.mute_requested.connect(self.aggregator.mute)
        session.happened.connect(self._on_happened)
        session.server_changed.connect(self._on_status)
        session.server_removed.connect(self._on_removed)

    def begin_render(self) -> None:
        """A render begins: forget the last one's failures."""
        self.aggregator.begin_render()
        self._timer.stop()
        self.dialog.begin_render()
        self.dialog.close()
        self.strip_changed.emit("")

    def show_dialog(self) -> None:
        """Show all failures of this render."""
        self.dialog.set_lines(self.aggregator.lines)
        self.dialog.show()
        self.dialog.raise_()

    def retry_all(self) -> None:
        """Try every failed server again now."""
        self._servers.retry(sorted({line.uid for line in self.aggregator.open_lines}))

    def _on_happened(self, incident: Incident) -> None:
        self.aggregator.add(incident, self._now_s())
        self._wait()

    def _wait(self) -> None:
        due_s = self.aggregator.due_s
        if due_s is not None and not self._timer.isActive():
            self._timer.start(max(0, round((due_s - self._now_s()) * 1000)))

    def _show(self) -> None:
        notice = self.aggregator.take(self._now_s())
        if notice is None:
            self._wait()  # the timer was a little early
            return
        self.dialog.set_lines(notice.lines)
        if notice.raise_dialog and not self.dialog.isVisible():
            self.dialog.show()
        self.strip_changed.emit(summarize(self.aggregator.open_lines))

    def _on_status(self, status: ServerStatus) -> None:
        if status.state in _BACK:
            self._recover(status.uid)

    def _on_removed(self, uid: str) -> None:
        self._recover(uid)

    def _recover(self, uid: str) -> None:
        if self.aggregator.recover(uid) and self.aggregator.due_s is None:
            self.strip_changed.emit(summarize(self.aggregator.open_lines))

    def _disable(self, uids: list[str]) -> None:
        self._servers.set_enabled(uids, False)
        for uid in uids:
            self._recover(uid)
