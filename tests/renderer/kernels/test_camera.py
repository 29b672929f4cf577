"""Camera rays against formulas written down independently."""

import math
from dataclasses import replace

import numba
import numpy as np
import pytest

from renderer.kernels.camera import make_camera_ray, sample_lens
from renderer.layout.shot import make_shot
from renderer.layout.space import Space
from renderer.scene import Camera, Scene
from renderer.settings import RenderSettings
from renderer.shot_settings import ShotSettings

pytestmark = pytest.mark.slow

WIDTH, HEIGHT = 96, 48
SCENE = Scene((), (), ())
RNG = np.random.default_rng(7)


@numba.njit
def _trace(camera, film, lens, out):
    for i in range(len(film)):
        origin, direction, reach = make_camera_ray(
            camera[0], film[i, 0], film[i, 1], lens[i, 0], lens[i, 1]
        )
        out[i, 0], out[i, 1], out[i, 2] = origin
        out[i, 3], out[i, 4], out[i, 5] = direction
        out[i, 6] = reach


@numba.njit
def _lens_points(camera, lens, out):
    for i in range(len(lens)):
        out[i, 0], out[i, 1] = sample_lens(camera[0], lens[i, 0], lens[i, 1])


def make_record(camera: Camera, **shot):
    settings = RenderSettings(width=WIDTH, height=HEIGHT, shot=ShotSettings(**shot))
    space = Space(np.zeros(3), 1.0, 1.0)
    return make_shot(SCENE, camera, settings, space, has_filters=False).camera


def rays(camera: Camera, film, lens=None, **shot):
    """Return origins (N, 3), unit directions (N, 3) and reaches (N,) for film points (N, 2)."""
    film = np.asarray(film, np.float32).reshape(-1, 2)
    lens = np.zeros((len(film), 2)) if lens is None else lens
    out = np.empty((len(film), 7), np.float32)
    _trace(make_record(camera, **shot), film, lens.astype(np.float32), out)
    out = out.astype(np.float64)
    np.testing.assert_allclose(np.linalg.norm(out[:, 3:6], axis=1), 1.0, atol=1e-6)
    return out[:, :3], out[:, 3:6], out[:, 6]


def look(yaw: float, pitch: float, at=(0.3, -0.2, 0.5)) -> np.ndarray:
    """A camera's transform: turned left by yaw, then up by pitch (degrees), no roll."""
    a, b = math.radians(yaw), math.radians(pitch)
    turn = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    rise = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    transform = np.eye(4)
    transform[:3, :3] = turn @ rise
    transform[:3, 3] = at
    return transform


def points_before(camera: Camera, count=50) -> np.ndarray:
    """World points 1 to 9 m in front of the camera."""
    local = RNG.uniform((-1, -0.5, -9), (1, 0.5, -1), (count, 3))
    return local @ camera.transform[:3, :3].T + camera.transform[:3, 3]


def film_of(camera: Camera, points, shift=(0.0, 0.0)) -> np.ndarray:
    """Where a pinhole or orthographic camera shows world points, in pixels."""
    local = (points - camera.transform[:3, 3]) @ camera.transform[:3, :3]
    if camera.yfov is None:
        x, y = local[:, 0] / camera.ymag, local[:, 1] / camera.ymag
    else:
        x, y = (local[:, :2] / -local[:, 2:] / math.tan(camera.yfov / 2)).T
    x = x * HEIGHT / 2 + WIDTH / 2 - shift[0] * WIDTH
    return np.stack([x, HEIGHT / 2 - y * HEIGHT / 2 + shift[1] * HEIGHT], axis=1)


def misses(origins, directions, points) -> np.ndarray:
    """How far each ray passes by its point."""
    return np.linalg.norm(np.cross(points - origins, directions), axis=1)


FLAT = Camera("flat", look(40, -25), yfov=None, ymag=1.3)
PINHOLE = Camera("pinhole", look(40, -25), yfov=0.7)


