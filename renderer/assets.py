"""The files of a scene: which they are, and where to find them.

A scene names its files by labels (see `renderer.gltf.uris`). On the client a label is looked up
beside the scene file; on a server it is looked up among the files that the job brought, wherever
the cache keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from renderer.scene import SceneError


class AssetSource(Protocol):
    """Finds a scene's files."""

    def path(self, label: str) -> Path:
        """Where the file `label` lies.

        Raises:
            SceneError: this source knows no such file.
        """


class FolderAssets:
    """The files beside a scene file, for the computer the artist sits at.

    Args:
        folder: the folder that holds the scene file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, label: str) -> Path:
        """The file `label` relative to the folder; it may lie above it (`../textures/x.png`).

        Raises:
            SceneError: the label is an absolute path.
        """
        if PurePosixPath(label).is_absolute() or ":" in label.split("/", 1)[0]:
            raise SceneError(f"{label!r} is an absolute path; use one relative to the scene file")
        return self._folder / label


class MappedAssets:
    """The files that a job brought to a server.

    Args:
        mapping: label to file. Nothing outside of it can be reached.
    """

    def __init__(self, mapping: Mapping[str, Path]) -> None:
        self._mapping = dict(mapping)

    def path(self, label: str) -> Path:
        """The file that stands for `label`.

        Raises:
            SceneError: the job has no such file.
        """
        try:
            return self._mapping[label]
        except KeyError:
            raise SceneError(f"{label!r} is not among the job's files") from None


@dataclass(frozen=True)
class AssetFile:
    """One file that a scene needs.

    Attributes:
        label: the scene's name for it.
        path: where it lies on this computer.
    """

    label: str
    path: Path
