"""The table of servers: selection, keys, context menu; wishes go out as signals."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QCursor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.system.translation import word
from app.values.session_types import ServerEntry, ServerState
from app.widgets import server_model as columns
from app.widgets.server_delegates import RateDelegate, StateDelegate
from app.widgets.server_model import ServerTableModel
from app.widgets.server_words import START_COMMAND, UPGRADE_COMMAND

_WIDTHS = {
    columns.NAME: 150,
    columns.ADDRESS: 130,
    columns.RESOLVED: 130,
    columns.PORT: 58,
    columns.STATE: 190,
    columns.BUCKETS: 66,
    columns.SPEED: 190,
}

#: States out of which a pairing code leads.
_PAIR = (ServerState.NOT_PAIRED, ServerState.OTHER_IDENTITY)


class ServerTable(QTableView):
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
        self.setItemDelegateForColumn(columns.STATE, self._states)
        self.setItemDelegateForColumn(columns.SPEED, RateDelegate(self))
        self._lay_columns()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.doubleClicked.connect(self._on_double_click)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self._selected_before: list[str] = []
        model.modelAboutToBeReset.connect(self._remember_selection)
        model.modelReset.connect(self._restore_selection)

    def selected_uids(self) -> list[str]:
        """Return the identities of the selected rows, top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._model.entry(row).uid for row in rows]

    def select_uids(self, uids: list[str]) -> None:
        """Select exactly these rows and scroll to the first."""
        self.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for uid in uids:
            row = self._model.row(uid)
            if row >= 0:
                self.selectionModel().select(self._model.index(row, 0), flags)
                self.scrollTo(self._model.index(row, 0))

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
        lines = []
        for uid in self.selected_uids():
            entry = self._model.entry(self._model.row(uid))
            if not entry.local and not entry.guest:
                host = f"[{entry.address}]" if ":" in entry.address else entry.address
                lines.append(f"{host}:{entry.port}")
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _lay_columns(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        scale = self.fontMetrics().horizontalAdvance("0") / 7
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, round(width * scale))
        for column in columns.OPTIONAL_COLUMNS:
            self.setColumnHidden(column, True)
        # In a narrow dock the state must be seen without scrolling.
        header.moveSection(header.visualIndex(columns.STATE), 1)
        header.moveSection(header.visualIndex(columns.BUCKETS), 2)
        header.moveSection(header.visualIndex(columns.SPEED), 3)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_header_menu)

    def _show_header_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column, title in enumerate(columns.COLUMNS):
            action = menu.addAction(word(title))
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(column))
            action.setEnabled(column not in (columns.NAME, columns.STATE))
            action.toggled.connect(
                lambda shown, column=column: self.setColumnHidden(column, not shown)
            )
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    def _remember_selection(self) -> None:
        self._selected_before = self.selected_uids()

    def _restore_selection(self) -> None:
        self.select_uids(self._selected_before)
