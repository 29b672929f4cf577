"""White balance, gamma, LUT and the legend of false colour, under one button of the toolbar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from app.widgets.lut_box import LutBox

#: A legend's row: sRGB codes and meaning.
LegendRow = tuple[tuple[int, int, int], str]
SWATCH_PX = 14
#: The underlined letter parts a label into three, each drawn up to a pixel wider than measured.
LABEL_ROOM_PX = 3


class LookButton(QToolButton):
    """A button that opens a small panel; it is bold while something is set.

    Attributes:
        lut: the part about LUTs.

    Signals:
        look_requested(int, float, float): temperature in kelvin, tint, gamma.
    """

    look_requested = Signal(int, float, float)

    def __init__(
        self,
        temperature_k: tuple[int, int, int],
        tint: tuple[float, float],
        gamma: tuple[float, float],
        lut_inputs: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        """Make the panel.

        Args:
            temperature_k: least, neutral and largest.
            tint: least and largest.
            gamma: least and largest.
            lut_inputs: names of what may go into a LUT.
            parent: as always in Qt.
        """
        super().__init__(parent)
        self._neutral_k = temperature_k[1]
        self._through_lut = False
        self.lut = LutBox(lut_inputs, self)
        self.setText(self.tr("Look"))
        self.setToolTip(self.tr("White balance, gamma and LUT of the picture as it is seen"))
        self.setAccessibleName(self.tr("White balance, gamma and LUT"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.temperature = QSpinBox()
        self.temperature.setRange(temperature_k[0], temperature_k[2])
        self.temperature.setSingleStep(100)
        self.temperature.setSuffix(" K")
        self.temperature.setToolTip(
            self.tr("Colour of the light that is shown white; {} K changes nothing").format(
                temperature_k[1]
            )
        )
        self.tint = _make_field(tint, 1, 5.0)
        self.tint.setToolTip(self.tr("Above 0 towards magenta, below towards green"))
        self.gamma = _make_field(gamma, 2, 0.1)
        self.gamma.setToolTip(self.tr("Above 1 brightens the middle; black and white stay"))
        self.reset_button = QPushButton(self.tr("Reset"))
        self.reset_button.clicked.connect(lambda: self._request(self._neutral_k, 0.0, 1.0))
        self.legend = QVBoxLayout()
        self._fill_menu()
        for field in (self.temperature, self.tint, self.gamma):
            field.setKeyboardTracking(False)
            field.valueChanged.connect(lambda _value: self._request(*self.values))
        self.set_values(self._neutral_k, 0.0, 1.0)

    @property
    def values(self) -> tuple[int, float, float]:
        """Temperature in kelvin, tint and gamma, as shown."""
        return self.temperature.value(), self.tint.value(), self.gamma.value()

    def set_values(self, temperature_k: int, tint: float, gamma: float) -> None:
        """Show values; nothing is requested."""
        fields = (self.temperature, self.tint, self.gamma)
        for field in fields:
            field.blockSignals(True)
        self.temperature.setValue(temperature_k)
        self.tint.setValue(tint)
        self.gamma.setValue(gamma)
        for field in fields:
            field.blockSignals(False)
        self._embolden()

    def mark_lut(self, on: bool) -> None:
        """Say that the picture is seen through a LUT, or not."""
        self._through_lut = on
        # As wide as before, or the toolbar would lose its last button.
        self.setText(self.tr("LUT") if on else self.tr("Look"))
        self._embolden()

    def show_legend(self, rows: Sequence[LegendRow]) -> None:
        """List what the colours of the picture mean; nothing for a view without a legend."""
        while (item := self.legend.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for rgb, meaning in rows:
            self.legend.addWidget(_make_row(rgb, meaning))

    def _embolden(self) -> None:
        font = self.font()
        font.setBold(self._through_lut or self.values != (self._neutral_k, 0.0, 1.0))
        self.setFont(font)

    def _fill_menu(self) -> None:
        panel = QWidget()
        column = QVBoxLayout(panel)
        form = QFormLayout()
        form.addRow(self.tr("&Temperature"), self.temperature)
        form.addRow(self.tr("T&int"), self.tint)
        form.addRow(self.tr("&Gamma"), self.gamma)
        reset = QHBoxLayout()
        reset.addStretch(1)
        reset.addWidget(self.reset_button)
        form.addRow(reset)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        form.addRow(line)
        self.lut.add_rows(form)
        column.addLayout(form)
        for label in panel.findChildren(QLabel):
            label.setMinimumWidth(label.sizeHint().width() + LABEL_ROOM_PX)
        column.addLayout(self.legend)
        self.legend.setSpacing(1)
        menu = QMenu(self)
        action = QWidgetAction(menu)
        action.setDefaultWidget(panel)
        menu.addAction(action)
        self.setMenu(menu)

    def _request(self, temperature_k: int, tint: float, gamma: float) -> None:
        self.set_values(temperature_k, tint, gamma)
        self.look_requested.emit(temperature_k, tint, gamma)


def _make_field(limits: tuple[float, float], decimals: int, step: float) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(*limits)
    field.setDecimals(decimals)
    field.setSingleStep(step)
    return field


def _make_row(rgb: tuple[int, int, int], meaning: str) -> QWidget:
    row = QWidget()
    layout = QFormLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    swatch = QLabel()
    pixmap = QPixmap(SWATCH_PX, SWATCH_PX)
    pixmap.fill(QColor(*rgb))
    swatch.setPixmap(pixmap)
    swatch.setFrameShape(QLabel.Shape.Box)  # white would vanish
    layout.addRow(swatch, QLabel(meaning))
    return row
