"""The history: pictures to look at again, and to compare with each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.system.translation import word
from app.widgets.theme import UNRENDERED

THUMBNAIL = QSize(96, 64)
KEY = Qt.ItemDataRole.UserRole
#: Key of the row that stands for the frame that is rendered now.
NOW = ""


@dataclass(frozen=True)
class HistoryRow:
    """A picture as the list shows it.

    Attributes:
        key: identity; `NOW` for the current frame.
        title, detail: two lines.
        thumbnail: at most `THUMBNAIL` large, None while there is none.
    """

    key: str
    title: str
    detail: str
    thumbnail: QImage | None = None


class HistoryPanel(QWidget):
    """A list of pictures, the newest on top, with what is A and what is B.

    Signals:
        show_requested(str): show this picture as A.
        compare_requested(str): make it B.
        remove_requested(list): of keys.
        save_requested(str): to a file.
        split_requested(bool), upright_requested(bool): the line between A and B.
        measure_requested(str): show this difference of A and B, "" for none.
    """

    show_requested = Signal(str)
    compare_requested = Signal(str)
    remove_requested = Signal(list)
    save_requested = Signal(str)
    split_requested = Signal(bool)
    upright_requested = Signal(bool)
    measure_requested = Signal(str)

    def __init__(self, measures: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._a, self._b = NOW, ""
        self._rows: dict[str, HistoryRow] = {}
        self.list = _HistoryList()
        self.list.setIconSize(THUMBNAIL)
        self.list.setAccessibleName(self.tr("History of pictures"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setWordWrap(True)
        self.list.itemActivated.connect(self._show_item)
        self.list.itemClicked.connect(self._show_item)
        self.list.customContextMenuRequested.connect(
            lambda at: self.make_menu(at).popup(self.list.mapToGlobal(at))
        )
        self.list.delete_requested.connect(lambda: self.remove_requested.emit(self.selected_keys))
        self.hint = QLabel(
            self.tr("Finished frames are kept here. Drop an image file to compare with it.")
        )
        self.hint.setWordWrap(True)
        self.split = _toggle(self.tr("A | B"), self.tr("Compare A and B by a line (Ctrl+D)"))
        self.split.clicked.connect(self.split_requested)
        self.across = _toggle(self.tr("Across"), self.tr("Line from left to right"))
        self.across.clicked.connect(lambda on: self.upright_requested.emit(not on))
        self.measure = QComboBox()
        self.measure.setAccessibleName(self.tr("Difference of A and B"))
        self.measure.setToolTip(self.tr("Show how far A is from B, which is the reference"))
        self.measure.addItem(self.tr("Picture"), "")
        for name in measures:
            self.measure.addItem(word(name.capitalize()), name)
        self.measure.activated.connect(
            lambda _index: self.measure_requested.emit(self.measure.currentData())
        )
        self.distance = QLabel()
        self.distance.setWordWrap(True)
        self.distance.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.distance.setAccessibleName(self.tr("Distance of A and B"))
        self.distance.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        for widget in (self.split, self.across, self.measure):
            tools.addWidget(widget)
        tools.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(self.hint)
        column.addWidget(self.list, 1)
        column.addLayout(tools)
        column.addWidget(self.distance)

    # -- plain values in ----------------------------------------------------------------------

    def set_rows(self, rows: Sequence[HistoryRow]) -> None:
        """Show these pictures, the newest first."""
        kept = set(self.selected_keys)
        self._rows = {row.key: row for row in rows}
        self.list.clear()
        for row in rows:
            item = QListWidgetItem()
            item.setData(KEY, row.key)
            item.setSizeHint(QSize(0, THUMBNAIL.height() + 8))
            self.list.addItem(item)
            item.setSelected(row.key in kept)
        self._label()
        self.hint.setVisible(len(rows) <= 1)

    def set_roles(self, a: str, b: str, *, split: bool, upright: bool, measure: str) -> None:
        """Mark what is A and what is B ("" for none), and how they are compared."""
        self._a, self._b = a, b
        self.split.setChecked(split)
        self.across.setChecked(not upright)
        self.across.setEnabled(split)
        self.measure.setEnabled(bool(b))
        self.measure.setCurrentIndex(max(0, self.measure.findData(measure)))
        self._label()

    def set_distance(self, text: str) -> None:
        """Show how far A is from B, "" for nothing."""
        self.distance.setText(text)
        self.distance.setVisible(bool(text))

    # -- plain values out ---------------------------------------------------------------------

    @property
    def selected_keys(self) -> list[str]:
        """Of the selected rows, without the current frame."""
        keys = [item.data(KEY) for item in self.list.selectedItems()]
        return [key for key in keys if key != NOW]

    def make_menu(self, at: QPoint) -> QMenu:
        """Return the menu of the row at a point of the list."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        item = self.list.itemAt(at)
        if item is None:
            return menu
        key = item.data(KEY)
        menu.addAction(self.tr("Show (A)")).triggered.connect(lambda: self.show_requested.emit(key))
        if key != NOW:
            menu.addAction(self.tr("Compare with it (B)")).triggered.connect(
                lambda: self.compare_requested.emit(key)
            )
            menu.addSeparator()
            menu.addAction(self.tr("Save as…")).triggered.connect(
                lambda: self.save_requested.emit(key)
            )
            keys = self.selected_keys or [key]
            menu.addAction(self.tr("Remove (Del)")).triggered.connect(
                lambda: self.remove_requested.emit(keys)
            )
        return menu

    def _show_item(self, item: QListWidgetItem) -> None:
        self.show_requested.emit(item.data(KEY))

    def _label(self) -> None:
        """Write each row with its role, behind its picture."""
        there = [row.thumbnail.size() for row in self._rows.values() if row.thumbnail is not None]
        empty = _empty_thumbnail(there[0] if there else THUMBNAIL)
        for index in range(self.list.count()):
            item = self.list.item(index)
            row = self._rows[item.data(KEY)]
            roles = [name for name, key in (("A", self._a), ("B", self._b)) if key == row.key]
            if row.key == NOW and "B" in roles:
                roles.remove("B")  # "" is no B
            mark = f"[{'+'.join(roles)}] " if roles else ""
            item.setText(f"{mark}{row.title}\n{row.detail}")
            item.setToolTip(f"{row.title}\n{row.detail}")
            item.setIcon(empty if row.thumbnail is None else QPixmap.fromImage(row.thumbnail))


class _HistoryList(QListWidget):
    """A list whose Del key asks for removal."""

    delete_requested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for removal by Del."""
        if event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit()
        else:
            super().keyPressEvent(event)


def _empty_thumbnail(size: QSize) -> QPixmap:
    """Return the grey of an empty frame, as large as the others: all texts begin in one line."""
    empty = QPixmap(size)
    empty.fill(QColor(UNRENDERED, UNRENDERED, UNRENDERED))
    return empty


def _toggle(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    return button
