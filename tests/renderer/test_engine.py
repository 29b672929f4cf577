"""The tracer as a whole: the same bits on every way, and light where physics puts it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from renderer.buckets import Region
from renderer.engine import MAX_CLASS_LENGTH, TracerEngine
from renderer.scene import (
    AlphaMode,
    Environment,
    Image,
    Instance,
    LightKind,
    Material,
    PunctualLight,
    Scene,
    SceneError,
    Texture,
    TextureSlot,
)
from renderer.settings import RenderSettings
from tests.renderer.scenes import (
    WHITE,
    make_camera,
    make_quad,
    make_scene,
    make_sky,
    make_sphere,
    place,
)

pytestmark = pytest.mark.slow

SMALL = RenderSettings(width=48, height=32, samples=8)


def render(scene: Scene, settings: RenderSettings = SMALL, backend: str | None = None):
    """Return the whole frame, and check that every sample was finite."""
    engine = TracerEngine(ray_backend=backend)
    engine.open_scene(scene, settings)
    out = np.empty((settings.height, settings.width, 4), np.float32)
    engine.render(Region(0, 0, settings.width, settings.height), 0, settings.samples, out)
    engine.close()
    assert engine.bad_samples == 0
    return out


def make_mixed_scene() -> Scene:
    """Metal, glass, a lamp and a sky: every part of the path kernel has work."""
    materials = (
        Material(base_color=(0.8, 0.7, 0.6, 1.0), metallic=0.0, roughness=0.5),
        Material(base_color=(1.0, 0.8, 0.3, 1.0), roughness=0.2),
        Material(metallic=0.0, roughness=0.0, transmission=1.0, thickness=1.0),
        Material(base_color=(0.0, 0.0, 0.0, 1.0), emission=(8.0, 8.0, 8.0)),
    )
    meshes = (make_quad(0, 4.0), make_sphere(1, 0.5), make_sphere(2, 0.5), make_quad(3, 0.4))
    instances = (
        Instance(0, place(z=-1.0)),
        Instance(1, place(x=-0.7)),
        Instance(2, place(x=0.6)),
        Instance(3, place(y=1.5, z=0.5)),
    )
    return make_scene(*meshes, instances=instances, materials=materials, environment=make_sky(0.5))


def test_pixels_are_equal_when_the_frame_is_split_over_threads_in_any_order():
    scene = make_mixed_scene()
    whole = render(scene)
    engine = TracerEngine()
    engine.open_scene(scene, SMALL)
    parts = np.empty_like(whole)
    regions = [Region(x, y, 7, 5) for y in range(0, 32, 5) for x in range(0, 48, 7)]
    regions = [Region(r.x, r.y, min(r.width, 48 - r.x), min(r.height, 32 - r.y)) for r in regions]
    np.random.default_rng(3).shuffle(regions)

    def work(region: Region) -> None:
        out = np.empty((region.height, region.width, 4), np.float32)
        engine.render(region, 0, SMALL.samples, out)
        parts[region.y : region.y + region.height, region.x : region.x + region.width] = out

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, regions))
    engine.close()

    assert parts.tobytes() == whole.tobytes()


def test_sample_ranges_add_up_to_the_whole():
    scene = make_mixed_scene()
    whole = render(scene)
    engine = TracerEngine()
    engine.open_scene(scene, SMALL)
    halves = np.empty((2, 32, 48, 4), np.float32)

    for half in range(2):
        engine.render(Region(0, 0, 48, 32), 4 * half, 4, halves[half])
    engine.close()

    np.testing.assert_allclose(halves.mean(axis=0), whole, rtol=2e-6, atol=1e-6)


def test_another_seed_gives_another_noise_with_the_same_mean():
    scene = make_mixed_scene()
    settings = replace(SMALL, samples=64)

    one, other = render(scene, settings), render(scene, replace(settings, seed=1))

    assert not np.array_equal(one, other)
    assert one[..., :3].mean() == pytest.approx(other[..., :3].mean(), rel=0.03)


def test_both_ray_backends_give_the_same_picture():
    scene = make_mixed_scene()

    embree, own = render(scene, SMALL, "embree"), render(scene, SMALL, "bvh")

    different = np.abs(embree - own).max(axis=2) > 1e-3
    assert different.mean() < 0.01
    assert embree.mean() == pytest.approx(own.mean(), rel=2e-3)


def test_scene_of_few_triangles_looks_the_same_without_a_tree():
    quads = (make_quad(0, 4.0), make_quad(1, 0.8), make_quad(2, 0.5))
    instances = (Instance(0, place(z=-1.0)), Instance(1, place(x=-0.7)), Instance(2, place(y=1.5)))
    materials = (WHITE, Material(roughness=0.2), Material(emission=(8.0, 8.0, 8.0)))
    scene = make_scene(*quads, instances=instances, materials=materials, environment=make_sky(0.5))

    bare, embree = render(scene), render(scene, SMALL, "embree")

    different = np.abs(bare - embree).max(axis=2) > 1e-3
    assert different.mean() < 0.01
    assert bare.mean() == pytest.approx(embree.mean(), rel=2e-3)


def test_tracer_builds_a_tree_only_for_more_than_few_triangles():
    few = make_scene(make_quad(0, 1.0), materials=(WHITE,))
    many = make_scene(make_sphere(0, 0.5), materials=(WHITE,))

    for scene, backend, skips in ((few, None, True), (few, "bvh", False), (many, None, False)):
        engine = TracerEngine(ray_backend=backend)
        engine.open_scene(scene, SMALL)
        opened = engine._scene
        assert opened is not None
        assert (len(opened.data.nodes.few) > 0) == skips
        engine.close()


@pytest.mark.parametrize("scale", [1e-3, 1e6])
def test_picture_does_not_depend_on_the_unit(scale):
    scene = make_mixed_scene()
    camera = replace(scene.cameras[0], transform=place(z=3.0 * scale))
    scaled = replace(
        scene,
        instances=tuple(
            Instance(i.mesh, place(scale=scale) @ i.transform) for i in scene.instances
        ),
        cameras=(camera,),
    )

    one, other = render(scene), render(scaled)

    # The scale is not a power of two, so the last bits differ and a few paths part.
    assert np.median(np.abs(one - other)) < 1e-4
    assert one[..., :3].mean() == pytest.approx(other[..., :3].mean(), rel=0.01)


def test_picture_is_equal_to_the_bit_when_the_unit_is_a_power_of_two():
    scene = make_mixed_scene()
    scale = 2.0**-10
    camera = replace(scene.cameras[0], transform=place(z=3.0 * scale))
    instances = tuple(Instance(i.mesh, place(scale=scale) @ i.transform) for i in scene.instances)

    one, other = render(scene), render(replace(scene, instances=instances, cameras=(camera,)))

    # Normals go through a matrix of another size, which may move their last bit.
    assert (np.abs(one - other).max(axis=2) < 1e-3).mean() > 0.98


def test_white_ball_vanishes_in_a_white_sky():
    scene = make_scene(make_sphere(0), materials=(WHITE,), environment=make_sky())
    settings = RenderSettings(width=24, height=24, samples=256, max_depth=64, roulette_depth=64)

    out = render(scene, settings)

    np.testing.assert_allclose(out[..., :3].mean(), 1.0, atol=0.005)
    np.testing.assert_allclose(out[8:16, 8:16, :3], 1.0, atol=0.06)


def test_clear_glass_ball_vanishes_in_a_white_sky():
    glass = Material(metallic=0.0, roughness=0.0, transmission=1.0, thickness=1.0)
    scene = make_scene(make_sphere(0), materials=(glass,), environment=make_sky())
    settings = RenderSettings(width=24, height=24, samples=64, max_depth=256, roulette_depth=256)

    out = render(scene, settings)

    np.testing.assert_allclose(out[..., :3], 1.0, atol=0.01)


def test_plane_below_a_sphere_light_is_as_bright_as_computed():
    """Irradiance below a sphere of radiance L: E = pi L (r / d)^2 (Lambert's form factor)."""
    radius, height, radiance = 0.5, 2.0, 3.0
    lamp = Material(base_color=(0.0, 0.0, 0.0, 1.0), emission=(radiance,) * 3, specular=0.0)
    gray = replace(WHITE, base_color=(0.5, 0.5, 0.5, 1.0))
    scene = make_scene(
        make_quad(0, 4.0),
        make_sphere(1, radius, steps=64),
        instances=(Instance(0, np.eye(4)), Instance(1, place(z=height))),
        materials=(gray, replace(lamp, metallic=0.0)),
        cameras=(make_camera(z=1.0, yfov=None, ymag=0.02),),
    )
    settings = RenderSettings(width=8, height=8, samples=512, max_depth=2)

    out = render(scene, settings)

    expected = 0.5 / np.pi * np.pi * radiance * (radius / height) ** 2
    assert out[..., :3].mean() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(LightKind.POINT, 4.0 / 4.0), (LightKind.SPOT, 4.0 / 4.0), (LightKind.DIRECTIONAL, 4.0)],
)
def test_punctual_light_gives_the_irradiance_of_its_definition(kind, expected):
    """Candela over distance squared for point and spot lights, lux for the directional one."""
    light = PunctualLight(kind, np.full(3, 4.0, np.float32), place(z=2.0))
    scene = make_scene(
        make_quad(0, 4.0),
        materials=(WHITE,),
        lights=(light,),
        cameras=(make_camera(z=1.0, yfov=None, ymag=0.01),),
    )

    out = render(scene, replace(SMALL, max_depth=2))

    np.testing.assert_allclose(out[..., :3].mean(), expected / np.pi, rtol=1e-3)


