"""Keeps the statistics of what is shown up to date while somebody looks at them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer

from app.picture.film_display import FilmDisplay
from app.system.background import Background
from app.widgets.histogram_panel import StatisticsPanel
from app.widgets.local_numbers import format_digits, format_whole
from app.window.channel_controls import ChannelControls
from app.window.pixel_inspector import BEAUTY_NAMES
from renderer.display import Look
from renderer.statistics import MAX_EV, MIN_EV, Statistics, find_statistics

#: An 8K frame takes some 0.3 s of a background thread: once a second is enough to follow.
EVERY_MS = 1000


class StatisticsController(QObject):
    """Counts in the background, and not at all while the panel is hidden."""

    def __init__(
        self,
        panel: StatisticsPanel,
        display: FilmDisplay,
        channels: ChannelControls,
        background: Background,
    ) -> None:
        super().__init__(panel)
        self._panel = panel
        self._display = display
        self._channels = channels
        self._background = background
        self._busy = False
        self._stale = True
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._count)
        display.content_changed.connect(self._note)
        display.look_changed.connect(self._show_look)
        self._show_look(display.look)

    def set_visible(self, visible: bool) -> None:
        """The panel is seen, or not."""
        if visible:
            self._timer.start()
            self._count()
        else:
            self._timer.stop()

    def _note(self) -> None:
        self._stale = True

    def _show_look(self, look: Look) -> None:
        self._panel.histogram.set_exposure(look.exposure_ev)

    def _count(self) -> None:
        shown = self._display.shown
        if self._busy or not self._stale or shown is None:
            return
        self._busy, self._stale = True, False
        arrived = self._display.arrived
        names = self._channels.component_names if self._display.shows_frame else BEAUTY_NAMES
        self._background.run(
            partial(find_statistics, shown, arrived), partial(self._show, names), self._give_up
        )

    def _show(self, names: tuple[str, ...], found: Statistics) -> None:
        self._busy = False
        self._panel.histogram.set_counts(found.histogram, MIN_EV, MAX_EV)
        rows = [
            (self.tr("Smallest"), [format_digits(value, 4) for value in found.smallest]),
            (self.tr("Mean"), [format_digits(value, 4) for value in found.mean]),
            (self.tr("Largest"), [format_digits(value, 4) for value in found.largest]),
        ]
        self._panel.set_numbers(
            names[: len(found.mean)],
            [*rows, (self.tr("Pixels"), [format_whole(found.pixels)])],
        )

    def _give_up(self, error: Exception) -> None:
        self._busy = False
        raise error
