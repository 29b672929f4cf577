"""The two strips above the picture: the last problem or offer, and failed servers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.widgets.notice_strip import NoticeStrip
from app.window.incidents_controller import IncidentsController
from app.window.scene_opener import SceneOpener
from app.window.servers_controller import ServersController

log = logging.getLogger("brigade.window")

#: How long a strip offers Undo.
UNDO_MS = 10_000


class StripsController(QObject):
    """One strip for what the artist did or asked for, one for what servers did.

    Attributes:
        messages, incidents: the two strips.
        save_as: asks for another place for a picture that could not be saved.
    """

    def __init__(
        self,
        servers: ServersController,
        failures: IncidentsController,
        opener: SceneOpener,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.messages = NoticeStrip()
        self.incidents = NoticeStrip()
        self._slow = ""
        self._calls: dict[str, Callable[[], object]] = {
            "undo": servers.undo,
            "use_local": servers.use_local,
            "cancel_open": opener.cancel,
            "details": failures.show_dialog,
            "retry": failures.retry_all,
            "save_as": lambda: self.save_as(),
            "offer": lambda: self._offered(),
        }
        self.messages.action_requested.connect(self._act_and_hide)
        self.incidents.action_requested.connect(self._act)
        servers.failed.connect(self.tell_problem)
        servers.undoable.connect(self._offer_undo)
        opener.failed.connect(self.tell_problem)
        opener.slow.connect(self._tell_slow)
        self.save_as: Callable[[], object] = lambda: None
        self._offered: Callable[[], object] = lambda: None
        failures.strip_changed.connect(self._tell_failures)

    def add_calls(self, calls: Mapping[str, Callable[[], object]]) -> None:
        """Let buttons of these keys do this."""
        self._calls.update(calls)

    def tell_problem(self, text: str) -> None:
        """Say what went wrong and stays so until the artist does something."""
        self.messages.show_notice("fail", text)
        log.warning("%s", text)

    def offer_to_save(self, text: str) -> None:
        """A picture could not be saved: it is in memory still, and may go elsewhere."""
        self.messages.show_notice("fail", text, (("save_as", self.tr("Save elsewhere…")),))
        log.warning("%s", text)

    def offer_local(self) -> None:
        """Nobody would render: offer this computer."""
        text = self.tr("No server is ticked, so nobody would render.")
        self.messages.show_notice("wait", text, (("use_local", self.tr("Use this computer")),))

    def offer(self, text: str, label: str, call: Callable[[], object]) -> None:
        """Say something that the artist may want to act upon, or not."""
        self._offered = call
        self.messages.show_notice("wait", text, (("offer", label),))

    def _tell_slow(self, path: str) -> None:
        if path:
            self._slow = self.tr("Opening {}…").format(Path(path).name)
            self.messages.show_notice("wait", self._slow, (("cancel_open", self.tr("Cancel")),))
        else:
            self.withdraw(self._slow)  # and nothing that was said meanwhile

    def _tell_failures(self, text: str) -> None:
        if not text:
            self.incidents.hide()
            return
        actions = (("details", self.tr("Details")), ("retry", self.tr("Retry")))
        self.incidents.show_notice("fail", text, actions)

    def _offer_undo(self, text: str) -> None:
        self.messages.show_notice("wait", text, (("undo", self.tr("Undo")),))
        QTimer.singleShot(UNDO_MS, self.messages, lambda: self.withdraw(text))

    def withdraw(self, text: str) -> None:
        """Take a message back, if it is the one that is shown."""
        if self.messages.text.text() == text:
            self.messages.hide()

    def _act(self, key: str) -> None:
        self._calls[key]()

    def _act_and_hide(self, key: str) -> None:
        self.messages.hide()
        self._calls[key]()
