"""Which regions of the picture shall be rendered: kept as shares of it, whatever its size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QAction

from app.widgets.frame_buffer import FrameBuffer
from renderer.buckets import Region

#: Left, top, right and lower edge, 0 to 1.
Shares = tuple[float, float, float, float]


class RegionController(QObject):
    """Turns what is drawn over one picture into regions of the next frame, which may be smaller.

    Attributes:
        shares: the regions.

    Signals:
        said(str): for the status bar.
        changed(): there are others, or none.
    """

    said = Signal(str)
    changed = Signal()

    def __init__(self, frame_buffer: FrameBuffer) -> None:
        super().__init__(frame_buffer)
        self.shares: tuple[Shares, ...] = ()
        self._frame_buffer = frame_buffer
        self._tool = frame_buffer.region_tool
        self._tool.regions_changed.connect(self._take)

    def calls(self) -> dict[str, Callable[..., object]]:
        """Return what each of the actions about regions does."""
        return {"region": self._draw, "clear_region": lambda: self.clear()}

    def follow_actions(self, actions: Mapping[str, QAction]) -> None:
        """Keep the actions' state equal to the tool's."""
        self._tool.disarmed.connect(lambda: actions["region"].setChecked(False))
        self.changed.connect(lambda: actions["clear_region"].setEnabled(bool(self.shares)))
        actions["clear_region"].setEnabled(False)

    def clear(self) -> None:
        """Render whole frames again."""
        self.shares = ()
        self._tool.set_regions(())
        self.said.emit(self.tr("The whole frame is rendered"))
        self.changed.emit()

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

    def _take(self, drawn: Sequence[QRect]) -> None:
        geometry = self._frame_buffer.geometry_now
        wide, high = geometry.image_width, geometry.image_height
        self.shares = tuple(
            (r.x() / wide, r.y() / high, (r.x() + r.width()) / wide, (r.y() + r.height()) / high)
            for r in drawn
        )
        share = sum((r - x) * (b - y) for x, y, r, b in self.shares)
        self.said.emit(
            self.tr("Only {:.0f} % of the frame is rendered next; Ctrl+Alt+B: all of it").format(
                100 * min(share, 1.0)
            )
        )
        self.changed.emit()
