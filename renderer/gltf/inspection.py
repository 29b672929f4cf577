"""A quick look at a scene file: what is in it, from its JSON alone."""

from __future__ import annotations

from pathlib import Path

from renderer.gltf.accessors import AccessorReader
from renderer.gltf.animations import find_duration_s, has_animations
from renderer.gltf.document import Document
from renderer.gltf.extensions import extension_names
from renderer.gltf.materials import read_materials
from renderer.gltf.nodes import Node, NodeTree, count_placements, scene_name
from renderer.gltf.primitives import count_triangles
from renderer.gltf.textures import TextureTable
from renderer.gltf.views import read_cameras, read_lights
from renderer.overview import SceneInfo
from renderer.scene import SceneError


def inspect_gltf(path: Path) -> SceneInfo:
    """Reads what a scene file holds; no buffer or image is touched.

    Args:
        path: a `.gltf` or `.glb` file.

    Raises:
        SceneError: the file is missing, damaged or needs an extension that is not supported.
    """
    document = Document(_OneFile(path), path.name)
    textures = TextureTable(document)
    materials = read_materials(document, textures)
    nodes = NodeTree(document).shown()
    triangles, instances, meshes = _count_meshes(document, nodes)
    return SceneInfo(
        name=scene_name(document),
        cameras=tuple(camera.name for camera in read_cameras(document, nodes)),
        triangles=triangles,
        meshes=meshes,
        instances=instances,
        materials=len(materials),
        images=len(textures.image_places),
        lights=len(read_lights(document, nodes)),
        extensions_used=extension_names(document.root, "extensionsUsed"),
        animated=has_animations(document),
        duration_s=find_duration_s(document),
        generator=document.root.need("asset").choice("generator", "")[:200],
    )


class _OneFile:
    """Finds the scene file and nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def path(self, label: str) -> Path:
        if label != self._path.name:
            raise SceneError(f"{label!r} is not read for an overview")
        return self._path


def _count_meshes(document: Document, nodes: list[Node]) -> tuple[int, int, int]:
    """Triangles, instances and different meshes that the nodes show."""
    accessors = AccessorReader(document)
    triangles_of: dict[int, int] = {}
    triangles = instances = 0
    for node in nodes:
        reference = node.place.find("mesh")
        if reference is None:
            continue
        index = document.index(reference, "meshes")
        if index not in triangles_of:
            primitives = document.array("meshes")[index].need("primitives").children()
            triangles_of[index] = sum(count_triangles(p, accessors) for p in primitives)
        count = count_placements(node.place, accessors)
        triangles += triangles_of[index] * count
        instances += count
    return triangles, instances, len(triangles_of)
