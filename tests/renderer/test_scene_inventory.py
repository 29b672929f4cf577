"""Every file that a scene may name is found before anything is sent."""

import json
from pathlib import Path

import pytest

from renderer.formats import scan_assets
from renderer.scene import SceneError

#: Where a glTF material may name a texture: extension ("" for the material itself) and property.
SLOTS = [
    ("pbr", "baseColorTexture"),
    ("pbr", "metallicRoughnessTexture"),
    ("", "normalTexture"),
    ("", "emissiveTexture"),
    ("KHR_materials_clearcoat", "clearcoatTexture"),
    ("KHR_materials_clearcoat", "clearcoatRoughnessTexture"),
    ("KHR_materials_iridescence", "iridescenceTexture"),
    ("KHR_materials_iridescence", "iridescenceThicknessTexture"),
    ("KHR_materials_anisotropy", "anisotropyTexture"),
    ("KHR_materials_sheen", "sheenColorTexture"),
    ("KHR_materials_transmission", "transmissionTexture"),
    ("KHR_materials_volume", "thicknessTexture"),
    ("KHR_materials_specular", "specularColorTexture"),
]


def write_scene(folder: Path) -> tuple[Path, list[str]]:
    """Write a scene with a texture of its own in every slot; returns the files' labels."""
    material: dict = {"pbrMetallicRoughness": {}, "extensions": {}}
    images = []
    for number, (owner, slot) in enumerate(SLOTS):
        images.append({"uri": f"textures/{slot}.png"})
        place = material
        if owner == "pbr":
            place = material["pbrMetallicRoughness"]
        elif owner:
            place = material["extensions"].setdefault(owner, {})
        place[slot] = {"index": number}
    document = {
        "asset": {"version": "2.0"},
        "buffers": [{"uri": "mesh.bin", "byteLength": 4}, {"uri": "more.bin", "byteLength": 4}],
        "images": images,
        "textures": [{"source": number} for number in range(len(images))],
        "materials": [material],
    }
    (folder / "textures").mkdir()
    labels = ["mesh.bin", "more.bin", *(image["uri"] for image in images)]
    for label in labels:
        (folder / label).write_bytes(b"1234")
    scene = folder / "scene.gltf"
    scene.write_text(json.dumps(document))
    return scene, labels


def test_every_buffer_and_texture_of_a_gltf_scene_is_found(tmp_path: Path) -> None:
    scene, labels = write_scene(tmp_path)

    found = [asset.label for asset in scan_assets(scene)]

    assert found[0] == "scene.gltf"
    missed = set(labels) - set(found)
    assert missed == set()


@pytest.mark.parametrize("slot", [slot for _, slot in SLOTS])
def test_missing_texture_is_named_with_its_path(tmp_path: Path, slot: str) -> None:
    scene, _ = write_scene(tmp_path)
    missing = tmp_path / "textures" / f"{slot}.png"
    missing.unlink()

    with pytest.raises(SceneError, match=f"textures/{slot}.png") as caught:
        scan_assets(scene)
    assert str(missing) in str(caught.value)


def test_content_inside_a_glb_is_one_file() -> None:
    demo = Path(__file__).parents[2] / "resources" / "demo" / "demo.glb"

    assert [asset.label for asset in scan_assets(demo)] == ["demo.glb"]
