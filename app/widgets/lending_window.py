"""A render server's small window: for whom it renders, how much of this computer it gets."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QFontDatabase, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.system.translation import word
from app.values.lending_rules import LendingWish
from app.widgets.fields import make_choice, make_int
from app.widgets.theme import make_icon, state_color

#: The log file has the rest.
MAX_LOG_LINES = 500
PRIORITY_TITLES = {"normal": "Normal", "low": "Low", "lowest": "Lowest"}


class LendingWindow(QWidget):
    """Closing hides it where there is a tray; else it asks for the server's end.

    Signals:
        wish_requested(LendingWish): a setting was changed, or Pause pressed.
        stop_requested(): end the server, the buckets in hand first.
    """

    wish_requested = Signal(object)
    stop_requested = Signal()

    def __init__(self, name: str, where: str, threads: int, *, in_tray: bool) -> None:
        super().__init__()
        self._wish = LendingWish(threads=threads)
        self._paused, self._kind = "", "ready"
        self._serving = ""
        self._in_tray = in_tray
        self.setWindowTitle(self.tr("{} — render server").format(name))
        self.icon = QLabel()
        self.headline = QLabel()
        self.headline.setAccessibleName(self.tr("What this server does"))
        font = self.headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self.headline.setFont(font)
        self.detail = QLabel(where)
        self.detail.setWordWrap(True)
        self._where = where
        self.pause_button = QPushButton()
        self.pause_button.setCheckable(True)
        self.pause_button.setToolTip(
            self.tr("Give this computer back at once; clients go on without it (Ctrl+P)")
        )
        # Not the button's own shortcut: each new text of a button takes that away.
        self.pause_shortcut = QShortcut(QKeySequence("Ctrl+P"), self)
        self.pause_shortcut.activated.connect(self.pause_button.click)
        self._make_fields(threads)
        self.log = self._make_log()
        self.stop_button = QPushButton(self.tr("Stop server"))
        self.stop_button.setToolTip(self.tr("End the server when its buckets in hand are done"))
        self._lay_out()
        self._connect()
        self.show_state(self._wish, "", "")
        self.resize(self.fontMetrics().averageCharWidth() * 74, 420)

    # -- plain values in ----------------------------------------------------------------------

    def show_state(self, wish: LendingWish, paused: str, ends: str) -> None:
        """Show the settings, why nothing is lent now ("" if it is), and how that ends."""
        self._wish, self._paused = wish, paused
        fields = (self.pause_button, self.threads, self.priority, self.while_used)
        for field in fields:
            field.blockSignals(True)
        self.pause_button.setChecked(wish.paused)
        self.pause_button.setText(self.tr("Go on") if wish.paused else self.tr("Pause"))
        self.threads.setValue(wish.threads)
        self.priority.setCurrentIndex(self.priority.findData(wish.priority))
        self.while_used.setChecked(wish.pause_while_used)
        for field in fields:
            field.blockSignals(False)
        self.detail.setText(ends[:1].upper() + ends[1:] if ends else self._where)
        self._show_headline()

    def show_serving(self, client: str) -> None:
        """Show for whom it renders, "" for nobody."""
        self._serving = client
        self._show_headline()

    def show_problem(self, text: str) -> None:
        """Say what does not work here."""
        self.detail.setText(text)

    def add_log(self, line: str) -> None:
        """Append a line to the log."""
        self.log.appendPlainText(line)

    @property
    def summary(self) -> str:
        """What the window says in one sentence, for the tray."""
        return self.headline.text()

    # -- Qt -----------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon again for another palette."""
        if event.type() == QEvent.Type.PaletteChange:
            self._show_headline()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go into the tray, or end."""
        if self._in_tray:
            event.ignore()
            self.hide()
        else:
            event.accept()
            self.stop_requested.emit()

    # -- inside -------------------------------------------------------------------------------

    def _make_fields(self, threads: int) -> None:
        self.threads = make_int(1, threads, "", self.tr("Threads that render; the rest is yours"))
        self.priority = make_choice(
            self.tr("Priority"),
            self.tr("How much rendering gives way to other programs of this computer"),
            [(word(title), key) for key, title in PRIORITY_TITLES.items()],
        )
        self.while_used = QCheckBox(self.tr("Pause while someone works here"))
        self.while_used.setToolTip(
            self.tr(
                "A key or the mouse pauses at once; five minutes after the last one it goes on. "
                "No client loses anything: its buckets go to others."
            )
        )

    def _make_log(self) -> QPlainTextEdit:
        view = QPlainTextEdit()
        view.setReadOnly(True)
        view.setMaximumBlockCount(MAX_LOG_LINES)
        view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        view.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        view.setAccessibleName(self.tr("Log of this server"))
        return view

    def _lay_out(self) -> None:
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(self.headline)
        text.addWidget(self.detail)
        top = QHBoxLayout()
        top.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addSpacing(6)
        top.addLayout(text, 1)
        top.addWidget(self.pause_button, 0, Qt.AlignmentFlag.AlignTop)
        form = QFormLayout()
        form.addRow(self.tr("&Threads"), self.threads)
        form.addRow(self.tr("P&riority"), self.priority)
        form.addRow("", self.while_used)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self.stop_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addLayout(form)
        layout.addWidget(self.log, 1)
        layout.addLayout(bottom)

    def _connect(self) -> None:
        self.pause_button.toggled.connect(lambda on: self._request(replace(self._wish, paused=on)))
        self.threads.valueChanged.connect(
            lambda value: self._request(replace(self._wish, threads=value))
        )
        self.priority.currentIndexChanged.connect(
            lambda _i: self._request(replace(self._wish, priority=self.priority.currentData()))
        )
        self.while_used.toggled.connect(
            lambda on: self._request(replace(self._wish, pause_while_used=on))
        )
        self.stop_button.clicked.connect(lambda: self.stop_requested.emit())

    def _request(self, wish: LendingWish) -> None:
        self._wish = wish
        self.wish_requested.emit(wish)

    def _show_headline(self) -> None:
        if self._wish.paused:
            kind, text = "wait", self.tr("Paused")
        elif self._paused:
            kind, text = "wait", self.tr("Paused while someone works here")
        elif self._serving:
            kind, text = "work", self.tr("Renders for {}").format(self._serving)
        else:
            kind, text = "ready", self.tr("Ready to render")
        self.headline.setText(text)
        side = self.fontMetrics().height() * 2
        color = state_color(kind, self.palette())
        self.icon.setPixmap(make_icon(f"state-{kind}", self.palette(), color).pixmap(side))
