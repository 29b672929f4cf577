"""Statistics of the picture: a histogram over stops, and the numbers below it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

#: Added up where they overlap, they give grey: seen at once whether a stop has a tint.
INKS = (QColor(230, 60, 50), QColor(50, 190, 70), QColor(60, 110, 240))
GROUND = QColor(28, 28, 30)
LINES = QColor(255, 255, 255, 40)
TEXT = QColor(255, 255, 255, 150)
#: A tower tells no more than a hill.
MAX_HEIGHT_PX = 260


class Histogram(QWidget):
    """Counts per stop, one curve per colour; the height is the square root of the count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: npt.NDArray[np.int64] | None = None
        self._range = (0.0, 1.0)
        self._exposure_ev = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(80)
        self.setMaximumHeight(MAX_HEIGHT_PX)
        self.setAccessibleName(self.tr("Histogram of the light"))
        self.setToolTip(self.tr("Stops from middle grey; the bright zone is what the screen shows"))

    def set_counts(self, counts: npt.NDArray[np.int64], low_ev: float, high_ev: float) -> None:
        """Show (colours, bins) counts of the stops from `low_ev` to `high_ev`."""
        self._counts, self._range = counts, (low_ev, high_ev)
        self.update()

    def set_exposure(self, exposure_ev: float) -> None:
        """Mark what the display shows at this exposure."""
        self._exposure_ev = exposure_ev
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough to tell stops apart."""
        return QSize(320, 140)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, shown zone, curves and scale."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        self._paint_zone(painter)
        if self._counts is not None and self._counts.any():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
            largest = float(np.sqrt(self._counts.max()))
            for counts, ink in zip(self._counts, INKS, strict=True):
                self._paint_curve(painter, np.sqrt(counts) / largest, ink)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        self._paint_scale(painter)
        painter.end()

    def _x(self, stops: float) -> float:
        low, high = self._range
        return (stops - low) / (high - low) * self.width()

    def _paint_zone(self, painter: QPainter) -> None:
        """Black to white of the screen: about 8 stops below white, white 2.47 above grey."""
        white = 2.47 - self._exposure_ev
        left, right = self._x(white - 8.0), self._x(white)
        painter.fillRect(QRectF(left, 0, right - left, self.height()), QColor(255, 255, 255, 18))

    def _paint_curve(
        self, painter: QPainter, heights: npt.NDArray[np.float64], ink: QColor
    ) -> None:
        wide, high = self.width() / len(heights), float(self.height())
        points = [QPointF(0, high)]
        points += [QPointF((i + 0.5) * wide, high * (1 - float(h))) for i, h in enumerate(heights)]
        points.append(QPointF(self.width(), high))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF(points))

    def _paint_scale(self, painter: QPainter) -> None:
        low, high = self._range
        font = painter.font()
        font.setPointSizeF(max(6.0, font.pointSizeF() * 0.8))
        painter.setFont(font)
        for stop in range(round(low) + 2, round(high), 4 if self.width() < 300 else 2):
            x = self._x(stop)
            painter.setPen(QPen(LINES, 1))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
            painter.setPen(TEXT)
            painter.drawText(QPointF(x + 2, painter.fontMetrics().ascent()), _stop_text(stop))


def _stop_text(stop: int) -> str:
    return f"{stop:+d}" if stop else "0"


class StatisticsPanel(QWidget):
    """Histogram and numbers; plain values in, nothing goes out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.histogram = Histogram()
        self.numbers = QLabel()
        self.numbers.setTextFormat(Qt.TextFormat.RichText)
        self.numbers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.numbers.setAccessibleName(self.tr("Statistics of the picture"))
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(self.histogram, 1)
        column.addWidget(self.numbers)
        column.addStretch(1)

    def set_numbers(self, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Show a table: a name and a value per head in each row."""
        cells = "".join(f"<td align=right><b>{head}</b></td>" for head in ("", *heads))
        lines = [f"<tr>{cells}</tr>"]
        for name, values in rows:
            cells = "".join(f"<td align=right>{value}</td>" for value in values)
            lines.append(f"<tr><td>{name}</td>{cells}</tr>")
        self.numbers.setText(f"<table cellspacing=4>{''.join(lines)}</table>")
