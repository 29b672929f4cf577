"""Scenes about cameras, instances and holes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from renderer.scene import AlphaMode, Camera, Image, Instance, Material, Scene, Texture, TextureSlot
from renderer.shot_settings import ShotSettings
from tests.benchmarks.case import Case, floor_and_ball, make_checker, matt, settings
from tests.benchmarks.shapes import (
    look_at,
    make_camera,
    make_quad,
    make_sky,
    make_sphere,
    place_all,
)


def lens() -> Case:
    """A wide open lens, focused on the ball in the middle."""
    meshes = (
        make_quad((-9, -1, 6), (18, 0, 0), (0, 0, -24), 0),
        *(make_sphere((n * 1.6, 0, -3.0 * n), 0.8, 1 + n % 2, 48) for n in range(-1, 2)),
    )
    camera = make_camera((0, 0.8, 8.0), (0, 0, 0), 0.5, lens_radius=0.35, focus_distance=8.0)
    return Case(
        Scene(
            meshes,
            place_all(meshes),
            (matt(0.6, 0.5, 0.4), matt(0.1, 0.2, 0.7), matt(0.8, 0.3, 0.1)),
            cameras=(camera,),
            environment=make_sky(2.0),
        ),
        settings(),
    )


def orthographic() -> Case:
    """The ball without perspective."""
    camera = Camera("judge", look_at((2, 3, 6), (0, 0.8, 0)), yfov=None, ymag=1.7)
    return Case(floor_and_ball(matt(0.3, 0.7, 0.5), cameras=(camera,)), settings())


def mirrored_instances() -> Case:
    """One glossy mesh thrice: plain, mirrored, squeezed and sheared."""
    ball = make_sphere((0, 0, 0), 1.0, 0)
    places = []
    for number in range(3):
        place = np.eye(4)
        place[0, 3] = 2.3 * (number - 1)
        places.append(place)
    places[0][0, 0] = -1.0
    places[2][:3, :3] = [[0.6, 0.3, 0.0], [0.0, 1.2, 0.0], [0.0, 0.2, 0.8]]
    return Case(
        Scene(
            (ball,),
            tuple(Instance(0, place) for place in places),
            (Material(base_color=(0.9, 0.6, 0.3, 1.0), metallic=1.0, roughness=0.3),),
            cameras=(make_camera((0, 0.6, 9.0), (0, 0, 0), 0.5),),
            environment=make_sky(),
        ),
        settings(),
    )


def cut_out(mode: AlphaMode) -> Case:
    """A card with holes (or half clear) throws its shadow on a floor."""
    alpha = (make_checker()[..., :1] > 0.4).astype(np.float64)
    if mode is AlphaMode.BLEND:
        alpha = 0.2 + 0.6 * alpha
    texels = np.concatenate([make_checker(), alpha], axis=2)
    card = matt(1.0, 1.0, 1.0, base_color_slot=TextureSlot(0), alpha_mode=mode)
    meshes = (
        make_quad((-3, 0, 3), (6, 0, 0), (0, 0, -6), 0),
        make_quad((-1.2, 0.3, 0.3), (2.4, 0, 0), (0, 1.5, -0.9), 1),
    )
    return Case(
        Scene(
            meshes,
            place_all(meshes),
            (matt(0.6, 0.6, 0.6), card),
            textures=(Texture(0, nearest=True),),
            images=(Image("card", np.round(texels * 255).astype(np.uint8)),),
            cameras=(make_camera((1.0, 2.0, 4.5), (0, 0.6, 0)),),
            environment=make_sky(),
        ),
        settings(512, 16),
    )


def panorama() -> Case:
    """The whole sphere around a camera that looks a little downwards."""
    scene = floor_and_ball(matt(0.3, 0.7, 0.5))
    camera = make_camera((1.5, 1.2, 3.0), (0, 0.9, 0))
    shot = ShotSettings(pixel_filter="box", projection="panorama")
    return Case(replace(scene, cameras=(camera,)), replace(settings(), shot=shot))


def shifted() -> Case:
    """The frame moved right and up, with planes that cut the floor."""
    scene = floor_and_ball(matt(0.3, 0.7, 0.5))
    shot = ShotSettings(
        pixel_filter="box", shift_x=0.15, shift_y=-0.2, clip_near_m=4.2, clip_far_m=6.5
    )
    return Case(scene, replace(settings(), shot=shot))


def forest() -> Case:
    """One mesh in 400 places, turned, stretched, some mirrored."""
    rng = np.random.default_rng(3)
    tree = make_sphere((0, 0, 0), 0.5, 1, 24)
    floor = make_quad((-9, -0.5, 5), (18, 0, 0), (0, 0, -20), 0)
    places = []
    for number in range(400):
        turned, _ = np.linalg.qr(rng.normal(size=(3, 3)))
        place = np.eye(4)
        place[:3, :3] = turned @ np.diag(rng.uniform(0.3, 0.7, 3))
        place[:3, 3] = (number % 20) * 0.7 - 6.6, 0.0, -(number // 20) * 0.7 + 2.0
        places.append(Instance(1, place))
    return Case(
        Scene(
            (floor, tree),
            (Instance(0, np.eye(4)), *places),
            (matt(0.6, 0.5, 0.4), Material(base_color=(0.3, 0.6, 0.2, 1), metallic=0.0)),
            cameras=(make_camera((2.0, 2.5, 6.0), (0, 0, -2)),),
            environment=make_sky(),
        ),
        settings(),
    )
