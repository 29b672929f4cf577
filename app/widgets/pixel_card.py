"""The pixel card: everything about one pixel, beside the pointer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

#: The card stays so far from the pointer, logical pixels: the pixel itself is not hidden.
OFFSET_PX = 18
FAINT = 165


class PixelCard(QFrame):
    """Rows of name and value over the picture; it never takes the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = parent
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Pixel"))
        self.title = QLabel()
        self.swatch = QLabel()
        self.swatch.setFixedHeight(self.fontMetrics().height())
        self.swatch.setAutoFillBackground(True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(1)
        self._labels: list[tuple[QLabel, QLabel]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(5)
        column.addWidget(self.title)
        column.addWidget(self.swatch)
        column.addLayout(self._grid)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.hide()

    def show_rows(
        self, title: str, color: QColor | None, rows: Sequence[tuple[str, str]], at: QPoint
    ) -> None:
        """Show these values near a point of the parent.

        Args:
            title: which pixel.
            color: as the screen shows it, None where nothing is.
            rows: (name, value).
            at: where the pointer is.
        """
        self.title.setText(title)
        self.swatch.setVisible(color is not None)
        if color is not None:
            palette = self.swatch.palette()
            palette.setColor(self.swatch.backgroundRole(), color)
            self.swatch.setPalette(palette)
        self._fill(rows)
        self.setAccessibleDescription("; ".join(f"{name}: {value}" for name, value in rows))
        self.adjustSize()
        self.move(self._place(at))
        self.show()
        self.raise_()

    @property
    def values(self) -> dict[str, str]:
        """What is shown, by name."""
        return {n.text(): v.text() for n, v in self._labels if not n.isHidden()}

    def _fill(self, rows: Sequence[tuple[str, str]]) -> None:
        while len(self._labels) < len(rows):
            pair = QLabel(), QLabel()
            for column, label in enumerate(pair):
                label.setTextFormat(Qt.TextFormat.PlainText)
                self._grid.addWidget(label, len(self._labels), column)
            faint = pair[0].palette()
            ink = faint.color(QPalette.ColorRole.WindowText)
            ink.setAlpha(FAINT)  # fainter than the value, and still easily read
            faint.setColor(QPalette.ColorRole.WindowText, ink)
            pair[0].setPalette(faint)
            self._labels.append(pair)
        for index, (name, value) in enumerate(self._labels):
            used = index < len(rows)
            name.setVisible(used)
            value.setVisible(used)
            if used:
                name.setText(rows[index][0])
                value.setText(rows[index][1])

    def _place(self, at: QPoint) -> QPoint:
        """Return the card's corner: below right of the pointer, else where there is room."""
        x, y = at.x() + OFFSET_PX, at.y() + OFFSET_PX
        if x + self.width() > self._view.width():
            x = at.x() - OFFSET_PX - self.width()
        if y + self.height() > self._view.height():
            y = at.y() - OFFSET_PX - self.height()
        return QPoint(max(0, x), max(0, y))
