"""Under which names a scene's objects and materials have their mattes."""

from __future__ import annotations

from renderer.cryptomatte import Matte
from renderer.scene import Scene


def find_names(scene: Scene, matte: Matte) -> tuple[str, ...]:
    """Return the name of each material, or of each instance that has triangles.

    Things of one name share a matte: the copies of a chair, the parts of a mesh that has several
    materials. What has no name is called by its number.
    """
    if matte is Matte.MATERIAL:
        return tuple(m.name or f"material {i}" for i, m in enumerate(scene.materials))
    used = (i for i in scene.instances if len(scene.meshes[i.mesh].triangles))
    return tuple(i.name or scene.meshes[i.mesh].name or f"mesh {i.mesh}" for i in used)
