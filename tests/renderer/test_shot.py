"""What the shot's settings do to whole pictures."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scenes import WHITE, make_camera, make_quad, make_scene, make_sky, place

from renderer.buckets import Region
from renderer.engine import TracerEngine
from renderer.layout import shot as layout
from renderer.scene import AlphaMode, Camera, Environment, Instance, Material, Scene, SceneError
from renderer.settings import RenderSettings
from renderer.shot_settings import ShotSettings

pytestmark = pytest.mark.slow

#: So narrow that every sample lies in the pixel's centre.
POINT = {"pixel_filter": "box", "filter_width_px": 1e-4}


def render(scene: Scene, width=32, height=32, samples=4, max_depth=3, **shot):
    settings = RenderSettings(
        width, height, samples, max_depth=max_depth, shot=ShotSettings(**shot)
    )
    engine = TracerEngine()
    engine.open_scene(scene, settings)
    out = np.empty((height, width, 4), np.float32)
    engine.render(Region(0, 0, width, height), 0, samples, out)
    engine.close()
    assert engine.bad_samples == 0
    return out


def make_glow(*depths: float, half=1.0) -> Scene:
    """Squares at these depths before a camera in the origin, the n-th of brightness n + 1."""
    lamp = Material(base_color=(0.0, 0.0, 0.0, 1.0), metallic=0.0, specular=0.0)
    materials = tuple(replace(lamp, emission=(n + 1.0,) * 3) for n in range(len(depths)))
    meshes = tuple(make_quad(n, half * z) for n, z in enumerate(depths))
    instances = tuple(Instance(n, place(z=-z)) for n, z in enumerate(depths))
    return make_scene(
        *meshes, materials=materials, instances=instances, cameras=(make_camera(z=0.0),)
    )


def make_lit_square() -> Scene:
    """A white square that fills the middle of the picture, under a sky."""
    return make_scene(make_quad(0, 0.6), materials=(WHITE,), environment=make_sky(1.5))


# -- clip planes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clip", "seen"),
    [
        ({}, 1.0),
        ({"clip_near_m": 1.999}, 1.0),
        ({"clip_near_m": 2.001}, 2.0),
        ({"clip_near_m": 3.001}, 3.0),
        ({"clip_near_m": 2.5, "clip_far_m": 3.001}, 2.0),
        ({"clip_near_m": 2.5, "clip_far_m": 2.999}, 0.0),
        ({"clip_far_m": 1.999}, 0.0),
    ],
)
@pytest.mark.parametrize("yfov", [0.8, None], ids=["perspective", "orthographic"])
def test_clip_planes_cut_exactly_at_their_distance(clip, seen, yfov):
    scene = make_glow(2.0, 3.0, 5.0)
    scene = replace(scene, cameras=(make_camera(z=0.0, yfov=yfov, ymag=0.5),))

    picture = render(scene, **clip)

    assert (picture[:, :, 0] == seen).all()
    assert (picture[:, :, 3] == float(seen > 0)).all()


def test_far_plane_is_not_moved_by_the_panes_before_it():
    scene = make_glow(2.0, 3.0, 4.0)
    clear = Material(base_color=(1, 1, 1, 0), alpha_mode=AlphaMode.BLEND)
    scene = replace(scene, materials=(clear, clear, scene.materials[2]))

    assert (render(scene, clip_far_m=4.001)[:, :, 0] == 3.0).all()
    assert (render(scene, clip_far_m=3.999)[:, :, 0] == 0.0).all()


def test_clip_planes_are_for_the_camera_alone():
    """A lamp behind the far plane is not seen, and lights what is."""
    lamp = Material(base_color=(0, 0, 0, 1), emission=(5.0, 5.0, 5.0), specular=0.0)
    scene = make_scene(
        make_quad(0, 0.3),
        make_quad(1, 0.7),
        materials=(WHITE, lamp),
        instances=(Instance(0, place()), Instance(1, place(z=1.5))),
    )

    whole = render(scene, samples=64, camera_clip="none", clip_near_m=2.0)
    cut = render(scene, samples=64, clip_near_m=2.0, clip_far_m=3.5)

    np.testing.assert_array_equal(whole, cut)
    assert cut[16, 16, 0] > 1.0


# -- background -------------------------------------------------------------------------------


def test_background_is_seen_by_the_camera_and_lights_nothing():
    scene = make_lit_square()
    plate = np.random.default_rng(5).random((32, 32, 4)).astype(np.float32)

    sky = render(scene)
    others = [
        render(scene, background="transparent"),
        render(scene, background="color", background_color=(0.1, 0.2, 7.0)),
        render(replace(scene, plate=plate), background="plate"),
    ]

    covered = others[0][:, :, 3] == 1.0
    empty = others[0][:, :, 3] == 0.0
    assert covered.sum() > 100
    assert empty.sum() > 100
    assert not (covered | empty).all()
    np.testing.assert_allclose(sky[empty], [[1.5, 1.5, 1.5, 1.0]] * empty.sum(), rtol=1e-6)
    for picture in others:
        np.testing.assert_array_equal(picture[covered], sky[covered])
    assert (others[0][empty] == 0.0).all()
    np.testing.assert_array_equal(
        others[1][empty], [np.array([0.1, 0.2, 7, 1], "f4")] * empty.sum()
    )
    np.testing.assert_array_equal(others[2][empty], plate[empty])
    # At the edges, object and background share the pixel.
    edge = ~(covered | empty)
    share = others[0][edge][:, 3:]
    expected = others[0][edge] + (1 - share) * plate[edge]
    np.testing.assert_allclose(others[2][edge], expected, rtol=1e-5, atol=1e-6)


def test_plate_is_seen_through_holes_and_tinted_by_panes():
    hole = Material(base_color=(1, 1, 1, 0), alpha_mode=AlphaMode.BLEND)
    scene = make_scene(make_quad(0, 5.0), materials=(hole,), environment=make_sky())
    plate = np.random.default_rng(5).random((32, 32, 4)).astype(np.float32)

    picture = render(replace(scene, plate=plate), background="plate", plate_strength=0.5)

    np.testing.assert_allclose(picture, plate * [0.5, 0.5, 0.5, 1.0], rtol=1e-6)


def test_hidden_environment_of_a_scene_stays_hidden():
    scene = make_lit_square()
    hidden = Environment(np.ones((2, 4, 3), np.float32), visible=False)

    assert render(replace(scene, environment=hidden))[0, 0].tolist() == [0, 0, 0, 0]
    assert render(replace(scene, environment=None))[0, 0].tolist() == [0, 0, 0, 0]


def test_bits_do_not_depend_on_how_a_frame_with_a_plate_is_cut():
    plate = np.random.default_rng(5).random((7, 9, 4)).astype(np.float32)
    scene = replace(make_lit_square(), plate=plate)
    settings = RenderSettings(40, 24, 3, shot=ShotSettings(background="plate", plate_fit="stretch"))
    engine = TracerEngine()
    engine.open_scene(scene, settings)
    whole = np.empty((24, 40, 4), np.float32)
    parts = np.empty_like(whole)

    engine.render(Region(0, 0, 40, 24), 0, 3, whole)
    for y in range(0, 24, 8):
        for x in range(0, 40, 10):
            out = np.empty((8, 10, 4), np.float32)
            engine.render(Region(x, y, 10, 8), 0, 3, out)
            parts[y : y + 8, x : x + 10] = out
    engine.close()

    np.testing.assert_array_equal(parts, whole)


def test_plate_behind_too_large_a_frame_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(layout, "MAX_PLATE_FRAME_PX", 1000)
    scene = replace(make_lit_square(), plate=np.ones((2, 2, 4), np.float32))

    with pytest.raises(SceneError, match=r"^plate/wall\.jpg: a frame of 32 × 32 is too large"):
        render(scene, background="plate", plate="plate/wall.jpg")


# -- projection -------------------------------------------------------------------------------


def test_panorama_shows_an_environment_map_as_it_is():
    radiance = np.random.default_rng(6).random((16, 32, 3)).astype(np.float32)
    tiny = make_quad(0, 1e-4)
    scene = make_scene(tiny, materials=(WHITE,), environment=Environment(radiance))

    picture = render(scene, 32, 16, projection="panorama", **POINT)

    np.testing.assert_allclose(picture[:, :, :3], radiance, atol=2e-4)


def test_panorama_has_no_seam():
    """The mean of the outermost columns is that of neighbours, however the camera is turned."""
    y, x = np.meshgrid(np.linspace(0, np.pi, 64), np.linspace(0, 2 * np.pi, 128), indexing="ij")
    smooth = (2 + np.sin(y)[..., None] * np.cos(x[..., None] + np.arange(3))).astype(np.float32)
    turn = np.array([[0.6, 0, 0.8, 0], [0, 1, 0, 0], [-0.8, 0, 0.6, 0], [0, 0, 0, 1]])
    scene = make_scene(
        make_quad(0, 1e-4),
        materials=(WHITE,),
        environment=Environment(smooth),
        cameras=(Camera("turned", turn),),
    )

    picture = render(scene, 64, 32, samples=16, projection="panorama", shift_x=0.3)

    steps = np.abs(np.diff(picture[:, :, :3], axis=1)).max()
    seam = np.abs(picture[:, 0, :3] - picture[:, -1, :3]).max()
    assert seam < 1.2 * steps
    for row in (picture[0], picture[-1]):  # all around a pole
        assert np.ptp(row[:, :3], axis=0).max() < 0.2


def test_shifted_frame_is_a_crop_of_a_wider_one():
    scene = make_glow(2.0, half=0.5)

    wide = render(scene, 96, 32, **POINT)
    right = render(scene, 32, 32, shift_x=1.0, **POINT)
    left = render(scene, 32, 32, shift_x=-0.5, **POINT)

    np.testing.assert_array_equal(right, wide[:, 64:])
    np.testing.assert_array_equal(left, wide[:, 16:48])
    assert 0 < right[:, :, 0].mean() < left[:, :, 0].mean() < 1


# -- lens -------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [2.0, 8.0])
def test_small_light_out_of_focus_is_as_wide_as_the_circle_of_confusion(depth):
    """On a plane in focus the blur's radius is lens radius * |focus - z| / z."""
    focus, radius, width = 4.0, 0.5, 64
    scene = make_glow(depth, half=0.01)
    camera = replace(scene.cameras[0], lens_radius=radius, focus_distance=focus)

    picture = render(replace(scene, cameras=(camera,)), width, width, samples=2048, **POINT)

    weight = picture[:, :, 0].astype(np.float64)
    place_px = np.arange(width) + 0.5
    across = weight.sum(axis=0) / weight.sum()
    variance = across @ (place_px - across @ place_px) ** 2
    px_per_m = width / 2 / math.tan(0.4) / focus
    blur_px = radius * abs(focus - depth) / depth * px_per_m
    # Of a disc: a quarter of its radius squared along each axis.
    assert variance == pytest.approx(blur_px**2 / 4, rel=0.05)


def test_focus_point_makes_what_it_shows_sharp():
    scene = make_glow(2.0, 6.0, half=0.25)
    behind = replace(scene.instances[1], transform=place(x=2.0, z=-6.0))
    scene = replace(scene, instances=(scene.instances[0], behind))

    def sharpness(picture):
        return np.abs(np.diff(picture[:, 48:, 0], axis=1)).max()

    options = {"fstop": 0.03, "samples": 64, "background": "transparent"}
    near = render(scene, 64, 32, focus_x=0.5, **options)
    far = render(scene, 64, 32, focus_x=0.7, **options)

    assert sharpness(far) > 1.5 * sharpness(near)
