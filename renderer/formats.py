"""All kinds of scene files, told apart by the ending of their label.

The label decides, not the path: on a server a file lies in a cache, under its digest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from renderer.assets import AssetFile, AssetSource, FolderAssets
from renderer.gltf.inspection import inspect_gltf
from renderer.gltf.loader import load_gltf
from renderer.gltf.references import list_gltf_files
from renderer.images import EncodedImage, decode_images
from renderer.meshfiles.mtl_images import ImageRecipe, make_image
from renderer.meshfiles.obj_scene import find_missing_libraries, list_obj_files, load_obj
from renderer.meshfiles.ply import list_ply_files, load_ply
from renderer.meshfiles.stl import load_stl
from renderer.overview import GLTF_SUFFIXES, SCENE_SUFFIXES, SceneInfo
from renderer.scene import Image, Scene, SceneError

Progress = Callable[[float], None]
#: A mesh file's share of progress; its images have the rest.
_GEOMETRY_SHARE = 0.7


def load_scene(
    source: AssetSource,
    label: str,
    progress: Progress = lambda fraction: None,
    *,
    time_s: float | None = None,
) -> Scene:
    """Loads a scene file of any kind.

    Args:
        source: finds the scene's files.
        label: the scene file's label.
        progress: called with the fraction that is done, 0..1, never falling.
        time_s: where in its animations the scene is shown, seconds; None: as it stands.

    Returns:
        The scene as the file describes it: perhaps without camera or light.

    Raises:
        SceneError: a file is missing, damaged or unsupported; names the file and the place in it.
    """
    if _suffix(label) in GLTF_SUFFIXES:
        return load_gltf(source, label, progress, time_s=time_s)
    scene, make_images = _load_mesh_file(source, label)
    progress(_GEOMETRY_SHARE)
    scene = replace(scene, images=make_images())
    progress(1.0)
    return scene


def inspect_scene(path: Path) -> SceneInfo:
    """Reads what a scene file holds; of glTF only the JSON, and of no kind the images.

    Raises:
        SceneError: the file is missing, damaged or unsupported.
    """
    if _suffix(path.name) in GLTF_SUFFIXES:
        return inspect_gltf(path)
    scene, _ = _load_mesh_file(FolderAssets(path.parent), path.name)
    return SceneInfo(
        name=scene.name,
        cameras=(),
        triangles=sum(len(mesh.triangles) for mesh in scene.meshes),
        meshes=len(scene.meshes),
        instances=len(scene.instances),
        materials=len(scene.materials),
        images=len({texture.image for texture in scene.textures}),
        lights=0,
        warnings=scene.warnings,
    )


def scan_assets(scene_path: Path) -> list[AssetFile]:
    """Lists the scene file and every file it needs, the scene file first.

    Of a glTF file only the JSON is read, of an OBJ file all.

    Args:
        scene_path: a scene file of any kind.

    Returns:
        Each file once; the scene file's label is its name.

    Raises:
        SceneError: the scene cannot be read, or a file it needs is missing.
    """
    source = FolderAssets(scene_path.parent)
    files = {scene_path.name: AssetFile(scene_path.name, scene_path)}
    for label, path in _list_files(source, scene_path.name):
        files.setdefault(label, AssetFile(label, path))
    return list(files.values())


def find_warnings(path: Path) -> tuple[str, ...]:
    """What a scene file lacks that its picture can do without, in words; loads nothing.

    Raises:
        SceneError: the file is missing or unsupported.
    """
    if _suffix(path.name) != ".obj":
        return ()
    return find_missing_libraries(FolderAssets(path.parent), path.name)


def _suffix(label: str) -> str:
    """The ending of the label.

    Raises:
        SceneError: nothing reads such files.
    """
    suffix = PurePosixPath(label).suffix.lower()
    if suffix not in SCENE_SUFFIXES:
        raise SceneError(
            f"{label}: scenes are {', '.join(SCENE_SUFFIXES)} files; export it as .glb"
        )
    return suffix


def _list_files(source: AssetSource, label: str) -> list[tuple[str, Path]]:
    """Labels and places of the files that a scene file needs besides itself; may repeat.

    Raises:
        SceneError: the scene cannot be read, or a file it needs is missing.
    """
    suffix = _suffix(label)
    if suffix in GLTF_SUFFIXES:
        return list_gltf_files(source, label)
    if suffix == ".obj":
        return list_obj_files(source, label)
    return list_ply_files(source, label) if suffix == ".ply" else []


def _load_mesh_file(
    source: AssetSource, label: str
) -> tuple[Scene, Callable[[], tuple[Image, ...]]]:
    """The scene without its images, and what makes them."""
    suffix = _suffix(label)
    if suffix == ".stl":
        return load_stl(source, label), tuple
    if suffix == ".ply":
        scene, encoded = load_ply(source, label)
        return scene, lambda: decode_images(encoded)
    scene, recipes, files = load_obj(source, label)
    return scene, lambda: _make_images(recipes, files)


def _make_images(recipes: list[ImageRecipe], files: dict[str, EncodedImage]) -> tuple[Image, ...]:
    """The images of an OBJ file's materials."""
    labels = list(files)
    decoded = dict(zip(labels, decode_images(list(files.values())), strict=True))
    return tuple(make_image(recipe, decoded.__getitem__) for recipe in recipes)
