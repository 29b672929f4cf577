"""What a pixel is: in the status bar under the pointer, and on a card beside it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QColor, QCursor

from app.picture.film_display import FilmDisplay
from app.picture.frame_watch import FrameWatch
from app.values.durations import format_duration
from app.widgets.announce import announce
from app.widgets.frame_buffer import FrameBuffer
from app.widgets.local_numbers import format_digits, format_fixed, format_whole
from app.widgets.pixel_card import PixelCard
from app.widgets.status_bar import RenderStatusBar
from app.window.channel_controls import ChannelControls
from app.window.render_controller import RenderController
from renderer.channels import channel_offsets, film_channels

BEAUTY_NAMES = ("Red", "Green", "Blue", "Alpha")
#: ITU-R BT.709: how much each colour counts for brightness.
LUMINANCE = (0.2126, 0.7152, 0.0722)
#: Photographers count stops from middle grey.
MIDDLE_GREY = 0.18
#: A cursor that rests for so long is told to screen readers: one that runs would talk all the time.
ANNOUNCE_MS = 400


#: As many as a view can show, and again as many for what comes into view while it is panned.
@lru_cache(maxsize=1024)
def _short_texts(values: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(format_digits(value, 3) for value in values)


class PixelInspector(QObject):
    """Follows the pointer over one frame buffer.

    Attributes:
        card: the view.
        pinned: whether the card is shown without the right button.
    """

    def __init__(
        self,
        frame_buffer: FrameBuffer,
        display: FilmDisplay,
        channels: ChannelControls,
        render: RenderController,
        watch: FrameWatch,
        server_name: Callable[[str], str],
        status_bar: RenderStatusBar,
    ) -> None:
        super().__init__(frame_buffer)
        self.card = PixelCard(frame_buffer)
        self.pinned = False
        self._frame_buffer = frame_buffer
        self._display = display
        self._channels = channels
        self._render = render
        self._watch = watch
        self._server_name = server_name
        self._status_bar = status_bar
        self._hovered = (-1, -1)
        self._at: QPoint | None = None
        self._rested = QTimer(self)
        self._rested.setSingleShot(True)
        self._rested.setInterval(ANNOUNCE_MS)
        self._rested.timeout.connect(self._announce)
        frame_buffer.set_pixel_texts(self.texts_in)
        frame_buffer.pixel_cursor.moved.connect(self._follow_cursor)
        gestures = frame_buffer.gestures
        gestures.pixel_hovered.connect(self._hover)
        gestures.card_requested.connect(self._show_card)
        gestures.card_dismissed.connect(self._dismiss)

    def set_pinned(self, on: bool) -> None:
        """Show the card all the time, or only while the right button is held."""
        self.pinned = on
        if on:
            self._show_card(*self._hovered, self._cursor())
        else:
            self.card.hide()

    def set_cursor(self, on: bool) -> bool:
        """Let the keyboard go from pixel to pixel; return whether it can."""
        cursor = self._frame_buffer.pixel_cursor
        at = self._hovered if self._hovered[0] >= 0 else None
        self._status_bar.say(
            self.tr("Arrows move the pixel cursor, with Shift by 10; X ends")
            if cursor.set_on(on, at)
            else self.tr("Arrows move the picture")
        )
        if cursor.pixel is None:
            self._rested.stop()
            self._hover(-1, -1)
        return cursor.pixel is not None

    def refresh(self) -> None:
        """A bucket may have landed under the pointer, or the picture is another one."""
        self._tell(*self._hovered)
        if self.card.isVisible() and self._at is not None:
            self._show_card(*self._hovered, self._at)

    def _hover(self, x: int, y: int) -> None:
        by_keyboard = self._frame_buffer.pixel_cursor.pixel
        if x < 0 and by_keyboard is not None:
            x, y = by_keyboard  # the pointer left
        self._hovered = (x, y)
        self._tell(x, y)
        if self.pinned:
            self._show_card(x, y, self._cursor())

    def _follow_cursor(self, x: int, y: int) -> None:
        self._hover(x, y)
        self._rested.start()

    def _announce(self) -> None:
        """Tell screen readers what the cursor rests on."""
        announce(self._frame_buffer, self._describe(*self._hovered))

    def _cursor(self) -> QPoint:
        """Return where the card belongs: at the pointer, or at the cursor of the keyboard."""
        by_keyboard = self._frame_buffer.pixel_cursor.pixel
        if by_keyboard is not None:
            return self._frame_buffer.middle_of(*by_keyboard).toPoint()
        return self._frame_buffer.mapFromGlobal(QCursor.pos())

    def _dismiss(self) -> None:
        if not self.pinned:
            self.card.hide()

    def _tell(self, x: int, y: int) -> None:
        self._status_bar.show_pixel("" if x < 0 else self._describe(x, y))

    def _describe(self, x: int, y: int) -> str:
        value = self._display.value(x, y)
        if value is None:
            return self.tr("{}, {}  not rendered yet").format(x, y)
        parts = "  ".join(format_digits(v, 4) for v in value[:4])
        red, green, blue = self._display.shown_bytes(x, y)
        return f"{x}, {y}   {parts}   ({red} {green} {blue})"

    def texts_in(self, x: int, y: int) -> tuple[str, ...]:
        """Return what is written into a pixel that is large enough."""
        value = self._display.value(x, y)
        return () if value is None else _short_texts(value[:3])

    def _show_card(self, x: int, y: int, at: QPoint) -> None:
        if x < 0:
            self._dismiss()
            return
        self._hovered, self._at = (x, y), at
        value = self._display.value(x, y)
        color = None
        rows: list[tuple[str, str]] = []
        if value is None:
            rows.append((self.tr("State"), self.tr("not rendered yet")))
        else:
            color = QColor(*self._display.shown_bytes(x, y))
            rows += self._value_rows(value, color)
        if self._display.shows_frame:
            rows += self._origin_rows(x, y)
        title = self.tr("Pixel {}, {}").format(x, y)
        self.card.show_rows(title, color, rows, at)

    def _value_rows(self, value: tuple[float, ...], color: QColor) -> list[tuple[str, str]]:
        names = self._channels.component_names if self._display.shows_frame else BEAUTY_NAMES
        rows = [(name, format_digits(v, 6)) for name, v in zip(names, value, strict=False)]
        if names == BEAUTY_NAMES:
            light = sum(share * v for share, v in zip(LUMINANCE, value, strict=False))
            stops = math.log2(light / MIDDLE_GREY) if light > 0 else -math.inf
            in_stops = format_fixed(stops, 1, signed=True)
            rows.append((self.tr("Brightness"), f"{format_digits(light, 4)}  ({in_stops} EV)"))
        shown = f"{color.red()} {color.green()} {color.blue()}   {color.name()}"
        rows.append((self.tr("On the screen"), shown))
        return rows

    def _origin_rows(self, x: int, y: int) -> list[tuple[str, str]]:
        """Return samples, server and bucket."""
        rows = []
        samples = self._samples(x, y)
        if samples:
            rows.append((self.tr("Samples"), samples))
        span = self._watch.at(x, y)
        if span is not None and span.end_s is not None:
            region = span.region
            rows.append((self.tr("Server"), self._server_name(span.uid)))
            place = f"{region.width} × {region.height}  ({region.x}, {region.y})"
            rows.append((self.tr("Bucket"), place))
            took = span.end_s - span.start_s
            text = f"{format_fixed(took, 2)} s" if took < 10 else format_duration(took)
            rows.append((self.tr("Took"), text))
        return rows

    def _samples(self, x: int, y: int) -> str:
        """Samples of a pixel: counted where that channel is there, else as asked for."""
        job, film = self._render.job, self._render.film
        if job is None or film is None or not film.done[y, x]:
            return ""
        settings = job.request.settings
        offsets = channel_offsets(film_channels(settings.channels))
        if "samples" in offsets:
            return format_whole(int(film.pixels[y, x, offsets["samples"]]))
        limit = self.tr("at most {}") if settings.noise_threshold > 0 else "{}"
        return limit.format(format_whole(settings.samples))
