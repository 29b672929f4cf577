"""Dragging the picture out of the window, into a folder, a mail or another program."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QImageWriter, QPixmap
from PySide6.QtWidgets import QWidget

from app.system.background import Background

#: Hangs at the pointer while it is dragged.
THUMBNAIL = QSize(160, 120)

StartDrag = Callable[[QMimeData, QPixmap], None]


class DragOut(QObject):
    """Makes a file of what the screen shows, off the GUI thread, and hands it out.

    Args:
        view: where the drag begins.
        picture: returns what the screen shows, None before the first frame.
        title: returns the name of the file, without extension.
        background: writes the file.
        start_drag: instead of Qt's, for tests.

    Signals:
        failed(str): there is no file, and why.
    """

    failed = Signal(str)

    def __init__(
        self,
        view: QWidget,
        picture: Callable[[], QImage | None],
        title: Callable[[], str],
        background: Background,
        start_drag: StartDrag | None = None,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._picture, self._title = picture, title
        self._background = background
        self._start_drag = start_drag or self._drag
        # Files stay until the window closes: who got them may read them later.
        self._folder = tempfile.TemporaryDirectory(prefix="bucket-brigade-")
        self._busy = False

    def start(self) -> None:
        """Write the file, and drag it if the button is still held then."""
        picture = self._picture()
        if picture is None or self._busy:
            return
        self._busy = True
        path = Path(self._folder.name) / f"{self._title()}.png"

        def write() -> QImage:
            if not QImageWriter(str(path), b"png").write(picture):
                raise OSError(f"the picture cannot be dragged out: {path} cannot be written")
            return picture.scaled(THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio)

        self._background.run(write, lambda small: self._hand_out(path, picture, small), self._fail)

    def close(self) -> None:
        """Remove the files."""
        self._folder.cleanup()

    def _hand_out(self, path: Path, picture: QImage, small: QImage) -> None:
        self._busy = False
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        data.setImageData(picture)
        self._start_drag(data, QPixmap.fromImage(small))

    def _drag(self, data: QMimeData, small: QPixmap) -> None:
        if not QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            return  # let go meanwhile
        drag = QDrag(self._view)
        drag.setMimeData(data)
        drag.setPixmap(small)
        drag.exec(Qt.DropAction.CopyAction)

    def _fail(self, error: Exception) -> None:
        self._busy = False
        self.failed.emit(str(error))
