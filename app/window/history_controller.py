"""Looking at earlier pictures, and comparing two of them: what is A, what is B, and how."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.picture.film_display import FilmDisplay, Floats
from app.picture.history_shelf import HistoryShelf
from app.system.background import Background
from app.values.session_types import FrameReport
from app.widgets.frame_buffer import FrameBuffer
from app.widgets.history_panel import NOW, HistoryPanel, HistoryRow
from app.widgets.local_numbers import format_digits, format_fixed
from app.widgets.split_line import Split
from app.window.render_controller import RenderController
from renderer.comparison import Distance, Measure, measure_distance, parse_measure, show_difference


class HistoryController(QObject):
    """Shows the frame, an earlier picture, or the two of them.

    Attributes:
        shown: key of A; `NOW` for the frame.
        reference: key of B, "" for none.
        split: whether a line parts A from B.
        compared: shows B.
        measure: the difference that is shown, "" for the pictures.

    Signals:
        failed(str): a picture cannot be kept or shown, and why.
        said(str): for the status bar.
        save_requested(object, str): pixels of a kept picture, and its title.
        content_changed(): something else is seen.
    """

    failed = Signal(str)
    said = Signal(str)
    save_requested = Signal(object, str)
    content_changed = Signal()

    def __init__(
        self,
        panel: HistoryPanel,
        shelf: HistoryShelf,
        frame_buffer: FrameBuffer,
        display: FilmDisplay,
        render: RenderController,
        background: Background,
    ) -> None:
        super().__init__(panel)
        self.shown = NOW
        self.reference = ""
        self.measure = ""
        self.split = False
        self._line = Split()
        self._panel = panel
        self._shelf = shelf
        self._frame_buffer = frame_buffer
        self._display = display
        self._render = render
        self._background = background
        self._pixels: dict[str, Floats] = {}  # of A and B
        self._generation = 0
        self.compared = FilmDisplay(
            frame_buffer.compared, background, frame_buffer.visible_rows, parent=self
        )
        self._connect()
        self._list()

    def _connect(self) -> None:
        panel, shelf = self._panel, self._shelf
        panel.show_requested.connect(self.show)
        panel.compare_requested.connect(self.compare_with)
        panel.remove_requested.connect(shelf.remove)
        panel.save_requested.connect(self._ask_to_save)
        panel.split_requested.connect(self.set_split)
        panel.upright_requested.connect(self.set_upright)
        panel.measure_requested.connect(self.set_measure)
        shelf.changed.connect(self._follow_shelf)
        shelf.opened.connect(self.show)
        shelf.failed.connect(self.failed)
        self._frame_buffer.gestures.peek_requested.connect(self._peek)
        self._frame_buffer.split_dragged.connect(self._keep_share)
        self._display.look_changed.connect(self.compared.set_look)
        self._render.began.connect(lambda: self.show(NOW))
        self._render.began.connect(shelf.forget_frame)
        self._render.finished.connect(self._keep_frame)

    # -- wishes -------------------------------------------------------------------------------

    def show(self, key: str) -> None:
        """Show this picture as A; `NOW` for the frame."""
        self.shown = key
        self._apply()

    def step(self, steps: int) -> None:
        """Show an older (or newer) picture; beyond the newest is the frame."""
        keys = self.keys
        place = keys.index(self.shown) + steps
        self.show(keys[min(max(place, 0), len(keys) - 1)])
        self.said.emit(self.tr("Shown: {}").format(self._title(self.shown)))

    def show_number(self, number: int) -> None:
        """Show a picture by its place in the list, from 1 for the frame; nothing beyond."""
        if 1 <= number <= len(self.keys):
            self.show(self.keys[number - 1])

    def compare_with(self, key: str) -> None:
        """Make this picture B, and show the line."""
        self.reference = key
        self.split = True
        self._apply()

    def set_split(self, on: bool) -> None:
        """Show A and B beside a line; B is the newest other picture if none was chosen."""
        self.split = on and self._choose_reference()
        self._apply()

    def set_upright(self, upright: bool) -> None:
        """Choose how the line runs."""
        self._line = Split(self._line.share, upright)
        self._apply()

    def set_measure(self, measure: str) -> None:
        """Show the difference of A and B, "" for the pictures."""
        self.measure = measure if measure and self._choose_reference() else ""
        self._apply()

    def add_file(self, path: Path) -> None:
        """Take a picture from a file, and show it."""
        self.said.emit(self.tr("Opening {}…").format(path.name))
        self._shelf.add_file(path)

    def save_shown(self) -> bool:
        """Ask to save A if it is a kept picture; False if it is the frame."""
        if self.shown != NOW:
            self._ask_to_save(self.shown)
        return self.shown != NOW

    @property
    def keys(self) -> list[str]:
        """Of all rows, the frame's first."""
        return [NOW, *(entry.key for entry in self._shelf.entries)]

    # -- facts --------------------------------------------------------------------------------

    def _keep_frame(self, report: FrameReport) -> None:
        film, job = self._render.film, self._render.job
        if film is not None and job is not None and film.pixels_done:
            self._shelf.keep_frame(job, report, film.pixels)

    def _follow_shelf(self) -> None:
        keys = self.keys
        lost = self.shown not in keys or self.reference not in keys
        if self.shown not in keys:
            self.shown = NOW
        if self.reference not in keys:
            self.reference, self.split, self.measure = "", False, ""
        self._list()
        if lost:
            self._apply()

    def _list(self) -> None:
        now = self._shelf.thumbnails.get(self._shelf.frame_key)
        rows = [HistoryRow(NOW, self.tr("Now"), self.tr("the frame of this window"), now)]
        for entry in self._shelf.entries:
            detail = f"{entry.width} × {entry.height}\n{entry.made}\n{entry.summary}"
            thumbnail = self._shelf.thumbnails.get(entry.key)
            rows.append(HistoryRow(entry.key, entry.title, detail, thumbnail))
        self._panel.set_rows(rows)
        self._show_roles()

    def _show_roles(self) -> None:
        self._panel.set_roles(
            self.shown,
            self.reference,
            split=self.split,
            upright=self._line.upright,
            measure=self.measure,
        )

    def _choose_reference(self) -> bool:
        """Make sure that there is a B, and say so if there cannot be one."""
        others = [entry.key for entry in self._shelf.entries if entry.key != self.shown]
        if not self.reference:
            self.reference = others[0] if others else ""
        if not self.reference:
            self.said.emit(self.tr("There is no other picture to compare with yet"))
        return bool(self.reference)

    # -- showing ------------------------------------------------------------------------------

    def _apply(self) -> None:
        """Load what is A and B, then show them."""
        self._generation += 1
        self._show_roles()
        wanted = {self.shown, self.reference} - {NOW}
        self._pixels = {key: pixels for key, pixels in self._pixels.items() if key in wanted}
        missing = wanted - set(self._pixels)
        if missing:
            self._shelf.load(missing, partial(self._take_pixels, self._generation))
        else:
            self._show()

    def _take_pixels(self, generation: int, pixels: dict[str, Floats]) -> None:
        if generation == self._generation:
            self._pixels |= pixels
            self._show()

    def _show(self) -> None:
        """Everything that is to be seen is in memory."""
        a, b = self._pixels.get(self.shown), self._pixels.get(self.reference)
        comparing = bool(self.measure) and b is not None
        self._frame_buffer.show_marks(self.shown == NOW and not comparing)
        self.compared.set_look(self._display.look)
        self.compared.set_picture(b)
        if b is None:
            self._frame_buffer.compared.clear()
        shows_line = self.split and b is not None and not comparing
        self._frame_buffer.set_split(self._named_line() if shows_line else None)
        if comparing and b is not None:
            self._compare(a, b)
        else:
            self._panel.set_distance("")
            self._display.set_picture(a)
        self.content_changed.emit()

    def _named_line(self) -> Split:
        names = (self._title(self.shown), self._title(self.reference))
        return Split(self._line.share, self._line.upright, f"A  {names[0]}", f"B  {names[1]}")

    def _compare(self, a: Floats | None, b: Floats) -> None:
        """Show the difference as soon as it is known."""
        film = self._render.film
        pixels = a if a is not None else (film.pixels if film is not None else None)
        if pixels is None:
            return
        self._background.run(
            partial(_find_difference, pixels, b, parse_measure(self.measure)),
            partial(self._show_difference, self._generation),
            self._tell_no_difference,
        )

    def _show_difference(self, generation: int, found: tuple[Floats, Distance]) -> None:
        if generation == self._generation:
            difference, distance = found
            self._display.set_picture(difference)
            self._panel.set_distance(self._describe(distance))

    def _tell_no_difference(self, error: Exception) -> None:
        self.measure = ""
        self._apply()
        self._panel.set_distance(str(error))

    def _describe(self, distance: Distance) -> str:
        if distance.equal == 1.0:
            return self.tr("A and B are equal, bit for bit.")
        return self.tr(
            "MSE {} · relative MSE {} · mean error {} · bias {} · PSNR {} dB\n"
            "largest error {} · {} % of the pixels are equal"
        ).format(
            format_digits(distance.mean_squared, 4),
            format_digits(distance.relative_squared, 4),
            format_digits(distance.mean_absolute, 4),
            format_digits(distance.bias, 3, signed=True),
            format_fixed(distance.psnr_db, 1),
            format_digits(distance.largest, 4),
            format_fixed(100 * distance.equal, 1),
        )

    def _peek(self, on: bool) -> None:
        self._frame_buffer.set_peeking(on and self.reference in self._pixels)

    def _keep_share(self, share: float) -> None:
        self._line = Split(share, self._line.upright)

    def _title(self, key: str) -> str:
        entry = self._shelf.find(key)
        return self.tr("Now") if entry is None else f"{entry.title} {entry.made[-5:]}"

    def _ask_to_save(self, key: str) -> None:
        entry = self._shelf.find(key)
        if entry is not None:
            title = entry.title
            self._shelf.load({key}, lambda found: self.save_requested.emit(found[key], title))


def _find_difference(a: Floats, b: Floats, measure: Measure) -> tuple[Floats, Distance]:
    return show_difference(a, b, measure), measure_distance(a, b)
