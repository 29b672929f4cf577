"""The scenes that ship are small, load without complaint, and are what their scripts make."""

from pathlib import Path

import numpy as np
import pytest

from app.system.demo import benchmark_scene, demo_scene
from renderer.assets import FolderAssets
from renderer.formats import load_scene
from renderer.scene import Scene
from resources.benchmark.make import make_benchmark
from resources.demo.make import make_demo


def load(path: Path) -> Scene:
    return load_scene(FolderAssets(path.parent), path.name)


def brightest(scene: Scene) -> float:
    return max(max(material.emission) for material in scene.materials)


def test_demo_scene_is_under_two_megabytes():
    assert 100_000 < demo_scene().stat().st_size < 2_000_000


def test_demo_scene_has_camera_light_glass_metal_and_textures():
    scene = load(demo_scene())

    assert [camera.name for camera in scene.cameras] == ["Table"]
    assert brightest(scene) > 5
    assert any(m.transmission == 1 and m.thickness > 0 for m in scene.materials)
    metals = [m.roughness for m in scene.materials if m.metallic == 1]
    assert min(metals) < 0.25 < 0.4 < max(metals)
    assert sum(m.normal_slot is not None for m in scene.materials) >= 5
    assert len(scene.images) >= 10


def test_demo_scene_has_smooth_unit_normals_that_agree_with_its_triangles():
    for mesh in load(demo_scene()).meshes:
        assert mesh.normals is not None
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-3)
        a, b, c = (mesh.positions[mesh.triangles[:, k]].astype(float) for k in range(3))
        across = np.cross(b - a, c - a)
        smooth = mesh.normals[mesh.triangles].sum(axis=1)
        area = np.linalg.norm(across, axis=1)
        backwards = area[(across * smooth).sum(axis=1) < 0].sum()
        assert backwards <= 0.02 * area.sum(), mesh.name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "make"), [(demo_scene, make_demo), (benchmark_scene, make_benchmark)]
)
def test_shipped_file_is_what_its_script_makes(tmp_path, path, make):
    (tmp_path / "made.glb").write_bytes(make())

    shipped, made = load(path()), load(tmp_path / "made.glb")

    assert [m.name for m in shipped.materials] == [m.name for m in made.materials]
    assert [mesh.name for mesh in shipped.meshes] == [mesh.name for mesh in made.meshes]
    # Other processors' sines may differ in the last bit, other JPEG encoders by a few codes.
    for old, new in zip(shipped.meshes, made.meshes, strict=True):
        np.testing.assert_array_equal(old.triangles, new.triangles)
        np.testing.assert_allclose(old.positions, new.positions, atol=1e-6)
    for before, after in zip(shipped.images, made.images, strict=True):
        difference = np.abs(before.texels.astype(int) - after.texels.astype(int))
        assert np.mean(difference) < 2


def test_scripts_make_the_same_bytes_each_time():
    assert make_benchmark() == make_benchmark()


def test_benchmark_scene_is_the_cornell_box_of_36_triangles():
    scene = load(benchmark_scene())

    assert sum(len(scene.meshes[i.mesh].triangles) for i in scene.instances) == 36
    assert brightest(scene) == 17
    assert benchmark_scene().stat().st_size < 20_000
