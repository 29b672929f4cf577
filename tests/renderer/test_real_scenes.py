"""The scenes that lie beside the repository, where there are any."""

from pathlib import Path

import numpy as np
import pytest
from test_gltf_errors import check_scene

from renderer import formats
from renderer.assets import FolderAssets
from renderer.environment import load_environment
from renderer.formats import inspect_scene, load_scene, scan_assets
from renderer.gltf import draco
from renderer.scene import SceneError

SCENES = Path(__file__).resolve().parents[3] / "shared" / "scenes"
FILES = sorted(path for path in SCENES.rglob("*.gl*") if path.suffix in (".gltf", ".glb"))
OBJ_FILES = sorted(SCENES.rglob("*.obj"))
MAPS = sorted((SCENES / "_hdr").glob("*"))
#: What these files must be refused for.
REFUSED = {
    "Compatibility_04.gltf": "only glTF 2.0 can be read",
    "Compatibility_05.gltf": "FAKE_materials_quantumRendering",
    # Decoded from their .meshopt.glb (which load) by a program that lost every second index.
    "DreamApartment.glb": "index 196 is out of range",
    "JapaneseBridgeGarden.glb": "index 8290 is out of range",
}

if not draco.is_installed():
    REFUSED["suzi.glb"] = "python -m pip install DracoPy"

pytestmark = pytest.mark.skipif(not FILES, reason="there are no scenes beside the repository")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scene_loads_as_its_overview_says_or_is_refused_by_name(path):
    if path.name in REFUSED:
        with pytest.raises(SceneError, match=REFUSED[path.name]):
            load_scene(FolderAssets(path.parent), path.name)
        return

    scene = load_scene(FolderAssets(path.parent), path.name)

    check_scene(scene)
    info = inspect_scene(path)
    shown = [len(scene.meshes[i.mesh].triangles) for i in scene.instances]
    assert sum(shown) == info.triangles > 0
    assert len(scene.images) == info.images
    assert len(scan_assets(path)) >= 1


@pytest.mark.parametrize("path", OBJ_FILES, ids=lambda path: path.stem)
def test_obj_scene_loads_with_its_textures(path):
    scene = formats.load_scene(FolderAssets(path.parent), path.name)

    check_scene(scene)
    assert scene.warnings == ()
    assert all(mesh.uv_sets for mesh in scene.meshes)
    assert formats.inspect_scene(path).triangles == sum(len(m.triangles) for m in scene.meshes)
    # The furniture has a material file and a texture beside the scene file; the cow has neither.
    assert len(scan_assets(path)) == 1 + 2 * len(scene.images)


@pytest.mark.parametrize("path", MAPS, ids=lambda path: path.name)
def test_environment_map_loads(path):
    radiance = load_environment(path).radiance

    assert radiance.shape[1] == 2 * radiance.shape[0]
    assert np.isfinite(radiance).all()
    assert 0.1 < radiance.mean() < 100