def test_lamp_seen_directly_has_its_own_radiance():
    lamp = Material(base_color=(0.0, 0.0, 0.0, 1.0), emission=(2.0, 1.0, 0.5))
    scene = make_scene(make_quad(0, 4.0), materials=(lamp,))

    out = render(scene, replace(SMALL, max_depth=1))

    np.testing.assert_allclose(out[16, 24], [2.0, 1.0, 0.5, 1.0], rtol=1e-6)


def test_light_reaches_the_floor_through_a_pane_as_computed():
    """A thin wall reflects 2R / (1 + R) of the light at right angles, R = 4 %."""
    pane = Material(metallic=0.0, roughness=0.0, transmission=1.0)
    light = PunctualLight(LightKind.DIRECTIONAL, np.ones(3, np.float32), place(z=2.0))
    scene = make_scene(
        make_quad(0, 4.0),
        make_quad(1, 4.0),
        instances=(Instance(0, np.eye(4)), Instance(1, place(z=1.0))),
        materials=(WHITE, pane),
        lights=(light,),
        cameras=(make_camera(z=0.5, yfov=None, ymag=0.01),),
    )

    out = render(scene, replace(SMALL, max_depth=2, samples=4))

    np.testing.assert_allclose(out[..., :3].mean(), (1.0 - 0.08 / 1.04) / np.pi, rtol=1e-3)


