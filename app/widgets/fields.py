"""Fields and buttons as all panels make them: range, unit, tooltip, accessible name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QSpinBox,
    QWidget,
)

from app.system.translation import translate
from app.widgets.local_numbers import format_digits, format_whole


class CalmSpinBox(QSpinBox):
    """A number that the wheel changes only after a click: scrolling a panel must not edit it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless the field has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmDoubleSpinBox(QDoubleSpinBox):
    """As `CalmSpinBox`, for numbers with decimals."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless the field has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmComboBox(QComboBox):
    """As `CalmSpinBox`, for lists."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless the list has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def make_int(low: int, high: int, unit: str, tip: str) -> QSpinBox:
    """Return a field for a whole number; the tooltip is its accessible name too."""
    field = CalmSpinBox()
    field.setRange(low, high)
    if unit:
        field.setSuffix(f" {unit}")
    _finish(field, _with_range(tip, format_whole(low), format_whole(high), unit), tip)
    return field


def make_double(low: float, high: float, unit: str, decimals: int, tip: str) -> QDoubleSpinBox:
    """Return a field for a number with decimals."""
    field = CalmDoubleSpinBox()
    field.setRange(low, high)
    field.setDecimals(decimals)
    field.setSingleStep(0.1)
    if unit:
        field.setSuffix(f" {unit}")
    _finish(field, _with_range(tip, _shorten(low), _shorten(high), unit), tip)
    return field


def make_choice(name: str, tip: str, entries: Sequence[tuple[str, object]]) -> QComboBox:
    """Return a list of (title, value) of which one is chosen."""
    field = CalmComboBox()
    field.setAccessibleName(name)
    field.setToolTip(tip)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    field.setMinimumContentsLength(8)
    for title, value in entries:
        field.addItem(title, value)
    return field


def make_pair(first: QWidget, second: QWidget) -> QHBoxLayout:
    """Return two fields side by side."""
    row = QHBoxLayout()
    row.addWidget(first, 1)
    row.addWidget(second, 1)
    return row


def make_buttons(buttons: QDialogButtonBox.StandardButton) -> QDialogButtonBox:
    """Return a row of dialog buttons without icons: some platforms draw black ones in the dark."""
    box = QDialogButtonBox(buttons)
    for button in box.buttons():
        button.setIcon(QIcon())
    return box


def _with_range(tip: str, low: str, high: str, unit: str) -> str:
    """Say what may be entered, and that it is a plain number where it has no unit."""
    tip = tip.rstrip(".")
    if unit:
        return translate("fields", "{}. {} to {} {}.").format(tip, low, high, unit)
    return translate("fields", "{}. {} to {}, a plain number.").format(tip, low, high)


def _shorten(number: float) -> str:
    """Return a number without decimals that say nothing."""
    whole = int(number) == number
    return format_whole(int(number)) if whole else format_digits(number, 6)


def _finish(field: QSpinBox | QDoubleSpinBox, tip: str, name: str) -> None:
    field.setToolTip(tip)
    field.setAccessibleName(name)
    field.setKeyboardTracking(False)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.setMinimumWidth(field.fontMetrics().averageCharWidth() * 12)
