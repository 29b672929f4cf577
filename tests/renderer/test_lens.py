import math
from dataclasses import replace

import numpy as np
import pytest
from scenes import make_quad, make_scene, place

from renderer.lens import resolve_camera
from renderer.scene import Camera, Instance, Material
from renderer.settings import RenderSettings
from renderer.shot_settings import ShotSettings

CAMERA = Camera("camera", place(z=10.0), yfov=0.8, znear=0.25, zfar=50.0)
FLAT = replace(CAMERA, yfov=None, ymag=4.0)


def make_two_walls():
    """A wall 10 m away on the left of the picture, one 6 m away on the right."""
    walls = (Instance(0, place(x=-2.0)), Instance(0, place(x=2.0, z=4.0)))
    return make_scene(make_quad(0, 2.0), materials=(Material(),), instances=walls)


def resolve(camera=CAMERA, **shot):
    settings = RenderSettings(width=200, height=100, shot=ShotSettings(**shot))
    return resolve_camera(make_two_walls(), camera, settings)


def test_camera_stays_as_the_scene_has_it_but_for_the_far_plane():
    assert resolve() == replace(CAMERA, zfar=math.inf)


@pytest.mark.parametrize(
    ("shot", "planes"),
    [
        ({"camera_clip": "none"}, (0.0, math.inf)),
        ({"camera_clip": "far"}, (0.0, 50.0)),
        ({"camera_clip": "both"}, (0.25, 50.0)),
        ({"clip_near_m": 2.0, "clip_far_m": 3.0}, (2.0, 3.0)),
        ({"camera_clip": "none", "clip_near_m": 0.0}, (0.0, math.inf)),
        ({"camera_clip": "both", "clip_near_m": 60.0}, (60.0, 60.0)),
    ],
)
def test_clip_planes_are_the_cameras_or_the_artists(shot, planes):
    camera = resolve(**shot)

    assert (camera.znear, camera.zfar) == planes


def test_focal_length_sets_the_angle_of_view():
    assert resolve(focal_length_mm=50.0).yfov == pytest.approx(2 * math.atan(12 / 50))
    assert resolve(focal_length_mm=50.0, sensor_height_mm=100.0).yfov == pytest.approx(math.pi / 2)
    assert resolve(FLAT, focal_length_mm=50.0).yfov is None


def test_fstop_makes_the_lens_as_wide_as_the_focal_length_over_it():
    of_angle = resolve(fstop=2.0, focus_distance_m=3.0)
    of_length = resolve(fstop=2.0, focal_length_mm=85.0, focus_distance_m=3.0)
    without = resolve(FLAT, fstop=2.0, focus_distance_m=3.0)

    assert of_angle.lens_radius == pytest.approx(0.012 / math.tan(0.4) / 2 / 2)
    assert of_length.lens_radius == pytest.approx(0.085 / 2 / 2)
    assert without.lens_radius == pytest.approx(0.050 / 2 / 2)
    assert {c.focus_distance for c in (of_angle, of_length, without)} == {3.0}


@pytest.mark.parametrize("camera", [CAMERA, FLAT], ids=["perspective", "orthographic"])
@pytest.mark.parametrize(("focus_x", "distance"), [(0.4, 10.0), (0.6, 6.0)])
def test_focus_lies_on_what_the_focus_point_shows(camera, focus_x, distance):
    assert resolve(camera, fstop=2.0, focus_x=focus_x).focus_distance == pytest.approx(distance)


def test_focus_point_moves_with_the_shifted_frame():
    # A point left of the middle, of a frame that is shifted to the right.
    assert resolve(fstop=2.0, focus_x=0.4, shift_x=0.2).focus_distance == pytest.approx(6.0)
    assert resolve(fstop=2.0, focus_y=0.3, shift_y=-0.2, focus_x=0.4).focus_distance == (
        pytest.approx(10.0)
    )


def test_focus_is_not_on_what_the_near_plane_cuts_away():
    # Seen obliquely: behind the near wall's plane the ray goes on past the far wall.
    seen = resolve(fstop=2.0, focus_x=0.45, clip_near_m=7.0)

    assert seen.focus_distance == pytest.approx(10.0)


@pytest.mark.parametrize("shot", [{"focus_x": 0.99}, {"focus_x": 0.4, "clip_far_m": 9.0}])
def test_focus_lies_far_away_where_the_focus_point_shows_nothing(shot):
    camera = resolve(fstop=2.0, **shot)

    assert 1000.0 < camera.focus_distance < 2000.0


def test_panorama_focuses_by_distance_in_the_direction_of_its_point():
    camera = replace(CAMERA, transform=place(x=-2.0, z=10.0))
    x = 0.5 + math.atan2(3.0, 6.0) / (2 * math.pi)  # to the wall's point 3 m to the right

    seen = resolve(camera, projection="panorama", fstop=2.0, focus_x=x)

    assert seen.focus_distance == pytest.approx(6.0 / math.cos(math.atan2(3.0, 6.0)))
    assert seen.lens_radius == pytest.approx(0.050 / 2 / 2)


def test_scenes_own_lens_keeps_its_focus():
    camera = replace(CAMERA, lens_radius=0.1, focus_distance=7.0)

    assert resolve(camera).focus_distance == 7.0
    assert resolve(camera, focus_distance_m=2.0).focus_distance == 2.0
    assert np.isclose(resolve(camera).lens_radius, 0.1)
