"""Who races, and on which scenes: for `speed` and `equal_error`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from renderer.assets import FolderAssets, MappedAssets
from renderer.formats import load_scene
from renderer.prepare import prepare_scene
from renderer.scene import Instance, Material, Scene
from renderer.settings import RenderSettings
from tests.benchmarks.case import CORNELL, make_cornell_scene
from tests.benchmarks.cycles_process import Cycles
from tests.benchmarks.ours import Ours
from tests.benchmarks.timing import Run, time_run

if TYPE_CHECKING:
    from tests.benchmarks.peers import Mitsuba

#: From the benchmark box's lamp to its ceiling.
LAMP_GAP_M = 0.0005


@dataclass(frozen=True)
class Contender:
    """Somebody who has a scene open.

    Attributes:
        name: for tables.
        render: makes a number of samples per pixel, another noise each time.
        share: how much of the common number of samples a slow one gets, for the sake of time.
    """

    name: str
    render: Callable[[int], Run]
    share: float = 1.0


def add_arguments(parser: argparse.ArgumentParser, variants: tuple[str, ...]) -> None:
    """Define what `enter` and `load_scenes` want to know."""
    parser.add_argument("scenes", nargs="*", help="SCENE.glb or SCENE.glb,SKY.hdr")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--variants", nargs="*", default=variants, help="of Mitsuba")
    parser.add_argument("--cycles", default="", help="a Python that has bpy")


def load_scenes(arguments: list[str], settings: RenderSettings) -> list[tuple[str, Scene]]:
    """Return names and complete scenes; without arguments Cornell's two."""
    if not arguments:
        plain = load_scene(FolderAssets(CORNELL.parent), CORNELL.name)
        return [
            ("Cornell box, diffuse", cover_lamp(make_cornell_scene())),
            ("Cornell box, glTF", cover_lamp(plain)),
        ]
    found = []
    for argument in arguments:
        scene_path, _, sky = argument.partition(",")
        path = Path(scene_path)
        named = replace(settings, environment="sky" if sky else "")
        scene = prepare_scene(_Beside(path, sky), path.name, named)
        # Many are called scene.gltf.
        found.append((path.parent.name if path.stem == "scene" else path.stem, scene))
    return found


def cover_lamp(scene: Scene) -> Scene:
    """Lay a black sheet into the gap between the box's lamp and its ceiling.

    The lamp hangs half a millimetre below the ceiling. Ours and Cycles' shine on both sides, and
    what leaks out of the gap is all fireflies; Mitsuba's back is dark. Now everybody's is.
    """
    lamp = next(i for i in scene.instances if max(_material(scene, i).emission) > 0.0)
    mesh, number = scene.meshes[lamp.mesh], len(scene.materials)
    black = Material("Cover", (0.0, 0.0, 0.0, 1.0), metallic=0.0, roughness=1.0, specular=0.0)
    cover = replace(mesh, material=number, name="Cover")
    raised = lamp.transform.copy()
    raised[1, 3] += LAMP_GAP_M / 2.0
    return replace(
        scene,
        meshes=(*scene.meshes, cover),
        instances=(*scene.instances, Instance(len(scene.meshes), raised, "Cover")),
        materials=(*scene.materials, black),
    )


def _material(scene: Scene, instance: Instance) -> Material:
    return scene.materials[scene.meshes[instance.mesh].material]


class _Beside(MappedAssets):
    """The files beside a scene, and a sky from anywhere."""

    def __init__(self, scene: Path, sky: str) -> None:
        super().__init__({"sky": Path(sky)} if sky else {})
        self._folder = FolderAssets(scene.parent)

    def path(self, label: str) -> Path:
        """See `AssetSource`."""
        return super().path(label) if label == "sky" else self._folder.path(label)


def enter(
    ours: Ours,
    scene: Scene,
    settings: RenderSettings,
    options: argparse.Namespace,
    stack: ExitStack,
) -> list[Contender]:
    """Open the scene in everybody, ours first; `stack` closes it."""
    from tests.benchmarks.peers import Mitsuba  # not everybody who wants a scene has it

    contenders = [Contender("Bucket Brigade", OurScene(ours, scene, settings).render)]
    for variant in options.variants:
        peer = Mitsuba(variant, scene, settings, options.threads)
        share = 0.5 if variant.startswith("scalar") else 1.0
        contenders.append(Contender(peer.name, partial(_run_mitsuba, peer), share))
    if options.cycles:
        cycles = stack.enter_context(Cycles(options.cycles, scene, settings, options.threads))
        contenders.append(Contender(cycles.name, cycles.render, 0.5))
    contenders[0].render(4)
    return contenders


class OurScene:
    """A scene in our tracer; opened anew for each picture, since that sets the seed."""

    def __init__(self, ours: Ours, scene: Scene, settings: RenderSettings) -> None:
        """Opening is not counted, so nothing happens here."""
        self._ours, self._scene, self._settings = ours, scene, settings
        self._seed = 0

    def render(self, samples: int) -> Run:
        """Return the picture with a seed not used before."""
        self._seed += 1
        order = replace(self._settings, samples=samples, seed=self._seed)
        return self._ours.render(self._scene, order)


def _run_mitsuba(peer: Mitsuba, samples: int) -> Run:
    return time_run(lambda: peer.render(samples))
