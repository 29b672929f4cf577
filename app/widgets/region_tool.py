"""Drawing the regions that shall be rendered, with the mouse over the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from shiboken6 import isValid

if TYPE_CHECKING:
    from app.widgets.frame_buffer import FrameBuffer
    from app.widgets.view_geometry import ViewGeometry

#: A smaller rectangle was a slip of the hand, image pixels.
MIN_SIDE_PX = 4
#: More rectangles than anybody draws; each costs a pass over the buckets.
MAX_REGIONS = 32
#: What is left out is dimmed by this much, 0 to 255.
DIM = 120
LINE_PX = 1.5


class RegionTool(QObject):
    """While armed, the left button draws rectangles; Shift adds to those that are there.

    Attributes:
        regions: what is drawn, in image pixels.

    Signals:
        regions_changed(object): a tuple of QRect, by the artist's hand.
        disarmed(): the artist has drawn, or given up by Esc.
    """

    regions_changed = Signal(object)
    disarmed = Signal()

    def __init__(self, view: FrameBuffer) -> None:
        super().__init__(view)
        self.regions: tuple[QRect, ...] = ()
        self._view = view
        self._armed = False
        self._start: tuple[int, int] | None = None
        self._drawn: QRect | None = None
        self._adds = False
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.KeyPress: self._key,
            QEvent.Type.ShortcutOverride: self._override,
        }
        view.installEventFilter(self)

    @property
    def armed(self) -> bool:
        """Whether the left button draws."""
        return self._armed

    def arm(self, on: bool) -> None:
        """Draw with the left button, or pan with it again."""
        self._armed = on
        self._start = self._drawn = None
        if on:
            self._view.setFocus()
            self._view.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._view.unsetCursor()
        self._view.update()

    def set_regions(self, regions: Sequence[QRect]) -> None:
        """Show these; nobody is told."""
        self.regions = tuple(regions)[:MAX_REGIONS]
        self._view.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what draws, before the view pans."""
        if not self._armed or not isValid(self._view):
            return False
        handler = self._handlers.get(event.type())
        return handler is not None and handler(event)

    def paint(self, painter: QPainter, geometry: ViewGeometry, ratio: float) -> None:
        """Dim what is left out, and draw the regions' lines.

        Args:
            painter: scaled to device pixels.
            geometry: where the picture lies.
            ratio: device pixels per logical pixel.
        """
        shown = [*(self.regions if self._adds or self._drawn is None else ())]
        if self._drawn is not None:
            shown.append(self._drawn)
        if not shown:
            return
        areas = [QRectF(*geometry.view_rect(r.x(), r.y(), r.width(), r.height())) for r in shown]
        inside = QPainterPath()
        for area in areas:
            path = QPainterPath()
            path.addRect(area)
            inside = inside.united(path)
        whole = QPainterPath()
        size = geometry.image_width, geometry.image_height
        whole.addRect(QRectF(*geometry.view_rect(0, 0, *size)))
        painter.fillPath(whole.subtracted(inside), QColor(0, 0, 0, DIM))
        for ink, style in (
            (QColor(0, 0, 0, 160), Qt.PenStyle.SolidLine),
            (QColor("white"), Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(ink, LINE_PX * ratio, style))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for area in areas:
                painter.drawRect(area)

    # -- input --------------------------------------------------------------------------------

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._adds = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._start = self._image_point(event.position())
        self._drawn = QRect(*self._start, 0, 0)
        return True

    def _move(self, event: QMouseEvent) -> bool:
        if self._start is None:
            return False
        self._drawn = self._rectangle(self._start, self._image_point(event.position()))
        self._view.update()
        return True

    def _release(self, event: QMouseEvent) -> bool:
        if self._start is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        drawn = self._rectangle(self._start, self._image_point(event.position()))
        self._start = self._drawn = None
        if min(drawn.width(), drawn.height()) >= MIN_SIDE_PX:
            before = self.regions if self._adds else ()
            self.regions = (*before, drawn)[-MAX_REGIONS:]
            self.regions_changed.emit(self.regions)
            if not self._adds:
                self._give_up()
        self._view.update()
        return True

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape:
            return False
        self._give_up()
        return True

    def _override(self, event: QKeyEvent) -> bool:
        """Esc ends drawing here; elsewhere it stops the render."""
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
        return False

    def _give_up(self) -> None:
        self.arm(False)
        self.disarmed.emit()

    def _image_point(self, position: QPointF) -> tuple[int, int]:
        """Return the nearest corner of pixels, inside the picture."""
        geometry = self._view.geometry_now
        at = position * self._view.devicePixelRatioF()
        column = round((at.x() - round(geometry.x)) / geometry.scale)
        row = round((at.y() - round(geometry.y)) / geometry.scale)
        return (
            min(max(column, 0), geometry.image_width),
            min(max(row, 0), geometry.image_height),
        )

    def _rectangle(self, a: tuple[int, int], b: tuple[int, int]) -> QRect:
        left, right = sorted((a[0], b[0]))
        top, bottom = sorted((a[1], b[1]))
        return QRect(left, top, right - left, bottom - top)
