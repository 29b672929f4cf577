import math

import numpy as np
import pytest
from gltf_builder import GltfBuilder, checker

from renderer.assets import FolderAssets
from renderer.formats import load_scene
from renderer.scene import AlphaMode, LightKind, Material, Scene, SceneError, TextureSlot, Wrap


def load(builder: GltfBuilder, folder) -> Scene:
    path = builder.write_glb(folder)
    return load_scene(FolderAssets(folder), path.name)


def load_material(folder, **members) -> Material:
    builder = GltfBuilder()
    builder.quad(builder.material(**members))
    return load(builder, folder).materials[0]


def test_material_without_members_has_the_format_s_defaults(tmp_path):
    assert load_material(tmp_path) == Material()


def test_primitive_without_material_gets_one_default_for_all(tmp_path):
    builder = GltfBuilder()
    builder.quad(builder.material(name="red"))
    builder.quad()
    builder.quad()

    scene = load(builder, tmp_path)

    assert [scene.meshes[i.mesh].material for i in scene.instances] == [0, 1, 1]
    assert [m.name for m in scene.materials] == ["red", "default"]


def test_loader_reads_metallic_roughness(tmp_path):
    material = load_material(
        tmp_path,
        name="paint",
        pbrMetallicRoughness={
            "baseColorFactor": [0.1, 0.2, 0.3, 0.4],
            "metallicFactor": 0.5,
            "roughnessFactor": 7,
        },
        emissiveFactor=[1, 0.5, 0],
        alphaMode="MASK",
        alphaCutoff=0.25,
        doubleSided=True,
    )

    assert material == Material(
        name="paint",
        base_color=(0.1, 0.2, 0.3, 0.4),
        metallic=0.5,
        roughness=1.0,
        emission=(1.0, 0.5, 0.0),
        alpha_mode=AlphaMode.MASK,
        alpha_cutoff=0.25,
        double_sided=True,
    )


