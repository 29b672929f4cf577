"""A tick for each channel that can be rendered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from app.system.translation import word
from renderer.channels import CHANNEL_NAMES, find_channel

COLUMNS = 2


class ChannelBoxes(QWidget):
    """A tick for each channel that can be rendered.

    Signals:
        names_changed(): the artist ticked or cleared one.
    """

    names_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        self.boxes: dict[str, QCheckBox] = {}
        for index, name in enumerate(CHANNEL_NAMES):
            box = QCheckBox(word(name.replace("_", " ")))
            box.setToolTip(self.tr("Channel: {}").format(word(find_channel(name).text)))
            box.setAccessibleName(self.tr("Channel {}").format(word(name.replace("_", " "))))
            box.toggled.connect(lambda _on: self.names_changed.emit())
            grid.addWidget(box, index // COLUMNS, index % COLUMNS)
            self.boxes[name] = box

    @property
    def names(self) -> tuple[str, ...]:
        """The ticked channels, in their usual order."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def set_names(self, names: tuple[str, ...]) -> None:
        """Tick these."""
        for name, box in self.boxes.items():
            box.setChecked(name in names)
