"""Asks what to do when no server is left during a render."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.servers.reach_rules import Reach
from app.servers.server_list import LOCAL_UID
from app.session.session import RenderSession
from app.values.session_types import ServerStatus
from app.widgets.nobody_dialog import NobodyDialog
from app.window.render_controller import RenderController, RenderState
from app.window.servers_controller import ServersController

#: A server that restarts is back by then; nobody should be asked for it.
PATIENCE_MS = 4000


class NobodyController(QObject):
    """One per window.

    Signals:
        alone(str): nobody is left, in words.
    """

    alone = Signal(str)

    def __init__(
        self,
        session: RenderSession,
        servers: ServersController,
        render: RenderController,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._servers, self._render = servers, render
        self._reach = Reach()
        self._asked = False
        self.dialog = NobodyDialog(parent)
        self.dialog.render_here_requested.connect(servers.use_local)
        self.dialog.stop_requested.connect(render.stop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PATIENCE_MS)
        self._timer.timeout.connect(self.ask)
        session.server_changed.connect(self._on_status)
        servers.list_changed.connect(self.look)
        render.state_changed.connect(lambda _state: self._begin())

    @Slot(object)
    def _on_status(self, status: ServerStatus) -> None:
        if self._reach.note(status.uid, status.state):  # not for each count of a thousand rows
            self.look()

    def _begin(self) -> None:
        self._asked = False
        self.look()

    @Slot()
    def look(self) -> None:
        """Begin to wait before asking, or take the question back."""
        if not self._is_alone():
            self._asked = False
            self._timer.stop()
            self.dialog.hide()
        elif not (self._asked or self._timer.isActive()):
            self._timer.start()

    @Slot()
    def ask(self) -> None:
        """Ask, once for as long as nobody comes back."""
        if not self._is_alone():
            return
        self._asked = True
        self.dialog.ask(here_possible=LOCAL_UID not in self._servers.wanted)
        self.alone.emit(self.tr("No render server can be reached: the frame waits."))

    def _is_alone(self) -> bool:
        if self._render.state is not RenderState.RENDERING:
            return False
        return self._reach.is_nobody_left(self._servers.wanted)
