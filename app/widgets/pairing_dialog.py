"""Asks for the code that a render server shows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.widgets.fields import make_buttons
from app.widgets.theme import state_color

#: Ten characters, two dashes, and room for blanks that were pasted along.
MAX_TYPED_CHARS = 20


class PairingDialog(QDialog):
    """One server, one code; closed by its owner when the pairing is done. Opened by `open()`.

    Args:
        server: its name.
        check: returns what is wrong with a code as typed until now, "" if nothing is.
        changed: another server answers there than the one that was paired.
        parent: Qt's owner.

    Signals:
        code_entered(str): as typed; answer with `show_problem`, or close the dialog.
    """

    code_entered = Signal(str)

    def __init__(
        self,
        server: str,
        check: Callable[[str], str],
        *,
        changed: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._check = check
        self.setWindowTitle(self.tr("Pair with {}").format(server))
        text = self.tr("On {} run: brigade code\nIt shows a code for ten minutes. Enter it here.")
        if changed:
            text = (
                self.tr(
                    "Another server answers there than the one that was paired. Go on only if it "
                    "was set up anew, or if its computer was replaced.\n"
                )
                + text
            )
        self.text = QLabel(text.format(server))
        self.text.setWordWrap(True)
        self.code = QLineEdit()
        self.code.setMaxLength(MAX_TYPED_CHARS)
        self.code.setPlaceholderText("7K3M-9QXD-2F")
        self.code.setAccessibleName(self.tr("Pairing code"))
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setMinimumHeight(self.fontMetrics().height() * 3)
        self.problem.setAccessibleName(self.tr("What is wrong"))
        self.buttons = make_buttons(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(self.tr("Pair"))
        self._ok.setEnabled(False)
        layout = QVBoxLayout(self)
        for widget in (self.text, self.code, self.problem, self.buttons):
            layout.addWidget(widget)
        self.code.textChanged.connect(self._validate)
        self.buttons.accepted.connect(self._submit)
        self.buttons.rejected.connect(self.reject)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 56)

    def show_problem(self, text: str) -> None:
        """The code did not do; another may be entered."""
        self.problem.setStyleSheet(f"color: {state_color('fail', self.palette()).name()}")
        self.problem.setText(text)
        self._set_busy(False)
        self.code.selectAll()
        self.code.setFocus()

    def _validate(self, text: str) -> None:
        reason = self._check(text) if text.strip() else ""
        self.problem.setStyleSheet("")
        self.problem.setText(reason)
        self._ok.setEnabled(bool(text.strip()) and not reason)

    def _submit(self) -> None:
        self.problem.setStyleSheet("")
        self.problem.setText(self.tr("Pairing…"))
        self._set_busy(True)
        self.code_entered.emit(self.code.text())

    def _set_busy(self, busy: bool) -> None:
        self.code.setEnabled(not busy)
        self._ok.setEnabled(not busy)
