"""Another program's window, into which something is dropped; it writes down what.

python -m tests.end_to_end.drop_target DROPPED.json X Y
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

TITLE = "Drop target"
SIDE_PX = 180


class DropTarget(QWidget):
    """Takes files and pixels."""

    def __init__(self, dropped: Path) -> None:
        super().__init__()
        self._dropped = dropped
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        data = event.mimeData()
        event.acceptProposedAction()
        told = {"files": [url.toLocalFile() for url in data.urls()], "image": data.hasImage()}
        temporary = self._dropped.with_suffix(".part")
        temporary.write_text(json.dumps(told), encoding="utf-8")
        os.replace(temporary, self._dropped)


def main() -> int:
    application = QApplication(sys.argv[:1])
    target = DropTarget(Path(sys.argv[1]))
    target.setGeometry(int(sys.argv[2]), int(sys.argv[3]), SIDE_PX, SIDE_PX)
    target.show()
    QTimer.singleShot(0, target.raise_)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