def test_light_reaches_the_floor_through_solid_glass_once_only():
    """Straight rays to the sky and paths through the glass must not both count."""
    glass = Material(metallic=0.0, roughness=0.0, transmission=1.0, thickness=0.1)
    scene = make_scene(
        make_quad(0, 40.0),
        make_quad(1, 40.0),
        make_quad(1, 40.0),
        instances=(
            Instance(0, np.eye(4)),
            Instance(1, place(z=0.5)),
            Instance(1, place(z=0.4) @ np.diag([1.0, -1.0, -1.0, 1.0])),
        ),
        materials=(replace(WHITE, base_color=(0.5, 0.5, 0.5, 1.0)), glass),
        environment=make_sky(),
        cameras=(make_camera(z=0.2, yfov=None, ymag=0.01),),
    )
    bare = replace(scene, meshes=scene.meshes[:1], instances=scene.instances[:1])
    settings = RenderSettings(width=8, height=8, samples=1024, max_depth=2)

    covered, open_sky = (render(s, settings)[..., :3].mean() for s in (scene, bare))

    assert 0.78 < covered / open_sky < 0.9  # two boundaries, averaged over the hemisphere


def test_cut_out_shows_what_is_behind_and_lets_light_through():
    mask = np.zeros((2, 2, 4), np.uint8)
    mask[..., :3] = 255
    mask[:, 0, 3] = 255  # the left half is solid
    leaf = replace(WHITE, alpha_mode=AlphaMode.MASK, base_color_slot=TextureSlot(0), unlit=True)
    scene = make_scene(
        make_quad(0),
        materials=(leaf,),
        textures=(Texture(0, nearest=True),),
        images=(Image("mask", mask),),
        environment=replace(make_sky(0.25), visible=True),
        cameras=(make_camera(yfov=None, ymag=0.9),),
    )

    out = render(scene, replace(SMALL, width=32, height=32))

    np.testing.assert_allclose(out[16, 4, :3], 1.0, rtol=1e-5)
    np.testing.assert_allclose(out[16, 27, :3], 0.25, rtol=1e-5)