@pytest.mark.parametrize(
    ("extension", "members", "expected"),
    [
        ("emissive_strength", {"emissiveStrength": 5.0}, {"emission": (5.0, 5.0, 5.0)}),
        ("unlit", {}, {"unlit": True}),
        ("ior", {"ior": 1.33}, {"ior": 1.33}),
        ("ior", {"ior": 0}, {"ior": 1e4}),
        ("transmission", {"transmissionFactor": 0.9}, {"transmission": 0.9}),
        (
            "volume",
            {"thicknessFactor": 2, "attenuationDistance": 3, "attenuationColor": [0.1, 0.2, 0.3]},
            {"thickness": 2, "attenuation_distance": 3, "attenuation_color": (0.1, 0.2, 0.3)},
        ),
        ("volume", {}, {"thickness": 0.0, "attenuation_distance": math.inf}),
        ("dispersion", {"dispersion": 0.3}, {"dispersion": 0.3}),
        (
            "specular",
            {"specularFactor": 0.3, "specularColorFactor": [2, 0.5, 0]},
            {"specular": 0.3, "specular_color": (2.0, 0.5, 0.0)},
        ),
        (
            "clearcoat",
            {"clearcoatFactor": 1, "clearcoatRoughnessFactor": 0.2},
            {"clearcoat": 1.0, "clearcoat_roughness": 0.2},
        ),
        (
            "sheen",
            {"sheenColorFactor": [0.1, 0.2, 0.3], "sheenRoughnessFactor": 0.4},
            {"sheen_color": (0.1, 0.2, 0.3), "sheen_roughness": 0.4},
        ),
        (
            "anisotropy",
            {"anisotropyStrength": 0.6, "anisotropyRotation": 1.5},
            {"anisotropy": 0.6, "anisotropy_rotation": 1.5},
        ),
        (
            "iridescence",
            {"iridescenceFactor": 1, "iridescenceIor": 1.8, "iridescenceThicknessMaximum": 900},
            {
                "iridescence": 1.0,
                "iridescence_ior": 1.8,
                "iridescence_thickness_nm": (100.0, 900.0),
            },
        ),
        (
            "pbrSpecularGlossiness",
            {
                "diffuseFactor": [0.1, 0.2, 0.3, 1],
                "specularFactor": [0.4, 0.5, 0.6],
                "glossinessFactor": 0.7,
            },
            {
                "specular_glossiness": True,
                "base_color": (0.1, 0.2, 0.3, 1.0),
                "specular_color": (0.4, 0.5, 0.6),
                "glossiness": 0.7,
                "metallic": 0.0,
            },
        ),
    ],
)
def test_loader_reads_material_extension(tmp_path, extension, members, expected):
    material = load_material(
        tmp_path, emissiveFactor=[1, 1, 1], extensions={f"KHR_materials_{extension}": members}
    )

    assert {key: getattr(material, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("extension", "key", "field"),
    [
        ("transmission", "transmissionTexture", "transmission_slot"),
        ("volume", "thicknessTexture", "thickness_slot"),
        ("specular", "specularTexture", "specular_slot"),
        ("specular", "specularColorTexture", "specular_color_slot"),
        ("clearcoat", "clearcoatTexture", "clearcoat_slot"),
        ("clearcoat", "clearcoatRoughnessTexture", "clearcoat_roughness_slot"),
        ("clearcoat", "clearcoatNormalTexture", "clearcoat_normal_slot"),
        ("sheen", "sheenColorTexture", "sheen_color_slot"),
        ("sheen", "sheenRoughnessTexture", "sheen_roughness_slot"),
        ("anisotropy", "anisotropyTexture", "anisotropy_slot"),
        ("iridescence", "iridescenceTexture", "iridescence_slot"),
        ("iridescence", "iridescenceThicknessTexture", "iridescence_thickness_slot"),
        ("pbrSpecularGlossiness", "diffuseTexture", "base_color_slot"),
        ("pbrSpecularGlossiness", "specularGlossinessTexture", "specular_glossiness_slot"),
    ],
)
def test_loader_reads_extension_texture(tmp_path, extension, key, field):
    builder = GltfBuilder()
    texture = builder.texture(checker())
    slot = {key: {"index": texture, "texCoord": 1}}
    builder.quad(builder.material(extensions={f"KHR_materials_{extension}": slot}))

    material = load(builder, tmp_path).materials[0]

    assert getattr(material, field).texture == 0
    assert getattr(material, field).uv_set == 1


def test_loader_reads_the_five_textures_with_their_samplers(tmp_path):
    builder = GltfBuilder()
    sampler = builder.add("samplers", {"wrapS": 33071, "wrapT": 33648, "magFilter": 9728})
    unused = builder.texture(checker(2))
    plain = builder.texture(checker(4))
    sampled = builder.texture(checker(8), sampler=sampler)
    builder.quad(
        builder.material(
            pbrMetallicRoughness={
                "baseColorTexture": {"index": sampled},
                "metallicRoughnessTexture": {"index": plain},
            },
            normalTexture={"index": plain, "scale": 0.5},
            occlusionTexture={"index": plain, "strength": 0.25},
            emissiveTexture={"index": sampled},
        )
    )

    scene = load(builder, tmp_path)

    material = scene.materials[0]
    assert unused == 0  # and so the indices of the scene are not the file's
    base = scene.textures[material.base_color_slot.texture]
    assert (base.wrap_u, base.wrap_v, base.nearest) == (Wrap.CLAMP, Wrap.MIRROR, True)
    assert scene.images[base.image].texels.shape == (8, 8, 3)
    rough = scene.textures[material.metallic_roughness_slot.texture]
    assert (rough.wrap_u, rough.nearest) == (Wrap.REPEAT, False)
    np.testing.assert_array_equal(scene.images[rough.image].texels, checker(4))
    assert (material.normal_scale, material.occlusion_strength) == (0.5, 0.25)
    assert material.emission_slot.texture == material.base_color_slot.texture
    assert len(scene.images) == 2


def slot_of(folder, transform: dict) -> TextureSlot:
    builder = GltfBuilder()
    info = {"index": builder.texture(checker()), "texCoord": 0}
    info["extensions"] = {"KHR_texture_transform": transform}
    builder.quad(builder.material(pbrMetallicRoughness={"baseColorTexture": info}))
    slot = load(builder, folder).materials[0].base_color_slot
    assert slot is not None
    return slot


def test_texture_transform_scales_then_rotates_then_moves(tmp_path):
    slot = slot_of(
        tmp_path,
        {"offset": [10, 20], "rotation": math.pi / 2, "scale": [2, 3], "texCoord": 1},
    )

    # (1, 1) -> (2, 3) -> a quarter turn, counter-clockwise with v downwards: (3, -2) -> moved.
    np.testing.assert_allclose(slot.transform @ [1, 1, 1], [13, 18], atol=1e-6)
    assert slot.uv_set == 1


def test_texture_prefers_webp_over_its_fallback(tmp_path):
    builder = GltfBuilder()
    png = builder.image(checker(2))
    webp = builder.image(checker(4), mime="image/webp")
    texture = builder.add(
        "textures", {"source": png, "extensions": {"EXT_texture_webp": {"source": webp}}}
    )
    builder.quad(builder.material(normalTexture={"index": texture}))

    np.testing.assert_array_equal(load(builder, tmp_path).images[0].texels, checker(4))


def test_texture_of_unknown_format_falls_back_or_is_named(tmp_path):
    builder = GltfBuilder()
    texture = builder.texture(checker(), extensions={"KHR_texture_basisu": {"source": 9}})
    builder.quad(builder.material(normalTexture={"index": texture}))

    assert len(load(builder, tmp_path).images) == 1

    del builder.json["textures"][texture]["source"]
    with pytest.raises(SceneError, match=r"textures\[0\].*KHR_texture_basisu; export it with PNG"):
        load(builder, tmp_path)


def test_loader_reads_punctual_lights_in_the_world(tmp_path):
    builder = GltfBuilder()
    lights = [
        {"type": "point", "color": [1, 0.5, 0], "intensity": 10, "range": 4},
        {"type": "spot", "spot": {"innerConeAngle": 0.2, "outerConeAngle": 0.6}},
        {"type": "directional", "intensity": 3},
    ]
    builder.json["extensions"] = {"KHR_lights_punctual": {"lights": lights}}
    for index in range(3):
        builder.node(
            name=f"light {index}",
            translation=[index, 0, 0],
            scale=[5, 5, -5],
            extensions={"KHR_lights_punctual": {"light": index}},
        )

    point, spot, sun = load(builder, tmp_path).lights

    assert [light.kind for light in (point, spot, sun)] == list(LightKind)
    np.testing.assert_array_equal(point.intensity, [10, 5, 0])
    assert (point.range_m, spot.range_m) == (4, math.inf)
    assert (spot.inner_angle, spot.outer_angle) == (0.2, 0.6)
    assert sun.name == "light 2"
    # Neither scale nor mirroring reaches a light: only where it is and where it points.
    np.testing.assert_allclose(sun.transform[:3, 3], [2, 0, 0])
    np.testing.assert_allclose(sun.transform[:3, 2], [0, 0, -1], atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(sun.transform[:3, :3]), 1)


def test_loader_reads_cameras_and_tells_namesakes_apart(tmp_path):
    builder = GltfBuilder()
    builder.add("cameras", {"type": "perspective", "perspective": {"yfov": 0.7, "znear": 0.1}})
    builder.add(
        "cameras",
        {
            "type": "orthographic",
            "orthographic": {"xmag": 2, "ymag": 3, "znear": 0, "zfar": 100},
            "name": "top",
        },
    )
    builder.node(camera=0, name="eye", scale=[2, 2, 2])
    builder.node(camera=1)
    builder.node(camera=0, name="eye")
    builder.node(camera=0)

    cameras = load(builder, tmp_path).cameras

    assert [camera.name for camera in cameras] == ["eye", "top", "eye (2)", "Camera 4"]
    assert (cameras[0].yfov, cameras[0].zfar) == (0.7, math.inf)
    assert (cameras[1].yfov, cameras[1].ymag, cameras[1].zfar) == (None, 3, 100)
    np.testing.assert_array_equal(cameras[0].transform, np.eye(4))
