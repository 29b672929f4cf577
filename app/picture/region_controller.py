"""Which regions of the picture shall be rendered: kept as shares of it, whatever its size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QRect, QSize, Signal
from PySide6.QtGui import QAction

from app.widgets.frame_buffer import FrameBuffer
from app.widgets.local_numbers import format_fixed
from app.widgets.region_dialog import RegionDialog
from renderer.buckets import Region

#: Left, top, right and lower edge, 0 to 1.
Shares = tuple[float, float, float, float]


class RegionController(QObject):
    """Turns what is drawn over one picture into regions of the next frame, which may be smaller.

    Args:
        frame_buffer: where they are drawn.
        full_size: returns width and height of the full frame, whose pixels are typed in.

    Attributes:
        shares: the regions.
        dialog: where they are typed in; None until it is opened.

    Signals:
        said(str): for the status bar.
        changed(): there are others, or none.
    """

    said = Signal(str)
    changed = Signal()

    def __init__(self, frame_buffer: FrameBuffer, full_size: Callable[[], tuple[int, int]]) -> None:
        super().__init__(frame_buffer)
        self.shares: tuple[Shares, ...] = ()
        self.dialog: RegionDialog | None = None
        self._frame_buffer = frame_buffer
        self._full_size = full_size
        self._tool = frame_buffer.region_tool
        self._tool.regions_changed.connect(self._take_drawn)
        self._tool.chosen_changed.connect(self.refresh)

    def calls(self) -> dict[str, Callable[..., object]]:
        """Return what each of the actions about regions does."""
        return {
            "region": self._draw,
            "clear_region": lambda: self.clear(),
            "regions": lambda: self.open_dialog(),
        }

    def follow_actions(self, actions: Mapping[str, QAction]) -> None:
        """Keep the actions' state equal to the tool's."""
        self._tool.disarmed.connect(lambda: actions["region"].setChecked(False))
        self.changed.connect(lambda: actions["clear_region"].setEnabled(bool(self.shares)))
        actions["clear_region"].setEnabled(False)

    def clear(self) -> None:
        """Render whole frames again."""
        self._set(())

    def open_dialog(self) -> None:
        """Show the regions as numbers."""
        if self.dialog is None:
            self.dialog = RegionDialog(self._frame_buffer.window())
            self.dialog.regions_requested.connect(self._take_typed)
            self.dialog.choice_requested.connect(self._tool.choose)
        self._fill(self.dialog)
        self.dialog.show_beside(self._frame_buffer)

    def refresh(self) -> None:
        """The regions, the chosen one or the frame's size changed: show the numbers that are."""
        if self.dialog is not None and self.dialog.isVisible():
            self._fill(self.dialog)

    def _fill(self, dialog: RegionDialog) -> None:
        width, height = self._full_size()
        regions = [QRect(r.x, r.y, r.width, r.height) for r in self.regions(width, height)]
        dialog.set_regions(regions, self._tool.chosen, QSize(width, height))

    def regions(self, width: int, height: int) -> tuple[Region, ...]:
        """Return the regions of a frame of this size, at least a pixel large; none: all of it."""
        found = []
        for left, top, right, bottom in self.shares:
            x = min(round(left * width), width - 1)
            y = min(round(top * height), height - 1)
            wide = max(round(right * width) - x, 1)
            found.append(Region(x, y, wide, max(round(bottom * height) - y, 1)))
        return tuple(found)

    def show(self) -> None:
        """Draw the regions over the picture that is there now."""
        geometry = self._frame_buffer.geometry_now
        if geometry.image_width and geometry.image_height:
            regions = self.regions(geometry.image_width, geometry.image_height)
            self._tool.set_regions([QRect(r.x, r.y, r.width, r.height) for r in regions])

    def _draw(self, on: bool) -> None:
        if on and not self._frame_buffer.has_picture:
            self.said.emit(self.tr("Render once; then draw what shall be rendered again"))
            self._tool.disarmed.emit()
            return
        self._tool.arm(on)
        if on:
            self.said.emit(self.tr("Draw a region; Shift adds another one; Esc ends"))

    def _take_drawn(self, drawn: Sequence[QRect]) -> None:
        geometry = self._frame_buffer.geometry_now
        width, height = geometry.image_width, geometry.image_height
        taken = _shares_of(drawn, width, height)
        if len(taken) == len(self.shares):  # one was dragged: its other edges stay where they are
            pixels = (width, height, width, height)
            taken = tuple(
                _keep_edges(old, new, pixels) for old, new in zip(self.shares, taken, strict=True)
            )
        self._set(taken)

    def _take_typed(self, typed: Sequence[QRect]) -> None:
        if len(typed) < len(self.shares):
            self._tool.choose(None)
        self._set(_shares_of(typed, *self._full_size()))
        self.show()

    def _set(self, shares: tuple[Shares, ...]) -> None:
        self.shares = shares
        if not shares:
            self._tool.set_regions(())
            self.said.emit(self.tr("The whole frame is rendered"))
        else:
            share = min(sum((r - x) * (b - y) for x, y, r, b in shares), 1.0)
            text = self.tr("Only {} % of the frame is rendered next; Ctrl+Alt+B: all of it")
            self.said.emit(text.format(format_fixed(100 * share, 0)))
        self.refresh()
        self.changed.emit()


def _keep_edges(old: Shares, new: Shares, pixels: tuple[int, int, int, int]) -> Shares:
    """Return `new`, with those edges of `old` that are the same pixel: those were finer."""
    left, top, right, bottom = (
        before if round(before * n) == round(after * n) else after
        for before, after, n in zip(old, new, pixels, strict=True)
    )
    return left, top, right, bottom


def _shares_of(regions: Sequence[QRect], width: int, height: int) -> tuple[Shares, ...]:
    return tuple(
        (
            r.x() / width,
            r.y() / height,
            (r.x() + r.width()) / width,
            (r.y() + r.height()) / height,
        )
        for r in regions
    )
