"""Width and height of a bucket, and the box that keeps them equal."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox, QFormLayout, QSpinBox, QWidget

from app.widgets.fields import make_int, make_pair
from app.widgets.option_fields import OptionFields
from renderer.bucket_size import MAX_BUCKET_SIDE_PX, MIN_BUCKET_SIDE_PX

#: Of the fields' arrows: what the servers' tiles and parts of buckets are multiples of.
STEP_PX = 8


class BucketFields(QObject):
    """Two numbers of which each follows the other while *Same* is ticked.

    Args:
        fields: of the panel; they are bound to its options here.
        parent: the panel.
    """

    def __init__(self, fields: OptionFields, parent: QObject) -> None:
        super().__init__(parent)
        self.width = self._make_side(
            self.tr("Width of a bucket. Small ones share work better, large ones cost less.")
        )
        self.same = QCheckBox(self.tr("Same"))
        self.same.setToolTip(
            self.tr("Bucket width and height stay equal: changing one changes the other")
        )
        self.height = self._make_side(
            self.tr("Height of a bucket. Flat and tall ones give the same pixels.")
        )
        # Before the panel hears of a change, so that it reads both sides at once.
        self.width.valueChanged.connect(lambda _px: self._follow(self.width, self.height))
        self.height.valueChanged.connect(lambda _px: self._follow(self.height, self.width))
        self.same.toggled.connect(lambda _on: self._follow(self.width, self.height))
        # The box first: options that are shown open it before they bring unlike sides.
        fields.bind("bucket_square", self.same)
        fields.bind("bucket_width", self.width)
        fields.bind("bucket_height", self.height)

    def add_to(self, form: QFormLayout) -> None:
        """Add two rows to a form."""
        form.addRow(self.tr("Bucket width"), make_pair(self.width, self.same))
        form.addRow(self.tr("Bucket height"), make_pair(self.height, QWidget()))

    def _make_side(self, tip: str) -> QSpinBox:
        side = make_int(MIN_BUCKET_SIDE_PX, MAX_BUCKET_SIDE_PX, "px", tip)
        side.setSingleStep(STEP_PX)
        return side

    def _follow(self, changed: QSpinBox, other: QSpinBox) -> None:
        if self.same.isChecked():
            other.setValue(changed.value())
