"""Carries the artist's wishes about servers out: the list, the session, name look-ups, finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.keys.keyring import Keyring
from app.keys.pairings import PairedServers
from app.servers.guest_rows import GuestRows
from app.servers.list_exchange import ListExchange
from app.servers.list_saver import ListSaver
from app.servers.server_list import LOCAL_UID, ServerList, ServerListError, make_uid
from app.servers.wake_controller import WakeController
from app.session.core_values import is_wanted
from app.session.session import RenderSession
from app.system.software import client_name
from app.system.translation import word
from app.values.session_types import DistributedSettings, ServerEntry, ServerState, ServerStatus
from app.widgets.dr_dialog import DistributedDialog
from app.widgets.server_edit_dialog import ServerEditDialog
from app.widgets.server_model import ServerTableModel
from app.widgets.server_pane import FoundServer, ServerPane
from app.window.column_memory import ColumnMemory
from app.window.connection_trial import ConnectionTrial
from app.window.found_servers import FoundServers
from app.window.name_lookups import NameLookups
from app.window.pairing_controller import PairingController
from app.window.server_forms import ServerForms
from app.window.trial_controller import TrialController
from app.window.window_services import WindowPaths, WindowServices

#: The graphs in the rows show a minute of readings.
GRAPH_MS = 1000


class ServersController(QObject):
    """One per window; the dock's and the dialog's panes show the same model.

    Signals:
        list_changed(): rows or settings.
        undoable(str): what was done to the list, for a strip that offers Undo.
        failed(str): a wish that could not be done, and why.
        said(str): what was done about a wish.
        log_requested(str), tint_requested(str): show a server's log, or its buckets.
    """

    list_changed = Signal()
    undoable = Signal(str)
    failed = Signal(str)
    said = Signal(str)
    log_requested = Signal(str)
    tint_requested = Signal(str)

    def __init__(
        self,
        servers: ServerList,
        session: RenderSession,
        services: WindowServices,
        paths: WindowPaths,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.model = ServerTableModel(self)
        self._servers = servers
        self._session = session
        self._services = services
        self._lookups = NameLookups(services.resolver, self.model.set_lookup, self._is_listed, self)
        self._path = paths.servers
        self._columns = ColumnMemory(paths.geometry)
        self._saver = ListSaver(servers, self._path, self)
        self._saver.failed.connect(self.failed)
        self.pairing = PairingController(PairedServers(self._path.parent), client_name(), self)
        self.trials = TrialController(self._make_trial, self)
        self.pairing.paired.connect(lambda uid: self.retry([uid]))
        self.wakes = WakeController(servers, self.retry, self)
        self.wakes.learned.connect(self._on_learned)
        self.wakes.failed.connect(self.failed)
        self.wakes.said.connect(self.said)
        self._panes: list[ServerPane] = []
        self._dialog: DistributedDialog | None = None
        self.model.enable_requested.connect(self.set_enabled)
        self._guests = GuestRows(session, self)
        self._guests.changed.connect(self._show)
        self._leaving: set[str] = set()  # guests whose rows go when they have delivered
        self._guests.failed.connect(self.failed)
        session.server_changed.connect(self._on_status)
        session.server_drained.connect(self._drained)
        self.exchange = ListExchange(servers, self._add, self)
        self.exchange.failed.connect(self.failed)
        self.exchange.added.connect(self.undoable)
        self.forms = ServerForms(servers, self._add, self._on_edited, self)
        self.forms.failed.connect(self.failed)
        self._graph_timer = QTimer(self)
        self._graph_timer.setInterval(GRAPH_MS)
        self._graph_timer.timeout.connect(self.model.note_rates)
        self._found = FoundServers(servers, services.finder, self._add, self)
        self._found.shown.connect(self._show_found)
        self._found.added.connect(self.undoable)
        self._found.failed.connect(self.failed)
        self._found.noted.connect(self._saver.save)

    def start(self) -> None:
        """Show the list as loaded, connect to it and look its names up."""
        self._show()
        self._session.set_servers(self._servers.entries, self._servers.settings)
        self.resolve([])
        self._graph_timer.start()
        self._found.set_automatic(self._servers.settings.add_found)

    def stop(self) -> None:
        """Look for nothing more; the list is saved when this returns."""
        self._found.stop()
        self._lookups.stop()
        self.exchange.stop()
        self.trials.stop()
        self.wakes.stop()
        self._saver.stop()

    # -- for others ---------------------------------------------------------------------------

    @property
    def settings(self) -> DistributedSettings:
        """The options of the dialog."""
        return self._servers.settings

    @property
    def ticked(self) -> int:
        """How many servers are ticked."""
        return sum(entry.enabled for entry in self._servers.entries)

    @property
    def usable(self) -> int:
        """How many servers a render would use as things are set."""
        if not self._servers.settings.enabled:
            return 1
        return self.ticked

    @property
    def wanted(self) -> frozenset[str]:
        """Rows that are to render as things are set, guests included."""
        settings = self._servers.settings
        rows = {entry.uid for entry in self._servers.entries if is_wanted(entry, settings)}
        return frozenset(rows | {entry.uid for entry in self._guests.entries})

    def name(self, uid: str) -> str:
        """Return what a server is called."""
        entry = self._servers.entry(uid) or self._guests.entry(uid)
        if entry is None:
            return "?"
        return word(entry.label) if entry.local else entry.label

    def color(self, uid: str) -> QColor:
        """Return a server's colour."""
        return self.model.color(uid)

    def attach(self, pane: ServerPane, name: str) -> None:
        """Serve a pane; its columns are remembered under a name."""
        self._panes.append(pane)
        self._columns.follow(pane.table.header, name)
        pane.add_requested.connect(lambda: self.open_add(pane))
        pane.edit_requested.connect(lambda uid: self.open_edit(uid, pane))
        pane.remove_requested.connect(self.remove)
        pane.resolve_requested.connect(self.resolve)
        pane.enable_requested.connect(self.set_enabled)
        pane.retry_requested.connect(self.retry)
        pane.test_requested.connect(lambda uids: self.test(uids, pane))
        pane.pair_requested.connect(lambda uid: self.open_pairing(uid, pane))
        pane.paste_requested.connect(self.exchange.paste)
        pane.text_dropped.connect(self.exchange.paste)
        pane.list_dropped.connect(lambda path: self.exchange.import_file(Path(path)))
        pane.order_requested.connect(self.reorder)
        pane.add_automatically_requested.connect(self.set_add_found)
        pane.undo_requested.connect(self.undo)
        pane.find_requested.connect(self._found.want)
        pane.import_requested.connect(lambda: self.exchange.ask_for_import(pane))
        pane.export_requested.connect(lambda: self.exchange.ask_for_export(pane))
        pane.add_found_requested.connect(self._found.add)
        pane.drain_requested.connect(self.drain)
        pane.wake_requested.connect(self.wakes.wake)
        pane.all_addresses_requested.connect(self.use_all_addresses)
        pane.log_requested.connect(self.log_requested)
        pane.tint_requested.connect(self.tint_requested)
        self._show()

    def open_dialog(self, parent: QWidget) -> DistributedDialog:
        """Show the *Distributed rendering settings*; one per window."""
        if self._dialog is None:
            self._dialog = DistributedDialog(self.model, parent)
            self._dialog.settings_requested.connect(self.set_settings)
            self._dialog.new_key_requested.connect(self._make_key)
            self.attach(self._dialog.pane, "dialog")
        self._dialog.set_settings(self._servers.settings)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    # -- wishes -------------------------------------------------------------------------------

    def open_add(self, parent: QWidget) -> ServerEditDialog:
        """Ask for a new row."""
        return self.forms.open(ServerEntry(uid=make_uid(), address=""), parent)

    def open_edit(self, uid: str, parent: QWidget) -> ServerEditDialog | None:
        """Ask for a row's new values."""
        entry = self._servers.entry(uid)
        if entry is None or entry.local:
            return None
        return self.forms.open(entry, parent)

    def open_pairing(self, uid: str, parent: QWidget) -> None:
        """Ask for the code that a row's server shows."""
        entry = self._servers.entry(uid)
        if entry is not None and not entry.local:
            changed = self.model.status(uid).state is ServerState.OTHER_IDENTITY
            self.pairing.open(entry, parent, changed=changed)

    def test(self, uids: Sequence[str], parent: QWidget) -> None:
        """Test the connections of these rows, of all if none is given."""
        wanted = self._chosen(uids)
        if wanted:
            self.trials.open(wanted, parent)
        else:
            self.failed.emit(self.tr("There is no server in the list whose connection to test."))

    def remove(self, uids: Sequence[str]) -> None:
        """Remove rows; a strip offers Undo. Guests go when they have delivered."""
        self._let_go(uids)
        for uid in uids:
            if self._guests.entry(uid) is not None:
                self._leaving.add(uid)
                self._session.dismiss(uid)  # at once if it has delivered everything
        gone = self._servers.remove(uids)
        if gone:
            self._changed()
            text = gone[0].label if len(gone) == 1 else self.tr("{} servers")
            self.undoable.emit(self.tr("Removed {}.").format(text.format(len(gone))))

    def set_enabled(self, uids: Sequence[str], enabled: bool) -> None:
        """Tick or clear boxes. A guest whose box is cleared goes when it has delivered."""
        if not enabled:
            self._let_go(uids)
        else:
            self._leaving.difference_update(uids)
            for uid in uids:
                self._session.admit(uid)  # if it is a guest that was let go
        self._servers.set_enabled(uids, enabled)
        self._changed()

    def set_settings(self, settings: DistributedSettings) -> None:
        """Take the options of the dialog."""
        self._servers.set_settings(settings)
        self._changed()

    def reorder(self, uids: Sequence[str]) -> None:
        """Put the list into this order: the first ones are preferred."""
        self._servers.reorder(uids)
        self._changed()

    def set_add_found(self, on: bool) -> None:
        """Let servers that appear on this network come into the list by themselves, or not."""
        self.set_settings(replace(self._servers.settings, add_found=on))

    def set_distributed(self, enabled: bool) -> None:
        """Tick or clear *Distributed rendering*."""
        self.set_settings(replace(self._servers.settings, enabled=enabled))

    def use_local(self) -> None:
        """Tick this computer."""
        self.set_enabled([LOCAL_UID], True)

    def retry(self, uids: Sequence[str]) -> None:
        """Try to reach servers again now."""
        for uid in uids:
            self._session.retry(uid)

    def drain(self, uids: Sequence[str]) -> None:
        """Let servers deliver what they have in hand, then disable them."""
        for uid in uids:
            self._session.drain(uid)

    def _let_go(self, uids: Sequence[str]) -> None:
        self.drain([uid for uid in uids if self._guests.entry(uid) is not None])

    def _drained(self, uid: str) -> None:
        if self._guests.entry(uid) is None:
            self.set_enabled([uid], False)
        elif uid in self._leaving:
            self._leaving.discard(uid)
            self._session.dismiss(uid)

    def use_all_addresses(self, uid: str, wanted: bool) -> None:
        """Let servers behind the other addresses of a name render, or not."""
        self._servers.use_all_addresses(uid, wanted)
        self._changed()

    def undo(self) -> None:
        """Take the last change of the list back."""
        if self._servers.undo():
            self._changed()

    def redo(self) -> None:
        """Do it again."""
        if self._servers.redo():
            self._changed()

    def resolve(self, uids: Sequence[str]) -> None:
        """Look up the addresses of these rows, of all if none is given."""
        self._lookups.look_up(self._chosen(uids))

    def add_rows(self, rows: Sequence[ServerEntry]) -> None:
        """Put rows into the list that a scene brought along."""
        try:
            self._add(rows)
        except ServerListError as error:
            self.failed.emit(str(error))

    # -- behind -------------------------------------------------------------------------------

    def _add(self, entries: Sequence[ServerEntry]) -> int:
        added = self._servers.add(entries)
        if added:
            self._changed()
            offered = {entry.uid for entry in entries}
            fresh = [e for e in self._servers.entries if e.uid in offered]
            self._lookups.look_up(fresh)
            for pane in self._panes:
                pane.table.select_uids([entry.uid for entry in fresh])
        return added

    def _changed(self) -> None:
        self._show()
        self._session.set_servers(self._servers.entries, self._servers.settings)
        self._saver.save()
        self._found.set_automatic(self._servers.settings.add_found)
        self.list_changed.emit()

    def _show(self) -> None:
        self.model.set_entries(self._servers.entries + self._guests.entries)
        alone = len(self._servers.entries) == 1
        for pane in self._panes:
            pane.set_undo_text(self._servers.undo_text)
            pane.set_help_shown(alone)
            pane.set_add_automatically(self._servers.settings.add_found)
        if self._dialog is not None:
            self._dialog.set_settings(self._servers.settings)
        self._found.refresh()

    def _chosen(self, uids: Sequence[str]) -> list[ServerEntry]:
        """Return these rows of other computers, all if none is given."""
        chosen = set(uids)
        remote = (entry for entry in self._servers.entries if not entry.local)
        return [entry for entry in remote if not chosen or entry.uid in chosen]

    def _is_listed(self, entry: ServerEntry) -> bool:
        now = self._servers.entry(entry.uid)
        return now is not None and now.address == entry.address

    def _make_key(self, path: str) -> None:
        try:
            self._services.make_key(Path(path))
        except (OSError, ValueError) as error:
            self.failed.emit(str(error))
            return
        if self._dialog is not None:
            self._dialog.choose_key(path)

    def _make_trial(self, entry: ServerEntry) -> ConnectionTrial:
        key_file = self._servers.settings.key_file
        keyring = Keyring(self._path.parent, Path(key_file) if key_file else None)
        return ConnectionTrial(entry, keyring, client_name(), self._services.resolver, self)

    def _on_status(self, status: ServerStatus) -> None:
        self.model.set_status(status)
        self.wakes.note(status)

    def _on_learned(self) -> None:
        self._show()
        self._saver.save()

    def _show_found(self, rows: Sequence[FoundServer], problem: str) -> None:
        for pane in self._panes:
            pane.set_found(rows, problem)

    def _on_edited(self, entry: ServerEntry) -> None:
        self._changed()
        self._lookups.look_up([entry])
