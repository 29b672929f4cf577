"""Scenes about light: lamps, skies, lights without area."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from renderer.scene import Image, LightKind, Mesh, Scene, Texture, TextureSlot, Wrap
from tests.benchmarks.case import (
    Case,
    floor_and_ball,
    make_checker,
    make_cornell_scene,
    make_light,
    matt,
    settings,
)
from tests.benchmarks.shapes import make_camera, make_quad, make_sky, place_all


def cornell() -> Case:
    """Diffuse walls, area light, eight segments."""
    return Case(make_cornell_scene(), settings(512))


def sky() -> Case:
    """Diffuse ball and floor under a map."""
    return Case(floor_and_ball(matt(0.3, 0.7, 0.5)), settings())


def sky_turned() -> Case:
    """The same, with the map turned by 1 radian."""
    return Case(floor_and_ball(matt(0.3, 0.7, 0.5), 1.0), settings())


def sky_seen(target: tuple[float, float, float], rotation: float) -> Case:
    """Nothing but the map, through a wide lens."""
    speck = make_quad((0, 0, -900), (1e-3, 0, 0), (0, 1e-3, 0), 0)
    return Case(
        Scene(
            (speck,),
            place_all((speck,)),
            (matt(0.0, 0.0, 0.0),),
            cameras=(make_camera((0, 0, 0), target, 1.6),),
            environment=make_sky(rotation),
        ),
        settings(64),
    )


def lights(kind: LightKind, **options: float) -> Case:
    """One light without area over a ball and a floor."""
    light = make_light(kind, (9.0, 6.0, 3.0), (2.0, 4.0, 1.5), (0, 0.5, 0), **options)
    scene = floor_and_ball(matt(0.3, 0.7, 0.5), environment=None, lights=(light,))
    return Case(scene, settings(512))


def many_lamps(count: int = 10_000) -> Case:
    """Small lamps of four colours and all directions over a floor and a ball."""
    rng = np.random.default_rng(8)
    colors = ((9.0, 7.0, 5.0), (2.0, 6.0, 14.0), (12.0, 2.0, 2.0), (1.0, 5.0, 1.0))
    room = floor_and_ball(matt(0.3, 0.7, 0.5), environment=None)
    lamps = tuple(
        _make_swarm(rng, count // len(colors), 2 + number) for number in range(len(colors))
    )
    materials = tuple(matt(0.0, 0.0, 0.0, emission=color) for color in colors)
    meshes = (*room.meshes, *lamps)
    scene = replace(
        room,
        meshes=meshes,
        instances=place_all(meshes),
        materials=(*room.materials, *materials),
    )
    return Case(scene, settings(768, 4))


def _make_swarm(rng: np.random.Generator, count: int, material: int) -> Mesh:
    """Triangles of some 3 cm, scattered over the floor at a height of 2.5 to 3.5 m."""
    centers = rng.uniform((-3.0, 2.5, -3.0), (3.0, 3.5, 3.0), (count, 1, 3))
    corners = centers + rng.normal(0.0, 0.02, (count, 3, 3))
    triangles = np.arange(3 * count, dtype=np.int32).reshape(count, 3)
    return Mesh(corners.reshape(-1, 3).astype(np.float32), triangles, material)


def glowing_picture() -> Case:
    """A wall that emits a picture lights a floor."""
    meshes = (
        make_quad((-2, 0, 2), (4, 0, 0), (0, 0, -4), 0),
        make_quad((-1.2, 0.2, -1.5), (2.4, 0, 0), (0, 1.6, 0.5), 1),
    )
    image = Image("picture", np.round(make_checker() * 255).astype(np.uint8))
    lamp = matt(0.2, 0.2, 0.2, emission=(4.0, 3.0, 2.0), emission_slot=TextureSlot(0))
    return Case(
        Scene(
            meshes,
            place_all(meshes),
            (matt(0.7, 0.7, 0.7), lamp),
            textures=(Texture(0, Wrap.CLAMP, Wrap.CLAMP),),
            images=(image,),
            cameras=(make_camera((0.8, 1.6, 4.0), (0, 0.6, -0.5)),),
        ),
        settings(768, 4),
    )
