"""Boxes to tick in a list, with a frame that is seen in the dark too."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.widgets.theme import is_dark

#: Share of the text's colour in the frame: 3 : 1 against the list, as WCAG 2.2, 1.4.11 asks for.
FRAME_SHARE = 0.5


class CheckDelegate(QStyledItemDelegate):
    """Draws a frame around the box: the style's own is lost in a dark list."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the cell, and the frame upon it where the list is dark."""
        super().paint(painter, option, index)
        if index.data(Qt.ItemDataRole.CheckStateRole) is None or not is_dark(option.palette):
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        widget = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        box = style.subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, cell, widget)
        ink = QColor(option.palette.color(QPalette.ColorRole.Text))
        ink.setAlphaF(FRAME_SHARE)
        painter.save()
        painter.setPen(ink)
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.restore()
