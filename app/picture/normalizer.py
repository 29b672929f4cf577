"""*Normalize*: what is smallest in the picture is shown black, what is largest white."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.picture.film_display import FilmDisplay
from app.system.background import Background
from renderer.statistics import Statistics, find_statistics

COLORS = 3


class Normalizer(QObject):
    """Looks through what is shown, off the GUI thread; one time after the other.

    Signals:
        found(float, float): the smallest and the largest value of its colours.
    """

    found = Signal(float, float)

    def __init__(
        self, display: FilmDisplay, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._display = display
        self._background = background
        self._busy = False

    def start(self) -> None:
        """Look, unless there is no frame yet, or a channel with a scale of its own is shown."""
        shown = self._display.shown
        if self._busy or shown is None or not self._display.shows_light:
            return
        self._busy = True
        work = partial(find_statistics, shown, self._display.arrived)
        self._background.run(work, self._tell, self._give_up)

    def _tell(self, statistics: Statistics) -> None:
        self._busy = False
        if statistics.pixels:
            low = min(statistics.smallest[:COLORS])
            self.found.emit(float(low), float(max(statistics.largest[:COLORS])))

    def _give_up(self, error: Exception) -> None:
        self._busy = False
        raise error
