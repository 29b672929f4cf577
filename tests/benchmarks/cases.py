"""The scenes that both renderers must show alike, each about one feature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import resources
from renderer.assets import FolderAssets
from renderer.gltf import load_scene
from renderer.scene import (
    AlphaMode,
    Camera,
    Doubles,
    Image,
    Instance,
    LightKind,
    Material,
    Mesh,
    PunctualLight,
    Scene,
    Texture,
    TextureSlot,
    Wrap,
)
from renderer.settings import RenderSettings
from renderer.shot_settings import ShotSettings
from tests.benchmarks.shapes import (
    look_at,
    make_camera,
    make_quad,
    make_sky,
    make_sphere,
    place_all,
)

WIDTH, HEIGHT = 160, 90
BOX_FILTER = ShotSettings(pixel_filter="box")
CORNELL = Path(resources.__file__).parent / "benchmark" / "cornell.glb"


@dataclass(frozen=True)
class Case:
    """A scene to be judged.

    Attributes:
        scene: complete.
        settings: the frame; samples are those of one round.
    """

    scene: Scene
    settings: RenderSettings


def settings(samples: int = 256, depth: int = 8) -> RenderSettings:
    """A small frame, with roulette from segment 5 and Mitsuba's pixel filter."""
    return RenderSettings(
        WIDTH, HEIGHT, samples, max_depth=depth, roulette_depth=5, shot=BOX_FILTER
    )


def matt(*color: float, **options: object) -> Material:
    """A purely diffuse surface."""
    base = (*color, 1.0)
    plain = Material(base_color=base, metallic=0.0, specular=0.0)  # type: ignore[arg-type]
    return replace(plain, **options)  # type: ignore[arg-type]


def make_cornell_scene() -> Scene:
    """The benchmark box, all diffuse."""
    scene = load_scene(FolderAssets(CORNELL.parent), CORNELL.name)
    materials = tuple(replace(m, specular=0.0) for m in scene.materials)
    return replace(scene, materials=materials)


def cornell() -> Case:
    """Diffuse walls, area light, eight segments."""
    return Case(make_cornell_scene(), settings(512))


def _floor_and_ball(ball: Material, rotation: float = 0.0, **options: object) -> Scene:
    meshes = (
        make_quad((-4, 0, 4), (8, 0, 0), (0, 0, -8), 0),
        make_sphere((0, 1, 0), 1.0, 1),
    )
    scene = Scene(
        meshes,
        place_all(meshes),
        (matt(0.6, 0.5, 0.4), ball),
        cameras=(make_camera((1.5, 2.0, 5.0), (0, 0.9, 0)),),
        environment=make_sky(rotation),
    )
    return replace(scene, **options)  # type: ignore[arg-type]


def sky() -> Case:
    """Diffuse ball and floor under a map."""
    return Case(_floor_and_ball(matt(0.3, 0.7, 0.5)), settings())


def sky_turned() -> Case:
    """The same, with the map turned by 1 radian."""
    return Case(_floor_and_ball(matt(0.3, 0.7, 0.5), 1.0), settings())


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


def _light(kind: LightKind, rgb: object, eye: object, target: object, **options: float) -> object:
    intensity = np.array(rgb, np.float32)
    return PunctualLight(kind, intensity, look_at(eye, target, (0.1, 1, 0.2)), **options)


def lights(kind: LightKind) -> Case:
    """One light without area over a ball and a floor."""
    options = {"inner_angle": 0.3495, "outer_angle": 0.3525} if kind is LightKind.SPOT else {}
    light = _light(kind, (9.0, 6.0, 3.0), (2.0, 4.0, 1.5), (0, 0.5, 0), **options)
    scene = _floor_and_ball(matt(0.3, 0.7, 0.5), environment=None, lights=(light,))
    return Case(scene, settings(512))


