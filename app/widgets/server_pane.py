"""The server list with its buttons, the servers found on the network, and first help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.flow_layout import FlowLayout
from app.widgets.server_model import ServerTableModel
from app.widgets.server_table import ServerTable
from app.widgets.theme import make_icon

#: Found servers that are seen without scrolling.
MOST_ROWS = 4
#: Around the pane in a dock.
MARGIN_PX = 6
SERVER_COMMAND = "brigade server --lan --key-file farm.key"


@dataclass(frozen=True)
class FoundServer:
    """A server that announced itself on this network.

    Attributes:
        listed: its address is in the list already.
    """

    name: str
    address: str
    port: int
    listed: bool = False


class ServerPane(QWidget):
    """List, buttons and found servers; used in the dock and in the dialog.

    Signals:
        add_requested(), undo_requested(), find_requested(bool): buttons.
        resolve_requested(uids), test_requested(uids): all rows if none is selected.
        add_found_requested(list of FoundServer).
        The others come from the table.
    """

    add_requested = Signal()
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
    order_requested = Signal(list)
    list_dropped = Signal(str)
    text_dropped = Signal(str)
    add_automatically_requested = Signal(bool)
    undo_requested = Signal()
    find_requested = Signal(bool)
    add_found_requested = Signal(list)
    import_requested = Signal()
    export_requested = Signal()

    def __init__(self, model: ServerTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.table = ServerTable(model)
        self._icon_buttons: list[tuple[QPushButton | QToolButton, str]] = []
        self.add_button = self._button(self.tr("Add…"), "add", self.tr("Add server (Ins)"))
        self.edit_button = self._button(self.tr("Edit…"), "edit", self.tr("Edit server (F2)"))
        self.remove_button = self._button(
            self.tr("Remove"), "remove", self.tr("Remove the selected servers (Del)")
        )
        self.resolve_button = self._button(
            self.tr("Resolve"), "resolve", self.tr("Look up the addresses of all servers")
        )
        self.test_button = self._button(
            self.tr("Test"),
            "test",
            self.tr("Test the connection of the selected servers, or of all"),
        )
        self.find_button = self._button(
            self.tr("Find"), "find", self.tr("Look for render servers on this network")
        )
        self.find_button.setCheckable(True)
        self.undo_button = self._button(
            self.tr("Undo"), "undo", self.tr("Take the last change of the list back (Ctrl+Z)")
        )
        self.undo_button.setShortcut("Ctrl+Z")
        self.found = FoundPane()
        self.found.hide()
        self.help = _FirstHelp()
        self.undo_button.setText("")
        self._lay_out()
        self._connect()
        self._update_buttons()

    def set_undo_text(self, text: str) -> None:
        """Name what Undo would take back, "" for nothing."""
        self.undo_button.setEnabled(bool(text))
        tip = self.tr("Undo: {}").format(text) if text else self.tr("Nothing to undo")
        self.undo_button.setToolTip(f"{tip} (Ctrl+Z)")

    def set_found(self, found: Sequence[FoundServer], problem: str) -> None:
        """Show servers found on this network, or why none can be."""
        self.found.set_found(found, problem)

    def set_add_automatically(self, on: bool) -> None:
        """Show whether found servers are added by themselves."""
        self.found.automatic.setChecked(on)

    def set_margin(self, margin_px: int) -> None:
        """Keep this distance from the edges: none in a dialog, which keeps its own."""
        self._layout.setContentsMargins(margin_px, margin_px, margin_px, margin_px)

    def set_help_shown(self, shown: bool) -> None:
        """Tell how to add computers while there is none in the list."""
        self.help.setVisible(shown)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons again for another palette."""
        if event.type() == QEvent.Type.PaletteChange:
            self._set_icons()
        super().changeEvent(event)

    def _button(self, text: str, icon: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text.rstrip("…"))
        button.setAutoDefault(False)
        button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._icon_buttons.append((button, icon))
        return button

    def _set_icons(self) -> None:
        for button, icon in self._icon_buttons:
            button.setIcon(make_icon(icon, self.palette()))

    def _lay_out(self) -> None:
        self._layout = QVBoxLayout(self)
        self._set_icons()
        row = FlowLayout(spacing=4)
        for button, _icon in self._icon_buttons:
            row.addWidget(button)
        layout = self._layout
        self.set_margin(MARGIN_PX)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.help)
        layout.addLayout(row)
        layout.addWidget(self.found)

    def _connect(self) -> None:
        table = self.table
        self.add_button.clicked.connect(lambda: self.add_requested.emit())
        self.edit_button.clicked.connect(self._edit)
        self.remove_button.clicked.connect(
            lambda: self.remove_requested.emit(table.selected_uids())
        )
        self.resolve_button.clicked.connect(
            lambda: self.resolve_requested.emit(table.selected_uids())
        )
        self.test_button.clicked.connect(lambda: self.test_requested.emit(table.selected_uids()))
        self.undo_button.clicked.connect(lambda: self.undo_requested.emit())
        self.find_button.toggled.connect(self._show_found)
        self.found.add_requested.connect(self.add_found_requested)
        table.add_requested.connect(self.add_requested)
        table.edit_requested.connect(self.edit_requested)
        table.remove_requested.connect(self.remove_requested)
        table.resolve_requested.connect(self.resolve_requested)
        table.enable_requested.connect(self.enable_requested)
        table.retry_requested.connect(self.retry_requested)
        table.pair_requested.connect(self.pair_requested)
        table.test_requested.connect(self.test_requested)
        table.drain_requested.connect(self.drain_requested)
        table.wake_requested.connect(self.wake_requested)
        table.all_addresses_requested.connect(self.all_addresses_requested)
        table.log_requested.connect(self.log_requested)
        table.tint_requested.connect(self.tint_requested)
        table.paste_requested.connect(self.paste_requested)
        table.order_requested.connect(self.order_requested)
        table.list_dropped.connect(self.list_dropped)
        table.text_dropped.connect(self.text_dropped)
        self.found.add_automatically_requested.connect(self.add_automatically_requested)
        table.import_requested.connect(self.import_requested)
        table.export_requested.connect(self.export_requested)
        table.selection_changed.connect(self._update_buttons)
        self._model.modelReset.connect(self._update_buttons)

    def _edit(self) -> None:
        uids = self.table.selected_uids()
        if len(uids) == 1:
            self.edit_requested.emit(uids[0])

    def _show_found(self, shown: bool) -> None:
        self.found.setVisible(shown)
        self.find_requested.emit(shown)

    def _update_buttons(self) -> None:
        entries = [self._model.entry(self._model.row(u)) for u in self.table.selected_uids()]
        remote = [entry for entry in entries if not entry.local]
        self.edit_button.setEnabled(len(entries) == 1 and len(remote) == 1 and not remote[0].guest)
        self.remove_button.setEnabled(bool(remote))


