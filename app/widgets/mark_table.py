"""The buckets in flight that a picture outlines, painted fast also where there are thousands.

A thousand servers have some thousand buckets in flight, a few pixels wide each, and each one that
arrives exposes some of the view. Qt takes 10 µs for such a frame; arrays take a tenth of that.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.widgets.bucket_overlay import MIN_CORNERS_PX, BucketMark, paint_buckets
from app.widgets.view_geometry import ViewGeometry

Ints = npt.NDArray[np.int64]
Inks = npt.NDArray[np.uint32]

#: Fewer are painted by Qt as quickly.
MIN_MANY = 64
#: Columns of the table.
X, Y, WIDTH, HEIGHT, INK = range(5)


class MarkTable:
    """Marks by unit; what they are is also kept as rows of numbers."""

    def __init__(self) -> None:
        self._marks: dict[int, BucketMark] = {}
        self._row_of: dict[int, int] = {}
        self._units: list[int] = []  # by row
        self._rows: Ints = np.zeros((MIN_MANY, 5), np.int64)

    def __len__(self) -> int:
        return len(self._units)

    def all(self) -> dict[int, BucketMark]:
        """Return a copy, by unit."""
        return dict(self._marks)

    def put(self, unit: int, mark: BucketMark) -> None:
        """Outline a bucket."""
        row = self._row_of.get(unit)
        if row is None:
            row = self._row_of[unit] = len(self._units)
            self._units.append(unit)
            if row == len(self._rows):
                self._rows = np.concatenate((self._rows, np.zeros_like(self._rows)))
        self._marks[unit] = mark
        self._rows[row] = mark.x, mark.y, mark.width, mark.height, mark.color.rgba()

    def pop(self, unit: int) -> BucketMark | None:
        """Outline it no more; returns what it was, None if it was not there."""
        row = self._row_of.pop(unit, None)
        if row is None:
            return None
        last = self._units.pop()
        if last != unit:  # the last row takes its place
            self._units[row] = last
            self._row_of[last] = row
            self._rows[row] = self._rows[len(self._units)]
        return self._marks.pop(unit)

    def clear(self) -> None:
        """Outline nothing."""
        self._marks.clear()
        self._row_of.clear()
        self._units.clear()

    def paint(
        self,
        painter: QPainter,
        geometry: ViewGeometry,
        fixed: QColor | None,
        ratio: float,
        exposed: QRectF,
    ) -> None:
        """Outline all that is exposed; arguments as of `paint_buckets`."""
        rows = self._rows[: len(self)]
        sides = np.minimum(rows[:, WIDTH], rows[:, HEIGHT])
        tiny = sides * geometry.scale < MIN_CORNERS_PX * ratio
        if np.count_nonzero(tiny) < MIN_MANY:
            paint_buckets(painter, geometry, self._marks.values(), fixed, ratio, exposed)
            return
        large = [self._marks[self._units[row]] for row in np.flatnonzero(~tiny)]
        _paint_frames(painter, geometry, rows[tiny], fixed, exposed)
        paint_buckets(painter, geometry, large, fixed, ratio, exposed)


def _paint_frames(
    painter: QPainter,
    geometry: ViewGeometry,
    rows: Ints,
    fixed: QColor | None,
    exposed: QRectF,
) -> None:
    """Draw frames of one device pixel's width into an image of the exposed part, and paint that."""
    left, top = math.floor(exposed.left()), math.floor(exposed.top())
    size = math.ceil(exposed.bottom()) - top, math.ceil(exposed.right()) - left
    x0 = np.floor(round(geometry.x) - left + rows[:, X] * geometry.scale).astype(np.int64)
    y0 = np.floor(round(geometry.y) - top + rows[:, Y] * geometry.scale).astype(np.int64)
    right = round(geometry.x) - left + (rows[:, X] + rows[:, WIDTH]) * geometry.scale
    bottom = round(geometry.y) - top + (rows[:, Y] + rows[:, HEIGHT]) * geometry.scale
    x1 = np.maximum(np.ceil(right).astype(np.int64) - 1, x0)
    y1 = np.maximum(np.ceil(bottom).astype(np.int64) - 1, y0)
    inks = rows[:, INK].astype(np.uint32)
    if fixed is not None:
        inks[:] = fixed.rgba()
    pixels: Inks = np.zeros(size, np.uint32)
    for line in (y0, y1):
        draw_lines(pixels, line, x0, x1, inks)
    for line in (x0, x1):
        draw_lines(pixels.T, line, y0, y1, inks)
    height, width = size
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(QPointF(left, top), image)


def draw_lines(pixels: Inks, lines: Ints, first: Ints, last: Ints, inks: Inks) -> None:
    """Draw horizontal lines into an image; what lies outside is left out.

    Args:
        pixels: (H, W).
        lines: (n,) rows of the image.
        first: (n,) leftmost columns.
        last: (n,) rightmost columns, not left of `first`.
        inks: (n,) what to write.
    """
    height, width = pixels.shape
    inside = (lines >= 0) & (lines < height) & (last >= 0) & (first < width)
    start = np.maximum(first[inside], 0)
    lengths = np.minimum(last[inside], width - 1) - start + 1
    ends = np.cumsum(lengths)
    # 0, 1, 2 .. along each line, all lines one behind the other.
    steps = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    columns = np.repeat(start, lengths) + steps
    pixels[np.repeat(lines[inside], lengths), columns] = np.repeat(inks[inside], lengths)