def _checker(size: int = 8) -> Doubles:
    """An image without any symmetry, (size, size, 3), 0..1."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:size, 0:size] / size
    image = np.stack([x, y, 1.0 - 0.5 * x - 0.5 * y], axis=2) * 0.7 + 0.3 * rng.random(
        (size, size, 1)
    )
    return np.asarray(image)


def textures(wrap: Wrap, nearest: bool, dtype: str) -> Case:
    """A turned, scaled, shifted texture on a wall, reaching beyond 0..1."""
    texels = _checker()
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
            lights=(_light(LightKind.DIRECTIONAL, (3, 3, 3), (1, 2, 5), (0, 0, 0)),),  # type: ignore[arg-type]
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
            lights=(_light(LightKind.DIRECTIONAL, (3, 3, 3), (1.2, 0.9, 5), (0, 0, 0)),),  # type: ignore[arg-type]
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
    scene = _floor_and_ball(ball, images=(image,), textures=(Texture(0),))
    return Case(scene, settings())


def glass(roughness: float, thickness: float) -> Case:
    """A ball or a pane of glass before the sky; nothing else to cast a caustic on."""
    material = Material(
        metallic=0.0, roughness=roughness, transmission=1.0, thickness=thickness, ior=1.5
    )
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


def glowing_picture() -> Case:
    """A wall that emits a picture lights a floor."""
    meshes = (
        make_quad((-2, 0, 2), (4, 0, 0), (0, 0, -4), 0),
        make_quad((-1.2, 0.2, -1.5), (2.4, 0, 0), (0, 1.6, 0.5), 1),
    )
    image = Image("picture", np.round(_checker() * 255).astype(np.uint8))
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
    return Case(_floor_and_ball(matt(0.3, 0.7, 0.5), cameras=(camera,)), settings())


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
    alpha = (_checker()[..., :1] > 0.4).astype(np.float64)
    if mode is AlphaMode.BLEND:
        alpha = 0.2 + 0.6 * alpha
    texels = np.concatenate([_checker(), alpha], axis=2)
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


def vertex_colors() -> Case:
    """A ball painted at its vertices."""
    ball = make_sphere((0, 1, 0), 1.0, 1)
    colors = np.ones((len(ball.positions), 4), np.float32)
    colors[:, :3] = 0.5 + 0.5 * ball.positions / np.array([1.0, 2.0, 1.0])
    painted = replace(ball, colors=np.clip(colors, 0, 1).astype(np.float32))
    case = Case(_floor_and_ball(Material(metallic=0.0, roughness=0.5)), settings())
    meshes = (case.scene.meshes[0], painted)
    return replace(case, scene=replace(case.scene, meshes=meshes))


CASES: dict[str, Callable[[], Case]] = {
    "cornell box": cornell,
    "diffuse, sky": sky,
    "diffuse, sky turned": sky_turned,
    "sky seen, ahead": lambda: sky_seen((0.3, 0.2, -1.0), 0.0),
    "sky seen, up": lambda: sky_seen((1.0, 0.8, 0.5), 0.7),
    "sky seen, down": lambda: sky_seen((-0.4, -0.9, 0.6), -2.0),
    "point light": lambda: lights(LightKind.POINT),
    "spot light": lambda: lights(LightKind.SPOT),
    "directional light": lambda: lights(LightKind.DIRECTIONAL),
    "texture 8 bit, repeat": lambda: textures(Wrap.REPEAT, False, "uint8"),
    "texture 16 bit, mirror": lambda: textures(Wrap.MIRROR, False, "uint16"),
    "texture float, clamp, nearest": lambda: textures(Wrap.CLAMP, True, "float32"),
    "normal map": lambda: normal_map(False),
    "normal map, turned UV": lambda: normal_map(True),
    "dielectric balls": lambda: balls(0.0),
    "metal balls": lambda: balls(1.0),
    "half metal balls": lambda: balls(0.5),
    "metallic-roughness map": metallic_roughness_map,
    "clear glass ball": lambda: glass(0.0, 1.0),
    "frosted glass ball": lambda: glass(0.3, 1.0),
    "thin pane": lambda: glass(0.0, 0.0),
    "glowing picture": glowing_picture,
    "thin lens": lens,
    "orthographic": orthographic,
    "mirrored, sheared instances": mirrored_instances,
    "alpha mask": lambda: cut_out(AlphaMode.MASK),
    "alpha blend": lambda: cut_out(AlphaMode.BLEND),
    "vertex colours": vertex_colors,
}
