"""What the tracer relies on in every scene that a loader hands over."""

import numpy as np

from renderer.scene import Scene


def check_scene(scene: Scene) -> None:
    """Every index inside of its array, everything finite."""
    for mesh in scene.meshes:
        assert mesh.triangles.min() >= 0
        assert mesh.triangles.max() < len(mesh.positions)
        assert np.isfinite(mesh.positions).all()
        assert 0 <= mesh.material < len(scene.materials)
        for attribute in (mesh.normals, mesh.tangents, mesh.colors, *mesh.uv_sets):
            assert attribute is None or len(attribute) == len(mesh.positions)
            assert attribute is None or np.isfinite(attribute).all()
    for instance in scene.instances:
        assert 0 <= instance.mesh < len(scene.meshes)
        assert np.isfinite(instance.transform).all()
    for texture in scene.textures:
        assert 0 <= texture.image < len(scene.images)
