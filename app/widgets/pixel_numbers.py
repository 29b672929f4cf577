"""Values written into the pixels of a picture that is zoomed in far enough to read them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, qGray

from app.widgets.view_geometry import ViewGeometry

#: A pixel must be so wide on the screen, logical pixels: four lines of six characters.
MIN_PIXEL_PX = 48.0
#: A view that has more of them is written into when it is zoomed in further: each takes some
#: 20 µs, and nobody should wait longer than for a frame of the screen.
MAX_PIXELS = 500
TEXT_PX = 10
#: Brighter pixels get black letters, 0 to 255: from this sRGB code on they stand out better than
#: white ones (WCAG 2.2, relative luminance 0.179).
BRIGHT = 117
MAX_LINES = 4

#: Returns the lines to write into the pixel at a column and row; none for nothing.
PixelTexts = Callable[[int, int], tuple[str, ...]]


def paint_pixel_numbers(
    painter: QPainter,
    geometry: ViewGeometry,
    texts: PixelTexts,
    shown: QImage,
    exposed: QRectF,
    ratio: float,
) -> None:
    """Write values into the exposed pixels, if they are large enough.

    Args:
        painter: scaled to device pixels.
        geometry: where the picture lies.
        texts: asked for each pixel.
        shown: the picture as the screen has it: letters are dark where it is bright.
        exposed: device pixels that are painted at all.
        ratio: device pixels per logical pixel.
    """
    seen = geometry.visible_pixels(0, 0, geometry.view_width, geometry.view_height)
    many = seen is None or seen[2] * seen[3] > MAX_PIXELS
    if many or geometry.scale < MIN_PIXEL_PX * ratio:
        return
    pixels = geometry.visible_pixels(
        exposed.left(), exposed.top(), exposed.right(), exposed.bottom()
    )
    if pixels is None:
        return
    font = painter.font()
    font.setPixelSize(round(TEXT_PX * ratio))
    painter.setFont(font)
    black, white = QColor("black"), QColor("white")
    left, top, wide, high = pixels
    for y in range(top, top + high):
        for x in range(left, left + wide):
            lines = texts(x, y)
            if lines:
                painter.setPen(black if qGray(shown.pixel(x, y)) > BRIGHT else white)
                area = QRectF(*geometry.view_rect(x, y, 1, 1))
                text = "\n".join(lines[:MAX_LINES])
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
