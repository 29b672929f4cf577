"""The server list as a table model: one row a server, plain values in."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap

from app.system.translation import word
from app.values.session_types import ServerEntry, ServerState, ServerStatus
from app.widgets.rate_history import RateHistory
from app.widgets.row_dragging import ROWS_FORMAT, pack_rows
from app.widgets.server_cells import (
    NameLookup,
    Row,
    cell_speech,
    cell_text,
    cell_tip,
    header_tip,
    sort_key,
)
from app.widgets.server_columns import (
    BUCKETS,
    COLUMNS,
    NAME,
    RESOLVED,
    RIGHT_ALIGNED,
    SPEED,
    STATE,
)
from app.widgets.server_delegates import HISTORY_ROLE, SHARE_ROLE, WAY_OUT_ROLE
from app.widgets.server_words import WayOut, counts_down, find_ways_out, state_kind
from app.widgets.theme import make_icon, server_color, state_color

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

#: Made once: views ask for the flags of every cell of a selection.
_PLAIN = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
_DRAGGED = _PLAIN | Qt.ItemFlag.ItemIsDragEnabled
_WITH_BOX = _DRAGGED | Qt.ItemFlag.ItemIsUserCheckable
#: Views read changed rows again after so long at the latest: each time costs them a repaint.
TELL_MS = 50


class ServerTableModel(QAbstractTableModel):
    """Rows of the server list with their states.

    Args:
        parent: Qt's owner.
        now_s: the clock of `ServerStatus.retry_at_s`.

    Signals:
        enable_requested(list, bool): uids whose box was ticked or cleared.
        about_to_reorder(), reordered(): the same rows come in another order. A view had better
            keep what it has selected by itself meanwhile: Qt keeps a place for each cell of it.
    """

    enable_requested = Signal(list, bool)
    about_to_reorder = Signal()
    reordered = Signal()

    def __init__(
        self, parent: QObject | None = None, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._now_s = now_s
        self._entries: tuple[ServerEntry, ...] = ()
        self._rows: dict[str, int] = {}
        self._statuses: dict[str, ServerStatus] = {}
        self._lookups: dict[str, NameLookup] = {}
        self._icons: dict[str, QIcon] = {}
        self._swatches: dict[int, QPixmap] = {}
        self._places: dict[str, int] = {}  # of rows in the series of colours
        self._history = RateHistory()
        self._palette = QPalette()
        self._marked: tuple[int, int] | None = None  # first and last row that views must read again
        self._tell_timer = QTimer(self)
        self._tell_timer.setSingleShot(True)
        self._tell_timer.setInterval(TELL_MS)
        self._tell_timer.timeout.connect(self._tell_marked)

    # -- plain values in ----------------------------------------------------------------------

    def set_palette(self, palette: QPalette) -> None:
        """Draw the state icons for a light or dark background."""
        self._palette = palette
        self._icons.clear()
        self._emit_changed(0, len(self._entries) - 1)

    def set_entries(self, entries: Sequence[ServerEntry]) -> None:
        """Show these rows; states of those that stay are kept."""
        new = tuple(entries)
        if [e.uid for e in new] == [e.uid for e in self._entries]:
            self._entries = new
            self._emit_changed(0, len(new) - 1)
            return
        if set(self._rows) == {e.uid for e in new}:
            self._reorder(new)
            return
        self.beginResetModel()
        self._entries = new
        self._choose_colors()
        self._rows = {entry.uid: row for row, entry in enumerate(new)}
        for states in (self._statuses, self._lookups):
            for uid in [u for u in states if u not in self._rows]:
                del states[uid]
        self.endResetModel()

    def _reorder(self, new: tuple[ServerEntry, ...]) -> None:
        """Show the same rows in another order; views keep selection and place."""
        self.about_to_reorder.emit()
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        uids = [self._entries[index.row()].uid for index in old]
        self._entries = new
        self._rows = {entry.uid: row for row, entry in enumerate(new)}
        places = zip(uids, old, strict=True)
        self.changePersistentIndexList(
            old, [self.index(self._rows[uid], index.column()) for uid, index in places]
        )
        self.layoutChanged.emit()
        self.reordered.emit()

    def _choose_colors(self) -> None:
        """Rows keep their colour when others come, go or move; a new row gets the first free."""
        uids = [entry.uid for entry in self._entries]
        self._places = {uid: self._places[uid] for uid in uids if uid in self._places}
        taken = set(self._places.values())
        free = (place for place in itertools.count() if place not in taken)
        for uid in uids:
            if uid not in self._places:
                self._places[uid] = next(free)

    def set_status(self, status: ServerStatus) -> None:
        """Show a row's state; a row that is gone is ignored."""
        row = self._rows.get(status.uid)
        if row is not None and self._statuses.get(status.uid) != status:
            self._statuses[status.uid] = status
            self._mark(row)

    def note_rates(self) -> None:
        """Add what servers deliver now to the graphs of their rows; call it once a second."""
        rates = {}
        for uid in self._rows:
            status = self._statuses.get(uid)
            rates[uid] = status.samples_per_s if status is not None and status.leases else 0.0
        changed = [self._rows[uid] for uid in self._history.add(rates)]
        if changed:
            first, last = self.index(min(changed), SPEED), self.index(max(changed), SPEED)
            self.dataChanged.emit(first, last, [HISTORY_ROLE])

    def set_lookup(self, uid: str, lookup: NameLookup) -> None:
        """Show what looking up a row's name gave."""
        row = self._rows.get(uid)
        if row is not None:
            self._lookups[uid] = lookup
            self._mark(row)

    # -- plain values out ---------------------------------------------------------------------

    @property
    def entries(self) -> tuple[ServerEntry, ...]:
        """The rows in their order."""
        return self._entries

    def entry(self, row: int) -> ServerEntry:
        """Return a row's entry."""
        return self._entries[row]

    def row(self, uid: str) -> int:
        """Return the row of this identity, -1 if it is gone."""
        return self._rows.get(uid, -1)

    def color(self, uid: str) -> QColor:
        """Return a row's colour; the first one's for a row that is gone."""
        return server_color(self._places.get(uid, 0))

    def status(self, uid: str) -> ServerStatus:
        """Return a row's state."""
        entry = self._entries[self._rows[uid]]
        status = self._statuses.get(uid, ServerStatus(uid))
        if not entry.enabled:
            return ServerStatus(
                uid, ServerState.DISABLED, buckets_done=status.buckets_done, share=status.share
            )
        if entry.mac and status.state is ServerState.TIMED_OUT:
            return replace(status, state=ServerState.ASLEEP)
        return status

    def ways_out(self, uid: str) -> tuple[WayOut, ...]:
        """Return what leads out of a row's state, the best first."""
        return find_ways_out(self._entries[self._rows[uid]], self.status(uid))

    def lookup(self, uid: str) -> NameLookup:
        """Return what looking up a row's name gave."""
        return self._lookups.get(uid, NameLookup())

    def resolved(self, uid: str) -> tuple[str, ...]:
        """Return the addresses behind a row: of the look-up, or of the connection."""
        return self.lookup(uid).addresses or self._statuses.get(uid, ServerStatus(uid)).resolved

    def counts_down(self, row: int) -> bool:
        """Whether what a row says changes every second, with nobody telling."""
        return counts_down(self.status(self._entries[row].uid))

    def order_by(self, column: int) -> list[str]:
        """Return the rows that have a place in the list, in the order of a column."""
        own = [entry.uid for entry in self._entries if not entry.guest]
        return sorted(own, key=lambda uid: sort_key(self._cells(uid), column))

    # -- QAbstractTableModel ------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of servers."""
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return a column's title, and what it does."""
        if orientation is Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return word(COLUMNS[section])
        if orientation is Qt.Orientation.Horizontal and role == Role.ToolTipRole:
            return header_tip(section)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be selected and dragged; the name carries the box."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._entries[index.row()].guest:
            return _PLAIN
        return _WITH_BOX if index.column() == NAME else _DRAGGED

    def mimeTypes(self) -> list[str]:
        """Return what a dragged row is."""
        return [ROWS_FORMAT, "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return rows for a drag: into another order, or as addresses to another program."""
        rows = [self._entries[row] for row in sorted({index.row() for index in indexes})]
        return pack_rows([entry.uid for entry in rows], format_addresses(rows))

    def supportedDragActions(self) -> Qt.DropAction:
        """Rows move; other programs get a copy of the addresses."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows, in any role."""
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry, column = self._entries[index.row()], index.column()
        if role == Role.DisplayRole:
            return cell_text(self._cells(entry.uid), column)
        if role == Role.CheckStateRole and column == NAME:
            return Qt.CheckState.Checked if entry.enabled else Qt.CheckState.Unchecked
        if role == Role.DecorationRole:
            return self._decoration(entry, column)
        if role in (Role.ToolTipRole, Role.AccessibleDescriptionRole):
            return cell_tip(self._cells(entry.uid), column)
        if role == Role.AccessibleTextRole:
            return cell_speech(self._cells(entry.uid), column)
        if role == Role.TextAlignmentRole and column in RIGHT_ALIGNED:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Role.ForegroundRole:
            return self._ink(entry, column)
        if role == HISTORY_ROLE:
            return self._history.of(entry.uid)
        if role == SHARE_ROLE and column == BUCKETS:
            return self.status(entry.uid).share
        if role == WAY_OUT_ROLE and column == STATE:
            return next(iter(self.ways_out(entry.uid)), None)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Ask to tick or clear a box; the row changes when the list does."""
        if role != Role.CheckStateRole or index.column() != NAME:
            return False
        enabled = Qt.CheckState(value) == Qt.CheckState.Checked
        self.enable_requested.emit([self._entries[index.row()].uid], enabled)
        return True

    # -- cells --------------------------------------------------------------------------------

    def _cells(self, uid: str) -> Row:
        entry = self._entries[self._rows[uid]]
        lookup, addresses = self.lookup(uid), self.resolved(uid)
        return Row(entry, self.status(uid), lookup, addresses, self._now_s())

    def _decoration(self, entry: ServerEntry, column: int) -> QIcon | QPixmap | None:
        if column == STATE:
            kind = state_kind(self.status(entry.uid))
            if kind not in self._icons:
                color = state_color(kind, self._palette)
                self._icons[kind] = make_icon(f"state-{kind}", self._palette, color)
            return self._icons[kind]
        if column == NAME:
            place = self._places[entry.uid]
            if place not in self._swatches:
                self._swatches[place] = QPixmap(5, 16)
                self._swatches[place].fill(server_color(place))
            return self._swatches[place]
        return None

    def _ink(self, entry: ServerEntry, column: int) -> Any:
        if not entry.enabled:
            return state_color("off", self._palette)
        kind = state_kind(self.status(entry.uid))
        if column == STATE and kind == "fail":
            return state_color("fail", self._palette)
        if column == RESOLVED and self.lookup(entry.uid).problem:
            return state_color("fail", self._palette)
        return None

    def _mark(self, row: int) -> None:
        """Tell views of a changed row: at once, or together with others a moment later."""
        first, last = self._marked or (row, row)
        self._marked = min(first, row), max(last, row)
        if not self._tell_timer.isActive():
            self._tell_marked()

    def _tell_marked(self) -> None:
        if self._marked is None:
            return
        (first, last), self._marked = self._marked, None
        self._tell_timer.start()
        self._emit_changed(first, min(last, len(self._entries) - 1))

    def _emit_changed(self, first: int, last: int) -> None:
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))


def format_addresses(entries: Sequence[ServerEntry]) -> str:
    """Return `host:port` of rows that somebody typed in, one a line."""
    lines = []
    for entry in entries:
        if not entry.local and not entry.guest:
            host = f"[{entry.address}]" if ":" in entry.address else entry.address
            lines.append(f"{host}:{entry.port}")
    return "\n".join(lines)
