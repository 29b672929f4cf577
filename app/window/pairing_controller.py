"""Pairs with a server from the window: dialog, code, and the row is tried again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.keys.pairing_client import PairingClient
from app.keys.pairings import PairedServer, PairedServers
from app.values.session_types import ServerEntry
from app.widgets.pairing_dialog import PairingDialog
from network.addresses import Address
from network.pairing import CodeError, parse_code


class PairingController(QObject):
    """One dialog at a time.

    Args:
        paired: where pairings are kept.
        client_name: that servers show in their lists.
        parent: Qt's owner.

    Signals:
        paired(uid): this row's server lets us in now.
    """

    paired = Signal(str)

    def __init__(
        self, paired: PairedServers, client_name: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._servers, self._client_name = paired, client_name
        self._dialog: PairingDialog | None = None
        self._attempt: PairingClient | None = None

    def open(self, entry: ServerEntry, parent: QWidget, *, changed: bool = False) -> PairingDialog:
        """Ask for the code of a row's server.

        Args:
            entry: the row.
            parent: of the dialog.
            changed: another server answers there than the one that was paired.
        """
        self.close()
        dialog = PairingDialog(entry.label, find_fault, changed=changed, parent=parent)
        dialog.code_entered.connect(lambda text: self._try(entry, text))
        dialog.finished.connect(self._forget)
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        dialog.open()
        return dialog

    def close(self) -> None:
        """Give up what is under way."""
        if self._dialog is not None:
            self._dialog.reject()

    def _try(self, entry: ServerEntry, text: str) -> None:
        try:
            code = parse_code(text)
        except CodeError as error:
            self._complain(str(error))
            return
        address = Address(entry.address, entry.port)
        attempt = PairingClient(self._servers, self._client_name, address, code, self)
        attempt.paired.connect(lambda server: self._done(entry, server))
        attempt.failed.connect(self._complain)
        self._drop_attempt()
        self._attempt = attempt
        attempt.start()

    def _done(self, entry: ServerEntry, _server: PairedServer) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        self.paired.emit(entry.uid)

    def _complain(self, text: str) -> None:
        self._drop_attempt()
        if self._dialog is not None:
            self._dialog.show_problem(text)

    def _forget(self) -> None:
        self._dialog = None
        self._drop_attempt()

    def _drop_attempt(self) -> None:
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.close()
            attempt.deleteLater()


def find_fault(text: str) -> str:
    """Return what is wrong with a code as typed until now, "" if nothing is."""
    try:
        parse_code(text)
    except CodeError as error:
        return str(error)
    return ""
