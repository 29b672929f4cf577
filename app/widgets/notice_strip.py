"""A strip above the picture: one sentence, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app.widgets.announce import announce
from app.widgets.theme import is_dark, make_icon, state_color

#: Width of the coloured bar on the left.
BAR_PX = 4


class NoticeStrip(QFrame):
    """Hidden until there is something to say; never in the way of the control that fixes it.

    Signals:
        action_requested(key): a button was pressed, by the key given to `show_notice`.
        closed(): the artist closed it.
    """

    action_requested = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = "wait"
        self._icon = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self._buttons: list[QPushButton] = []
        self.close_button = QToolButton()
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip(self.tr("Hide this message"))
        self.close_button.setAccessibleName(self.tr("Hide this message"))
        self.close_button.clicked.connect(self.dismiss)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 5, 5, 5)
        self._row.addWidget(self._icon)
        self._row.addWidget(self.text, 1)
        self._row.addWidget(self.close_button)
        self.hide()

    def show_notice(self, kind: str, text: str, actions: tuple[tuple[str, str], ...] = ()) -> None:
        """Say something.

        Args:
            kind: "fail", "wait" or "ready", as for states.
            text: one sentence.
            actions: (key, title) of the buttons.
        """
        self._kind = kind
        self.text.setText(text)
        self.text.setAccessibleName(text)
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for key, title in actions:
            button = QPushButton(title)
            button.setObjectName(f"strip-{key}")
            button.clicked.connect(lambda _=False, key=key: self.action_requested.emit(key))
            self._row.insertWidget(self._row.count() - 1, button)
            self._buttons.append(button)
        self._draw_icons()
        self.show()
        announce(self, text, urgent=kind == "fail")

    def dismiss(self) -> None:
        """Hide the strip."""
        self.hide()
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow light and dark."""
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._draw_icons()
        super().changeEvent(event)

    def _draw_icons(self) -> None:
        color = state_color(self._kind, self.palette())
        side = self.fontMetrics().height() + 4
        self._icon.setPixmap(make_icon(f"state-{self._kind}", self.palette(), color).pixmap(side))
        self.close_button.setIcon(make_icon("close", self.palette()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tint the strip in its colour; a style sheet would change the palette it is made of."""
        color = state_color(self._kind, self.palette())
        painter = QPainter(self)
        painter.fillRect(0, 0, BAR_PX, self.height(), color)
        color.setAlpha(60 if is_dark(self.palette()) else 36)
        painter.fillRect(self.rect(), color)
        painter.end()
