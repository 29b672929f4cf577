"""How the picture is seen: exposure, view transform, outlines, zoom, and the pixel's value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from app.picture.film_display import FilmDisplay
from app.picture.normalizer import Normalizer
from app.picture.view_lens import Lens
from app.system.background import Background
from app.widgets.frame_buffer import FrameBuffer, Outlines
from app.widgets.local_numbers import format_digits
from app.widgets.status_bar import RenderStatusBar
from app.window.window_layout import DisplayBar
from app.window.window_store import WindowStore
from renderer.display import DEFAULT_VIEW, NEUTRAL, VIEWS, parse_view, to_display
from renderer.false_colour import describe_zones

#: Actions that show one component alone, in their order.
SOLO_KEYS = ("red", "green", "blue", "alpha")
ZOOM_STEP = 2**0.5
EXPOSURE_STEP_EV = 0.5
MAX_EXPOSURE_EV = 10.0
OFFSET_STEP = 0.1
#: Of white; beyond, a picture is all black or all white.
MAX_OFFSET = 1000.0
LEGEND = describe_zones()


class DisplayControls(QObject):
    """Keeps toolbar, frame buffer and what is remembered in step.

    Attributes:
        lens: what is seen of the picture; it is not remembered.

    Signals:
        lens_changed(Lens).
        was_reset(): all of the display is as it was at first.
    """

    lens_changed = Signal(object)
    was_reset = Signal()

    def __init__(
        self,
        bar: DisplayBar,
        display: FilmDisplay,
        frame_buffer: FrameBuffer,
        status_bar: RenderStatusBar,
        store: WindowStore,
        background: Background,
    ) -> None:
        super().__init__(bar)
        self._bar = bar
        self._display = display
        self._frame_buffer = frame_buffer
        self._status_bar = status_bar
        self._store = store
        self._followers: list[FilmDisplay] = []
        self.lens = Lens()
        self.normalizer = Normalizer(display, background, self)
        self.normalizer.found.connect(self.show_range)
        bar.exposure.exposure_requested.connect(self.set_exposure)
        bar.look.look_requested.connect(self.set_balance)
        bar.view.activated.connect(lambda _index: self.set_view(bar.view.currentData()))
        bar.outlines.activated.connect(
            lambda _index: self.set_outlines(Outlines(bar.outlines.currentData()))
        )
        frame_buffer.zoom_changed.connect(status_bar.show_zoom)

    def calls(self) -> dict[str, Callable[..., object]]:
        """Return what each of the actions about seeing does."""
        solos = {
            name: lambda on, place=place: self.set_solo(place, on)
            for place, name in enumerate(SOLO_KEYS)
        }
        return {
            "zoom_in": lambda: self.zoom(1),
            "zoom_out": lambda: self.zoom(-1),
            "brighter": lambda: self.step_exposure(1),
            "darker": lambda: self.step_exposure(-1),
            "reset": lambda: self.reset(),
            "next_view": lambda: self.step_view(1),
            "previous_view": lambda: self.step_view(-1),
            "outlines": lambda: self.step_outlines(),
            "burnt": self.set_burnt,
            "offset_up": lambda: self.step_offset(1),
            "offset_down": lambda: self.step_offset(-1),
            "normalize": lambda: self.normalizer.start(),
            **solos,
        }

    def follow_actions(self, actions: Mapping[str, QAction]) -> None:
        """Keep the actions' ticks equal to the lens."""

        def show(lens: Lens) -> None:
            actions["burnt"].setChecked(lens.burnt)
            for place, name in enumerate(SOLO_KEYS):
                actions[name].setChecked(lens.solo == place)

        self.lens_changed.connect(show)

    def restore(self) -> None:
        """See pictures as the artist did last time."""
        kept = self._store.preferences
        self.set_exposure(kept.exposure_ev)
        self.set_view(kept.view if kept.view in VIEWS else DEFAULT_VIEW)
        try:
            self.set_balance(kept.temperature_k, kept.tint, kept.gamma)
        except ValueError:  # a file that was edited by hand
            self.set_balance(round(NEUTRAL.temperature_k), NEUTRAL.tint, NEUTRAL.gamma)
        known = [outlines.value for outlines in Outlines]
        self.set_outlines(Outlines(kept.outlines if kept.outlines in known else "server"))

    def set_exposure(self, exposure_ev: float) -> None:
        """See the picture brighter or darker."""
        limited = max(-MAX_EXPOSURE_EV, min(MAX_EXPOSURE_EV, exposure_ev))
        self._display.set_look(replace(self._display.look, exposure_ev=limited))
        self._bar.exposure.set_exposure(limited)
        self._store.update(exposure_ev=limited)

    def step_exposure(self, steps: int) -> None:
        """Half a stop up or down."""
        self.set_exposure(self._display.look.exposure_ev + steps * EXPOSURE_STEP_EV)

    def set_view(self, name: str) -> None:
        """See the picture by another view transform."""
        self._display.set_look(replace(self._display.look, view=parse_view(name)))
        self._bar.view.setCurrentIndex(self._bar.view.findData(name))
        self._bar.look.show_legend(LEGEND if name == "false-colour" else ())
        self._store.update(view=name)

    def set_balance(self, temperature_k: int, tint: float, gamma: float) -> None:
        """See the picture by another white, and its middle brighter or darker.

        Raises:
            ValueError: a value is out of range.
        """
        look = replace(self._display.look, temperature_k=temperature_k, tint=tint, gamma=gamma)
        self._display.set_look(look)
        self._bar.look.set_values(temperature_k, tint, gamma)
        self._store.update(temperature_k=temperature_k, tint=tint, gamma=gamma)

    def step_view(self, steps: int) -> None:
        """The next or previous view transform."""
        index = (VIEWS.index(self._display.look.view) + steps) % len(VIEWS)
        self.set_view(VIEWS[index])
        self._status_bar.say(self.tr("View: {}").format(self._bar.view.currentText()))

    def set_burnt(self, on: bool) -> None:
        """Mark what is brighter than white, or not."""
        self._set_lens(replace(self.lens, burnt=on))

    def step_offset(self, steps: int) -> None:
        """Add a little to all of the exposed light, or take it away."""
        self.set_offset(round(self.lens.offset + steps * OFFSET_STEP, 6))

    def set_offset(self, offset: float) -> None:
        """Add this to the exposed light."""
        limited = max(-MAX_OFFSET, min(MAX_OFFSET, offset))
        self._set_lens(replace(self.lens, offset=limited))
        self._status_bar.say(self.tr("Offset {}").format(format_digits(limited, 4, signed=True)))

    def show_range(self, low: float, high: float) -> None:
        """Show `low` black and `high` white."""
        exposure_ev = -math.log2(max(high - low, 2.0**-MAX_EXPOSURE_EV))
        self.set_exposure(exposure_ev)
        self.set_offset(-low * 2.0**self._display.look.exposure_ev)
        black, white = format_digits(low, 4), format_digits(high, 4)
        self._status_bar.say(self.tr("{} is black, {} is white").format(black, white))

    def set_solo(self, component: int, on: bool) -> None:
        """See one component alone, or all."""
        self._set_lens(replace(self.lens, solo=component if on else -1))

    def _set_lens(self, lens: Lens) -> None:
        self.lens = lens
        for display in (self._display, *self._followers):
            display.set_transform(lens.put_before(to_display))
        self.lens_changed.emit(lens)

    def follow(self, display: FilmDisplay) -> None:
        """Show another display through the same lens."""
        self._followers.append(display)

    def reset(self) -> None:
        """Exposure 0, no white balance, all components, and the standard view."""
        self._set_lens(Lens())
        self.set_exposure(0.0)
        self.set_balance(round(NEUTRAL.temperature_k), NEUTRAL.tint, NEUTRAL.gamma)
        self.set_view(DEFAULT_VIEW)
        self.was_reset.emit()

    def set_outlines(self, outlines: Outlines) -> None:
        """Choose how buckets in flight are outlined."""
        self._frame_buffer.set_outlines(outlines)
        self._bar.outlines.setCurrentIndex(self._bar.outlines.findData(outlines.value))
        self._store.update(outlines=outlines.value)

    def step_outlines(self) -> None:
        """The next kind of outlines."""
        kinds = list(Outlines)
        self.set_outlines(kinds[(kinds.index(self._frame_buffer.outlines) + 1) % len(kinds)])
        self._status_bar.say(
            self.tr("Bucket outlines: {}").format(self._bar.outlines.currentText())
        )

    def zoom(self, steps: int) -> None:
        """Larger or smaller, at the middle."""
        self._frame_buffer.zoom_by(ZOOM_STEP**steps)
