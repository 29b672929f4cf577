"""`brigade`'s window as it is, and a file that says again and again what is on its screen.

Hands need eyes: mouse and keyboard come from outside (`screen.py`), but where a button stands only
the program knows. Nothing here acts on the window.

    python -m tests.end_to_end.eyes SIGHT.json [SCENE]
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QWidget,
)

from app import cli
from app.window import window_program

LOOK_MS = 200
#: Whose places are told; no test looks further down.
ROWS = 20


def describe(widget: QWidget) -> dict:
    corner = widget.mapToGlobal(QPoint(0, 0))
    seen = {
        "kind": type(widget).__name__,
        "name": widget.accessibleName() or widget.objectName(),
        "text": "",
        "window": widget.window().windowTitle(),
        "place": [corner.x(), corner.y(), widget.width(), widget.height()],
        "enabled": widget.isEnabled(),
        "focus": widget.hasFocus(),
    }
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        seen["text"] = widget.text()
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        model = widget.model()
        seen["rows"] = [
            [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]
        seen["row_places"] = [row_place(widget, row) for row in range(min(model.rowCount(), ROWS))]
    return seen


def row_place(view: QAbstractItemView, row: int) -> list[int]:
    rect = view.visualRect(view.model().index(row, 0))
    corner = view.viewport().mapToGlobal(rect.topLeft())
    return [corner.x(), corner.y(), rect.width(), rect.height()]


def look(sight: Path) -> None:
    """Write what is visible, in one step."""
    seen = [describe(w) for w in QApplication.allWidgets() if w.isVisible()]
    temporary = sight.with_suffix(".part")
    temporary.write_text(json.dumps(seen), encoding="utf-8")
    os.replace(temporary, sight)


def main() -> int:
    sight = Path(sys.argv[1])
    make = window_program.make_application

    def make_and_look() -> QApplication:
        application = make()
        timer = QTimer(application)
        timer.timeout.connect(lambda: look(sight))
        timer.start(LOOK_MS)
        return application

    window_program.make_application = make_and_look
    return cli.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
