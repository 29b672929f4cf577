"""OBJ files as scenes: geometry, materials and images together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from renderer.assets import AssetSource
from renderer.file_names import is_file
from renderer.images import MORE_FORMATS, EncodedImage
from renderer.meshfiles.files import read_bytes
from renderer.meshfiles.lines import TextLines
from renderer.meshfiles.mtl import MtlMap, MtlMaterial, beside, read_mtl
from renderer.meshfiles.mtl_images import ImageRecipe
from renderer.meshfiles.mtl_materials import MtlConverter
from renderer.meshfiles.obj import read_libraries, read_obj
from renderer.meshfiles.obj_meshes import make_meshes
from renderer.scene import Instance, Material, Scene, SceneError


@dataclass(frozen=True)
class Libraries:
    """The MTL files of an OBJ file.

    Attributes:
        labels: of those that there are.
        materials: by name.
        warnings: one text for every file that is missing.
    """

    labels: tuple[str, ...]
    materials: Mapping[str, MtlMaterial]
    warnings: tuple[str, ...]


def load_obj(
    source: AssetSource, label: str
) -> tuple[Scene, list[ImageRecipe], dict[str, EncodedImage]]:
    """Loads an OBJ file and its MTL files.

    Returns:
        The scene without its images; how these are made; and their files, still encoded.

    Raises:
        SceneError: a file is damaged or an image is missing. Without its MTL file a scene is grey,
            which `Scene.warnings` tells.
    """
    geometry = read_obj(read_bytes(source, label), label)
    libraries = read_materials(source, label, geometry.libraries)
    meshes = make_meshes(geometry)
    converter = MtlConverter()
    used = sorted({mesh.material for mesh in meshes})
    names = [geometry.material_names[index] for index in used]
    materials = [converter.convert(name, libraries.materials.get(name)) for name in names]
    undefined = [n for n in names if n and n not in libraries.materials] if libraries.labels else []
    warnings = list(libraries.warnings)
    if undefined:
        warnings.append(f"{label}: no MTL file describes {', '.join(undefined[:5])}: left grey")
    meshes = [replace(mesh, material=used.index(mesh.material)) for mesh in meshes]
    encoded = {
        image.label: _read_image(source, image, owner)
        for owner, image in used_images(libraries, names)
    }
    scene = Scene(
        meshes=tuple(meshes),
        instances=tuple(Instance(i, np.eye(4), mesh.name) for i, mesh in enumerate(meshes)),
        materials=tuple(_undarkened(material, geometry.colors) for material in materials),
        textures=tuple(converter.textures),
        name=label,
        warnings=tuple(warnings),
    )
    return scene, converter.recipes, encoded


def list_obj_files(source: AssetSource, label: str) -> list[tuple[str, Path]]:
    """Labels and places of the MTL files and images that an OBJ file needs.

    They are found by the code that loads them, so that a list made on the client and the loader
    on a server never disagree.

    Raises:
        SceneError: an image is missing.
    """
    lines = TextLines(read_bytes(source, label), label)
    libraries = read_materials(source, label, read_libraries(lines))
    rows = lines.keyed(b"usemtl").tolist()
    names = list(dict.fromkeys(lines.text(row, b"usemtl")[:200] for row in rows))
    files = [(library, source.path(library)) for library in libraries.labels]
    for owner, image in used_images(libraries, names):
        files.append((image.label, _existing_image(source, image, owner)))
    return files


def find_missing_libraries(source: AssetSource, label: str) -> tuple[str, ...]:
    """A text for every MTL file that an OBJ file names and that is not there."""
    lines = TextLines(read_bytes(source, label), label)
    return read_materials(source, label, read_libraries(lines)).warnings


def read_materials(source: AssetSource, label: str, named: Iterable[tuple[int, str]]) -> Libraries:
    """The MTL files that an OBJ file names, as far as they are there."""
    labels: list[str] = []
    materials: dict[str, MtlMaterial] = {}
    warnings: list[str] = []
    for _, name in named:
        library = beside(label, name)
        if library in labels:
            continue
        if not _is_there(source, library):
            warnings.append(f"{label}: its material file {name[:200]!r} is missing: left grey")
            continue
        labels.append(library)
        for key, material in read_mtl(read_bytes(source, library), library).items():
            materials.setdefault(key, material)
    return Libraries(tuple(labels), materials, tuple(warnings))


def used_images(libraries: Libraries, names: Iterable[str]) -> list[tuple[MtlMaterial, MtlMap]]:
    """The maps of the materials in use, each image once, with the material that names it."""
    found: dict[str, tuple[MtlMaterial, MtlMap]] = {}
    for name in names:
        material = libraries.materials.get(name)
        if material is None:
            continue
        for kind, image in material.maps.items():
            if kind != "bump" or "norm" not in material.maps:
                found.setdefault(image.label, (material, image))
    return list(found.values())


def _read_image(source: AssetSource, image: MtlMap, owner: MtlMaterial) -> EncodedImage:
    path = _existing_image(source, image, owner)
    where = f"{owner.file}: line {image.line} ({image.label})"
    try:
        return EncodedImage(where, path.read_bytes(), MORE_FORMATS)
    except OSError as error:
        raise SceneError(f"{where}: cannot be read: {error.strerror} ({path})") from error


def _existing_image(source: AssetSource, image: MtlMap, owner: MtlMaterial) -> Path:
    """Where an image is: as the MTL file says, or right beside that file."""
    path = source.path(image.label)
    if not is_file(path):
        try:
            near = source.path(beside(owner.file, image.label.rpartition("/")[2]))
        except SceneError:
            near = path
        if not is_file(near):
            raise SceneError(
                f"{owner.file}: line {image.line}: the scene needs {image.label!r}, but there is "
                f"no such file ({path}); put it there or remove the line"
            )
        path = near
    return path


def _is_there(source: AssetSource, label: str) -> bool:
    try:
        return is_file(source.path(label))
    except SceneError:  # a server was not sent what the client does not have
        return False


def _undarkened(material: Material, colors: object) -> Material:
    """Vertex colours stand for themselves where no file gives the material a colour."""
    if colors is None or material.name:
        return material
    return replace(material, base_color=(1.0, 1.0, 1.0, 1.0))
