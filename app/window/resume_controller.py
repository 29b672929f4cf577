"""Frames that go on: after Stop by Resume, after a crash by an offer above the picture."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.frames.frame_journal import JournalWish
from app.frames.unfinished import Unfinished, find_unfinished, remove_journal
from app.session.session import RenderSession
from app.system.background import Background
from app.widgets.notice_strip import NoticeStrip
from app.window.render_controller import RenderController, RenderState
from app.window.scene_opener import SceneOpener


class ResumeController(QObject):
    """Offers interrupted frames one after the other, and ends journals that nobody needs.

    Args:
        session: writes the journals.
        render: begins frames.
        opener: opens their scenes.
        folder: of the window's journals.
        background: finds and removes them.
        parent: as always in Qt.

    Attributes:
        strip: the offer, and what is wrong with a journal; hidden mostly.

    Signals:
        taken_up(RenderRequest): a frame of an earlier start goes on.
    """

    taken_up = Signal(object)

    def __init__(
        self,
        session: RenderSession,
        render: RenderController,
        opener: SceneOpener,
        folder: Path,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.strip = NoticeStrip()
        self._session = session
        self._render = render
        self._opener = opener
        self._folder = folder
        self._background = background
        self._waiting: list[Unfinished] = []
        self._wanted: Unfinished | None = None  # whose scene is being opened
        self._offered = False
        self.strip.action_requested.connect(self._act)
        self.strip.closed.connect(self._waiting.clear)  # they come again at the next start
        session.journal_failed.connect(self._on_problem)
        opener.opened.connect(lambda _summary: self._begin_wanted())
        opener.failed.connect(lambda _text: self._give_up())
        render.state_changed.connect(lambda _state: self._show())

    def start(self) -> None:
        """Look for what a crash has left."""
        self._background.run(
            partial(find_unfinished, self._folder, time.time()), self._on_found, lambda _e: None
        )

    def drop_complete(self) -> None:
        """The frame is saved, or the window closes: nobody resumes what is complete."""
        if not self._session.can_resume:
            self._session.discard_journal()

    def resume(self) -> None:
        """Go on with the frame that was stopped."""
        self._render.resume()

    def _on_found(self, found: list[Unfinished]) -> None:
        self._waiting[:] = found
        self._show()

    def _show(self) -> None:
        """Offer the newest, but not while anything is rendered."""
        if self._render.state is not RenderState.IDLE or not self._waiting:
            if self._offered:
                self.strip.hide()
            self._offered = False
            return
        frame = self._waiting[0]
        name, share = frame.request.scene.name, f"{frame.share:.0%}"
        text = self.tr("An unfinished render of {} from {} ({} rendered)")
        actions = ("resume", self.tr("Resume")), ("discard", self.tr("Discard"))
        self.strip.show_notice("wait", text.format(name, frame.started, share), actions)
        self._offered = True

    def _act(self, key: str) -> None:
        if not self._waiting:
            return
        frame = self._waiting.pop(0)
        self.strip.hide()
        if key == "discard":
            self._background.run(
                partial(remove_journal, frame.path), lambda _none: self._show(), lambda _e: None
            )
            return
        self._wanted = frame
        scene = self._opener.scene
        if scene is not None and scene.resolve() == frame.request.scene:
            self._begin_wanted()
        else:
            self._opener.open(frame.request.scene)

    def _begin_wanted(self) -> None:
        frame, scene = self._wanted, self._opener.scene
        if frame is None or scene is None or scene.resolve() != frame.request.scene:
            return  # another scene was opened meanwhile
        self._wanted = None
        self.taken_up.emit(frame.request)
        self._render.start_request(frame.request, JournalWish(frame.path, resume=True))

    def _give_up(self) -> None:
        """The scene cannot be opened; the journal stays, and is offered at the next start."""
        self._wanted = None

    def _on_problem(self, text: str) -> None:
        if text:
            self.strip.show_notice("fail", self.tr("The render goes on, but {}").format(text))
        elif not self._offered:
            self.strip.hide()
