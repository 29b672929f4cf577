"""Regions by numbers: what the mouse draws over the picture, to type in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.widgets.fields import make_buttons, make_int
from app.widgets.region_tool import MAX_REGIONS

#: As in `renderer.settings`, which views do not import: no frame is larger.
MAX_SIDE_PX = 16384
#: Between the dialog and what it stands beside.
EDGE_PX = 12


class RegionDialog(QDialog):
    """The regions as a list, and the chosen one's place and size; opened by `show()`.

    Signals:
        regions_requested(object): a tuple of QRect, pixels of the full frame.
        choice_requested(int): the artist chose this region.
    """

    regions_requested = Signal(object)
    choice_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._regions: tuple[QRect, ...] = ()
        self._size = QSize(1, 1)
        self.setWindowTitle(self.tr("Regions"))
        self.frame = QLabel()
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Regions"))
        self.list.currentRowChanged.connect(self._choose)
        self.left = self._field(self.tr("Left edge, pixels from the left of the frame"))
        self.top = self._field(self.tr("Upper edge, pixels from the top of the frame"))
        self.wide = self._field(self.tr("Width of the region, pixels"))
        self.high = self._field(self.tr("Height of the region, pixels"))
        self.add_button = QPushButton(self.tr("&Add"))
        self.add_button.setToolTip(self.tr("Add a region in the middle of the frame"))
        self.add_button.clicked.connect(self._add)
        self.remove_button = QPushButton(self.tr("&Remove"))
        self.remove_button.setToolTip(self.tr("Remove the chosen region"))
        self.remove_button.clicked.connect(self._remove)
        self.clear_button = QPushButton(self.tr("&Whole frame"))
        self.clear_button.setToolTip(self.tr("Remove all regions: the whole frame is rendered"))
        self.clear_button.clicked.connect(lambda: self.regions_requested.emit(()))
        self._lay_out()
        self._show_chosen()

    def set_regions(self, regions: Sequence[QRect], chosen: int | None, size: QSize) -> None:
        """Show these regions of a frame of this size; nothing is requested.

        Args:
            regions: in pixels of the full frame.
            chosen: index of the one whose numbers are shown; None: the last one.
            size: of the frame.
        """
        self._regions, self._size = tuple(regions), size
        self.frame.setText(
            self.tr("of a frame of {} × {} pixels").format(size.width(), size.height())
        )
        row = len(self._regions) - 1 if chosen is None else chosen
        self.list.blockSignals(True)
        self.list.clear()
        for number, region in enumerate(self._regions, 1):
            text = self.tr("{}: {} × {} at {}, {}")
            place = (region.width(), region.height(), region.x(), region.y())
            self.list.addItem(text.format(number, *place))
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)
        self._show_chosen()

    def show_beside(self, view: QWidget) -> None:
        """Come up at the right edge of the view, over as little of the picture as there is room."""
        if not self.isVisible():
            screen = view.screen().availableGeometry()
            corner = view.mapToGlobal(view.rect().topRight())
            wide = self.size().expandedTo(self.minimumSizeHint()).width()
            room = screen.right() - wide - EDGE_PX
            self.move(max(screen.left(), min(corner.x() + EDGE_PX, room)), corner.y() + EDGE_PX)
        self.show()
        self.raise_()

    def _field(self, tip: str) -> QSpinBox:
        field = make_int(0, MAX_SIDE_PX, "px", tip)
        field.setToolTip(tip)
        field.valueChanged.connect(lambda _value: self._change())
        return field

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("&X"), self.left)
        form.addRow(self.tr("&Y"), self.top)
        form.addRow(self.tr("W&idth"), self.wide)
        form.addRow(self.tr("&Height"), self.high)
        tools = QHBoxLayout()
        for button in (self.add_button, self.remove_button, self.clear_button):
            button.setAutoDefault(False)
            tools.addWidget(button)
        buttons = make_buttons(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for part in (self.frame, self.list):
            column.addWidget(part)
        column.addLayout(form)
        column.addLayout(tools)
        column.addWidget(buttons)
        self.list.setMinimumHeight(self.fontMetrics().height() * 5)
        self.resize(self.fontMetrics().averageCharWidth() * 44, self.fontMetrics().height() * 24)

    # -- input --------------------------------------------------------------------------------

    def _choose(self, row: int) -> None:
        self._show_chosen()
        if row >= 0:
            self.choice_requested.emit(row)

    def _change(self) -> None:
        """A number was typed: keep the region inside the frame, by its size."""
        row = self.list.currentRow()
        x, y = self.left.value(), self.top.value()
        wide = min(self.wide.value(), self._size.width() - x)
        high = min(self.high.value(), self._size.height() - y)
        changed = QRect(x, y, max(wide, 1), max(high, 1))
        self.regions_requested.emit((*self._regions[:row], changed, *self._regions[row + 1 :]))

    def _add(self) -> None:
        wide, high = max(self._size.width() // 4, 1), max(self._size.height() // 4, 1)
        x, y = (self._size.width() - wide) // 2, (self._size.height() - high) // 2
        self.list.setCurrentRow(-1)  # the new one is chosen
        self.regions_requested.emit((*self._regions, QRect(x, y, wide, high)))
        self.choice_requested.emit(len(self._regions) - 1)

    def _remove(self) -> None:
        row = self.list.currentRow()
        self.regions_requested.emit((*self._regions[:row], *self._regions[row + 1 :]))

    # -- what is shown ------------------------------------------------------------------------

    def _show_chosen(self) -> None:
        row = self.list.currentRow()
        there = 0 <= row < len(self._regions)
        region = self._regions[row] if there else QRect(0, 0, 1, 1)
        limits = (
            (self.left, 0, self._size.width() - 1, region.x()),
            (self.top, 0, self._size.height() - 1, region.y()),
            (self.wide, 1, self._size.width(), region.width()),
            (self.high, 1, self._size.height(), region.height()),
        )
        for field, low, high, value in limits:
            field.blockSignals(True)
            field.setRange(low, high)
            field.setValue(value)
            field.blockSignals(False)
            field.setEnabled(there)
        self.remove_button.setEnabled(there)
        self.clear_button.setEnabled(bool(self._regions))
        self.add_button.setEnabled(len(self._regions) < MAX_REGIONS)
