"""Another program's window, out of which a file is dragged.

python -m tests.end_to_end.drag_source FILE X Y
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

TITLE = "Drag source"
SIDE_PX = 120


class DragSource(QWidget):
    """Gives a file."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self.setWindowTitle(TITLE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        drag = QDrag(self)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(self._path)])
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


def main() -> int:
    application = QApplication(sys.argv[:1])
    source = DragSource(sys.argv[1])
    source.setGeometry(int(sys.argv[2]), int(sys.argv[3]), SIDE_PX, SIDE_PX)
    source.show()
    QTimer.singleShot(0, source.raise_)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
