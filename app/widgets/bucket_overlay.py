"""Painting the buckets in flight over the picture: corner brackets and the server's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.widgets.view_geometry import ViewGeometry

#: Share of a side that a corner bracket takes.
CORNER = 0.28
LINE_PX = 2.0
HALO_PX = 4.0
#: Smaller buckets show no name: it would hide the pixels.
MIN_NAMED_PX = 24.0
MIN_LETTERS = 5
#: Smaller buckets get a thin frame: brackets with halos would cover them, and take ten times as
#: long, which counts where there are thousands.
MIN_CORNERS_PX = 12.0
#: The picture is still judged through the tint.
TINT_ALPHA = 90


@dataclass(frozen=True)
class BucketMark:
    """A bucket that a server renders now, as it is outlined.

    Attributes:
        x, y, width, height: image pixels.
        name: of the server.
        color: of the server.
    """

    x: int
    y: int
    width: int
    height: int
    name: str
    color: QColor


def paint_buckets(
    painter: QPainter,
    geometry: ViewGeometry,
    marks: Iterable[BucketMark],
    fixed: QColor | None,
    ratio: float,
    exposed: QRectF | None = None,
) -> None:
    """Outline buckets in their server's colour, or all in `fixed`.

    Args:
        painter: scaled to device pixels.
        geometry: where the picture lies.
        marks: what to outline.
        fixed: one colour for all, None for the servers' own.
        ratio: device pixels per logical pixel; lines and text grow with it.
        exposed: device pixels that are painted at all, None for all: a thousand servers have
            some thousand buckets in flight, and each that arrives exposes one.
    """
    font = painter.font()
    font.setPixelSize(max(8, round(10 * ratio)))
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    seen = _seen_pixels(geometry, exposed, HALO_PX * ratio) if exposed is not None else None
    for mark in marks:
        if seen is not None and not _meets(mark, seen):
            continue
        area = QRectF(*geometry.view_rect(mark.x, mark.y, mark.width, mark.height))
        color = fixed or mark.color
        if min(area.width(), area.height()) < MIN_CORNERS_PX * ratio:
            painter.setPen(color)
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
            continue
        _paint_corners(painter, area.adjusted(0.5, 0.5, -0.5, -0.5), color, ratio)
        if min(area.width(), area.height()) >= MIN_NAMED_PX * ratio:
            _paint_name(painter, area, mark.name, color, metrics)


def _seen_pixels(
    geometry: ViewGeometry, exposed: QRectF, margin: float
) -> tuple[int, int, int, int]:
    """Return the image pixels (x, y, width, height) that a part of the view and its margin show."""
    around = exposed.adjusted(-margin, -margin, margin, margin)
    shown = geometry.visible_pixels(around.left(), around.top(), around.right(), around.bottom())
    return shown or (0, 0, 0, 0)


def _meets(mark: BucketMark, seen: tuple[int, int, int, int]) -> bool:
    x, y, width, height = seen
    in_columns = mark.x < x + width and x < mark.x + mark.width
    return in_columns and mark.y < y + height and y < mark.y + mark.height


def paint_tint(
    painter: QPainter,
    geometry: ViewGeometry,
    patches: Iterable[BucketMark],
    exposed: QRectF,
    ratio: float,
) -> None:
    """Lay the colour of who rendered it over each bucket, and the name where there is room.

    Args:
        painter: scaled to device pixels.
        geometry: where the picture lies.
        patches: finished buckets.
        exposed: device pixels that are painted at all.
        ratio: device pixels per logical pixel.
    """
    font = painter.font()
    font.setPixelSize(max(8, round(10 * ratio)))
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    for patch in patches:
        area = QRectF(*geometry.view_rect(patch.x, patch.y, patch.width, patch.height))
        if not area.intersects(exposed):
            continue
        ink = QColor(patch.color)
        ink.setAlpha(TINT_ALPHA)
        painter.fillRect(area, ink)
        if min(area.width(), area.height()) >= MIN_NAMED_PX * ratio:
            _paint_name(painter, area, patch.name, patch.color, metrics)


def _paint_corners(painter: QPainter, area: QRectF, color: QColor, ratio: float) -> None:
    dx, dy = area.width() * CORNER, area.height() * CORNER
    left, top, right, bottom = area.left(), area.top(), area.right(), area.bottom()
    lines = []
    for x, inward_x in ((left, dx), (right, -dx)):
        for y, inward_y in ((top, dy), (bottom, -dy)):
            lines.append(QLineF(x, y, x + inward_x, y))
            lines.append(QLineF(x, y, x, y + inward_y))
    # A halo of the opposite lightness: seen on every picture.
    halo = QColor(0, 0, 0, 130) if color.lightness() > 60 else QColor(255, 255, 255, 130)
    for ink, width in ((halo, HALO_PX), (color, LINE_PX)):
        pen = QPen(ink, width * ratio)
        pen.setCosmetic(True)
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        painter.setPen(pen)
        painter.drawLines(lines)


def _paint_name(
    painter: QPainter, area: QRectF, name: str, color: QColor, metrics: QFontMetricsF
) -> None:
    pad = metrics.height() * 0.2
    room = area.width() - 4 * pad
    text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
    if len(text) < min(MIN_LETTERS, len(name)):
        return  # a letter and an ellipsis name nobody
    wide, high = metrics.horizontalAdvance(text) + 2 * pad, metrics.height()
    box = QRectF(area.center().x() - wide / 2, area.center().y() - high / 2, wide, high)
    painter.fillRect(box, QColor(0, 0, 0, 150))
    painter.setPen(color if color.lightness() > 60 else QColor("white"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
