"""What an artist chooses about image files once and seldom changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from app.system.translation import word

#: What a strip across a wide picture holds.
MAX_STAMP = 500
COMPRESSION_TITLES = {
    "none": "None: largest, fastest",
    "rle": "RLE: for flat pictures",
    "zips": "ZIPS: single rows, quick to read in part",
    "zip": "ZIP: small, lossless",
    "piz": "PIZ: smallest for noise, lossless",
    "dwaa": "DWAA: very small, colours lose a little",
    "dwab": "DWAB: as DWAA, in larger blocks",
}


class ImageOptionsDialog(QDialog):
    """Plain values in, one signal out.

    Signals:
        options_requested(bool, str, bool, int): transparency, EXR compression, EXR in parts,
            JPEG quality.
        stamp_requested(bool, str): whether there is a frame stamp, and its text.
    """

    options_requested = Signal(bool, str, bool, int)
    stamp_requested = Signal(bool, str)

    def __init__(
        self,
        compressions: Sequence[str],
        stamp_words: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        """Make the dialog.

        Args:
            compressions: of EXR, by name.
            stamp_words: what the stamp's %words stand for.
            parent: as always in Qt.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Image options"))
        self.alpha = QCheckBox(self.tr("&Transparent background"))
        self.alpha.setToolTip(self.tr("Straight alpha instead of black, in PNG and TIFF"))
        self.compression = QComboBox()
        for name in compressions:
            self.compression.addItem(word(COMPRESSION_TITLES.get(name, name)), name)
        self.compression.setToolTip(self.tr("Depth, positions and ids never lose anything"))
        self.multi_part = QCheckBox(self.tr("Each &layer in a part of its own"))
        self.multi_part.setToolTip(self.tr("Readers may load one layer without the others"))
        self.quality = QSpinBox()
        self.quality.setRange(1, 100)
        self.quality.setToolTip(self.tr("100 is best and largest"))
        self.stamp_on = QCheckBox(self.tr("&Frame stamp at the bottom"))
        self.stamp_on.setToolTip(self.tr("A line about the frame, in PNG, JPEG and TIFF"))
        self.stamp = QLineEdit()
        self.stamp.setMaxLength(MAX_STAMP)
        self.stamp.setAccessibleName(self.tr("Text of the frame stamp"))
        tips = [f"%{key}: {word(text)}" for key, text in stamp_words.items()]
        self.stamp.setToolTip("\n".join(tips))
        self.stamp_on.toggled.connect(self.stamp.setEnabled)
        form = QFormLayout(self)
        form.addRow(self.tr("PNG and TIFF"), self.alpha)
        form.addRow(self.tr("EXR &compression"), self.compression)
        form.addRow(self.tr("EXR"), self.multi_part)
        form.addRow(self.tr("JPEG &quality"), self.quality)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(self.tr("Stamp"), self.stamp_on)
        form.addRow("", self.stamp)
        form.addRow(buttons)
        self.accepted.connect(self._request)

    def set_options(
        self, alpha: bool, compression: str, multi_part: bool, jpeg_quality: int
    ) -> None:
        """Show options; nothing is requested."""
        self.alpha.setChecked(alpha)
        self.compression.setCurrentIndex(self.compression.findData(compression))
        self.multi_part.setChecked(multi_part)
        self.quality.setValue(jpeg_quality)

    def set_stamp(self, on: bool, text: str) -> None:
        """Show the frame stamp; nothing is requested."""
        self.stamp_on.setChecked(on)
        self.stamp.setEnabled(on)
        self.stamp.setText(text)

    def _request(self) -> None:
        self.stamp_requested.emit(self.stamp_on.isChecked(), self.stamp.text())
        self.options_requested.emit(
            self.alpha.isChecked(),
            self.compression.currentData(),
            self.multi_part.isChecked(),
            self.quality.value(),
        )
