"""The list of keys and gestures, from the same table that makes them; keys can be changed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.widgets.fields import make_buttons
from app.widgets.key_map import KeyRow


class KeysDialog(QDialog):
    """Opened by `show()`; stays open beside the work.

    Signals:
        key_requested(action, key): give the action this key; portable text.
        reset_requested(action): give it its first keys again.
        all_reset_requested(): give all of them their first keys again.
    """

    key_requested = Signal(str, str)
    reset_requested = Signal(str)
    all_reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and mouse"))
        self._rows: list[KeyRow] = []
        self.table = self._make_table()
        self.prompt = QLabel(self.tr("Choose a line to change its key."))
        self.editor = QKeySequenceEdit()
        self.editor.setMaximumSequenceLength(1)
        self.editor.setClearButtonEnabled(True)
        self.editor.setAccessibleName(self.tr("New key"))
        self.editor.setToolTip(self.tr("Click here and press the new key"))
        self.set_button = QPushButton(self.tr("Set key"))
        self.reset_button = QPushButton(self.tr("Default"))
        self.reset_all_button = QPushButton(self.tr("All defaults"))
        for button in (self.set_button, self.reset_button, self.reset_all_button):
            button.setAutoDefault(False)
        self.fault = QLabel()
        self.fault.setWordWrap(True)
        self._lay_out()
        self.table.itemSelectionChanged.connect(self._choose)
        self.editor.keySequenceChanged.connect(lambda _sequence: self._update_buttons())
        self.set_button.clicked.connect(self._ask_for_key)
        self.reset_button.clicked.connect(lambda: self.reset_requested.emit(self.chosen()))
        self.reset_all_button.clicked.connect(self.all_reset_requested)
        self._choose()
        self.resize(self.fontMetrics().averageCharWidth() * 120, self.fontMetrics().height() * 40)

    def set_rows(self, rows: Iterable[KeyRow]) -> None:
        """Show these lines; the chosen one stays chosen."""
        kept = self.table.currentRow()
        self._rows = list(rows)
        self.table.setRowCount(len(self._rows))
        for place, row in enumerate(self._rows):
            for column, text in enumerate((row.text, row.keys, row.mouse)):
                item = QTableWidgetItem(text)
                if row.own:
                    font = item.font()
                    font.setBold(column == 1)
                    item.setFont(font)
                self.table.setItem(place, column, item)
        self.table.setCurrentCell(kept, 0)
        self.reset_all_button.setEnabled(any(row.own for row in self._rows))
        self._choose()

    def set_fault(self, text: str) -> None:
        """Say why a key was not taken, "" if it was."""
        self.fault.setText(text)
        if not text:
            self.editor.clear()

    def chosen(self) -> str:
        """Return the action of the chosen line, "" for none or a gesture."""
        place = self.table.currentRow() if self.table.selectedItems() else -1
        return self._rows[place].action if 0 <= place < len(self._rows) else ""

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setHorizontalHeaderLabels([self.tr("Action"), self.tr("Key"), self.tr("Mouse")])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        table.setAccessibleName(self.tr("Keys and mouse"))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        return table

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.editor, 1)
        line.addWidget(self.set_button)
        line.addWidget(self.reset_button)
        buttons = make_buttons(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.reset_all_button, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addWidget(self.prompt)
        layout.addLayout(line)
        layout.addWidget(self.fault)
        layout.addWidget(buttons)

    def _choose(self) -> None:
        action = self.chosen()
        place = self.table.currentRow()
        if action:
            self.prompt.setText(self.tr("New key of “{}”:").format(self._rows[place].text))
        elif self.table.selectedItems():
            self.prompt.setText(self.tr("This one stays: it belongs to the mouse or to a list."))
        else:
            self.prompt.setText(self.tr("Choose a line to change its key."))
        self.editor.setEnabled(bool(action))
        self.editor.clear()
        self.fault.clear()
        self._update_buttons()

    def _update_buttons(self) -> None:
        action = self.chosen()
        own = any(row.own for row in self._rows if row.action and row.action == action)
        self.set_button.setEnabled(bool(action) and not self.editor.keySequence().isEmpty())
        self.reset_button.setEnabled(own)

    def _ask_for_key(self) -> None:
        key = self.editor.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        self.key_requested.emit(self.chosen(), key)
