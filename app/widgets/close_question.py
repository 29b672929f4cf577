"""The one question of the program: whether to close during a render."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox, QWidget

from app.system.translation import translate


def ask_to_close(window: QWidget, stop: Callable[[], object]) -> QMessageBox:
    """Ask without waiting for the answer; `stop` is called if the artist wants to close."""
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(translate("close", "The frame is still being rendered."))
    box.setInformativeText(
        translate("close", "Closing stops it; the next start offers to resume it.")
    )
    yes = box.addButton(
        translate("close", "Stop and close"), QMessageBox.ButtonRole.DestructiveRole
    )
    keep = box.addButton(translate("close", "Keep rendering"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    yes.clicked.connect(stop)
    box.finished.connect(box.deleteLater)
    box.open()
    return box
