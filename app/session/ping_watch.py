"""The *Ping* column: what links measure by their heartbeats, told when it has changed visibly."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Slot

#: Heartbeats come once a second; nobody reads the column faster.
LOOK_MS = 2000
#: Smaller changes, and those under a fifth, stay untold: a thousand rows must not flicker.
CHANGE_S = 0.001
CHANGE_PART = 0.2


class PingWatch(QObject):
    """Looks at all rows now and then.

    Args:
        rows: gives uid, shown and measured round trip in seconds of each row, None for none.
        tell: takes uid and the new round trip.
        parent: Qt's owner.
    """

    def __init__(
        self,
        rows: Callable[[], Iterable[tuple[str, float | None, float | None]]],
        tell: Callable[[str, float | None], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows, self._tell = rows, tell
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Tell what has changed."""
        for uid, shown_s, rtt_s in list(self._rows()):
            if shown_s is None or rtt_s is None:
                changed = shown_s != rtt_s
            else:
                changed = abs(rtt_s - shown_s) >= max(CHANGE_S, CHANGE_PART * shown_s)
            if changed:
                self._tell(uid, rtt_s)
