"""What the desktop is told while the window is not in front: seldom, and only what matters.

The row, the strip and the dialog tell the same; nobody has to see a toast.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from app.values.durations import format_duration
from app.values.session_types import FrameReport
from app.widgets.local_numbers import format_whole

#: Between two toasts about servers: a farm that flaps must not fill the desktop.
FAILURES_EVERY_S = 60.0
#: Takes a title and a text.
Show = Callable[[str, str], None]


class Toasts(QObject):
    """Decides what is worth a toast.

    Args:
        show: shows one.
        in_front: whether the artist sees the window.
        now_s: monotonic clock.
        parent: Qt's owner.

    Attributes:
        wanted: False: the artist asked for silence.
    """

    def __init__(
        self,
        show: Show,
        in_front: Callable[[], bool],
        now_s: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.wanted = True
        self._show, self._in_front, self._now_s = show, in_front, now_s
        self._quiet_until_s = float("-inf")

    def set_wanted(self, wanted: bool) -> None:
        """Be silent, or not."""
        self.wanted = wanted

    def tell_failures(self, text: str) -> None:
        """The strip about servers says this now; "" when all are back."""
        if (
            text
            and self._now_s() >= self._quiet_until_s
            and self._tell(self.tr("Render servers"), text)
        ):
            self._quiet_until_s = self._now_s() + FAILURES_EVERY_S

    def tell_problem(self, text: str) -> None:
        """A decision is needed: a picture cannot be saved, say."""
        self._tell(self.tr("Bucket Brigade needs you"), text)

    def tell_end(self, report: FrameReport) -> None:
        """A frame is over."""
        title = self.tr("Render finished") if report.complete else self.tr("Render stopped")
        counts = (format_whole(report.buckets_done), format_whole(report.buckets))
        text = self.tr("{} of {} buckets in {}")
        self._tell(title, text.format(*counts, format_duration(report.wall_s)))

    def _tell(self, title: str, text: str) -> bool:
        if not self.wanted or self._in_front():
            return False
        self._show(title, text)
        return True


class Tray(QObject):
    """The icon in the system's tray that toasts come from; there from the first toast on.

    Args:
        icon: the program's.
        window: brought to the front by a click.
    """

    def __init__(self, icon: QIcon, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._icon = QSystemTrayIcon(icon, self)
        self._icon.activated.connect(lambda _reason: self._raise())
        self._icon.messageClicked.connect(self._raise)

    def show(self, title: str, text: str) -> None:
        """Show a toast; where the desktop has no tray, nothing."""
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon.show()
            self._icon.showMessage(title, text)

    def hide(self) -> None:
        """The window closes."""
        self._icon.hide()

    def _raise(self) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()


def is_in_front() -> bool:
    """Return whether a window of this program, dialogs included, has the keyboard."""
    return QGuiApplication.focusWindow() is not None
