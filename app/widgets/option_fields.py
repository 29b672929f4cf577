"""Fields bound to the render options by name: shown, read and told of in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from app.widgets.channel_boxes import ChannelBoxes
from app.widgets.color_button import ColorButton

Field = QSpinBox | QDoubleSpinBox | QComboBox | QCheckBox | QLineEdit | ColorButton | ChannelBoxes


class OptionFields(QObject):
    """Which field shows which option.

    Fields that are shown values do not tell of it; only what the artist changes is told.

    Signals:
        changed(): the artist changed a field.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[str, Field] = {}
        self._showing = 0

    def bind(self, option: str, field: Field) -> None:
        """Let a field show an option: number, text, tick, or a list's data."""
        self._fields[option] = field
        if isinstance(field, QCheckBox):
            field.toggled.connect(self._tell)
        elif isinstance(field, QComboBox):
            field.currentIndexChanged.connect(self._tell)
        elif isinstance(field, QLineEdit):
            field.editingFinished.connect(self._tell)
        elif isinstance(field, ColorButton):
            field.color_changed.connect(self._tell)
        elif isinstance(field, ChannelBoxes):
            field.names_changed.connect(self._tell)
        else:
            field.valueChanged.connect(self._tell)

    def show(self, options: object) -> None:
        """Show the options' values; a list that lacks a value shows its first entry."""
        with self.quiet():
            for name, field in self._fields.items():
                _show(field, getattr(options, name))

    def values(self) -> dict[str, Any]:
        """Return what the fields say, by option."""
        return {name: _read(field) for name, field in self._fields.items()}

    def field(self, option: str) -> QWidget:
        """Return the field of an option."""
        return self._fields[option]

    def are_shown(self, options: Iterable[str], values: object) -> bool:
        """Return True if these options have the values' values."""
        return all(_read(self._fields[name]) == getattr(values, name) for name in options)

    def reset(self, options: Iterable[str], values: object) -> None:
        """Give these options the values' values, as one change of the artist's."""
        with self.quiet():
            for name in options:
                _show(self._fields[name], getattr(values, name))
        self._tell()

    def quiet(self) -> _Quiet:
        """Return a context in which changes are not told."""
        return _Quiet(self)

    def _tell(self, _value: Any = None) -> None:
        if not self._showing:
            self.changed.emit()


class _Quiet:
    """Counts how many are changing fields without meaning it."""

    def __init__(self, fields: OptionFields) -> None:
        self._fields = fields

    def __enter__(self) -> None:
        self._fields._showing += 1

    def __exit__(self, *_exception: object) -> None:
        self._fields._showing -= 1


def _show(field: Field, value: Any) -> None:
    if isinstance(field, QCheckBox):
        field.setChecked(value)
    elif isinstance(field, QComboBox):
        field.setCurrentIndex(max(0, field.findData(value)))
    elif isinstance(field, QLineEdit):
        field.setText(value)
    elif isinstance(field, ColorButton):
        field.set_color(value)
    elif isinstance(field, ChannelBoxes):
        field.set_names(value)
    else:
        field.setValue(value)


def _read(field: Field) -> Any:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QComboBox):
        return field.currentData()
    if isinstance(field, QLineEdit):
        return field.text().strip()
    if isinstance(field, ColorButton):
        return field.color
    if isinstance(field, ChannelBoxes):
        return field.names
    return field.value()
