"""Which key does what: carries out what the artist changes in the list of keys, and keeps it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from app.widgets.key_map import KeyMap
from app.widgets.keys_dialog import KeysDialog
from app.window.window_store import WindowStore


class KeysController:
    """See the module; the actions have their stored keys once it is there.

    Args:
        actions: by the keys of their `ActionSpec`.
        dialog: the list, which it fills.
        store: remembers what was changed.
    """

    def __init__(
        self, actions: Mapping[str, QAction], dialog: KeysDialog, store: WindowStore
    ) -> None:
        self._map = KeyMap(actions, store.preferences.keys)
        self._dialog = dialog
        self._store = store
        dialog.key_requested.connect(lambda action, key: self._tell(self._map.assign(action, key)))
        dialog.reset_requested.connect(lambda action: self._tell(self._map.reset(action)))
        dialog.all_reset_requested.connect(self._reset_all)
        dialog.set_rows(self._map.rows())

    def _reset_all(self) -> None:
        self._map.reset_all()
        self._tell("")

    def _tell(self, fault: str) -> None:
        if not fault:
            self._store.update(keys=dict(self._map.own))
            self._dialog.set_rows(self._map.rows())
        self._dialog.set_fault(fault)
