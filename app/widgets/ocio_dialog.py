"""Choosing a display and a view of an OpenColorIO configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

WIDTH_PX = 460


class OcioDialog(QDialog):
    """Plain values in, wishes out; opened by `open()`.

    Signals:
        config_requested(str): list the displays of this configuration.
        view_requested(str, str, str): see pictures by configuration, display and view.
    """

    config_requested = Signal(str)
    view_requested = Signal(str, str, str)

    def __init__(self, configs: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """Make the dialog.

        Args:
            configs: (key, title) of configurations that are always there.
            parent: as always in Qt.
        """
        super().__init__(parent)
        self._views: Mapping[str, Sequence[str]] = {}
        self._wanted = ("", "")
        self.setWindowTitle(self.tr("OpenColorIO"))
        self.setMinimumWidth(WIDTH_PX)
        self.config = QComboBox()
        self.config.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for key, title in configs:
            self.config.addItem(title, key)
        self.config.activated.connect(lambda _index: self._request_config())
        self.file_button = QPushButton(self.tr("&File…"))
        self.file_button.setToolTip(self.tr("Choose an .ocio or .ocioz file"))
        self.file_button.clicked.connect(lambda: self.ask_for_file())
        self.display = QComboBox()
        self.display.setToolTip(self.tr("What the picture is looked at on"))
        self.display.activated.connect(lambda _index: self._fill_views())
        self.view = QComboBox()
        self.view.setToolTip(self.tr("How light becomes colours of the display"))
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setAccessibleName(self.tr("State of the configuration"))
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()

    def start(self, config: str, display: str, view: str) -> None:
        """Choose a configuration, and of it display and view once they are listed."""
        self._wanted = (display, view)
        self._add_config(config)
        self._request_config()

    def set_views(self, name: str, views: Mapping[str, Sequence[str]]) -> None:
        """Offer the displays and views of the configuration, the usual ones first."""
        self._views = views
        self.note.setText(self.tr("Configuration: {}").format(name))
        self.display.clear()
        self.display.addItems(list(views))
        self.display.setCurrentIndex(max(0, self.display.findText(self._wanted[0])))
        self._fill_views()
        self.view.setCurrentIndex(max(0, self.view.findText(self._wanted[1])))
        self._enable(True)

    def set_problem(self, text: str) -> None:
        """Say why there is nothing to choose."""
        self.display.clear()
        self.view.clear()
        self.note.setText(text)
        self._enable(False)

    def ask_for_file(self) -> QFileDialog:
        """Choose a configuration by the file dialog."""
        dialog = QFileDialog(self, self.tr("OpenColorIO configuration"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Configurations ({})").format("*.ocio *.ocioz"), self.tr("All files (*)")]
        )
        dialog.fileSelected.connect(lambda path: self.start(path, "", ""))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.config, 1)
        row.addWidget(self.file_button)
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        label = QLabel(self.tr("&Configuration"))
        label.setBuddy(self.config)
        form.addRow(label, row)
        form.addRow(self.tr("&Display"), self.display)
        form.addRow(self.tr("&View"), self.view)
        form.addRow(self.note)
        form.addRow(self.buttons)

    def _add_config(self, config: str) -> None:
        if self.config.findData(config) < 0:
            self.config.addItem(config, config)
        self.config.setCurrentIndex(self.config.findData(config))
        self.config.setToolTip(config)

    def _request_config(self) -> None:
        self.set_problem(self.tr("Reading the configuration…"))
        self.config_requested.emit(self.config.currentData())

    def _fill_views(self) -> None:
        self.view.clear()
        self.view.addItems(list(self._views.get(self.display.currentText(), ())))

    def _enable(self, usable: bool) -> None:
        self.display.setEnabled(usable)
        self.view.setEnabled(usable)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(usable)

    def _accept(self) -> None:
        self.view_requested.emit(
            self.config.currentData(), self.display.currentText(), self.view.currentText()
        )
        self.accept()
