"""A titled group that opens and closes, as render settings have them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFormLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.widgets.theme import is_dark


class Rollout(QWidget):
    """A header that shows and hides its body.

    Attributes:
        form: rows of the body.

    Signals:
        toggled(bool): it was opened or closed.
    """

    toggled = Signal(bool)

    def __init__(self, title: str, open_now: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = QToolButton()
        self.header.setText(title)
        self.header.setAccessibleName(title)
        self.header.setCheckable(True)
        self.header.setChecked(open_now)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header.setMinimumHeight(self.fontMetrics().height() + 10)
        font = self.header.font()
        font.setBold(True)
        self.header.setFont(font)
        self.body = QWidget()
        self.form = QFormLayout(self.body)
        self.form.setContentsMargins(10, 6, 10, 10)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.body)
        self.header.toggled.connect(self._show_body)
        self._show_body(open_now)
        self._style()

    def is_open(self) -> bool:
        """Return True if the body is shown."""
        return self.header.isChecked()

    def set_open(self, open_now: bool) -> None:
        """Show or hide the body."""
        self.header.setChecked(open_now)

    def changeEvent(self, event: QEvent) -> None:
        """Follow light and dark."""
        if event.type() == QEvent.Type.PaletteChange:
            self._style()
        super().changeEvent(event)

    def _show_body(self, shown: bool) -> None:
        self.body.setVisible(shown)
        self.header.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self.toggled.emit(shown)

    def _style(self) -> None:
        # Names, not palette(): a style sheet keeps the colours it was first made with.
        window = self.palette().color(QPalette.ColorRole.Window)
        dark = is_dark(self.palette())
        fill = window.lighter(125).name() if dark else window.darker(108).name()
        hover = window.lighter(145).name() if dark else window.darker(115).name()
        focus = self.palette().color(QPalette.ColorRole.Highlight).name()
        style = (
            "QToolButton { border: none; text-align: left; padding-left: 4px; "
            f"border-radius: 3px; background: {fill}; }}"
            f"QToolButton:hover {{ background: {hover}; }}"
            f"QToolButton:focus {{ border: 1px solid {focus}; }}"
        )
        if self.header.styleSheet() != style:
            self.header.setStyleSheet(style)
