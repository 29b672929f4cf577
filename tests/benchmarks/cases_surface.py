"""Scenes about surfaces: textures, normal maps, metal, glass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from renderer.scene import (
    Doubles,
    Image,
    LightKind,
    Material,
    Mesh,
    Scene,
    Texture,
    TextureSlot,
    Wrap,
)
from tests.benchmarks.case import (
    Case,
    floor_and_ball,
    make_checker,
    make_light,
    matt,
    settings,
)
from tests.benchmarks.shapes import make_camera, make_quad, make_sky, make_sphere, place_all


def textures(wrap: Wrap, nearest: bool, dtype: str) -> Case:
    """A turned, scaled, shifted texture on a wall, reaching beyond 0..1."""
    texels = make_checker()
    if dtype == "float32":
        image = texels.astype(np.float32)
    else:
        image = np.round(texels * np.iinfo(dtype).max).astype(dtype)
    turn, size = 0.4, 2.3
    transform = np.array(
        [
            [size * np.cos(turn), size * np.sin(turn), -0.6],
            [-size * np.sin(turn), size * np.cos(turn), -0.3],
        ],
        np.float32,
    )
    wall = make_quad((-1.6, -0.9, 0), (3.2, 0, 0), (0, 1.8, 0), 0)
    return Case(
        Scene(
            (wall,),
            place_all((wall,)),
            (matt(0.9, 0.8, 0.7, base_color_slot=TextureSlot(0, 0, transform)),),
            textures=(Texture(0, wrap, wrap, nearest),),
            images=(Image("checker", image),),
            lights=(make_light(LightKind.DIRECTIONAL, (3, 3, 3), (1, 2, 5), (0, 0, 0)),),
            cameras=(make_camera((0.2, 0.1, 3.0), (0, 0, 0), 0.66),),
        ),
        settings(256, 2),
    )


def _bumps(size: int = 32) -> Doubles:
    """A normal map with slopes in x and y that differ, (size, size, 3), 0..1."""
    y, x = np.mgrid[0:size, 0:size] / size
    normal = np.stack([0.3 + 0.2 * np.sin(6.283 * x), 0.25 - 0.2 * y, np.ones_like(x)], axis=2)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    return np.asarray(normal * 0.5 + 0.5)


def normal_map(turned: bool) -> Case:
    """A normal map on a wall without tangents, lit from the upper right."""
    wall = make_quad((-1.6, -0.9, 0), (3.2, 0, 0), (0, 1.8, 0), 0)
    uv = wall.uv_sets[0].copy()
    if turned:
        uv = np.stack([uv[:, 1], 1.0 - uv[:, 0]], axis=1)
    normals = np.tile(np.array([[0, 0, 1]], np.float32), (4, 1))
    wall = replace(wall, uv_sets=(uv,), normals=normals)
    image = Image("bumps", _bumps().astype(np.float32))
    return Case(
        Scene(
            (wall,),
            place_all((wall,)),
            (matt(0.8, 0.8, 0.8, normal_slot=TextureSlot(0)),),
            textures=(Texture(0, Wrap.CLAMP, Wrap.CLAMP),),
            images=(image,),
            lights=(make_light(LightKind.DIRECTIONAL, (3, 3, 3), (1.2, 0.9, 5), (0, 0, 0)),),
            cameras=(make_camera((0, 0, 3.0), (0, 0, 0), 0.6),),
        ),
        settings(64, 2),
    )


def balls(metallic: float) -> Case:
    """Balls of five roughnesses in a row."""
    roughness = (0.15, 0.3, 0.5, 0.75, 1.0)
    meshes = tuple(make_sphere((n * 2.1, 0, 0), 1.0, n) for n in range(5))
    materials = tuple(
        Material(base_color=(0.9, 0.6, 0.3, 1.0), metallic=metallic, roughness=r) for r in roughness
    )
    return Case(
        Scene(
            meshes,
            place_all(meshes),
            materials,
            cameras=(make_camera((4.2, 0.5, 14.0), (4.2, 0, 0), 0.42),),
            environment=make_sky(0.5),
        ),
        settings(256),
    )


def metallic_roughness_map() -> Case:
    """A ball whose map varies both."""
    y, x = np.mgrid[0:16, 0:16] / 15.0
    texels = np.stack([0.0 * x, 0.2 + 0.8 * x, y], axis=2)
    image = Image("mr", np.round(texels * 255).astype(np.uint8))
    ball = Material(base_color=(0.9, 0.6, 0.3, 1.0), metallic_roughness_slot=TextureSlot(0))
    scene = floor_and_ball(ball, images=(image,), textures=(Texture(0),))
    return Case(scene, settings())


def glass(roughness: float, thickness: float, **options: object) -> Case:
    """A ball or a pane of glass before the sky; nothing else to cast a caustic on."""
    material = Material(
        metallic=0.0, roughness=roughness, transmission=1.0, thickness=thickness, ior=1.5
    )
    material = replace(material, **options)  # type: ignore[arg-type]
    if thickness > 0.0:
        meshes: tuple[Mesh, ...] = (make_sphere((0, 0, 0), 1.0, 0, 192),)
    else:
        meshes = (make_quad((-1, -0.6, 0.5), (2, 0, -1), (0, 1.2, 0), 0),)
    return Case(
        Scene(
            meshes,
            place_all(meshes),
            (material,),
            cameras=(make_camera((0.5, 0.4, 4.0), (0, 0, 0), 0.6),),
            environment=make_sky(0.5),
        ),
        settings(256, 32),
    )


def vertex_colors() -> Case:
    """A ball painted at its vertices."""
    ball = make_sphere((0, 1, 0), 1.0, 1)
    colors = np.ones((len(ball.positions), 4), np.float32)
    colors[:, :3] = 0.5 + 0.5 * ball.positions / np.array([1.0, 2.0, 1.0])
    painted = replace(ball, colors=np.clip(colors, 0, 1).astype(np.float32))
    case = Case(floor_and_ball(Material(metallic=0.0, roughness=0.5)), settings())
    meshes = (case.scene.meshes[0], painted)
    return replace(case, scene=replace(case.scene, meshes=meshes))


def later_meshes() -> Case:
    """Each of four walls has arrays that the one before lacks, and looks up another UV set."""
    normals = np.tile(np.array([[0, 0, 1]], np.float32), (4, 1))
    walls = []
    for number in range(4):
        x, y = (number % 2) * 1.65 - 1.65, (number // 2) * 0.95 - 0.95
        walls.append(make_quad((x, y, 0), (1.6, 0, 0), (0, 0.9, 0), number, uvs=number > 0))
    upright = walls[1].uv_sets[0]
    turned = np.stack([1.0 - upright[:, 1], upright[:, 0]], axis=1) * 1.7
    walls[1] = replace(walls[1], normals=normals)
    walls[2] = replace(walls[2], normals=normals, uv_sets=(upright, turned))
    colors = np.linspace(0.2, 1.0, 16).reshape(4, 4).astype(np.float32)
    walls[3] = replace(walls[3], uv_sets=(upright, upright, turned), colors=colors)
    materials = (
        matt(0.5, 0.5, 0.5),
        matt(0.8, 0.8, 0.8, normal_slot=TextureSlot(0)),
        matt(1.0, 1.0, 1.0, base_color_slot=TextureSlot(1, 1), normal_slot=TextureSlot(0, 1)),
        Material(metallic=0.0, roughness=0.6, base_color_slot=TextureSlot(1, 2)),
    )
    light = make_light(LightKind.DIRECTIONAL, (3, 3, 3), (1.2, 0.9, 5), (0, 0, 0))
    scene = Scene(
        tuple(walls),
        place_all(tuple(walls)),
        materials,
        textures=(Texture(0), Texture(1)),
        images=(
            Image("bumps", _bumps().astype(np.float32)),
            Image("checker", np.round(make_checker() * 255).astype(np.uint8)),
        ),
        lights=(light,),
        cameras=(make_camera((0, 0, 3.0), (0, 0, 0), 0.62),),
    )
    return Case(scene, settings(128, 2))


def brushed(metallic: float) -> Case:
    """Plates brushed more and more, and in other directions, mirror the sky."""
    plates = tuple(
        make_quad((n * 1.1 - 2.75, -0.6, -0.25 * (n % 2)), (1, 0, 0), (0, 1.2, 0), n)
        for n in range(5)
    )
    materials = tuple(
        Material(
            base_color=(0.9, 0.6, 0.3, 1.0),
            metallic=metallic,
            roughness=0.25,
            anisotropy=strength,
            anisotropy_rotation=turn,
        )
        for strength, turn in ((0.0, 0.0), (0.5, 0.0), (0.9, 0.6), (0.6, 1.5708), (1.0, -0.9))
    )
    scene = Scene(
        plates,
        place_all(plates),
        materials,
        cameras=(make_camera((1.0, 0.8, 6.0), (0, 0, 0), 0.42),),
        environment=make_sky(2.6),
    )
    return Case(scene, settings(256, 2))
