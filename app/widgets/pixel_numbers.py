"""Values written into the pixels of a picture that is zoomed in far enough to read them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.widgets.view_geometry import ViewGeometry

#: A pixel must be so wide on the screen, logical pixels: four lines of six characters.
MIN_PIXEL_PX = 48.0
TEXT_PX = 10
#: Brighter pixels get black letters, 0 to 255.
BRIGHT = 128
MAX_LINES = 4

#: Returns the lines to write into the pixel at a column and row, and its brightness on the
#: screen, 0 to 255; no lines for nothing.
PixelTexts = Callable[[int, int], tuple[tuple[str, ...], int]]


def paint_pixel_numbers(
    painter: QPainter, geometry: ViewGeometry, texts: PixelTexts, exposed: QRectF, ratio: float
) -> None:
    """Write values into the exposed pixels, if they are large enough.

    Args:
        painter: scaled to device pixels.
        geometry: where the picture lies.
        texts: asked for each pixel.
        exposed: device pixels that are painted at all.
        ratio: device pixels per logical pixel.
    """
    if geometry.scale < MIN_PIXEL_PX * ratio:
        return
    shown = geometry.visible_pixels(
        exposed.left(), exposed.top(), exposed.right(), exposed.bottom()
    )
    if shown is None:
        return
    font = painter.font()
    font.setPixelSize(round(TEXT_PX * ratio))
    painter.setFont(font)
    left, top, wide, high = shown
    for y in range(top, top + high):
        for x in range(left, left + wide):
            lines, brightness = texts(x, y)
            if lines:
                painter.setPen(QColor("black" if brightness > BRIGHT else "white"))
                area = QRectF(*geometry.view_rect(x, y, 1, 1))
                text = "\n".join(lines[:MAX_LINES])
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
