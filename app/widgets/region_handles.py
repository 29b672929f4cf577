"""Where a region can be taken hold of, what dragging it there does, and how that looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

#: An edge is taken hold of within this distance, the middle within twice of it; logical pixels.
REACH_PX = 6.0
#: Smaller regions have no grip in their middle: it would lie upon those of the edges.
MIN_MIDDLE_PX = 8 * REACH_PX
GRIP_PX = 7.0
INK = QColor(255, 255, 255)
HALO = QColor(0, 0, 0, 170)
CHOSEN = QColor(255, 176, 0)


@dataclass(frozen=True)
class Grip:
    """A place of a region.

    Attributes:
        region: its index.
        dx: -1 on the left edge, 1 on the right one, else 0.
        dy: -1 on the upper edge, 1 on the lower one, else 0; with `dx` 0: the middle, which moves
            the whole.
    """

    region: int
    dx: int
    dy: int


def find_grip(
    areas: Sequence[QRectF], at: QPointF, ratio: float, chosen: int | None = None
) -> Grip | None:
    """Return what of the regions lies under a point, None for nothing.

    Args:
        areas: where the regions lie in the view, device pixels.
        at: the point, device pixels.
        ratio: device pixels per logical pixel.
        chosen: of regions that overlap this one comes first, then those on top.
    """
    order = list(reversed(range(len(areas))))
    if chosen in order:
        order.remove(chosen)
        order.insert(0, chosen)
    for index in order:
        place = _place_in(areas[index], at, REACH_PX * ratio, MIN_MIDDLE_PX * ratio)
        if place is not None:
            return Grip(index, *place)
    return None


def _place_in(area: QRectF, at: QPointF, reach: float, min_middle: float) -> tuple[int, int] | None:
    if not area.adjusted(-reach, -reach, reach, reach).contains(at):
        return None
    dx = _side(at.x(), area.left(), area.right(), reach)
    dy = _side(at.y(), area.top(), area.bottom(), reach)
    if dx or dy:
        return dx, dy
    off = at - area.center()
    near = max(abs(off.x()), abs(off.y())) <= 2 * reach
    return (0, 0) if near and min(area.width(), area.height()) >= min_middle else None


def _side(value: float, low: float, high: float, reach: float) -> int:
    """Return which end of a range is within reach: -1, 1, or 0 for none; the nearer one."""
    to_low, to_high = abs(value - low), abs(value - high)
    if min(to_low, to_high) > reach:
        return 0
    return -1 if to_low < to_high else 1


def drag_region(
    region: QRect, grip: Grip, move: tuple[int, int], size: tuple[int, int], min_side: int
) -> QRect:
    """Return a region whose grip was dragged.

    Args:
        region: as it was, image pixels.
        grip: what is held.
        move: columns and rows that it was dragged by.
        size: of the picture; the region stays inside.
        min_side: it gets no smaller; an edge stops there.
    """
    across = (region.x(), region.x() + region.width())
    down = (region.y(), region.y() + region.height())
    whole = not grip.dx and not grip.dy
    left, right = _drag_range(across, 2 if whole else grip.dx, move[0], size[0], min_side)
    top, bottom = _drag_range(down, 2 if whole else grip.dy, move[1], size[1], min_side)
    return QRect(left, top, right - left, bottom - top)


def _drag_range(
    ends: tuple[int, int], part: int, move: int, limit: int, least: int
) -> tuple[int, int]:
    """Drag the low end (-1), the high one (1), both (2) or none (0) of a range."""
    low, high = ends
    if part == 2:
        move = min(max(move, -low), limit - high)
        return low + move, high + move
    if part == -1:
        low = min(max(low + move, 0), high - least)
    elif part == 1:
        high = max(min(high + move, limit), low + least)
    return low, high


def cursor_of(grip: Grip) -> Qt.CursorShape:
    """Return the pointer's shape over a grip."""
    shapes = Qt.CursorShape
    if grip.dx and grip.dy:
        return shapes.SizeFDiagCursor if grip.dx == grip.dy else shapes.SizeBDiagCursor
    if grip.dx:
        return shapes.SizeHorCursor
    return shapes.SizeVerCursor if grip.dy else shapes.SizeAllCursor


def paint_grips(painter: QPainter, area: QRectF, ratio: float, chosen: bool) -> None:
    """Draw a region's grips: squares on corners and edges, and one in the middle.

    Args:
        painter: scaled to device pixels.
        area: of the region, device pixels.
        ratio: device pixels per logical pixel.
        chosen: whether it is the one that keys and numbers concern.
    """
    side = GRIP_PX * ratio
    painter.setPen(QPen(HALO, ratio))
    painter.setBrush(CHOSEN if chosen else INK)
    roomy = min(area.width(), area.height()) >= MIN_MIDDLE_PX * ratio
    middle = area.center()
    for x in (area.left(), middle.x(), area.right()):
        for y in (area.top(), middle.y(), area.bottom()):
            on_corner = x != middle.x() and y != middle.y()
            if on_corner or roomy:
                painter.drawRect(QRectF(x - side / 2, y - side / 2, side, side))
    painter.setBrush(Qt.BrushStyle.NoBrush)
