"""What *Test connection* finds, server by server, with a way out below every cross."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.values.ladder import Step
from app.values.trial_steps import format_steps
from app.widgets.fields import make_buttons
from app.widgets.theme import make_icon, state_color


class TrialDialog(QDialog):
    """Not modal; one per window, filled again by the next test.

    Signals:
        again_requested(): test the same servers again.
        stop_requested(): give up what is under way.
    """

    again_requested = Signal()
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Test connection"))
        self.setModal(False)
        self._names: dict[str, str] = {}
        self._steps: dict[str, list[Step]] = {}
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._icons: dict[str, QIcon] = {}
        self.headline = QLabel()
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([self.tr("Step"), self.tr("What was found")])
        self.tree.setAccessibleName(self.tr("Steps of the test"))
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.setWordWrap(True)
        self.buttons = make_buttons(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.copy_button = self.buttons.addButton(self.tr("Copy as text"), role)
        self.copy_button.setToolTip(self.tr("For a mail or a forum"))
        self.again_button = self.buttons.addButton(self.tr("Test again"), role)
        self.stop_button = self.buttons.addButton(self.tr("Stop"), role)
        layout = QVBoxLayout(self)
        layout.addWidget(self.headline)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.buttons)
        self.copy_button.clicked.connect(self._copy)
        self.again_button.clicked.connect(self.again_requested)
        self.stop_button.clicked.connect(self.stop_requested)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(lambda _result: self.stop_requested.emit())
        self.resize(self.fontMetrics().averageCharWidth() * 130, self.fontMetrics().height() * 24)

    def begin(self, servers: Sequence[tuple[str, str]]) -> None:
        """Show a new test of these servers: identity and name of each."""
        self.tree.clear()
        self._icons.clear()  # the palette may be another one now
        self._names = dict(servers)
        self._steps = {uid: [] for uid, _name in servers}
        self._rows = {}
        for uid, name in servers:
            row = QTreeWidgetItem([name, self.tr("waiting…")])
            row.setIcon(0, self._icon("unknown"))
            self._rows[uid] = row
        self.tree.addTopLevelItems(list(self._rows.values()))
        self._set_running(True)

    def set_running(self, uid: str) -> None:
        """This one is being tested."""
        row = self._rows[uid]
        row.setIcon(0, self._icon("wait"))
        row.setText(1, self.tr("testing…"))
        row.setExpanded(len(self._rows) == 1)

    def add_step(self, uid: str, step: Step) -> None:
        """A rung is over."""
        self._steps[uid].append(step)
        row = self._rows[uid]
        mark = "✓" if step.ok else "✗"
        item = QTreeWidgetItem([f"{mark} {step.name}", step.detail])
        item.setIcon(0, self._icon("ready" if step.ok else "fail"))
        item.setToolTip(1, step.detail)
        row.addChild(item)
        if step.fix:
            fix = QTreeWidgetItem([self.tr("Way out"), step.fix])
            fix.setToolTip(1, step.fix)
            item.addChild(fix)
            row.setExpanded(True)
            item.setExpanded(True)
        row.setText(1, f"{step.name}: {step.detail}" if not step.ok else step.name)

    def end_server(self, uid: str, ok: bool) -> None:
        """This one is through."""
        row = self._rows[uid]
        row.setIcon(0, self._icon("ready" if ok else "fail"))
        if ok:
            row.setText(1, self.tr("all steps passed"))

    def end(self, passed: int) -> None:
        """All are through, or it was stopped."""
        text = self.tr("{} of {} servers passed all steps.").format(passed, len(self._rows))
        self.headline.setText(text)
        for uid, row in self._rows.items():
            if not self._steps[uid]:
                row.setText(1, self.tr("not tested"))
        self._set_running(False)

    def as_text(self) -> str:
        """Return all that was found."""
        return "\n".join(format_steps(self._names[u], steps) for u, steps in self._steps.items())

    def _set_running(self, running: bool) -> None:
        if running:
            self.headline.setText(self.tr("Testing {} servers…").format(len(self._rows)))
        self.stop_button.setEnabled(running)
        self.again_button.setEnabled(not running)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.as_text())

    def _icon(self, kind: str) -> QIcon:
        if kind not in self._icons:
            palette = self.palette()
            self._icons[kind] = make_icon(f"state-{kind}", palette, state_color(kind, palette))
        return self._icons[kind]
