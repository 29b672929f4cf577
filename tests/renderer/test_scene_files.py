import base64
import dataclasses
import json

import numpy as np
import pytest
from gltf_builder import TRIANGLE, GltfBuilder, checker

from renderer.assets import FolderAssets, MappedAssets
from renderer.formats import inspect_scene, load_scene, scan_assets
from renderer.scene import SceneError


def textured_scene(image_name: str) -> GltfBuilder:
    builder = GltfBuilder()
    texture = builder.texture(checker(), name=image_name)
    builder.quad(builder.material(pbrMetallicRoughness={"baseColorTexture": {"index": texture}}))
    return builder


def labels(path) -> list[str]:
    return [file.label for file in scan_assets(path)]


def test_scan_lists_the_scene_its_buffers_and_its_images(tmp_path):
    path = textured_scene("textures/wood.png").write_gltf(tmp_path)

    files = scan_assets(path)

    assert [f.label for f in files] == ["scene.gltf", "scene.bin", "textures/wood.png"]
    assert all(f.path.is_file() for f in files)


def test_scan_of_a_binary_file_lists_what_is_outside_of_it(tmp_path):
    assert labels(textured_scene("").write_glb(tmp_path)) == ["scene.glb"]
    assert labels(textured_scene("a.png").write_glb(tmp_path)) == ["scene.glb", "a.png"]


def test_scan_leaves_out_images_that_no_material_uses(tmp_path):
    builder = textured_scene("used.png")
    builder.texture(checker(), name="unused.png")

    assert "unused.png" not in labels(builder.write_gltf(tmp_path))


def test_scan_lists_a_file_once_however_often_it_is_named(tmp_path):
    builder = textured_scene("a.png")
    builder.json["images"].append({"uri": "./x/../a.png"})
    texture = builder.add("textures", {"source": 1})
    builder.material(normalTexture={"index": texture})

    assert labels(builder.write_gltf(tmp_path)) == ["scene.gltf", "scene.bin", "a.png"]


@pytest.mark.parametrize("uri", ["my%20wood.png", "my wood.png"])
def test_scan_decodes_uris(tmp_path, uri):
    builder = textured_scene("my wood.png")
    builder.json["images"][0]["uri"] = uri

    assert labels(builder.write_gltf(tmp_path))[-1] == "my wood.png"


def test_scan_follows_windows_separators_and_folders_above(tmp_path):
    builder = textured_scene("shared/a.png")
    builder.write_gltf(tmp_path)
    builder.json["images"][0]["uri"] = "..\\shared\\a.png"
    builder.files.clear()
    (tmp_path / "scenes").mkdir()
    path = builder.write_gltf(tmp_path / "scenes")

    assert labels(path)[-1] == "../shared/a.png"
    assert len(load_scene(FolderAssets(path.parent), path.name).images) == 1


def test_scan_names_scene_uri_and_path_of_a_missing_file(tmp_path):
    path = textured_scene("wood.png").write_gltf(tmp_path)
    (tmp_path / "wood.png").unlink()

    with pytest.raises(
        SceneError, match=r"scene\.gltf: images\[0\]\.uri: .*'wood\.png'.*"
    ) as error:
        scan_assets(path)

    assert str(tmp_path / "wood.png") in str(error.value)


def test_scene_loads_the_same_from_nameless_cache_files(tmp_path):
    path = textured_scene("textures/wood.png").write_gltf(tmp_path)
    files = scan_assets(path)
    cache = tmp_path / "cache"
    cache.mkdir()
    mapping = {}
    for number, file in enumerate(files):
        mapping[file.label] = cache / f"{number:064x}"
        file.path.rename(mapping[file.label])

    scene = load_scene(MappedAssets(mapping), "scene.gltf")

    np.testing.assert_array_equal(scene.images[0].texels, checker())


