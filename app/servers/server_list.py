"""The artist's list of render servers: its edits, each of which can be undone.

No views and no files here; `app.servers.server_file` stores the list.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from app.system.translation import translate
from app.values.session_types import DistributedSettings, ServerEntry

#: More rows than any room has computers; a pasted file must not fill the memory.
MAX_SERVERS = 4096
#: Edits that can be taken back. A step is one tuple of references, so this costs little.
MAX_UNDO_STEPS = 200
LOCAL_UID = "local"
LOCAL_NAME = "This computer"


class ServerListError(ValueError):
    """An edit that the list cannot take; the text says why."""


@dataclass(frozen=True)
class _Step:
    text: str
    entries: tuple[ServerEntry, ...]
    settings: DistributedSettings


def make_uid() -> str:
    """Return a new row's identity."""
    return secrets.token_hex(8)


def make_local_entry(enabled: bool = True) -> ServerEntry:
    """Return the row of the server that the client starts itself."""
    return ServerEntry(
        uid=LOCAL_UID, address="127.0.0.1", name=LOCAL_NAME, enabled=enabled, local=True
    )


class ServerList:
    """Rows and distributed settings as they are now, with a history.

    There is always exactly one local row; whether it is enabled and `settings.use_local` are the
    same fact. No two rows have the same address and port. The order is that of preference.

    Args:
        entries: in their order; without a local row one is made, and is the first.
        settings: the options.
        met: keys of servers that were found on the network and have been in the list once.
    """

    def __init__(
        self,
        entries: Iterable[ServerEntry] = (),
        settings: DistributedSettings | None = None,
        met: Iterable[str] = (),
    ) -> None:
        self._settings = settings or DistributedSettings()
        self._met = dict.fromkeys(met)
        self._entries = self._tidy(entries)
        self._by_uid: dict[str, ServerEntry] = {}
        self._by_uid_of: tuple[ServerEntry, ...] = ()  # the rows that `_by_uid` was made of
        self._past: list[_Step] = []
        self._future: list[_Step] = []

    @property
    def entries(self) -> tuple[ServerEntry, ...]:
        """All rows in their order."""
        return self._entries

    @property
    def settings(self) -> DistributedSettings:
        """The options of the *Distributed rendering settings* dialog."""
        return self._settings

    @property
    def undo_text(self) -> str:
        """What `undo` would take back, "" if there is nothing."""
        return self._past[-1].text if self._past else ""

    @property
    def redo_text(self) -> str:
        """What `redo` would do again, "" if there is nothing."""
        return self._future[-1].text if self._future else ""

    def entry(self, uid: str) -> ServerEntry | None:
        """Return the row of this identity, None if it is gone."""
        if self._by_uid_of is not self._entries:
            self._by_uid = {entry.uid: entry for entry in self._entries}
            self._by_uid_of = self._entries
        return self._by_uid.get(uid)

    def find(self, address: str, port: int) -> ServerEntry | None:
        """Return the remote row of this address and port, None if there is none."""
        wanted = (address.casefold(), port)
        return next(
            (e for e in self._entries if not e.local and _place(e) == wanted),
            None,
        )

    def add(self, entries: Sequence[ServerEntry]) -> int:
        """Append rows, leaving out addresses that are there; return how many came in.

        Raises:
            ServerListError: the list would be longer than `MAX_SERVERS`.
        """
        places = {_place(e) for e in self._entries if not e.local}
        fresh: list[ServerEntry] = []
        for entry in entries:
            if not entry.local and _place(entry) not in places:
                places.add(_place(entry))
                fresh.append(entry)
        if len(self._entries) + len(fresh) > MAX_SERVERS:
            text = translate("servers", "the list holds at most {} servers")
            raise ServerListError(text.format(MAX_SERVERS))
        if fresh:
            one, many = translate("servers", "Add {}"), translate("servers", "Add {} servers")
            self._commit(_name(one, many, fresh), (*self._entries, *fresh))
        return len(fresh)

    def change(self, entry: ServerEntry) -> None:
        """Replace the row of the same identity.

        Raises:
            ServerListError: another row has this address and port already.
        """
        other = self.find(entry.address, entry.port)
        if other is not None and other.uid != entry.uid and not entry.local:
            text = translate("servers", "{} is in the list already")
            raise ServerListError(text.format(f"{entry.address}:{entry.port}"))
        rows = tuple(entry if e.uid == entry.uid else e for e in self._entries)
        if rows != self._entries:
            self._commit(translate("servers", "Edit {}").format(entry.label), rows)

    def note_mac(self, uid: str, mac: str) -> bool:
        """Remember a row's hardware address, if none is known; nothing that Undo takes back."""
        entry = self.entry(uid)
        if entry is None or entry.local or entry.mac:
            return False
        rows = (replace(e, mac=mac) if e.uid == uid else e for e in self._entries)
        self._entries = tuple(rows)
        return True

    @property
    def met(self) -> tuple[str, ...]:
        """Keys of found servers that have been in the list once, the oldest first."""
        return tuple(self._met)

    def note_met(self, keys: Iterable[str]) -> bool:
        """Remember that these are or were in the list; nothing that Undo takes back.

        Returns:
            Whether one of them is new.
        """
        fresh = [key for key in dict.fromkeys(keys) if key not in self._met]
        fresh = fresh[: MAX_SERVERS - len(self._met)]
        self._met.update(dict.fromkeys(fresh))
        return bool(fresh)

    def use_all_addresses(self, uid: str, wanted: bool) -> None:
        """Let servers behind the other addresses of a row's name render, or not."""
        rows = tuple(replace(e, all_addresses=wanted) if e.uid == uid else e for e in self._entries)
        if rows != self._entries:
            every = translate("servers", "Use all addresses")
            self._commit(every if wanted else translate("servers", "Use one address"), rows)

    def remove(self, uids: Collection[str]) -> tuple[ServerEntry, ...]:
        """Remove rows (never the local one); return those that went."""
        chosen = frozenset(uids) - {LOCAL_UID}
        gone = tuple(e for e in self._entries if e.uid in chosen)
        if gone:
            one = translate("servers", "Remove {}")
            many = translate("servers", "Remove {} servers")
            left = tuple(e for e in self._entries if e.uid not in chosen)
            self._commit(_name(one, many, gone), left)
        return gone

    def reorder(self, uids: Sequence[str]) -> None:
        """Put rows into this order; those that are not named stay behind them, as they were."""
        places = {uid: place for place, uid in enumerate(uids)}
        rows = tuple(sorted(self._entries, key=lambda e: places.get(e.uid, len(places))))
        if rows != self._entries:
            self._commit(translate("servers", "Order servers"), rows)

    def set_enabled(self, uids: Collection[str], enabled: bool) -> None:
        """Tick or clear the boxes of rows."""
        chosen = frozenset(uids)
        rows = tuple(
            replace(e, enabled=enabled) if e.uid in chosen and e.enabled != enabled else e
            for e in self._entries
        )
        if rows == self._entries:
            return
        settings = self._settings
        if LOCAL_UID in uids:
            settings = replace(settings, use_local=enabled)
        on, off = translate("servers", "Enable servers"), translate("servers", "Disable servers")
        self._commit(on if enabled else off, rows, settings)

    def set_settings(self, settings: DistributedSettings) -> None:
        """Take the dialog's options."""
        if settings == self._settings:
            return
        rows = tuple(
            replace(e, enabled=settings.use_local) if e.local else e for e in self._entries
        )
        self._commit(translate("servers", "Change distributed rendering"), rows, settings)

    def undo(self) -> str:
        """Take the last edit back; return its text, "" if there was none."""
        return self._travel(self._past, self._future)

    def redo(self) -> str:
        """Do the edit again that was taken back last; return its text, "" if there is none."""
        return self._travel(self._future, self._past)

    def _travel(self, source: list[_Step], target: list[_Step]) -> str:
        if not source:
            return ""
        step = source.pop()
        target.append(_Step(step.text, self._entries, self._settings))
        self._entries, self._settings = step.entries, step.settings
        return step.text

    def _commit(
        self,
        text: str,
        entries: tuple[ServerEntry, ...],
        settings: DistributedSettings | None = None,
    ) -> None:
        self._past.append(_Step(text, self._entries, self._settings))
        del self._past[:-MAX_UNDO_STEPS]
        self._future.clear()
        self._entries = entries
        self._settings = settings or self._settings

    def _tidy(self, entries: Iterable[ServerEntry]) -> tuple[ServerEntry, ...]:
        """Have one local row, made if it is missing; later doubles dropped."""
        rows: list[ServerEntry] = []
        local, place = make_local_entry(self._settings.use_local), -1
        seen: set[tuple[str, int]] = set()
        for entry in entries:
            if entry.local:
                place = len(rows) if place < 0 else place
                local = replace(entry, uid=LOCAL_UID, enabled=self._settings.use_local)
            elif _place(entry) not in seen and len(rows) < MAX_SERVERS - 1:
                seen.add(_place(entry))
                rows.append(entry)
        place = max(place, 0)
        return (*rows[:place], local, *rows[place:])


def _name(one: str, many: str, entries: Sequence[ServerEntry]) -> str:
    """Return what was done, to one row by its name or to a number of them."""
    return one.format(entries[0].label) if len(entries) == 1 else many.format(len(entries))


def _place(entry: ServerEntry) -> tuple[str, int]:
    return entry.address.casefold(), entry.port
