"""The part of the frame buffer that knows where the picture lies: zoom, pan, fit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.widgets.view_geometry import ViewGeometry


class ZoomView(QWidget):
    """A view of one picture; who derives from it paints the picture.

    Positions are of the widget, in logical pixels; the geometry is in device pixels.

    Attributes:
        tool_cursor: the pointer's shape while a tool has something to take hold of under it;
            None: that of the gestures.

    Signals:
        zoom_changed(float): device pixels per image pixel.
    """

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool_cursor: Qt.CursorShape | None = None
        self._geometry = ViewGeometry()

    # -- plain values out ---------------------------------------------------------------------

    @property
    def geometry_now(self) -> ViewGeometry:
        """Zoom and pan as they are."""
        return self._geometry

    def visible_rows(self) -> tuple[int, int]:
        """First and last-plus-one image row that the view shows."""
        shown = self.visible_area()
        return (shown[1], shown[1] + shown[3]) if shown else (0, 0)

    def visible_area(self) -> tuple[int, int, int, int] | None:
        """Return the image pixels (x, y, width, height) that the view shows, None for none."""
        return self._geometry.visible_pixels(
            0, 0, self._geometry.view_width, self._geometry.view_height
        )

    def pixel_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return the image pixel under a point, None beside the picture."""
        at = position * self.devicePixelRatioF()
        return self._geometry.image_point(at.x(), at.y())

    def corner_at(self, position: QPointF) -> tuple[int, int]:
        """Return the corner of pixels that is nearest to a point, inside the picture."""
        geometry = self._geometry
        at = position * self.devicePixelRatioF()
        column = round((at.x() - round(geometry.x)) / geometry.scale)
        row = round((at.y() - round(geometry.y)) / geometry.scale)
        return (
            min(max(column, 0), geometry.image_width),
            min(max(row, 0), geometry.image_height),
        )

    def middle_of(self, x: int, y: int) -> QPointF:
        """Return where the middle of an image pixel lies."""
        left, top, wide, high = self._geometry.view_rect(x, y, 1, 1)
        return QPointF(left + wide / 2, top + high / 2) / self.devicePixelRatioF()

    # -- zoom and pan -------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole picture, as large as the view has room for."""
        self._set_geometry(self._geometry.fill())

    def actual_size(self) -> None:
        """Show one image pixel as one device pixel."""
        self._set_geometry(self._geometry.actual_size())

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom at a point, or in the middle."""
        point = at * self.devicePixelRatioF() if at is not None else self._middle()
        self._set_geometry(self._geometry.zoom(factor, point.x(), point.y()))

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the picture."""
        ratio = self.devicePixelRatioF()
        self._set_geometry(self._geometry.pan(dx * ratio, dy * ratio))

    def reveal(self, x: int, y: int, width: int, height: int) -> None:
        """Bring a part of the picture into view, if it is not."""
        self._set_geometry(self._geometry.reveal(x, y, width, height))

    def _middle(self) -> QPointF:
        return QPointF(self._geometry.view_width / 2, self._geometry.view_height / 2)

    def _set_geometry(self, geometry: ViewGeometry) -> None:
        if geometry == self._geometry:
            return
        zoomed = geometry.scale != self._geometry.scale
        self._geometry = geometry
        self.update()
        if zoomed:
            self.zoom_changed.emit(geometry.scale)

    # -- size ---------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted picture fitted."""
        self._measure()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the screen's scale factor."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
        super().changeEvent(event)

    def _measure(self) -> None:
        ratio = self.devicePixelRatioF()
        width, height = round(self.width() * ratio), round(self.height() * ratio)
        self._set_geometry(self._geometry.resize_view(width, height, ratio))
