"""The one dialog that tells which servers failed, what happened and where their buckets went."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.values.notifications import NoticeLine, shorten
from app.widgets.fields import make_buttons
from app.widgets.theme import make_icon, state_color

#: Lines below the table; the table has the rest.
MAX_OUTCOMES = 3
CORNER_PX = 16


class IncidentDialog(QDialog):
    """Not modal, takes no focus, updated in place: never a second one.

    Signals:
        retry_requested(uids), disable_requested(uids): for all servers shown.
        mute_requested(bool): show it no more during this render.
    """

    retry_requested = Signal(list)
    disable_requested = Signal(list)
    mute_requested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[NoticeLine, ...] = ()
        self._placed = False
        self.setWindowTitle(self.tr("Render servers"))
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.headline = QLabel()
        self.headline.setWordWrap(True)
        font = self.headline.font()
        font.setBold(True)
        self.headline.setFont(font)
        self._icon = QLabel()
        self.table = self._make_table()
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.outcome.setAccessibleName(self.tr("What happens with the buckets"))
        self.mute = QCheckBox(self.tr("Don't show this during this render"))
        self.mute.setToolTip(self.tr("The list, the strip and the log still tell what happens."))
        self.buttons = make_buttons(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.retry_button = self.buttons.addButton(self.tr("Retry all"), role)
        self.retry_button.setToolTip(self.tr("Try to reach these servers again now"))
        self.disable_button = self.buttons.addButton(self.tr("Disable these"), role)
        self.disable_button.setToolTip(self.tr("Clear their boxes in the list"))
        self._lay_out()
        self.retry_button.clicked.connect(lambda: self.retry_requested.emit(self._uids()))
        self.disable_button.clicked.connect(self._disable)
        self.mute.toggled.connect(self.mute_requested)
        self.buttons.rejected.connect(self.close)

    def set_lines(self, lines: Sequence[NoticeLine]) -> None:
        """Show these incidents, oldest first."""
        self._lines = tuple(lines)
        servers = len({line.uid for line in lines})
        self.headline.setText(
            self.tr("A render server failed.")
            if servers == 1
            else self.tr("{} render servers failed.").format(servers)
        )
        self.table.setRowCount(len(lines))
        for row, line in enumerate(map(shorten, lines)):
            cells = (line.server, line.what, line.clock, str(line.buckets_given_back))
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column == 3:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.table.setItem(row, column, item)
        if lines:
            self.outcome.setText(describe_outcome(lines))
            self.table.scrollToBottom()
        color = state_color("fail", self.palette())
        ratio_side = self.fontMetrics().height() * 2
        self._icon.setPixmap(make_icon("state-fail", self.palette(), color).pixmap(ratio_side))

    def showEvent(self, event: QShowEvent) -> None:
        """Come up in a corner of the window: in the middle it would hide the picture."""
        parent = self.parentWidget()
        if parent is not None and not self._placed:
            self._placed = True
            corner = parent.mapToGlobal(parent.rect().bottomLeft())
            self.move(corner.x() + CORNER_PX, corner.y() - self.height() - 3 * CORNER_PX)
        super().showEvent(event)

    def begin_render(self) -> None:
        """A new render: the check box is clear again."""
        self.mute.blockSignals(True)
        self.mute.setChecked(False)
        self.mute.blockSignals(False)

    def _uids(self) -> list[str]:
        return list(dict.fromkeys(line.uid for line in self._lines))

    def _disable(self) -> None:
        self.disable_requested.emit(self._uids())
        self.close()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4)
        titles = (
            self.tr("Server"),
            self.tr("What happened"),
            self.tr("When"),
            self.tr("Buckets given back"),
        )
        for column, text in enumerate(titles):
            title = QTableWidgetItem(text)
            if column == 3:  # over its numbers
                title.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setHorizontalHeaderItem(column, title)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.verticalHeader().hide()
        table.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setAccessibleName(self.tr("What happened to render servers"))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        return table

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._icon)
        top.addWidget(self.headline, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.outcome)
        layout.addWidget(self.mute)
        layout.addWidget(self.buttons)
        width = self.fontMetrics().averageCharWidth()
        self.resize(width * 105, self.fontMetrics().height() * 18)


def describe_outcome(lines: Sequence[NoticeLine]) -> str:
    """Return where the buckets went: the last word on each of the last servers."""
    last = {line.uid: line for line in lines if line.outcome}
    if len(last) == 1:
        return next(iter(last.values())).outcome
    recent = list(last.values())[-MAX_OUTCOMES:]
    return "\n".join(f"{line.server}: {line.outcome}" for line in recent)