def test_half_transparent_surface_shows_half_of_what_is_behind():
    film = replace(WHITE, alpha_mode=AlphaMode.BLEND, base_color=(1.0, 1.0, 1.0, 0.5), unlit=True)
    scene = make_scene(make_quad(0, 4.0), materials=(film,), environment=make_sky(0.2))

    out = render(scene, replace(SMALL, samples=256))

    assert out[..., :3].mean() == pytest.approx(0.6, abs=0.01)


def test_invisible_sky_lights_but_leaves_alpha_empty():
    sky = Environment(np.ones((2, 4, 3), np.float32), visible=False)
    scene = make_scene(make_sphere(0, 0.3), materials=(WHITE,), environment=sky)

    out = render(scene)

    np.testing.assert_array_equal(out[0, 0], 0.0)
    np.testing.assert_allclose(out[16, 24, 3], 1.0)
    assert out[16, 24, 0] > 0.5


def test_environment_map_stands_where_its_definition_puts_it():
    """Column W/2 looks to -z, columns grow to +x, row 0 looks up."""
    sky = np.zeros((4, 8, 3), np.float32)
    sky[1:3, 4] = (1.0, 0.0, 0.0)  # just right of -z
    sky[1:3, 3] = (1.0, 0.0, 0.0)
    sky[:, 6] = (0.0, 1.0, 0.0)  # +x is at three quarters
    sky[0] = (0.0, 0.0, 1.0)
    scene = make_scene(make_sphere(0, 0.001), materials=(WHITE,), environment=Environment(sky))
    wide = replace(make_camera(), transform=place(z=50.0), yfov=2.6)
    out = render(replace(scene, cameras=(wide,)), replace(SMALL, width=90, height=30))

    assert out[15, 45, 0] > 0.9
    assert out[15, 45, 1] < 0.05
    assert out[15, 88, 1] > 0.2
    assert out[15, 1, 1] < 0.05
    assert out[1, 45, 2] > out[28, 45, 2]


