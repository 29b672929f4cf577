"""A colour as a button that shows it and opens the colour dialog."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QColorDialog, QPushButton, QWidget


class ColorButton(QPushButton):
    """Holds "#rrggbb", as the screen shows it.

    Signals:
        color_changed(str): the artist chose another one.
    """

    color_changed = Signal(str)

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._color = ""
        self.setToolTip(tip)
        self.clicked.connect(lambda: self.ask())
        self.set_color("#000000")

    @property
    def color(self) -> str:
        """What is shown."""
        return self._color

    def set_color(self, color: str) -> None:
        """Show a colour; tells nobody."""
        self._color = color
        swatch = QPixmap(self.iconSize())
        swatch.fill(QColor(color))
        self.setIcon(QIcon(swatch))
        self.setText(color)
        self.setAccessibleName(f"{self._name}: {color}")

    def use_color(self, color: str) -> None:
        """Show a colour that the artist has chosen."""
        if color != self._color:
            self.set_color(color)
            self.color_changed.emit(color)

    def ask(self) -> QColorDialog:
        """Open the dialog."""
        dialog = QColorDialog(QColor(self._color), self.window())
        dialog.setWindowTitle(self._name)
        dialog.colorSelected.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _take(self, color: QColor) -> None:
        self.use_color(color.name())
