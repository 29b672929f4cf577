"""*Follow mouse*: the bucket under the pointer comes first; a pinned point stays first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.session.session import RenderSession
from app.widgets.frame_buffer import FrameBuffer
from renderer.buckets import Region

#: The session is told no more often; a pointer moves a hundred times a second.
EVERY_MS = 100
#: A smaller move changes no bucket.
MIN_MOVE_PX = 4


class FocusController(QObject):
    """Tells the session where the artist looks.

    Attributes:
        following: whether the pointer decides.
        pinned: the pixel that stays first; None for none.

    Signals:
        said(str): for the status bar.
    """

    said = Signal(str)

    def __init__(self, frame_buffer: FrameBuffer, session: RenderSession) -> None:
        super().__init__(frame_buffer)
        self.following = False
        self.pinned: tuple[int, int] | None = None
        self._frame_buffer = frame_buffer
        self._session = session
        self._hovered = (-1, -1)
        self._told: tuple[int, int] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._tell)
        gestures = frame_buffer.gestures
        gestures.pixel_hovered.connect(self._hover)
        gestures.pin_requested.connect(self.pin)
        session.job_started.connect(lambda _job: self._begin())

    def calls(self) -> dict[str, Callable[..., object]]:
        """Return what each of the actions about it does."""
        return {"follow": self.set_following}

    def set_following(self, on: bool) -> None:
        """Let the pointer decide which bucket comes first, or the usual order."""
        self.following = on
        self.pinned = None
        self.said.emit(
            self.tr("Buckets near the pointer come first")
            if on
            else self.tr("Buckets come in their usual order")
        )
        self._tell()

    def pin(self, x: int, y: int) -> None:
        """Keep the buckets around a pixel first; the same place again lets go."""
        near = self.pinned is not None and _distance(self.pinned, (x, y)) < 4 * MIN_MOVE_PX
        self.pinned = None if near else (x, y)
        self.said.emit(
            self.tr("Buckets around {}, {} come first").format(x, y)
            if self.pinned
            else self.tr("Buckets come in their usual order")
        )
        self._tell()

    def _begin(self) -> None:
        self._told = None
        if self.following or self.pinned is not None:
            self._timer.start()  # the session has its units by then

    def _hover(self, x: int, y: int) -> None:
        self._hovered = (x, y)
        if self.following and self.pinned is None and x >= 0 and not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        wanted = self.pinned
        if wanted is None and self.following:
            wanted = self._hovered if self._hovered[0] >= 0 else self._told
        if wanted is None:
            if self._told is not None or not self.following:
                self._session.focus(None)
            self._told = None
        elif self._told is None or _distance(wanted, self._told) >= MIN_MOVE_PX:
            self._told = wanted
            self._session.focus(Region(*wanted, 1, 1))


def _distance(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))
