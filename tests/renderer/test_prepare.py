import math

import numpy as np
import pytest
from gltf_builder import GltfBuilder, checker

from renderer.assets import FolderAssets
from renderer.framing import AUTOMATIC_CAMERA, frame_scene, scene_bounds, select_camera
from renderer.prepare import prepare_scene
from renderer.scene import Instance, Material, Mesh, Scene, SceneError
from renderer.settings import RenderSettings
from renderer.sky_settings import SkySettings

CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float32)
FACES = np.array([[0, 1, 2], [1, 3, 2], [4, 6, 5]], np.int32)


def box(*transforms, positions=CUBE) -> Scene:
    mesh = Mesh(positions, FACES, 0)
    return Scene((mesh,), tuple(Instance(0, t) for t in transforms), (Material(),), name="box")


def stretched(x, y, z, at=(0.0, 0.0, 0.0)):
    transform = np.diag([x, y, z, 1.0])
    transform[:3, 3] = at
    return transform


def project(scene: Scene, camera, aspect: float) -> np.ndarray:
    """Frame coordinates, -1..1, and depth of all the scene's vertices."""
    points = np.concatenate(
        [CUBE @ i.transform[:3, :3].T + i.transform[:3, 3] for i in scene.instances]
    )
    seen = (points - camera.transform[:3, 3]) @ camera.transform[:3, :3]
    half = math.tan(camera.yfov / 2)
    depth = -seen[:, 2]
    return np.stack([seen[:, 0] / depth / half / aspect, seen[:, 1] / depth / half, depth], axis=1)


@pytest.mark.parametrize("aspect", [16 / 9, 1.0, 0.4])
@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e9])
@pytest.mark.parametrize("size", [(1, 1, 1), (30, 1, 1), (0.1, 8, 0.1), (5, 0, 5)])
def test_automatic_camera_fills_the_frame_in_any_unit(aspect, unit, size):
    x, y, z = (unit * s for s in size)
    scene = box(stretched(x, max(y, 1e-12 * unit), z, at=(7 * unit, 0, 0)))

    frame = project(scene, frame_scene(scene, aspect), aspect)

    assert (frame[:, 2] > 0).all()
    extent = np.abs(frame[:, :2]).max(axis=0)
    np.testing.assert_allclose(extent.max(), 1 / 1.06, rtol=1e-6)
    # As much room on the left as on the right, and above as below.
    np.testing.assert_allclose(frame[:, :2].max(axis=0), -frame[:, :2].min(axis=0), rtol=1e-3)


def test_automatic_camera_stands_upright_before_the_front():
    rotation = frame_scene(box(np.eye(4)), 1.0).transform[:3, :3]

    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1)
    assert rotation[1, 0] == 0
    assert rotation[0, 2] > 0
    assert rotation[1, 2] > 0
    assert rotation[2, 2] > rotation[0, 2]


def test_automatic_camera_sees_flat_scenes_from_higher_up():
    flat = frame_scene(box(stretched(9, 0.1, 9)), 1.0).transform[1, 2]
    tall = frame_scene(box(stretched(1, 9, 1)), 1.0).transform[1, 2]

    assert flat > tall + 0.3


def test_automatic_camera_sees_many_instances():
    offsets = [stretched(1, 1, 1, at=(3.0 * n, 0, 0)) for n in range(1500)]
    scene = box(*offsets)

    frame = project(scene, frame_scene(scene, 2.0), 2.0)

    assert np.abs(frame[:, :2]).max() <= 1


def test_bounds_hold_every_instance():
    low, high = scene_bounds(box(np.eye(4), stretched(-1, 2, 1, at=(0, 5, 0))))

    assert low.tolist() == [-1, 0, 0]
    assert high.tolist() == [1, 7, 1]


def test_bounds_of_a_scene_without_triangles_are_an_error():
    with pytest.raises(SceneError, match="box: there are no triangles to render"):
        scene_bounds(box())


def prepared(builder: GltfBuilder, folder, **settings) -> Scene:
    path = builder.write_glb(folder)
    return prepare_scene(FolderAssets(folder), path.name, RenderSettings(**settings))


def scene_with(**material) -> GltfBuilder:
    builder = GltfBuilder()
    builder.quad(builder.material(**material))
    return builder


def test_bare_model_gets_a_sky_and_a_camera(tmp_path):
    scene = prepared(scene_with(), tmp_path)

    assert scene.environment is not None
    assert [camera.name for camera in scene.cameras] == [AUTOMATIC_CAMERA]


def test_lamp_keeps_the_sky_away(tmp_path):
    builder = scene_with()
    lights = [{"type": "point"}]
    builder.json["extensions"] = {"KHR_lights_punctual": {"lights": lights}}
    builder.node(extensions={"KHR_lights_punctual": {"light": 0}})

    assert prepared(builder, tmp_path).environment is None

    lights[0]["intensity"] = 0
    assert prepared(builder, tmp_path).environment is not None


@pytest.mark.parametrize(
    ("material", "is_light"),
    [
        ({"emissiveFactor": [1, 1, 1]}, True),
        ({"emissiveFactor": [0.01, 0.02, 0.01]}, False),
        ({"emissiveFactor": [1, 1, 1], "extensions": {"KHR_materials_unlit": {}}}, False),
        (
            {
                "emissiveFactor": [0.001, 0.001, 0.001],
                "extensions": {"KHR_materials_emissive_strength": {"emissiveStrength": 1e5}},
            },
            True,
        ),
    ],
)
def test_emission_is_light_where_it_is_large_or_brighter_than_white(tmp_path, material, is_light):
    scene = prepared(scene_with(**material), tmp_path)

    assert (scene.environment is None) == is_light


def test_dark_emission_texture_is_no_light(tmp_path):
    builder = GltfBuilder()
    texels = np.zeros((16, 16, 3), np.uint8)
    texels[0, 0] = 255
    texture = builder.texture(texels)
    builder.quad(builder.material(emissiveFactor=[1, 1, 1], emissiveTexture={"index": texture}))

    assert prepared(builder, tmp_path).environment is not None


def test_environment_of_the_settings_replaces_the_sky(tmp_path):
    builder = scene_with()
    builder.texture(checker(), name="sky.png")

    scene = prepared(builder, tmp_path, environment="sky.png", environment_strength=3.0)

    assert scene.environment is not None
    assert scene.environment.radiance.shape == (4, 4, 3)
    assert scene.environment.strength == 3.0


def test_sky_of_the_settings_replaces_the_neutral_one(tmp_path):
    sky = SkySettings(sun_elevation_deg=20.0)

    scene = prepared(scene_with(), tmp_path, sky=sky, environment_strength=3.0)

    assert scene.environment is not None
    assert scene.environment.sun is not None
    assert scene.environment.strength == 3.0


def test_scene_without_triangles_is_refused(tmp_path):
    builder = GltfBuilder()
    builder.node(name="nothing")

    with pytest.raises(SceneError, match=r"scene\.glb: there are no triangles to render"):
        prepared(builder, tmp_path)


def test_camera_is_chosen_by_name_or_is_the_first(tmp_path):
    builder = scene_with()
    builder.add("cameras", {"type": "perspective", "perspective": {"yfov": 1, "znear": 1}})
    builder.node(camera=0, name="front")
    builder.node(camera=0, name="side")
    scene = prepared(builder, tmp_path)

    assert select_camera(scene, "").name == "front"
    assert select_camera(scene, "side").name == "side"
    with pytest.raises(SceneError, match=r"no camera 'top'; its cameras: 'front', 'side'"):
        select_camera(scene, "top")
