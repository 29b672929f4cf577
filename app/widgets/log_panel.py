"""The log in the window: the last lines, by level and by server."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.theme import state_color

#: Some hours of a busy farm; the log files hold the rest.
MAX_LINES = 5000
#: Lines that come within so long are appended together: each time costs a new layout.
APPEND_MS = 100
#: A line takes some 0.1 ms: of thousands no more at once than a frame of the screen has time for.
LINES_AT_ONCE = 50
NEXT_MS = 10
LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True)
class LogLine:
    """One line of the log.

    Attributes:
        clock: local time "HH:MM:SS".
        level: one of `LEVELS`.
        server: name, "" for the client itself.
    """

    clock: str
    level: str
    server: str
    text: str

    def __str__(self) -> str:
        who = f"{self.server}: " if self.server else ""
        return f"{self.clock}  {self.level:<7}  {who}{self.text}"


class LogPanel(QWidget):
    """Bounded list of lines with two filters and a Copy button.

    Signals:
        collect_requested(): pack everybody's logs into a file.
        cancel_requested(): do not.
    """

    collect_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: deque[LogLine] = deque(maxlen=MAX_LINES)
        self.level = QComboBox()
        for level, title in (
            ("debug", self.tr("Everything")),
            ("info", self.tr("Information")),
            ("warning", self.tr("Warnings")),
            ("error", self.tr("Errors")),
        ):
            self.level.addItem(title, level)
        self.level.setCurrentIndex(1)
        self.level.setAccessibleName(self.tr("Least level"))
        self.level.setToolTip(self.tr("Show lines of this level and above"))
        self.server = QComboBox()
        self.server.addItem(self.tr("All servers"), None)
        self.server.setAccessibleName(self.tr("Server"))
        self.server.setToolTip(self.tr("Show lines about one server only"))
        self.server.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.copy_button = QPushButton(self.tr("Copy"))
        self.copy_button.setToolTip(self.tr("Copy the lines shown"))
        self.clear_button = QPushButton(self.tr("Clear"))
        self.clear_button.setToolTip(self.tr("Empty this panel; the log files stay"))
        self.collect_button = QPushButton(self.tr("Collect logs…"))
        self.collect_button.setToolTip(
            self.tr("Pack the logs of this computer and of all servers into a file, without keys")
        )
        self.collecting = QProgressBar()
        self.collecting.setAccessibleName(self.tr("Servers that were asked for their logs"))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setToolTip(self.tr("Collect no logs"))
        self.hide_collecting()
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setMaximumBlockCount(MAX_LINES)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setAccessibleName(self.tr("Log"))
        self.view.setUndoRedoEnabled(False)
        self.view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._pending: deque[LogLine] = deque(maxlen=MAX_LINES)
        self._append_timer = QTimer(self)
        self._append_timer.setSingleShot(True)
        self._append_timer.setInterval(APPEND_MS)
        self._append_timer.timeout.connect(self.append_pending)
        self._lay_out()
        self.level.currentIndexChanged.connect(self._refill)
        self.server.currentIndexChanged.connect(self._refill)
        self.copy_button.clicked.connect(self._copy)
        self.clear_button.clicked.connect(self._clear)
        self.collect_button.clicked.connect(self.collect_requested)
        self.cancel_button.clicked.connect(self.cancel_requested)

    def add(self, line: LogLine) -> None:
        """Append a line: at once, or a moment later together with others."""
        self._lines.append(line)
        if line.server and self.server.findData(line.server) < 0:
            self.server.addItem(line.server, line.server)
        if self._is_shown(line):
            self._pending.append(line)
            if not self._append_timer.isActive():
                self.append_pending()

    def append_pending(self) -> None:
        """Show the lines that wait; a thousand servers say thousands at a time."""
        if self._pending:
            count = min(len(self._pending), LINES_AT_ONCE)
            self._append(self._pending.popleft() for _ in range(count))
            self._append_timer.start(NEXT_MS if self._pending else APPEND_MS)

    def show_server(self, name: str) -> None:
        """Show the lines of one server only; of all if there is none of it."""
        self.server.setCurrentIndex(max(0, self.server.findData(name)))

    def show_collecting(self, asked: int, of: int) -> None:
        """Logs are being collected: show how far, and a way to give up."""
        self.collect_button.setEnabled(False)
        self.collecting.setRange(0, of)  # of none: it moves while this computer's are packed
        self.collecting.setValue(asked)
        self.collecting.setFormat(self.tr("{} of {} servers").format(asked, of))
        self.collecting.show()
        self.cancel_button.show()

    def hide_collecting(self) -> None:
        """No logs are being collected."""
        self.collect_button.setEnabled(True)
        self.collecting.hide()
        self.cancel_button.hide()

    def shown_lines(self) -> list[LogLine]:
        """Return the lines that pass the filters."""
        return [line for line in self._lines if self._is_shown(line)]

    def _is_shown(self, line: LogLine) -> bool:
        least = LEVELS.index(self.level.currentData())
        level = LEVELS.index(line.level) if line.level in LEVELS else 1
        server = self.server.currentData()
        return level >= least and (server is None or server == line.server)

    def _append(self, lines: Iterable[LogLine]) -> None:
        bar = self.view.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 1
        looks: dict[str, QTextCharFormat] = {}
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        empty = self.view.document().isEmpty()
        for line in lines:
            if line.level not in looks:
                looks[line.level] = QTextCharFormat()
                looks[line.level].setForeground(self._color(line.level))
            if not empty:
                cursor.insertBlock()
            cursor.insertText(str(line), looks[line.level])
            empty = False
        cursor.endEditBlock()
        if at_end:
            bar.setValue(bar.maximum())

    def _color(self, level: str) -> QColor:
        kind = {"warning": "wait", "error": "fail"}.get(level)
        if kind:
            return state_color(kind, self.palette())
        return self.palette().color(self.palette().ColorRole.Text)

    def _refill(self) -> None:
        self.view.clear()
        self._pending.clear()
        self._append(self.shown_lines())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(map(str, self.shown_lines())))

    def _clear(self) -> None:
        self._lines.clear()
        self._pending.clear()
        self.view.clear()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for widget in (
            QLabel(self.tr("Show")),
            self.level,
            self.server,
        ):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self.collecting)
        for button in (self.cancel_button, self.collect_button, self.copy_button):
            top.addWidget(button)
        top.addWidget(self.clear_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        self.view.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
