"""Comparing two pictures in one view: picture A on one side of a line, B on the other."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

#: The line never leaves the picture: there would be no way to take hold of it again.
MIN_SHARE, MAX_SHARE = 0.01, 0.99
LINE_PX = 1.5
HALO_PX = 3.5
HANDLE_PX = 9.0
LABEL_PX = 11
INK = QColor(255, 255, 255)
HALO = QColor(0, 0, 0, 140)


@dataclass(frozen=True)
class Split:
    """Where the line lies.

    Attributes:
        share: of the picture's width (or height) that shows A, 0 to 1.
        upright: True for a line from top to bottom, A on its left; else A is above it.
        name_a, name_b: written beside the line.
    """

    share: float = 0.5
    upright: bool = True
    name_a: str = "A"
    name_b: str = "B"

    def position(self, picture: QRectF) -> float:
        """Return the line's x (or y) for a picture that lies there."""
        if self.upright:
            return picture.left() + self.share * picture.width()
        return picture.top() + self.share * picture.height()

    def share_at(self, picture: QRectF, point: QPointF) -> float:
        """Return the share for a line through a point, within its limits."""
        if self.upright:
            share = (point.x() - picture.left()) / max(picture.width(), 1.0)
        else:
            share = (point.y() - picture.top()) / max(picture.height(), 1.0)
        return min(max(share, MIN_SHARE), MAX_SHARE)

    def sides(self, view: QRectF, picture: QRectF) -> tuple[QRectF, QRectF]:
        """Return the parts of the view that show A and B: whole device pixels, no gap."""
        line = float(round(self.position(picture)))
        if self.upright:
            first = QRectF(view.topLeft(), QPointF(line, view.bottom()))
            return first, QRectF(QPointF(line, view.top()), view.bottomRight())
        first = QRectF(view.topLeft(), QPointF(view.right(), line))
        return first, QRectF(QPointF(view.left(), line), view.bottomRight())


def paint_split(painter: QPainter, split: Split, picture: QRectF, ratio: float) -> None:
    """Draw the line, its handle and both names.

    Args:
        painter: scaled to device pixels.
        split: the line.
        picture: where the picture lies, device pixels.
        ratio: device pixels per logical pixel.
    """
    at = round(split.position(picture)) + 0.0
    if split.upright:
        line = QLineF(at, picture.top(), at, picture.bottom())
    else:
        line = QLineF(picture.left(), at, picture.right(), at)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for ink, width in ((HALO, HALO_PX), (INK, LINE_PX)):
        pen = QPen(ink, width * ratio)
        painter.setPen(pen)
        painter.drawLine(line)
    painter.setBrush(INK)
    painter.setPen(QPen(HALO, ratio))
    painter.drawEllipse(line.center(), HANDLE_PX / 2 * ratio, HANDLE_PX / 2 * ratio)
    _paint_names(painter, split, line, ratio)
    painter.restore()


def _paint_names(painter: QPainter, split: Split, line: QLineF, ratio: float) -> None:
    font = painter.font()
    font.setPixelSize(round(LABEL_PX * ratio))
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    pad = 5 * ratio
    high = metrics.height() + pad
    for name, before in ((split.name_a, True), (split.name_b, False)):
        wide = metrics.horizontalAdvance(name) + 2 * pad
        if split.upright:
            left = line.x1() - pad - wide if before else line.x1() + pad
            box = QRectF(left, line.y1() + pad, wide, high)
        else:
            top = line.y1() - pad - high if before else line.y1() + pad
            box = QRectF(line.x1() + pad, top, wide, high)
        painter.fillRect(box, QColor(0, 0, 0, 150))
        painter.setPen(INK)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