@pytest.mark.parametrize("camera", [PINHOLE, FLAT], ids=["perspective", "orthographic"])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.4, 0.0), (-1.5, 0.75)])
def test_ray_passes_through_the_point_that_its_place_on_the_film_shows(camera, shift):
    points = points_before(camera)

    origins, directions, reach = rays(
        camera, film_of(camera, points, shift), shift_x=shift[0], shift_y=shift[1]
    )

    assert misses(origins, directions, points).max() < 2e-5
    assert np.isinf(reach).all()
    forward = -camera.transform[:3, 2]
    assert (directions @ forward > 0).all()


def test_shift_is_a_crop_of_a_wider_frame():
    film = RNG.uniform(0, (WIDTH, HEIGHT), (50, 2))

    shifted = rays(PINHOLE, film, shift_x=0.25, shift_y=-0.5)
    moved = rays(PINHOLE, film + np.array([0.25 * WIDTH, 0.5 * HEIGHT]))

    for a, b in zip(shifted, moved, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-6)


@pytest.mark.parametrize("pitch", [-80, 0, 30])
def test_panorama_shows_every_direction_where_an_equirectangular_map_has_it(pitch):
    camera = Camera("inside", look(40, pitch))
    directions = RNG.normal(size=(50, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    heading = math.radians(40)  # to the left of -z
    azimuth = np.arctan2(directions[:, 0], -directions[:, 2]) + heading
    x = ((azimuth / (2 * np.pi) + 0.5) % 1.0) * WIDTH
    y = np.arccos(directions[:, 1]) / np.pi * HEIGHT

    origins, seen, _reach = rays(camera, np.stack([x, y], axis=1), projection="panorama")

    np.testing.assert_allclose(seen, directions, atol=3e-6)
    np.testing.assert_allclose(origins, np.tile(camera.transform[:3, 3], (50, 1)), atol=1e-6)


def test_panorama_heads_where_the_picture_of_a_plumb_camera_is_up():
    down, up = Camera("down", look(90, -90)), Camera("up", look(90, 90))

    for camera in (down, up):
        _o, seen, _r = rays(camera, [(WIDTH / 2, HEIGHT / 2)], projection="panorama")
        np.testing.assert_allclose(seen, [(-1, 0, 0)], atol=1e-6)


def test_panorama_goes_on_across_its_edges_and_poles():
    y = np.linspace(0.3, HEIGHT - 0.3, 20)
    left = np.stack([np.full(20, -0.4), y], axis=1)
    right = left + np.array([WIDTH, 0])
    x = np.linspace(0.0, WIDTH, 20)
    above = np.stack([x, np.full(20, -0.4)], axis=1)
    beyond = np.stack([x + WIDTH / 2, np.full(20, 0.4)], axis=1)

    for one, other in ((left, right), (above, beyond)):
        _o, a, _r = rays(PINHOLE, one, projection="panorama")
        _o, b, _r = rays(PINHOLE, other, projection="panorama")
        np.testing.assert_allclose(a, b, atol=2e-6)


def test_panoramas_pixels_cover_the_sphere_by_their_solid_angles():
    x, y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    _o, d, _r = rays(PINHOLE, np.stack([x.ravel(), y.ravel()], axis=1), projection="panorama")
    solid_angle = np.cos(np.pi / 2 - np.pi * y.ravel() / HEIGHT) * 2 * np.pi**2 / WIDTH / HEIGHT

    assert solid_angle.sum() == pytest.approx(4 * np.pi, rel=1e-3)
    moments = np.einsum("n,ni,nj->ij", solid_angle, d, d)
    np.testing.assert_allclose(moments, np.eye(3) * 4 * np.pi / 3, atol=0.01)


@pytest.mark.parametrize("camera", [PINHOLE, FLAT], ids=["perspective", "orthographic"])
@pytest.mark.parametrize("radius", [0.0, 0.2])
def test_ray_starts_at_the_near_and_ends_at_the_far_plane(camera, radius):
    camera = replace(camera, znear=0.5, zfar=7.0, lens_radius=radius, focus_distance=3.0)
    film = RNG.uniform(0, (WIDTH, HEIGHT), (50, 2))

    origins, directions, reach = rays(camera, film, RNG.random((50, 2)))

    axis, eye = -camera.transform[:3, 2], camera.transform[:3, 3]
    np.testing.assert_allclose((origins - eye) @ axis, 0.5, atol=1e-5)
    ends = origins + directions * reach[:, None]
    np.testing.assert_allclose((ends - eye) @ axis, 7.0, rtol=1e-5)


def test_panorama_is_clipped_by_distance():
    camera = replace(PINHOLE, znear=0.5, zfar=7.0)
    film = RNG.uniform(0, (WIDTH, HEIGHT), (50, 2))

    origins, directions, reach = rays(camera, film, projection="panorama")

    eye = camera.transform[:3, 3]
    np.testing.assert_allclose(np.linalg.norm(origins - eye, axis=1), 0.5, rtol=1e-5)
    ends = origins + directions * reach[:, None]
    np.testing.assert_allclose(np.linalg.norm(ends - eye, axis=1), 7.0, rtol=1e-5)


@pytest.mark.parametrize("camera", [PINHOLE, FLAT], ids=["perspective", "orthographic"])
def test_lens_blurs_by_the_circle_of_confusion(camera):
    """At depth z the cone through the lens is |z - focus| / focus lens radii wide."""
    camera = replace(camera, lens_radius=0.3, focus_distance=4.0)
    lens = RNG.random((4000, 2))
    film = np.tile((20.0, 31.0), (4000, 1))
    axis, eye = -camera.transform[:3, 2], camera.transform[:3, 3]

    origins, directions, _r = rays(camera, film, lens)
    pin, straight, _r = rays(replace(camera, lens_radius=0.0), film[:1])

    for z, radius in ((4.0, 0.0), (2.0, 0.15), (10.0, 0.45), (0.0, 0.3)):
        depth = (z - (origins - eye) @ axis) / (directions @ axis)
        spot = origins + directions * depth[:, None]
        middle = pin + straight * ((z - (pin - eye) @ axis) / (straight @ axis))[:, None]
        distance = np.linalg.norm(spot - middle, axis=1)
        assert distance.max() == pytest.approx(radius, abs=1e-3)
        assert (distance**2).mean() == pytest.approx(radius**2 / 2, abs=0.03 * radius**2 + 1e-9)


def test_panoramas_lens_is_sharp_at_the_distance_of_focus_all_around():
    camera = replace(PINHOLE, lens_radius=0.1, focus_distance=2.5)
    film = RNG.uniform(0, (WIDTH, HEIGHT), (200, 2))

    origins, directions, _r = rays(camera, film, RNG.random((200, 2)), projection="panorama")
    _o, straight, _r = rays(replace(camera, lens_radius=0.0), film, projection="panorama")

    eye = camera.transform[:3, 3]
    assert misses(origins, directions, eye + 2.5 * straight).max() < 1e-5
    assert np.abs(((origins - eye) * straight).sum(axis=1)).max() < 1e-6
    assert 0.09 < np.linalg.norm(origins - eye, axis=1).max() < 0.1001


@pytest.mark.parametrize("blades", [3, 5, 8])
def test_bladed_aperture_is_an_even_polygon(blades):
    camera = make_record(
        replace(PINHOLE, lens_radius=1.0), aperture_blades=blades, aperture_rotation=math.pi / 2
    )
    side = (np.arange(256) + 0.5) / 256
    lens = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2).astype(np.float32)
    points = np.empty_like(lens)

    _lens_points(camera, lens, points)

    angle = np.arctan2(points[:, 1], points[:, 0]) - math.pi / 2
    wedge = 2 * np.pi / blades
    to_side = np.cos(angle % wedge - wedge / 2) * np.linalg.norm(points, axis=1)
    assert to_side.max() == pytest.approx(math.cos(wedge / 2), abs=1e-2)
    assert points[:, 1].max() == pytest.approx(1.0, abs=0.02)  # a corner points up
    np.testing.assert_allclose(points.mean(axis=0), 0.0, atol=3e-3)
    # Of a regular polygon in a circle of radius 1: (2 + cos(wedge)) / 6.
    assert (points**2).sum(axis=1).mean() == pytest.approx((2 + math.cos(wedge)) / 6, rel=5e-3)
