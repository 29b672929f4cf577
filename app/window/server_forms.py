"""The form of a server's row: checked while it is typed, then put into the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.servers.server_list import ServerList, ServerListError
from app.values.session_types import ServerEntry
from app.widgets.server_edit_dialog import ServerEditDialog
from network.addresses import AddressError, parse_address
from network.wake import parse_mac


class ServerForms(QObject):
    """Opens forms, and does what they say.

    Args:
        servers: the list.
        add: puts new rows into it; raises `ServerListError`.
        edited: is told of a row that was changed.
        parent: Qt's owner.

    Signals:
        failed(str): what could not be done, and why.
    """

    failed = Signal(str)

    def __init__(
        self,
        servers: ServerList,
        add: Callable[[Sequence[ServerEntry]], int],
        edited: Callable[[ServerEntry], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._servers, self._add, self._edited = servers, add, edited

    def open(self, entry: ServerEntry, parent: QWidget) -> ServerEditDialog:
        """Ask for a row's values; one that the list lacks is added."""

        def check(text: str, port: int) -> tuple[str, int]:
            address = parse_address(text, port)
            other = self._servers.find(address.host, address.port)
            if other is not None and other.uid != entry.uid:
                raise AddressError(self.tr("{} is in the list already").format(address))
            return address.host, address.port

        dialog = ServerEditDialog(entry, check, parse_mac, parent.window())
        dialog.submitted.connect(self._submit)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _submit(self, entry: ServerEntry) -> None:
        try:
            if self._servers.entry(entry.uid) is None:
                self._add([entry])
            else:
                self._servers.change(entry)
                self._edited(entry)
        except ServerListError as error:
            self.failed.emit(str(error))
