"""glTF 2.0 files into `renderer.scene.Scene`."""

from __future__ import annotations

from collections.abc import Callable

from renderer.assets import AssetSource
from renderer.gltf.accessors import AccessorReader
from renderer.gltf.animations import read_pose
from renderer.gltf.document import Document
from renderer.gltf.instances import place_meshes
from renderer.gltf.materials import read_materials
from renderer.gltf.meshes import MeshBuilder
from renderer.gltf.nodes import NodeTree, scene_name
from renderer.gltf.textures import TextureTable
from renderer.gltf.views import read_cameras, read_lights
from renderer.images import decode_images
from renderer.scene import Image, Scene

#: How the time of loading is shared, roughly: a texture costs what many triangles do.
_GEOMETRY_SHARE = 0.4


def load_gltf(
    source: AssetSource,
    label: str,
    progress: Callable[[float], None] = lambda fraction: None,
    *,
    time_s: float | None = None,
) -> Scene:
    """Loads the default scene of a `.gltf` or `.glb` file.

    Skins and morph targets are shown in the pose of the nodes, or of the animations; points
    and lines are left out.

    Args:
        source: finds the scene's files.
        label: the scene file's label.
        progress: called with the fraction that is done, 0..1, never falling.
        time_s: where in its animations the scene is shown, seconds; None: as the nodes stand.

    Returns:
        The scene as the file describes it: perhaps without camera, light, or triangles.

    Raises:
        SceneError: a file is missing, damaged or unsupported; names the file and the place in it.
    """
    document = Document(source, label)
    progress(0.05)
    textures = TextureTable(document)
    materials = read_materials(document, textures)
    accessors = AccessorReader(document)
    pose = None if time_s is None else read_pose(document, accessors, time_s)
    tree = NodeTree(document, pose)
    nodes = tree.shown()
    builder = MeshBuilder(document, accessors, tree, materials)
    instances = place_meshes(nodes, builder, accessors)
    progress(_GEOMETRY_SHARE)
    images = _decode(textures, progress)
    progress(1.0)
    return Scene(
        meshes=tuple(builder.meshes),
        instances=tuple(instances),
        materials=tuple(materials),
        textures=tuple(textures.textures),
        images=images,
        lights=read_lights(document, nodes),
        cameras=read_cameras(document, nodes),
        name=scene_name(document),
    )


def _decode(textures: TextureTable, progress: Callable[[float], None]) -> tuple[Image, ...]:
    encoded = textures.encoded_images()
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        progress(_GEOMETRY_SHARE + (1.0 - _GEOMETRY_SHARE) * done / len(encoded))

    return decode_images(encoded, advance)
