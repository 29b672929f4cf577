"""Drawing the regions that shall be rendered, and dragging their edges, over the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from shiboken6 import isValid

from app.widgets.region_handles import Grip, cursor_of, drag_region, find_grip, paint_grips
from app.widgets.view_geometry import ViewGeometry
from app.widgets.zoom_view import ZoomView

#: A smaller rectangle was a slip of the hand, image pixels.
MIN_SIDE_PX = 4
#: More rectangles than anybody draws; each costs a pass over the buckets.
MAX_REGIONS = 32
#: What is left out is dimmed by this much, 0 to 255.
DIM = 120
LINE_PX = 1.5


class RegionTool(QObject):
    """While armed, the left button draws rectangles; Shift adds to those that are there.

    Regions that are there are changed by their edges, corners and middle, armed or not; Del
    removes the chosen one, Esc leaves what is drawn or dragged as it was.

    Attributes:
        regions: what is drawn, in image pixels.
        chosen: index of the one that Del and numbers concern, None for none.

    Signals:
        regions_changed(object): a tuple of QRect, by the artist's hand.
        chosen_changed(): `chosen` is another one.
        disarmed(): the artist has drawn, or given up by Esc.
    """

    regions_changed = Signal(object)
    chosen_changed = Signal()
    disarmed = Signal()

    def __init__(self, view: ZoomView) -> None:
        super().__init__(view)
        self.regions: tuple[QRect, ...] = ()
        self.chosen: int | None = None
        self._view = view
        self._armed = False
        self._shown = True
        self._start: tuple[int, int] | None = None  # of what is drawn or dragged
        self._drawn: QRect | None = None
        self._adds = False
        self._grip: Grip | None = None
        self._held_region = QRect()  # as it was when its grip was taken hold of
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
        self._let_go()
        self._view.tool_cursor = Qt.CursorShape.CrossCursor if on else None
        if on:
            self._view.setFocus()
            self._view.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._view.unsetCursor()

    def set_shown(self, shown: bool) -> None:
        """Whether the regions are seen; they are not over another picture than the frame."""
        self._shown = shown

    def set_regions(self, regions: Sequence[QRect]) -> None:
        """Show these; nobody is told."""
        self.regions = tuple(regions)[:MAX_REGIONS]
        if self.chosen is not None and self.chosen >= len(self.regions):
            self.choose(None)
        self._view.update()

    def choose(self, index: int | None) -> None:
        """Make this region the one that Del and numbers concern."""
        if index != self.chosen:
            self.chosen = index
            self._view.update()
            self.chosen_changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what draws or drags, before the view pans."""
        if not isValid(self._view) or not (self._armed or (self.regions and self._shown)):
            return False
        handler = self._handlers.get(event.type())
        return handler is not None and handler(event)

    # -- painting -----------------------------------------------------------------------------

    def paint(self, painter: QPainter, geometry: ViewGeometry, ratio: float) -> None:
        """Dim what is left out, and draw the regions' lines and grips.

        Args:
            painter: scaled to device pixels.
            geometry: where the picture lies.
            ratio: device pixels per logical pixel.
        """
        kept = self.regions if self._adds or self._drawn is None else ()
        areas = self._areas(kept)
        drawn = self._areas([self._drawn] if self._drawn is not None else [])
        if not areas and not drawn:
            return
        _dim_outside(painter, geometry, [*areas, *drawn])
        for ink, style in (
            (QColor(0, 0, 0, 160), Qt.PenStyle.SolidLine),
            (QColor("white"), Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(ink, LINE_PX * ratio, style))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for area in [*areas, *drawn]:
                painter.drawRect(area)
        for index, area in enumerate(areas):
            paint_grips(painter, area, ratio, index == self.chosen)

    def _areas(self, regions: Sequence[QRect]) -> list[QRectF]:
        place = self._view.geometry_now.view_rect
        return [QRectF(*place(r.x(), r.y(), r.width(), r.height())) for r in regions]

    # -- mouse --------------------------------------------------------------------------------

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._adds = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        grip = self._grip_at(event)
        if grip is None and not self._armed:
            return False
        self._start = self._view.corner_at(event.position())
        self._grip = grip
        if grip is not None:
            self._adds = True  # the others stay in sight
            self._held_region = self.regions[grip.region]
            self.choose(grip.region)
        else:
            self._drawn = QRect(*self._start, 0, 0)
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        return True

    def _move(self, event: QMouseEvent) -> bool:
        if self._start is None:
            if event.buttons() == Qt.MouseButton.NoButton:
                self._show_cursor(self._grip_at(event))
            return False
        at = self._view.corner_at(event.position())
        if self._grip is not None:
            self._drag(self._grip, at)
        else:
            self._drawn = _rectangle(self._start, at)
        self._view.update()
        return True

    def _release(self, event: QMouseEvent) -> bool:
        if self._start is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        at, grip = self._view.corner_at(event.position()), self._grip
        drawn = _rectangle(self._start, at)
        if grip is not None:
            self._drag(grip, at)
        self._let_go()
        if grip is not None:
            self.regions_changed.emit(self.regions)
        elif min(drawn.width(), drawn.height()) >= MIN_SIDE_PX:
            self._take(drawn)
        return True

    def _take(self, drawn: QRect) -> None:
        before = self.regions if self._adds else ()
        self.regions = (*before, drawn)[-MAX_REGIONS:]
        self.choose(len(self.regions) - 1)
        self.regions_changed.emit(self.regions)
        if self._armed and not self._adds:
            self._give_up()

    def _drag(self, grip: Grip, to: tuple[int, int]) -> None:
        assert self._start is not None
        geometry = self._view.geometry_now
        move = (to[0] - self._start[0], to[1] - self._start[1])
        size = (geometry.image_width, geometry.image_height)
        self._replace(grip.region, drag_region(self._held_region, grip, move, size, MIN_SIDE_PX))

    def _replace(self, index: int, region: QRect) -> None:
        self.regions = (*self.regions[:index], region, *self.regions[index + 1 :])

    def _grip_at(self, event: QMouseEvent) -> Grip | None:
        if not self._shown or not self.regions:
            return None
        other = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if event.modifiers() & other:
            return None  # these take the picture along, and set points
        ratio = self._view.devicePixelRatioF()
        return find_grip(self._areas(self.regions), event.position() * ratio, ratio, self.chosen)

    def _show_cursor(self, grip: Grip | None) -> None:
        if grip is not None:
            shape: Qt.CursorShape | None = cursor_of(grip)
        else:
            shape = Qt.CursorShape.CrossCursor if self._armed else None
        self._view.tool_cursor = shape

    # -- keys ---------------------------------------------------------------------------------

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Delete and self.chosen is not None:
            index = self.chosen
            self.set_regions((*self.regions[:index], *self.regions[index + 1 :]))
            self.choose(None)
            self.regions_changed.emit(self.regions)
            return True
        if event.key() != Qt.Key.Key_Escape or not self._takes_esc:
            return False
        if self._grip is not None:
            self._replace(self._grip.region, self._held_region)
        if self._start is not None:
            self._let_go()
        else:
            self._give_up()
        return True

    def _override(self, event: QKeyEvent) -> bool:
        """Esc ends drawing here; elsewhere it stops the render."""
        if event.key() == Qt.Key.Key_Escape and self._takes_esc:
            event.accept()
        return False

    @property
    def _takes_esc(self) -> bool:
        return self._armed or self._start is not None

    def _give_up(self) -> None:
        self.arm(False)
        self.disarmed.emit()

    def _let_go(self) -> None:
        self._start = self._drawn = self._grip = None
        self._view.update()


def _dim_outside(painter: QPainter, geometry: ViewGeometry, areas: Sequence[QRectF]) -> None:
    inside = QPainterPath()
    for area in areas:
        path = QPainterPath()
        path.addRect(area)
        inside = inside.united(path)
    whole = QPainterPath()
    size = geometry.image_width, geometry.image_height
    whole.addRect(QRectF(*geometry.view_rect(0, 0, *size)))
    painter.fillPath(whole.subtracted(inside), QColor(0, 0, 0, DIM))


def _rectangle(a: tuple[int, int], b: tuple[int, int]) -> QRect:
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    return QRect(left, top, right - left, bottom - top)
