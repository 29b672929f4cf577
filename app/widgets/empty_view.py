"""What stands on the frame buffer before the first render: the scene's name and Render."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

CORNER_PX = 8


class EmptyView(QFrame):
    """Lies over the middle of the frame buffer until a frame begins.

    Signals:
        render_requested(), open_requested(): its buttons.
    """

    render_requested = Signal()
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self.title.setFont(font)
        self.detail = QLabel()
        self.detail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.detail.setWordWrap(True)
        self.render_button = QPushButton(self.tr("Render"))
        self.render_button.setToolTip(self.tr("Render the frame (F12)"))
        self.render_button.setDefault(True)
        self.render_button.setMinimumHeight(self.fontMetrics().height() * 3)
        bold = self.render_button.font()
        bold.setPointSizeF(bold.pointSizeF() * 1.2)
        bold.setBold(True)
        self.render_button.setFont(bold)
        self.open_button = QPushButton(self.tr("Open another scene…"))
        self.open_button.setToolTip(self.tr("Open a glTF scene (Ctrl+O)"))
        self.open_button.setFlat(True)
        self.render_button.clicked.connect(lambda: self.render_requested.emit())
        self.open_button.clicked.connect(lambda: self.open_requested.emit())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 18)
        layout.setSpacing(12)
        layout.addWidget(self.title)
        layout.addWidget(self.detail)
        layout.addWidget(self.render_button)
        layout.addWidget(self.open_button)
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * 76)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lie on a rounded card in the window's colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().brush(QPalette.ColorRole.Window))
        painter.drawRoundedRect(self.rect(), CORNER_PX, CORNER_PX)
        painter.end()

    def show_scene(self, title: str, detail: str, ready: bool) -> None:
        """Name the scene; Render works when it is ready."""
        self.title.setText(title)
        self.detail.setText(detail)
        self.render_button.setEnabled(ready)
        self.adjustSize()
