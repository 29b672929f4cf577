"""Cycles as a contender: a child process under another Python, see `cycles_peer`."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from renderer.scene import Floats, Scene
from renderer.settings import RenderSettings
from tests.benchmarks.cycles_scene import export_scene
from tests.benchmarks.timing import Run


class Cycles:
    """A scene in Cycles, ready to be rendered again and again."""

    def __init__(self, python: str, scene: Scene, settings: RenderSettings, threads: int) -> None:
        """Export the scene and start the child.

        Args:
            python: an interpreter that can `import bpy`.
            scene: complete.
            settings: frame and depths; samples are given to `render`.
            threads: as many as everybody has.

        Raises:
            RuntimeError: the child ended; its words stand on standard error.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="brigade-cycles-")
        folder = Path(self._folder.name)
        export_scene(scene, settings, folder)
        script = Path(__file__).with_name("cycles_peer.py")
        self._child = subprocess.Popen(
            [python, str(script), str(folder), str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(folder / "log.txt").open("w"),
            text=True,
        )
        self.name = f"Cycles {self._receive()['version']}"
        self._seed = 0
        self._ask(1)

    def render(self, samples: int, seed: int | None = None) -> Run:
        """Render; times are without those of a frame of one sample, which is mostly opening.

        Args:
            samples: per pixel, at least 2.
            seed: None for one not used before.
        """
        opening = self._ask(1)
        answer = self._ask(samples, seed)
        share = samples / (samples - 1)
        return Run(
            self._load(),
            (answer["wall_s"] - opening["wall_s"]) * share,
            (answer["core_s"] - opening["core_s"]) * share,
        )

    def __enter__(self) -> Cycles:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        self._child.kill()
        self._child.wait()
        self._folder.cleanup()

    def _ask(self, samples: int, seed: int | None = None) -> dict[str, Any]:
        self._seed += 1
        order = {
            "samples": samples,
            "seed": self._seed if seed is None else seed,
            "save": str(self._picture),
        }
        assert self._child.stdin is not None
        print(json.dumps(order), file=self._child.stdin, flush=True)
        return self._receive()

    @property
    def _picture(self) -> Path:
        return Path(self._folder.name) / "frame.npy"

    def _load(self) -> Floats:
        picture: Floats = np.load(self._picture)
        return picture

    def _receive(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            log = (Path(self._folder.name) / "log.txt").read_text(encoding="utf-8")
            raise RuntimeError(f"Cycles ended: {log[-2000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer
