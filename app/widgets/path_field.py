"""A file's path that is typed, chosen in a dialog, or dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget


class PathField(QHBoxLayout):
    """A line for the path, and a button beside it.

    Attributes:
        line: the path as text.
        button: opens the dialog.

    Signals:
        chosen(str): a file was chosen in the dialog; the line shows it.
    """

    chosen = Signal(str)

    def __init__(self, name: str, tip: str, kinds: str, pattern: str) -> None:
        """Make the field.

        Args:
            name: what it is, for screen readers and as the dialog's title.
            tip: the line's tooltip.
            kinds: what the dialog calls the files: "Images".
            pattern: their endings: "*.png *.jpg".
        """
        super().__init__()
        self._name = name
        self._filter = f"{kinds} ({pattern})"
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setToolTip(tip)
        self.button = QPushButton("…")
        choose = self.tr("Choose a file: {}").format(name)
        self.button.setAccessibleName(choose)
        self.button.setToolTip(choose)
        self.button.setMaximumWidth(self.line.fontMetrics().height() * 2)
        self.button.clicked.connect(lambda: self.ask())
        self.addWidget(self.line, 1)
        self.addWidget(self.button)

    def ask(self) -> QFileDialog:
        """Open the dialog."""
        parent: QWidget = self.line.window()
        start = str(Path(self.line.text()).parent) if self.line.text() else ""
        dialog = QFileDialog(parent, self._name, start)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self._filter, self.tr("All files (*)")])
        dialog.fileSelected.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _take(self, path: str) -> None:
        self.line.setText(path)
        self.chosen.emit(path)
