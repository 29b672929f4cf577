"""The table of servers: selection, keys, context menu; wishes go out as signals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import cast

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QCursor,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStyleOptionViewItem, QWidget

from app.system.translation import word
from app.values.session_types import ServerEntry, ServerState
from app.widgets import server_columns as columns
from app.widgets.check_delegate import CheckDelegate
from app.widgets.row_dragging import OrderedTable
from app.widgets.server_delegates import RateDelegate, ShareDelegate, StateDelegate
from app.widgets.server_header import ServerHeader
from app.widgets.server_model import ServerTableModel, format_addresses
from app.widgets.server_words import START_COMMAND, UPGRADE_COMMAND

LEAST_ROWS = 4
#: Seconds are counted in words.
COUNT_MS = 1000
#: States out of which a pairing code leads.
_PAIR = (ServerState.NOT_PAIRED, ServerState.OTHER_IDENTITY)


class ServerTable(OrderedTable):
    """The server list, with the keys that lists have.

    Signals:
        edit_requested(uid), remove_requested(uids), resolve_requested(uids),
        enable_requested(uids, enabled), retry_requested(uids), pair_requested(uid),
        test_requested(uids), wake_requested(uids), all_addresses_requested(uid, all),
        paste_requested(text), add_requested(), import_requested(), export_requested(): wishes of
            the artist; the view itself changes nothing.
        selection_changed(): other rows are selected.
    """

    edit_requested = Signal(str)
    remove_requested = Signal(list)
    resolve_requested = Signal(list)
    enable_requested = Signal(list, bool)
    retry_requested = Signal(list)
    pair_requested = Signal(str)
    test_requested = Signal(list)
    drain_requested = Signal(list)
    wake_requested = Signal(list)
    all_addresses_requested = Signal(str, bool)
    log_requested = Signal(str)
    tint_requested = Signal(str)
    paste_requested = Signal(str)
    add_requested = Signal()
    import_requested = Signal()
    export_requested = Signal()
    selection_changed = Signal()

    def __init__(self, model: ServerTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Render servers"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(26, self.fontMetrics().height() + 10))
        self._states = StateDelegate(self)
        self._states.way_out_requested.connect(
            lambda row, key: self.take_way_out(self._model.entry(row).uid, key)
        )
        self.setItemDelegateForColumn(columns.NAME, CheckDelegate(self))
        self.setItemDelegateForColumn(columns.STATE, self._states)
        self.setItemDelegateForColumn(columns.SPEED, RateDelegate(self))
        self.setItemDelegateForColumn(columns.BUCKETS, ShareDelegate(self))
        self.header = ServerHeader(self)
        self.setHorizontalHeader(self.header)
        self.header.arrange()
        self.header.arranged.connect(self.fit_columns)
        self.header.order_requested.connect(self._order_by)
        self._countdown = QTimer(self)
        self._countdown.setInterval(COUNT_MS)
        self._countdown.setTimerType(Qt.TimerType.PreciseTimer)  # a second more, and one is skipped
        self._countdown.timeout.connect(self.count_down)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.doubleClicked.connect(self._on_double_click)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self._selected_before: list[str] = []
        self._current_before = ("", 0)  # row and column
        model.modelAboutToBeReset.connect(self._remember_selection)
        model.modelReset.connect(self._restore_selection)
        model.modelReset.connect(self.fit_columns)
        model.about_to_reorder.connect(self._put_selection_away)
        model.reordered.connect(self._bring_selection_back)

    def fit_columns(self) -> None:
        """Make columns as wide as what is seen in them, unless the artist has sized them."""
        self.header.fit(self.sizeHintForColumn)

    def count_down(self) -> None:
        """Paint the seconds anew of the rows that are seen and count."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        last = self._model.rowCount() - 1 if last < 0 else last
        for row in range(max(first, 0), last + 1):
            if self._model.counts_down(row):
                self.update(self._model.index(row, columns.STATE))

    def showEvent(self, event: QShowEvent) -> None:
        """Seconds are counted while somebody may see them."""
        super().showEvent(event)
        self.fit_columns()
        self._countdown.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees them."""
        super().hideEvent(event)
        self._countdown.stop()

    def minimumSizeHint(self) -> QSize:
        """A few rows can always be read, whatever opens below the list."""
        size = super().minimumSizeHint()
        row_px = self.verticalHeader().defaultSectionSize()
        bars_px = self.header.sizeHint().height() + self.horizontalScrollBar().sizeHint().height()
        size.setHeight(LEAST_ROWS * row_px + bars_px + 2 * self.frameWidth())
        return size

    def movable_uids(self) -> list[str]:
        """Return the rows of the list; guests stand below them."""
        return [entry.uid for entry in self._model.entries if not entry.guest]

    def selected_uids(self) -> list[str]:
        """Return the identities of the selected rows, top to bottom."""
        rows: set[int] = set()
        parts = cast("Iterable[QItemSelectionRange]", self.selectionModel().selection())
        for part in parts:  # of whole rows; `selectedRows` would ask for each cell
            rows.update(range(part.top(), part.bottom() + 1))
        return [self._model.entry(row).uid for row in sorted(rows)]

    def select_uids(self, uids: list[str]) -> None:
        """Select exactly these rows and scroll to the first."""
        rows = self._select(uids)
        if rows:
            self.scrollTo(self._model.index(rows[0], 0))

    def _select(self, uids: list[str]) -> list[int]:
        rows = sorted(row for row in map(self._model.row, uids) if row >= 0)
        chosen = QItemSelection()
        for _, run in groupby(enumerate(rows), lambda place: place[1] - place[0]):
            block = [row for _, row in run]  # told once: of thousands of rows each step is seen
            chosen.select(self._model.index(block[0], 0), self._model.index(block[-1], 0))
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(chosen, flag.ClearAndSelect | flag.Rows)
        return rows

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete, F2, Space, Insert, copy and paste, as lists have them."""
        uids = self.selected_uids()
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit(QGuiApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy_addresses()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and uids:
            self.remove_requested.emit(uids)
        elif event.key() in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter) and uids:
            self._edit()
        elif event.key() == Qt.Key.Key_Insert:
            self.add_requested.emit()
        elif event.key() == Qt.Key.Key_Space and uids:
            self._toggle(uids)
        else:
            super().keyPressEvent(event)

    def make_menu(self) -> QMenu:
        """Return the context menu for the selected rows."""
        uids = self.selected_uids()
        entries = [self._model.entry(self._model.row(uid)) for uid in uids]
        menu = QMenu(self)

        def add(text: str, key: str, wanted: bool, call: object) -> QAction:
            action = menu.addAction(text)
            if key:
                action.setShortcut(QKeySequence(key))
            action.setEnabled(wanted)
            action.triggered.connect(call)
            return action

        some = bool(uids)
        self._add_ways_out(menu, uids)
        add(self.tr("Enable"), "", any(not e.enabled for e in entries), lambda: self._enable(True))
        add(self.tr("Disable"), "", any(e.enabled for e in entries), lambda: self._enable(False))
        busy = any(self._model.status(uid).leases for uid in uids)
        add(
            self.tr("Finish its buckets, then stop"),
            "",
            busy,
            lambda: self.drain_requested.emit(uids),
        )
        add(self.tr("Stop it now"), "", busy, lambda: self._enable(False))
        menu.addSeparator()
        remote = any(not e.local for e in entries)
        dialled = any(not e.local and not e.guest for e in entries)
        add(self.tr("Add…"), "Ins", True, self.add_requested.emit)
        add(self.tr("Edit…"), "F2", len(uids) == 1 and dialled, self._edit)
        add(self.tr("Remove"), "Del", remote, lambda: self.remove_requested.emit(uids))
        add(self.tr("Move up"), "Alt+Up", self.can_move(-1), lambda: self.move_selected(-1))
        add(self.tr("Move down"), "Alt+Down", self.can_move(1), lambda: self.move_selected(1))
        menu.addSeparator()
        add(self.tr("Resolve"), "", dialled, lambda: self.resolve_requested.emit(uids))
        add(self.tr("Test connection"), "", dialled, lambda: self.test_requested.emit(uids))
        add(self.tr("Retry now"), "", some, lambda: self.retry_requested.emit(uids))
        asleep = any(e.mac for e in entries)
        add(self.tr("Wake up"), "", asleep, lambda: self.wake_requested.emit(uids))
        one = len(uids) == 1
        add(self.tr("Pair…"), "", one and dialled, lambda: self.pair_requested.emit(uids[0]))
        if one and dialled:
            self._add_addresses(menu, entries[0])
        menu.addSeparator()
        add(self.tr("Show its log"), "", one, lambda: self.log_requested.emit(uids[0]))
        add(
            self.tr("Show its buckets in the picture"),
            "",
            one,
            lambda: self.tint_requested.emit(uids[0]),
        )
        menu.addSeparator()
        add(self.tr("Copy address"), "Ctrl+C", dialled, self._copy_addresses)
        paste = QGuiApplication.clipboard().text()
        add(
            self.tr("Paste servers"),
            "Ctrl+V",
            bool(paste.strip()),
            lambda: self.paste_requested.emit(paste),
        )
        menu.addSeparator()
        add(self.tr("Import list…"), "", True, self.import_requested.emit)
        add(self.tr("Export list…"), "", True, self.export_requested.emit)
        return menu

    def _add_ways_out(self, menu: QMenu, uids: list[str]) -> None:
        """What leads out of the state of a single row stands first."""
        ways = self._model.ways_out(uids[0]) if len(uids) == 1 else ()
        for place, way in enumerate(ways):
            action = menu.addAction(word(way.tip))
            action.triggered.connect(lambda _=False, key=way.key: self.take_way_out(uids[0], key))
            if place == 0:
                menu.setDefaultAction(action)
        if ways:
            menu.addSeparator()

    def _add_addresses(self, menu: QMenu, entry: ServerEntry) -> None:
        """Offer all servers behind a name that has several addresses."""
        count = len(self._model.lookup(entry.uid).addresses)
        if count < 2:
            return
        action = menu.addAction(self.tr("Use all {} addresses").format(count))
        action.setToolTip(self.tr("Each server behind this name gets a row of its own"))
        action.setCheckable(True)
        action.setChecked(entry.all_addresses)
        action.toggled.connect(lambda on: self.all_addresses_requested.emit(entry.uid, on))

    def take_way_out(self, uid: str, key: str) -> None:
        """Ask for what leads out of a row's state."""
        commands = {"copy_start": START_COMMAND, "copy_upgrade": UPGRADE_COMMAND}
        if key in commands:
            QGuiApplication.clipboard().setText(commands[key])
            return
        wishes: dict[str, Callable[[], object]] = {
            "enable": lambda: self.enable_requested.emit([uid], True),
            "retry": lambda: self.retry_requested.emit([uid]),
            "edit": lambda: self.edit_requested.emit(uid),
            "remove": lambda: self.remove_requested.emit([uid]),
            "pair": lambda: self.pair_requested.emit(uid),
            "wake": lambda: self.wake_requested.emit([uid]),
            "drain": lambda: self.drain_requested.emit([uid]),
            "log": lambda: self.log_requested.emit(uid),
        }
        wishes[key]()

    def _show_menu(self, at: QPoint) -> None:
        menu = self.make_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(at))

    def _on_double_click(self, index: QModelIndex) -> None:
        """The button in a state's cell takes its clicks itself."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        at = self.viewport().mapFromGlobal(QCursor.pos())
        on_state = index.column() == columns.STATE
        if not (on_state and self._states.is_on_button(option, index, at.x(), at.y())):
            self._open()

    def _open(self) -> None:
        """What a double click means: a server that needs a code asks for it."""
        uids = self.selected_uids()
        if len(uids) == 1 and self._model.status(uids[0]).state in _PAIR:
            self.pair_requested.emit(uids[0])
        else:
            self._edit()

    def _edit(self) -> None:
        uids = self.selected_uids()
        if len(uids) == 1:
            self.edit_requested.emit(uids[0])

    def _toggle(self, uids: list[str]) -> None:
        on = all(self._model.entry(self._model.row(uid)).enabled for uid in uids)
        self.enable_requested.emit(uids, not on)

    def _enable(self, enabled: bool) -> None:
        self.enable_requested.emit(self.selected_uids(), enabled)

    def _copy_addresses(self) -> None:
        entries = [self._model.entry(self._model.row(uid)) for uid in self.selected_uids()]
        text = format_addresses(entries)
        if text:
            QGuiApplication.clipboard().setText(text)

    def _order_by(self, column: int) -> None:
        order = self._model.order_by(column)
        if order != self.movable_uids():
            self.order_requested.emit(order)

    def _remember_selection(self) -> None:
        self._selected_before = self.selected_uids()

    def _restore_selection(self) -> None:
        self.select_uids(self._selected_before)

    def _put_selection_away(self) -> None:
        """While rows are put into another order: of thousands Qt would keep each cell's place."""
        self._remember_selection()
        current = self.currentIndex()
        uid = self._model.entry(current.row()).uid if current.isValid() else ""
        self._current_before = (uid, current.column())
        self.selectionModel().reset()  # tells nobody: nothing else is selected afterwards

    def _bring_selection_back(self) -> None:
        """Where the artist was, the list stays."""
        uid, column = self._current_before
        follows = self.hasAutoScroll()
        self.setAutoScroll(False)
        flag = QItemSelectionModel.SelectionFlag
        if uid:
            index = self._model.index(self._model.row(uid), column)
            self.selectionModel().setCurrentIndex(index, flag.NoUpdate)
        self._select(self._selected_before)
        self.setAutoScroll(follows)
