"""Opening a scene without freezing the window; the newest wish wins."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.system.background import Background
from app.system.translation import translate
from app.widgets.local_numbers import format_whole
from app.window.window_services import SceneSummary, WindowServices

#: Quicker than this, a message would only flicker.
SHOW_AFTER_MS = 400


class SceneOpener(QObject):
    """Reads what a scene file holds; the tracer's own loading happens on the servers.

    Attributes:
        scene: the file that is open, None before the first.

    Signals:
        opened(SceneSummary): `scene` is open.
        failed(str): why a file cannot be opened; the scene before stays open.
        slow(str): the file that takes long, "" when it is done: to be told with Cancel.
    """

    opened = Signal(object)
    failed = Signal(str)
    slow = Signal(str)

    def __init__(
        self, services: WindowServices, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.scene: Path | None = None
        self._inspect = services.inspect_scene
        self._background = background
        self._generation = 0
        self._opening: Path | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOW_AFTER_MS)
        self._timer.timeout.connect(lambda: self.slow.emit(str(self._opening or "")))

    @property
    def busy(self) -> bool:
        """True while a file is read."""
        return self._opening is not None

    def open(self, path: Path) -> None:
        """Open a file; one that is being opened is given up."""
        self._generation += 1
        self._opening = path
        self._timer.start()
        generation = self._generation
        self._background.run(
            partial(self._inspect, path),
            lambda summary: self._on_opened(generation, path, summary),
            lambda error: self._on_failed(generation, path, error),
        )

    def cancel(self) -> None:
        """Give up; the scene before stays open."""
        self._generation += 1
        self._end()

    def _end(self) -> None:
        self._opening = None
        self._timer.stop()
        self.slow.emit("")

    def _on_opened(self, generation: int, path: Path, summary: SceneSummary) -> None:
        if generation == self._generation:
            self._end()
            self.scene = path
            self.opened.emit(summary)

    def _on_failed(self, generation: int, path: Path, error: Exception) -> None:
        if generation == self._generation:
            self._end()
            text = str(error) or type(error).__name__
            self.failed.emit(text if str(path.name) in text else f"{path}: {text}")


def describe_scene(summary: SceneSummary) -> str:
    """Return what a scene holds, in one line."""
    counts = (
        (summary.triangles, translate("scene", "1 triangle"), translate("scene", "{} triangles")),
        (summary.instances, translate("scene", "1 object"), translate("scene", "{} objects")),
        (summary.images, translate("scene", "1 texture"), translate("scene", "{} textures")),
        (len(summary.cameras), translate("scene", "1 camera"), translate("scene", "{} cameras")),
    )
    said = (one if n == 1 else many.format(format_whole(n)) for n, one, many in counts if n)
    return " · ".join(text.replace(" ", "\u00a0") for text in said)
