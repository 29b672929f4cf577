"""What is in a scene file, to be shown before it is rendered."""

from __future__ import annotations

from dataclasses import dataclass

GLTF_SUFFIXES = (".gltf", ".glb")
#: Endings of all files that can be opened as a scene.
SCENE_SUFFIXES = (*GLTF_SUFFIXES, ".obj", ".ply", ".stl")


@dataclass(frozen=True)
class SceneInfo:
    """What a scene file holds.

    Attributes:
        name: of the default scene, else of the file.
        cameras: names, as `RenderSettings.camera` takes them; empty: the view is automatic.
        triangles: in the picture, every instance counted.
        meshes, instances, materials, images, lights: how many are in use (materials: all).
        extensions_used: as the file lists them.
        generator: the program that wrote the file.
        warnings: what is missing that the picture can do without, in words.
        animated: whether `RenderSettings.time_s` makes a difference.
        duration_s: when its animations end, seconds; 0 where the file does not tell.
    """

    name: str
    cameras: tuple[str, ...]
    triangles: int
    meshes: int
    instances: int
    materials: int
    images: int
    lights: int
    extensions_used: tuple[str, ...] = ()
    generator: str = ""
    warnings: tuple[str, ...] = ()
    animated: bool = False
    duration_s: float = 0.0
