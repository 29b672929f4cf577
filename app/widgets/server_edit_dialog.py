"""Add server, edit server: validated while typing, and the reason stands below the field."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.values.session_types import ServerEntry
from app.widgets.fields import make_buttons
from app.widgets.theme import state_color

#: Takes what was typed and the port of the port field; returns (host, port), or raises ValueError
#: with the reason in words.
AddressCheck = Callable[[str, int], tuple[str, int]]

MAX_NAME_LENGTH = 64


class ServerEditDialog(QDialog):
    """One row of the server list as a form. Opened by `open()`.

    Signals:
        submitted(ServerEntry): the artist pressed OK on a valid row.
    """

    submitted = Signal(object)

    def __init__(
        self,
        entry: ServerEntry,
        check: AddressCheck,
        check_mac: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._entry = entry
        self._check, self._check_mac = check, check_mac
        self._mac = entry.mac
        self._parsed: tuple[str, int] | None = None
        self.setWindowTitle(self.tr("Edit server") if entry.address else self.tr("Add server"))
        self.address = QLineEdit(entry.address)
        self.address.setPlaceholderText(self.tr("studio-2 or 192.168.1.20"))
        self.address.setAccessibleName(self.tr("Address"))
        self.address.setToolTip(
            self.tr("Network name or IP address of the render server. host:port works too.")
        )
        self.port = QSpinBox()
        self.port.setRange(1, 65535)
        self.port.setValue(entry.port)
        self.port.setAccessibleName(self.tr("Port"))
        self.port.setToolTip(self.tr("TCP port that the server listens on, 1 to 65535."))
        self.name = QLineEdit(entry.name)
        self.name.setMaxLength(MAX_NAME_LENGTH)
        self.name.setPlaceholderText(self.tr("optional"))
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setToolTip(self.tr("Shown in the list and on its buckets."))
        self.mac = QLineEdit(entry.mac)
        self.mac.setPlaceholderText(self.tr("learned when the server is there"))
        self.mac.setAccessibleName(self.tr("Hardware address"))
        self.mac.setToolTip(
            self.tr(
                "MAC address of its network card, to wake the computer with: 00:1b:63:84:45:e6. "
                "Wake-on-LAN must be switched on in its firmware."
            )
        )
        self.use = QCheckBox(self.tr("Render on this server"))
        self.use.setChecked(entry.enabled)
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setMinimumHeight(self.fontMetrics().height() * 2)
        self.reason.setAccessibleName(self.tr("What is wrong with the entry"))
        self.buttons = make_buttons(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._lay_out()
        self.address.textChanged.connect(self._validate)
        self.port.valueChanged.connect(self._validate)
        self.mac.textChanged.connect(self._validate)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._validate()

    def accept(self) -> None:
        """Hand the row out, if it is valid."""
        if self._parsed is None:
            return
        host, port = self._parsed
        self.submitted.emit(
            ServerEntry(
                uid=self._entry.uid,
                address=host,
                port=port,
                name=self.name.text().strip(),
                enabled=self.use.isChecked(),
                local=self._entry.local,
                mac=self._mac,
                all_addresses=self._entry.all_addresses,
            )
        )
        super().accept()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("&Address"), self.address)
        form.addRow("", self.reason)
        form.addRow(self.tr("&Port"), self.port)
        form.addRow(self.tr("&Name"), self.name)
        form.addRow(self.tr("&MAC address"), self.mac)
        form.addRow("", self.use)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 62)

    def _validate(self) -> None:
        mac = self.mac.text().strip()
        try:
            self._parsed = self._check(self.address.text(), self.port.value())
            self._mac = self._check_mac(mac) if mac else ""
            problem = ""
        except ValueError as error:
            self._parsed = None
            problem = str(error)
        typed = bool(self.address.text().strip())
        color = state_color("fail", self.palette()).name()
        self.reason.setStyleSheet(f"color: {color}" if typed else "")
        self.reason.setText(problem if typed else self.tr("Type a network name or an IP address."))
        self.reason.setVisible(bool(problem))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)
