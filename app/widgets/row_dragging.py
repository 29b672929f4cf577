"""A table whose rows are dragged into another order, and onto which lists are dropped.

The view changes nothing itself: it says which order, file or text the artist wants.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

#: Rows on their way; lines of uids.
ROWS_FORMAT = "application/x-brigade-servers"
#: 4,096 uids of 16 digits; what is larger did not come from a list of ours.
MAX_ROWS_BYTES = 1 << 17
LIST_FILES = (".txt", ".toml")
_LINE_PX = 2


def pack_rows(uids: Sequence[str], addresses: str) -> QMimeData:
    """Return rows for the clipboard or a drag; other programs see their addresses."""
    data = QMimeData()
    data.setData(ROWS_FORMAT, "\n".join(uids).encode())
    if addresses:
        data.setText(addresses)
    return data


def unpack_rows(data: QMimeData) -> list[str]:
    """Return the uids of rows that are dragged; none if it is something else."""
    packed = data.data(ROWS_FORMAT)
    if packed.isEmpty() or packed.size() > MAX_ROWS_BYTES:
        return []
    return bytes(packed.data()).decode("utf-8", "replace").split("\n")


def list_files(data: QMimeData) -> list[Path]:
    """Return the files of a drag that may be server lists."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in LIST_FILES]


def move_block(order: Sequence[str], moved: Collection[str], place: int) -> list[str]:
    """Return an order in which some stand together, in front of what stood at `place` before.

    Args:
        order: of all.
        moved: those that move; they keep their own order.
        place: 0 to the number of all.
    """
    before = [uid for uid in order[:place] if uid not in moved]
    after = [uid for uid in order[place:] if uid not in moved]
    return [*before, *(uid for uid in order if uid in moved), *after]


class OrderedTable(QTableView):
    """Rows go up and down by mouse, or by Alt and the arrows.

    Signals:
        order_requested(uids): the artist wants all rows in this order.
        list_dropped(path), text_dropped(text): a list of servers came from outside.
    """

    order_requested = Signal(list)
    list_dropped = Signal(str)
    text_dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = -1  # in front of which row a drop would put the dragged ones
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)  # Qt marks a cell, we the gap between rows
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)

    @property
    def gap_row(self) -> int:
        """In front of which row dragged ones would go now, -1 while none are."""
        return self._place

    def movable_uids(self) -> list[str]:
        """Return the rows that have a place in the list, in its order; others stand below them."""
        raise NotImplementedError

    def selected_uids(self) -> list[str]:
        """Return the identities of the selected rows, top to bottom."""
        raise NotImplementedError

    def move_selected(self, step: int) -> None:
        """Ask for the selected rows one place further up (-1) or down (+1), as one block."""
        order = self.movable_uids()
        places = self._selected_places(order)
        if places:
            place = places[0] - 1 if step < 0 else places[-1] + 2
            self._ask_for(order, {order[p] for p in places}, max(0, min(place, len(order))))

    def can_move(self, step: int) -> bool:
        """Whether the selected rows can go further up (-1) or down (+1)."""
        order = self.movable_uids()
        places = self._selected_places(order)
        if not places:
            return False
        last = len(order) - 1
        together = places[-1] - places[0] == len(places) - 1
        return not together or (places[0] > 0 if step < 0 else places[-1] < last)

    def _selected_places(self, order: Sequence[str]) -> list[int]:
        """Return where the selected rows stand among those that move, top to bottom."""
        selected = set(self.selected_uids())
        return [place for place, uid in enumerate(order) if uid in selected]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and an arrow move rows."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == Qt.KeyboardModifier.AltModifier and event.key() in steps:
            self.move_selected(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    # -- dragging -----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take rows, lists and texts; anything else is the window's."""
        if self._takes(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where rows would go; scroll at the edges."""
        data = event.mimeData()
        if not self._takes(data):
            event.ignore()
            return
        super().dragMoveEvent(event)  # scrolls
        self._mark(self._place_at(event.position().toPoint()) if unpack_rows(data) else -1)
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show nothing any more."""
        self._mark(-1)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for what the drop means."""
        self._mark(-1)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        data = event.mimeData()
        moved, files = unpack_rows(data), list_files(data)
        if moved:
            self._ask_for(
                self.movable_uids(), set(moved), self._place_at(event.position().toPoint())
            )
        elif files:
            for path in files:
                self.list_dropped.emit(str(path))
        elif self._takes(data):
            self.text_dropped.emit(data.text())
        else:
            event.ignore()
            return
        event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the gap that rows would go into."""
        super().paintEvent(event)
        if self._place >= 0:
            painter = QPainter(self.viewport())
            painter.fillRect(self._gap(), self.palette().brush(QPalette.ColorRole.Highlight))

    def _takes(self, data: QMimeData) -> bool:
        if unpack_rows(data) or list_files(data):
            return True
        return data.hasText() and not data.hasUrls()

    def _ask_for(self, order: list[str], moved: set[str], place: int) -> None:
        wanted = move_block(order, moved & set(order), place)
        if wanted != order:
            self.order_requested.emit(wanted)

    def _place_at(self, at: QPoint) -> int:
        """Return in front of which movable row a point is; their number for the end."""
        last = len(self.movable_uids())
        row = self.rowAt(at.y())
        if row < 0:
            return last
        middle = self.rowViewportPosition(row) + self.rowHeight(row) // 2
        return min(row + (at.y() > middle), last)

    def _gap(self) -> QRect:
        below = self.rowViewportPosition(self._place)
        if below < 0 and self._place:  # there is no such row: the end of the last one
            below = self.rowViewportPosition(self._place - 1) + self.rowHeight(self._place - 1)
        return QRect(0, max(0, below - _LINE_PX // 2), self.viewport().width(), _LINE_PX)

    def _mark(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self.viewport().update()
