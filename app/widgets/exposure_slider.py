"""The exposure: a slider in stops with its value beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

#: Stops; beyond, a picture is black or white.
MAX_EV = 10.0
#: Slider steps per stop.
STEPS = 10


class _ResetSlider(QSlider):
    """A slider that a double click sets back."""

    reset_requested = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask to be set back."""
        self.reset_requested.emit()
        event.accept()


class ExposureSlider(QWidget):
    """Slider and field for one number.

    Signals:
        exposure_requested(float): stops, -10 to 10.
    """

    exposure_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tip = self.tr("Exposure in stops: +1 doubles the light (E, Shift+E; double click resets)")
        self.slider = _ResetSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(-MAX_EV * STEPS), round(MAX_EV * STEPS))
        self.slider.setSingleStep(1)
        self.slider.setPageStep(5)
        self.slider.setFixedWidth(self.fontMetrics().averageCharWidth() * 20)
        self.slider.setToolTip(tip)
        self.slider.setAccessibleName(self.tr("Exposure"))
        self.field = QDoubleSpinBox()
        self.field.setRange(-MAX_EV, MAX_EV)
        self.field.setDecimals(1)
        self.field.setSingleStep(0.5)
        self.field.setSuffix(" EV")
        self.field.setToolTip(tip)
        self.field.setAccessibleName(self.tr("Exposure, stops"))
        self.field.setKeyboardTracking(False)
        self.field.setFixedWidth(self.fontMetrics().averageCharWidth() * 14)
        self._label = QLabel(self.tr("Exposure"))
        self._label.setBuddy(self.field)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(self._label)
        row.addWidget(self.slider)
        row.addWidget(self.field)
        self.slider.valueChanged.connect(lambda value: self._request(value / STEPS))
        self.field.valueChanged.connect(self._request)
        self.slider.reset_requested.connect(lambda: self._request(0.0))

    @property
    def exposure_ev(self) -> float:
        """Stops, as shown."""
        return self.field.value()

    def set_exposure(self, exposure_ev: float) -> None:
        """Show a value; nothing is requested."""
        for widget in (self.slider, self.field):
            widget.blockSignals(True)
        self.slider.setValue(round(exposure_ev * STEPS))
        self.field.setValue(exposure_ev)
        for widget in (self.slider, self.field):
            widget.blockSignals(False)

    def _request(self, exposure_ev: float) -> None:
        self.set_exposure(exposure_ev)
        self.exposure_requested.emit(exposure_ev)