class FoundPane(QFrame):
    """Servers that announce themselves on this network, each with a way into the list.

    Signals:
        add_requested(list of FoundServer).
        add_automatically_requested(bool): whether those that are found later come in by themselves.
    """

    add_requested = Signal(list)
    add_automatically_requested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[FoundServer, ...] = ()
        self.title = QLabel()
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Servers found on this network"))
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.itemActivated.connect(lambda _item: self._add_selected())
        self.list.itemSelectionChanged.connect(self._update_buttons)
        self.add_button = QPushButton(self.tr("Add"))
        self.add_button.setToolTip(self.tr("Put the selected servers into the list"))
        self.add_button.clicked.connect(self._add_selected)
        self.add_all_button = QPushButton(self.tr("Add all"))
        self.add_all_button.setToolTip(self.tr("Put every server found into the list"))
        self.add_all_button.clicked.connect(self._add_all)
        self.automatic = QCheckBox(self.tr("Add automatically"))
        self.automatic.setToolTip(
            self.tr(
                "Put every server into the list that appears on this network, once each.\n"
                "That trusts and pairs none: a server without your key stays Not paired."
            )
        )
        self.automatic.clicked.connect(self.add_automatically_requested)
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setEnabled(False)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.add_button)
        top.addWidget(self.add_all_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.list)
        layout.addWidget(self.reason)
        layout.addWidget(self.automatic)
        self.set_found((), "")

    def set_found(self, found: Sequence[FoundServer], problem: str) -> None:
        """Show servers; with none, say why there may be none."""
        self._found = tuple(found)
        selected = {(s.address, s.port) for s in self._selected()}
        self.list.clear()
        for server in self._found:
            text = f"{server.name}   {server.address}:{server.port}"
            if server.listed:
                text += "   " + self.tr("(in the list)")
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, server)
            if server.listed:
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.list.addItem(item)
            item.setSelected((server.address, server.port) in selected)
        self.title.setText(self.tr("Found on this network ({})").format(len(self._found)))
        self._fit_list()
        self.list.setVisible(bool(found))
        self.reason.setVisible(not found or bool(problem))
        self.reason.setText(
            problem
            or self.tr(
                "Looking… Servers started with --lan appear here. They may stay hidden behind a "
                "firewall, on another subnet or on a guest Wi-Fi: add those by address."
            )
        )
        self._update_buttons()

    def _fit_list(self) -> None:
        """As high as its rows, and no higher than a few: the list of servers is above it."""
        row_px = max(self.list.sizeHintForRow(0), self.fontMetrics().height())
        frame_px = 2 * self.list.frameWidth()
        self.list.setFixedHeight(row_px * min(max(self.list.count(), 1), MOST_ROWS) + frame_px)

    def _selected(self) -> list[FoundServer]:
        return [item.data(Qt.ItemDataRole.UserRole) for item in self.list.selectedItems()]

    def _add_selected(self) -> None:
        chosen = self._selected()
        if chosen:
            self.add_requested.emit(chosen)

    def _add_all(self) -> None:
        self.add_requested.emit([server for server in self._found if not server.listed])

    def _update_buttons(self) -> None:
        self.add_button.setEnabled(bool(self._selected()))
        self.add_all_button.setEnabled(any(not server.listed for server in self._found))


class _FirstHelp(QFrame):
    """How to add the first computer, with the command to copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        text = QLabel(
            self.tr(
                "<b>Add more computers.</b> Make a key once with "
                "<tt>brigade new-key farm.key</tt>, copy it to each of them and run there:"
            )
        )
        text.setWordWrap(True)
        command = QLabel(f"<tt>{SERVER_COMMAND}</tt>")
        command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        command.setWordWrap(True)
        copy = QToolButton()
        copy.setText(self.tr("Copy"))
        copy.setToolTip(self.tr("Copy the command"))
        copy.setAccessibleName(self.tr("Copy the command for a render server"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(SERVER_COMMAND))
        self.copy_button = copy
        after = QLabel(self.tr("They appear under <i>Find</i>, or add them by address."))
        after.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(command, 1)
        row.addWidget(copy)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(row)
        layout.addWidget(after)
