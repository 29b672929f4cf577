"""The LUT upon the picture: which, what goes into it, how strong. A part of the *Look* panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
)

from app.system.translation import word

#: By name of the input: title and explanation.
INPUT_TITLES = {
    "display": ("View", "The LUT changes the picture that the view makes: codes from 0 to 1"),
    "log": ("Cineon log", "The LUT takes the view's place: for LUTs that are made for film scans"),
    "linear": ("Linear light", "The LUT takes the view's place: light as far as its domain says"),
}
#: A path or the name of a view may be long; the panel stays narrow.
NAME_CHARACTERS = 24
_TOOL_TIP = Qt.ItemDataRole.ToolTipRole


@dataclass(frozen=True)
class LutRow:
    """A LUT of the list.

    Attributes:
        key: names it in signals.
        title: its name.
        place: where it is, for the tooltip.
    """

    key: str
    title: str
    place: str


class LutBox(QObject):
    """Plain values in, wishes out; its fields are rows of the panel's form.

    Signals:
        toggle_requested(bool): see the picture with the LUT, or without.
        choice_requested(str): the artist chose this row.
        load_requested(): another file.
        ocio_requested(): a view of OpenColorIO.
        input_requested(str): name of what goes into the LUT.
        strength_requested(int): percent.
    """

    toggle_requested = Signal(bool)
    choice_requested = Signal(str)
    load_requested = Signal()
    ocio_requested = Signal()
    input_requested = Signal(str)
    strength_requested = Signal(int)

    def __init__(self, inputs: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on = QCheckBox()
        self.on.setAccessibleName(self.tr("LUT on"))
        self.on.setToolTip(self.tr("See the picture through a table of colours"))
        self.on.clicked.connect(self.toggle_requested)
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("LUT"))
        self.choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.choice.setMinimumContentsLength(NAME_CHARACTERS)
        self.choice.activated.connect(
            lambda _index: self.choice_requested.emit(self.choice.currentData())
        )
        self.load_button = QPushButton(self.tr("L&oad LUT…"))
        self.load_button.setToolTip(
            self.tr("Load a .cube file; it can also be dropped into the window")
        )
        self.load_button.clicked.connect(self.load_requested)
        self.ocio_button = QPushButton(self.tr("Open&ColorIO…"))
        self.ocio_button.setToolTip(
            self.tr("Choose a display and a view of an OpenColorIO configuration")
        )
        self.ocio_button.clicked.connect(self.ocio_requested)
        self.input = QComboBox()
        for name in inputs:
            title, tip = INPUT_TITLES[name]
            self.input.addItem(word(title), name)
            self.input.setItemData(self.input.count() - 1, word(tip), _TOOL_TIP)
        self.input.activated.connect(
            lambda _index: self.input_requested.emit(self.input.currentData())
        )
        self.strength = QSpinBox()
        self.strength.setRange(0, 100)
        self.strength.setSingleStep(5)
        self.strength.setSuffix(" %")
        self.strength.setToolTip(
            self.tr("0 % shows the picture without the LUT, 100 % with all of it")
        )
        self.strength.valueChanged.connect(self.strength_requested)
        self.set_rows((), "")
        self.set_state(on=False, input_name=inputs[0], strength=100, ocio=False)

    def set_rows(self, rows: Sequence[LutRow], chosen: str) -> None:
        """List LUTs, the last used first; nothing is requested."""
        self.choice.clear()
        for row in rows:
            self.choice.addItem(row.title, row.key)
            self.choice.setItemData(self.choice.count() - 1, row.place, _TOOL_TIP)
        if not rows:
            self.choice.addItem(self.tr("None loaded"), "")
        self.choice.setEnabled(bool(rows))
        self.on.setEnabled(bool(rows))
        index = max(0, self.choice.findData(chosen))
        self.choice.setCurrentIndex(index)
        self.choice.setToolTip(rows[index].place if rows else "")

    def set_state(self, *, on: bool, input_name: str, strength: int, ocio: bool) -> None:
        """Show values; nothing is requested.

        Args:
            on: the picture is seen through the LUT.
            input_name: what goes into the LUT.
            strength: percent.
            ocio: it is a view of OpenColorIO, which takes light and nothing else.
        """
        self.on.setChecked(on)
        self.input.setCurrentIndex(self.input.findData(input_name))
        self.input.setEnabled(not ocio)
        self.input.setToolTip(
            self.tr("A view of OpenColorIO takes the view's place")
            if ocio
            else word(INPUT_TITLES[input_name][1])
        )
        self.strength.blockSignals(True)
        self.strength.setValue(strength)
        self.strength.blockSignals(False)

    def add_rows(self, form: QFormLayout) -> None:
        """Put the fields into a form."""
        row = QHBoxLayout()
        row.addWidget(self.on)
        row.addWidget(self.choice, 1)
        label = QLabel(self.tr("&LUT"))
        label.setBuddy(self.on)
        buttons = QHBoxLayout()
        buttons.addWidget(self.load_button)
        buttons.addWidget(self.ocio_button)
        form.addRow(label, row)
        form.addRow(self.tr("&Input"), self.input)
        form.addRow(self.tr("&Strength"), self.strength)
        form.addRow(buttons)