def test_no_material_makes_numbers_that_are_not_finite():
    random = np.random.default_rng(11)
    materials = tuple(_random_material(random) for _ in range(48))
    meshes = tuple(make_sphere(i, 0.09, steps=8) for i in range(48))
    instances = tuple(
        Instance(i, place(x=(i % 8 - 3.5) * 0.3, y=(i // 8 - 2.5) * 0.3)) for i in range(48)
    )
    lamp = PunctualLight(LightKind.POINT, np.full(3, 5.0, np.float32), place(x=0.1, z=1.0))
    scene = make_scene(
        *meshes, instances=instances, materials=materials, lights=(lamp,), environment=make_sky()
    )

    out = render(scene, replace(SMALL, width=96, height=72, samples=32, max_depth=12))

    assert np.isfinite(out).all()
    assert (out >= 0.0).all()


def _random_material(random: np.random.Generator) -> Material:
    def pick() -> float:
        return float(random.choice([0.0, 1.0, random.random()]))

    return Material(
        base_color=(pick(), pick(), pick(), 1.0),
        metallic=pick(),
        roughness=pick(),
        transmission=pick(),
        thickness=pick(),
        ior=float(random.choice([1.0, 1.33, 1.5, 2.4])),
        attenuation_color=(pick(), pick(), pick()),
        attenuation_distance=float(random.choice([0.01, 1.0, np.inf])),
        specular=pick(),
        clearcoat=pick(),
        clearcoat_roughness=pick(),
        sheen_color=(pick(), pick(), pick()),
        sheen_roughness=pick(),
        emission=(0.0, pick(), 0.0),
        double_sided=bool(random.integers(2)),
    )


def test_mirrored_instance_is_lit_like_its_image():
    scene = make_mixed_scene()
    flip = np.diag([-1.0, 1.0, 1.0, 1.0])
    instances = tuple(Instance(i.mesh, flip @ i.transform) for i in scene.instances)

    one = render(scene, replace(SMALL, samples=64))
    other = render(replace(scene, instances=instances), replace(SMALL, samples=64))

    assert np.abs(one.mean(axis=0) - other[:, ::-1].mean(axis=0)).max() < 0.12
    assert one[..., :3].mean() == pytest.approx(other[..., :3].mean(), rel=0.01)


def test_scene_without_any_light_is_black_and_finite():
    out = render(make_scene(make_quad(0), materials=(WHITE,)))

    np.testing.assert_array_equal(out[16, 24], [0.0, 0.0, 0.0, 1.0])


def test_engine_refuses_to_render_without_a_scene():
    engine = TracerEngine()

    with pytest.raises(SceneError, match="no scene is open"):
        engine.render(Region(0, 0, 4, 4), 0, 1, np.empty((4, 4, 4), np.float32))


def test_engine_class_names_versions_and_fits_its_field():
    name = TracerEngine().engine_class()

    assert len(name) <= MAX_CLASS_LENGTH
    assert "numba" in name
    assert name != TracerEngine(ray_backend="bvh").engine_class()


def test_engine_refuses_an_unknown_ray_backend():
    with pytest.raises(ValueError, match="'embree' or 'bvh'"):
        TracerEngine(ray_backend="optix")


def test_coarse_ball_near_a_lamp_is_not_in_the_shadow_of_that_lamp():
    """The lifted start of a shadow ray must not make it end behind the light."""
    lamp = Material(base_color=(0.0, 0.0, 0.0, 1.0), emission=(5.0, 5.0, 5.0), specular=0.0)
    turn = place(x=0.9, y=0.9, z=0.3)
    turn[:3, :3] = [[0.6, 0.0, 0.8], [0.0, 1.0, 0.0], [-0.8, 0.0, 0.6]]
    scene = make_scene(
        make_sphere(0, 0.6, steps=6),
        make_quad(1, 0.8),
        instances=(Instance(0, np.eye(4)), Instance(1, turn)),
        materials=(WHITE, replace(lamp, metallic=0.0)),
    )
    settings = replace(SMALL, width=32, height=32, samples=256, max_depth=2)

    coarse = render(scene, settings)
    fine = render(replace(scene, meshes=(make_sphere(0, 0.6, steps=48), scene.meshes[1])), settings)

    inside = (slice(12, 20), slice(14, 20))
    assert coarse[inside][..., 0].mean() == pytest.approx(fine[inside][..., 0].mean(), rel=0.1)