def test_server_reaches_nothing_but_the_files_of_its_job(tmp_path):
    path = textured_scene("wood.png").write_gltf(tmp_path)
    mapping = {file.label: file.path for file in scan_assets(path)}
    document = json.loads(path.read_text())
    document["images"][0]["uri"] = "../secret.png"
    path.write_text(json.dumps(document))

    with pytest.raises(SceneError, match=r"images\[0\]\.uri: '\.\./secret\.png' is not among"):
        load_scene(MappedAssets(mapping), "scene.gltf")


def test_folder_refuses_absolute_labels(tmp_path):
    for label in ("/etc/passwd", "C:/a.png"):
        with pytest.raises(SceneError, match="is an absolute path"):
            FolderAssets(tmp_path).path(label)


def test_loader_reads_buffers_and_images_in_data_uris(tmp_path):
    builder = textured_scene("a.png")
    builder.write_gltf(tmp_path)
    document = dict(builder.json)
    data = base64.b64encode(builder.data).decode()
    uri = f"data:application/octet-stream;base64,{data}"
    document["buffers"] = [{"byteLength": len(builder.data), "uri": uri}]
    image = base64.b64encode(builder.files["a.png"]).decode()
    document["images"] = [{"uri": f"data:image/png;base64,{image}"}]
    path = tmp_path / "single.gltf"
    path.write_text(json.dumps(document))

    scene = load_scene(FolderAssets(tmp_path), "single.gltf")

    assert labels(path) == ["single.gltf"]
    assert len(scene.meshes[0].triangles) == 2
    np.testing.assert_array_equal(scene.images[0].texels, checker())


def test_loader_reports_progress_that_never_falls(tmp_path):
    path = textured_scene("a.png").write_gltf(tmp_path)
    fractions: list[float] = []

    load_scene(FolderAssets(tmp_path), path.name, fractions.append)

    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_both_forms_of_a_scene_are_equal(tmp_path):
    builder = textured_scene("a.png")
    text = load_scene(FolderAssets(tmp_path), builder.write_gltf(tmp_path).name)
    binary = load_scene(FolderAssets(tmp_path), builder.write_glb(tmp_path).name)

    assert text.materials[0].name == binary.materials[0].name
    np.testing.assert_array_equal(text.meshes[0].positions, binary.meshes[0].positions)
    np.testing.assert_array_equal(text.images[0].texels, binary.images[0].texels)


def test_inspection_counts_without_reading_buffers(tmp_path):
    builder = textured_scene("a.png")
    mesh = builder.mesh(builder.primitive(TRIANGLE), builder.primitive(TRIANGLE, mode=1))
    builder.node(mesh=mesh)
    offsets = builder.accessor(np.zeros((7, 3), np.float32))
    builder.node(
        mesh=mesh,
        extensions={"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": offsets}}},
    )
    builder.add("cameras", {"type": "perspective", "perspective": {"yfov": 1, "znear": 1}})
    builder.node(camera=0, name="front")
    builder.json["extensionsUsed"] = ["EXT_mesh_gpu_instancing"]
    builder.json["asset"]["generator"] = "by hand"
    builder.json["scenes"][0]["name"] = "Still life"
    path = builder.write_gltf(tmp_path)
    (tmp_path / "scene.bin").unlink()
    (tmp_path / "a.png").unlink()

    info = inspect_scene(path)

    assert dataclasses.asdict(info) == {
        "name": "Still life",
        "cameras": ("front",),
        "triangles": 2 + 1 + 7,
        "meshes": 2,
        "instances": 1 + 1 + 7,
        "materials": 1,
        "images": 1,
        "lights": 0,
        "extensions_used": ("EXT_mesh_gpu_instancing",),
        "generator": "by hand",
        "warnings": (),
        "animated": False,
        "duration_s": 0.0,
    }


def test_names_from_files_are_cut_to_one_printable_line(tmp_path):
    builder = GltfBuilder()
    builder.quad(name="a\x1b[31m\nb" + "c" * 1000)
    path = builder.write_glb(tmp_path)

    name = load_scene(FolderAssets(tmp_path), path.name).instances[0].name

    assert name.startswith("a [31m bc")
    assert len(name) <= 200
