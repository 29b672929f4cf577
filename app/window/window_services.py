"""What the window needs from outside, in one place, so that tests bring their own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, SignalInstance, Slot
from PySide6.QtNetwork import QHostInfo

log = logging.getLogger("brigade.window")

Floats = npt.NDArray[np.float32]
#: An image file that is larger is refused: it would not fit beside the film.
MAX_PICTURE_PX = 1 << 27
#: Called with the addresses of a name, or with none and the reason in words.
OnResolved = Callable[[tuple[str, ...], str], None]


class Resolver(Protocol):
    """Looks names up without keeping anybody waiting."""

    def resolve(self, name: str, done: OnResolved) -> None:
        """Call `done` once, later, in the thread of the caller."""


class Finder(Protocol):
    """Keeps a list of the servers on this network while it is started (`network.qt_finder`)."""

    @property
    def changed(self) -> SignalInstance:
        """The whole list as a tuple of `network.discovery.FoundServer`."""

    @property
    def failed(self) -> SignalInstance:
        """Why finding does not work here."""

    def start(self) -> None:
        """Look."""

    def stop(self) -> None:
        """Look no more."""


class SceneSummary(Protocol):
    """What the window tells about a scene before it is rendered (`renderer.overview.SceneInfo`)."""

    @property
    def name(self) -> str:
        """Of the scene."""

    @property
    def cameras(self) -> tuple[str, ...]:
        """Names; none: the view is automatic."""

    @property
    def triangles(self) -> int:
        """In the picture, every instance counted."""

    @property
    def instances(self) -> int:
        """Meshes in the picture."""

    @property
    def images(self) -> int:
        """Textures."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is missing that the picture can do without, in words."""

    @property
    def animated(self) -> bool:
        """Whether it looks different at different times."""

    @property
    def duration_s(self) -> float:
        """When its animations end; 0 where that is not known."""


class SaveImage(Protocol):
    """Writes an image file (`renderer.output.save_image`)."""

    def __call__(
        self,
        path: Path,
        pixels: Floats,
        *,
        look: Any,
        options: Any,
        metadata: Mapping[str, str | float | int],
        layers: Mapping[str, Any],
        stamp: str,
    ) -> None:
        """Write, or raise an error whose text names the file and the way out."""


@dataclass(frozen=True)
class WindowServices:
    """Doors to files, network and clock.

    Attributes:
        inspect_scene: runs off the GUI thread; raises with a text for the artist.
        save_image: likewise.
        denoise: likewise; takes a film's pixels, the frame's settings, and who is told the
            progress.
        read_picture: reads an image file as linear light, (H, W, 3 or 4); likewise.
        make_key: writes a new key file; raises with a text for the artist.
        now_s: monotonic clock.
        clock: local time "HH:MM:SS".
    """

    resolver: Resolver
    finder: Finder
    inspect_scene: Callable[[Path], SceneSummary]
    save_image: SaveImage
    denoise: Callable[[Floats, Any, Callable[[float], bool]], Floats]
    read_picture: Callable[[Path], Floats]
    demo_scene: Callable[[], Path]
    make_key: Callable[[Path], None]
    now_s: Callable[[], float] = time.monotonic
    clock: Callable[[], str] = lambda: time.strftime("%H:%M:%S")


@dataclass(frozen=True)
class WindowPaths:
    """Where the window keeps what it remembers."""

    servers: Path
    preferences: Path
    geometry: Path
    history: Path
    unfinished: Path


class QtResolver(QObject):
    """`Resolver` by QHostInfo, which has threads of its own."""

    def resolve(self, name: str, done: OnResolved) -> None:
        """Look a name up."""
        lookup = _Lookup(name, done, self)
        # PySide's stub lists this overload with a wrong first argument.
        cast("Any", QHostInfo.lookupHost)(name, lookup.answer)


class _Lookup(QObject):
    """One look-up: a slot of its own makes Qt answer in the caller's thread."""

    def __init__(self, name: str, done: OnResolved, parent: QObject) -> None:
        super().__init__(parent)
        self._name = name
        self._done = done

    @Slot(QHostInfo)
    def answer(self, info: QHostInfo) -> None:
        """Pass the answer on and end."""
        if info.error() == QHostInfo.HostInfoError.NoError:
            self._done(tuple(dict.fromkeys(a.toString() for a in info.addresses())), "")
        else:
            self._done((), f"{self._name}: {info.errorString()}")
        self.deleteLater()


def make_services(parent: QObject) -> WindowServices:
    """Return the real ones. What is heavy is imported when it is first used."""
    from network.qt_finder import QtFinder

    return WindowServices(
        resolver=QtResolver(parent),
        finder=QtFinder(parent=parent),
        inspect_scene=_inspect_scene,
        save_image=_save_image,
        denoise=_denoise,
        read_picture=_read_picture,
        demo_scene=_demo_scene,
        make_key=_make_key,
    )


def _inspect_scene(path: Path) -> SceneSummary:
    from renderer.formats import inspect_scene

    return inspect_scene(path)


def _save_image(
    path: Path,
    pixels: Floats,
    *,
    look: Any,
    options: Any,
    metadata: Mapping[str, str | float | int],
    layers: Mapping[str, Any],
    stamp: str,
) -> None:
    from renderer.output import save_image

    save_image(
        path,
        pixels,
        look=look,
        options=options,
        metadata=metadata,
        layers=layers,
        stamp=stamp,
    )


def _denoise(film: Floats, settings: Any, on_progress: Callable[[float], bool]) -> Floats:
    from app.saving.finishing import denoise_film
    from app.system.threads import default_threads

    return denoise_film(film, settings, default_threads(), on_progress)


def _read_picture(path: Path) -> Floats:
    from renderer.radiance_files import read_radiance

    return read_radiance(path, path.name, MAX_PICTURE_PX)


def _demo_scene() -> Path:
    from app.system.demo import demo_scene

    return demo_scene()


def _make_key(path: Path) -> None:
    from network.keys import new_key, write_key_file

    write_key_file(path, new_key())
