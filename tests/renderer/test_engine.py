"""The tracer as a whole: the same bits on every way, whatever it is asked for."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from renderer.buckets import Region
from renderer.engine import MAX_CLASS_LENGTH, TracerEngine
from renderer.scene import Instance, LightKind, Material, PunctualLight, SceneError
from tests.renderer.frames import SMALL, make_mixed_scene, render
from tests.renderer.scenes import WHITE, make_quad, make_scene, make_sky, make_sphere, place

pytestmark = pytest.mark.slow


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
