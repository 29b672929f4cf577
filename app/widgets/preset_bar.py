"""Choosing, saving and deleting a render preset."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QToolButton, QWidget

from app.system.translation import word


class PresetBar(QWidget):
    """A list of presets with two buttons.

    Signals:
        chosen(str): the artist picked this preset.
        save_requested(str): keep the settings under this name.
        delete_requested(str): forget this preset.
    """

    chosen = Signal(str)
    save_requested = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own: Sequence[str] = ()
        self.list = QComboBox()
        self.list.setAccessibleName(self.tr("Render preset"))
        self.list.setToolTip(
            self.tr("Size, sampling, light paths and channels by name; camera and light stay")
        )
        self.save = self._button(self.tr("Save…"), self.tr("Keep these settings under a name"))
        self.delete = self._button(self.tr("Delete"), self.tr("Forget the chosen preset"))
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 2, 4, 2)
        row.addWidget(self.list, 1)
        row.addWidget(self.save)
        row.addWidget(self.delete)
        self.list.activated.connect(self._choose)
        self.save.clicked.connect(self.ask_for_name)
        self.delete.clicked.connect(lambda: self.delete_requested.emit(self.list.currentData()))

    def set_presets(self, names: Sequence[str], own: Sequence[str]) -> None:
        """Offer these; `own` can be deleted."""
        self._own = own
        self.list.clear()
        self.list.addItem(self.tr("Preset: none"), None)
        for name in names:
            self.list.addItem(name if name in own else word(name), name)
        self.show_preset("")

    def show_preset(self, name: str) -> None:
        """Show which preset the settings are, "" for none."""
        self.list.setCurrentIndex(max(0, self.list.findData(name)) if name else 0)
        self.delete.setEnabled(name in self._own)

    def ask_for_name(self) -> QInputDialog:
        """Ask under which name to keep the settings."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Save preset"))
        dialog.setLabelText(self.tr("Name of the preset"))
        current = self.list.currentData()
        dialog.setTextValue(current if current in self._own else "")
        dialog.textValueSelected.connect(self.save_requested)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _choose(self, index: int) -> None:
        name = self.list.itemData(index)
        if name:
            self.chosen.emit(name)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        return button
