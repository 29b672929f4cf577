"""*Save servers in the scene*: the server list in a file beside the scene, and back.

Scene files are never touched. What is read from such a file is only offered, and only addresses:
whoever made the scene must not choose keys or options here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.servers.server_file import load_server_list, save_server_list
from app.servers.server_list import ServerList, make_uid
from app.system.background import Background
from app.values.session_types import JobInfo, ServerEntry

SUFFIX = ".servers.toml"


def sidecar_of(scene: Path) -> Path:
    """Return where a scene's servers are kept: `still.glb.servers.toml` beside `still.glb`."""
    return scene.with_name(scene.name + SUFFIX)


class SceneServers(QObject):
    """Writes the file when a frame begins, looks for it when a scene is opened.

    Args:
        servers: the list.
        background: reads and writes: scenes live on slow shares too.
        demo: the scene that comes with the program, which gets no file.
        parent: Qt's owner.

    Signals:
        offered(list of ServerEntry): servers of the scene's file that the list lacks.
        failed(str): the file cannot be written, and why.
    """

    offered = Signal(object)
    failed = Signal(str)

    def __init__(
        self,
        servers: ServerList,
        background: Background,
        demo: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._servers, self._background, self._demo = servers, background, demo
        self._scene = Path()

    def scene_opened(self, scene: Path) -> None:
        """Look for servers beside it."""
        self._scene = scene
        self._background.run(
            lambda: load_server_list(sidecar_of(scene)).entries,
            lambda entries: self._offer(scene, entries),
            lambda error: self.failed.emit(self.tr("The scene's servers: {}").format(error)),
        )

    def job_started(self, job: JobInfo) -> None:
        """Keep the list beside the scene, if that is wanted."""
        scene = job.request.scene
        if not self._servers.settings.save_with_scene or scene == self._demo:
            return
        rows = ServerList([e for e in self._servers.entries if not e.local])
        self._background.run(
            lambda: save_server_list(sidecar_of(scene), rows),
            lambda _none: None,
            lambda error: self.failed.emit(
                self.tr("The servers are not saved beside the scene: {}").format(error)
            ),
        )

    def _offer(self, scene: Path, entries: tuple[ServerEntry, ...]) -> None:
        if scene != self._scene:
            return  # another one was opened meanwhile
        fresh = [
            replace(entry, uid=make_uid())
            for entry in entries
            if not entry.local and self._servers.find(entry.address, entry.port) is None
        ]
        if fresh:
            self.offered.emit(fresh)
