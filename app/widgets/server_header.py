"""The head of the server list: columns that fit what they show until the artist sizes them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from app.system.translation import translate, word
from app.widgets.server_columns import (
    ADDRESS,
    BUCKETS,
    COLUMNS,
    FIRST_ORDER,
    NAME,
    OPTIONAL_COLUMNS,
    RESOLVED,
    SPEED,
    STATE,
)

#: Least and most width of a column before the artist drags it, in digits' widths: long names are
#: cut rather than all that stands right of them, and nothing jumps while numbers grow.
_DIGITS = {
    NAME: (16, 28),
    ADDRESS: (12, 26),
    RESOLVED: (12, 26),
    STATE: (32, 44),
    BUCKETS: (11, 14),
    SPEED: (28, 34),
}
_OTHERS = (7, 24)


class ServerHeader(QHeaderView):
    """See the module.

    Signals:
        arranged(): the artist changed widths, order or which columns there are.
        order_requested(column): put the list into the order of a column, once.
    """

    arranged = Signal()
    order_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._by_hand = False
        self._before = QByteArray()
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setSectionsMovable(True)
        self.setStretchLastSection(True)
        self.setResizeContentsPrecision(0)  # of rows that are seen: thousands take seconds
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    def arrange(self) -> None:
        """Order and hide columns as they are at first; call it when there is a model."""
        for column in OPTIONAL_COLUMNS:
            self.setSectionHidden(column, True)
        for place, column in enumerate(FIRST_ORDER):
            self.moveSection(self.visualIndex(column), place)

    def fit(self, wanted_px: Callable[[int], int]) -> None:
        """Give columns the width of what they show, unless the artist has sized them.

        Args:
            wanted_px: returns what a column's cells would take.
        """
        if self._by_hand:
            return
        digit_px = self.fontMetrics().horizontalAdvance("0")
        for column in range(self.count()):
            if self.isSectionHidden(column):
                continue
            least, most = (digit_px * digits for digits in _DIGITS.get(column, _OTHERS))
            title_px = self.sectionSizeHint(column)
            width_px = max(wanted_px(column), title_px)
            self.resizeSection(column, max(title_px, least, min(width_px, most)))

    def arrangement(self) -> QByteArray:
        """Return what the artist made of the columns, empty if nothing."""
        return self.saveState() if self._by_hand else QByteArray()

    def restore(self, arrangement: QByteArray) -> None:
        """Take over what `arrangement` returned; that of other columns is left alone."""
        self._by_hand = not arrangement.isEmpty() and self.restoreState(arrangement)

    def make_menu(self, column: int) -> QMenu:
        """Return the menu: which columns there are, and the list's order.

        Args:
            column: that was clicked on, -1 for none.
        """
        menu = QMenu(self)
        for place, title in enumerate(COLUMNS):
            action = menu.addAction(word(title))
            action.setCheckable(True)
            action.setChecked(not self.isSectionHidden(place))
            action.setEnabled(place not in (NAME, STATE))
            action.toggled.connect(lambda shown, place=place: self._show_column(place, shown))
        menu.addSeparator()
        if column >= 0:
            text = translate("servers", "Order the list by {} now").format(word(COLUMNS[column]))
            order = menu.addAction(text)
            order.triggered.connect(lambda: self.order_requested.emit(column))
        fit = menu.addAction(translate("servers", "Fit the columns to what they show"))
        fit.triggered.connect(self._forget)
        return menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note how the columns were."""
        self._before = self.saveState()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Widths that the artist dragged stay."""
        super().mouseReleaseEvent(event)
        self._note_change()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt fits the column to its cells."""
        self._before = self.saveState()
        super().mouseDoubleClickEvent(event)
        self._note_change()

    def _note_change(self) -> None:
        if self.saveState() != self._before:
            self._by_hand = True
            self.arranged.emit()

    def _show_column(self, column: int, shown: bool) -> None:
        self.setSectionHidden(column, not shown)
        self._by_hand = True
        self.arranged.emit()

    def _forget(self) -> None:
        self._by_hand = False
        self.arranged.emit()

    def _show_menu(self, at: QPoint) -> None:
        menu = self.make_menu(self.logicalIndexAt(at))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(at))
