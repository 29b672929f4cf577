"""All servers are out of reach: wait, render here, or stop? Never modal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.widgets.theme import make_icon, state_color


class NobodyDialog(QDialog):
    """Takes no focus. Closing it means waiting.

    Signals:
        wait_requested(), render_here_requested(), stop_requested(): the three choices.
    """

    wait_requested = Signal()
    render_here_requested = Signal()
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Render servers"))
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        icon = QLabel()
        color = state_color("fail", self.palette())
        side = self.fontMetrics().height() * 2
        icon.setPixmap(make_icon("state-fail", self.palette(), color).pixmap(side))
        headline = QLabel(self.tr("No render server can be reached."))
        font = headline.font()
        font.setBold(True)
        headline.setFont(font)
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        self.buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.wait_button = self.buttons.addButton(self.tr("Wait"), role)
        self.wait_button.setToolTip(self.tr("Go on as soon as one of them is back"))
        self.here_button = self.buttons.addButton(self.tr("Render here"), role)
        self.here_button.setToolTip(self.tr("Let this computer render the rest"))
        self.stop_button = self.buttons.addButton(self.tr("Stop"), role)
        self.stop_button.setToolTip(self.tr("Stop the frame; what is rendered stays"))
        text = QVBoxLayout()
        text.addWidget(headline)
        text.addWidget(self.detail)
        top = QHBoxLayout()
        top.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(text, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        self.wait_button.clicked.connect(self.reject)
        self.here_button.clicked.connect(lambda: self._choose(self.render_here_requested))
        self.stop_button.clicked.connect(lambda: self._choose(self.stop_requested))

    def ask(self, *, here_possible: bool) -> None:
        """Open it."""
        self.here_button.setVisible(here_possible)
        self.detail.setText(
            self.tr("The frame keeps what it has, and waits. This computer could go on with it.")
            if here_possible
            else self.tr("The frame keeps what it has, and waits.")
        )
        self.show()

    def reject(self) -> None:
        """Escape, closing and *Wait* are the same."""
        super().reject()
        self.wait_requested.emit()

    def _choose(self, choice: SignalInstance) -> None:
        self.hide()
        choice.emit()
