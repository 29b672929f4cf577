"""What the tracer notes in each channel, on scenes where the answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from renderer.buckets import Region
from renderer.channels import (
    CHANNEL_NAMES,
    FAR_M,
    channel_offsets,
    find_channel,
)
from renderer.cryptomatte import name_id
from renderer.engine import TracerEngine
from renderer.film_layers import merge_passes
from renderer.scene import AlphaMode, Camera, Environment, Instance, Material, Scene
from renderer.settings import RenderSettings
from tests.renderer.scenes import make_camera, make_quad, make_scene, make_sky, make_sphere, place

pytestmark = pytest.mark.slow

RED = Material("red", base_color=(0.8, 0.2, 0.1, 1.0), metallic=0.0, roughness=1.0, specular=0.0)
LAMP = Material("lamp", base_color=(0.0, 0.0, 0.0, 1.0), metallic=0.0, emission=(5.0, 5.0, 5.0))
RENDERED = tuple(n for n in CHANNEL_NAMES if not find_channel(n).measured)
SMALL = RenderSettings(width=24, height=16, samples=32)
FLAT = make_camera(z=3.0, yfov=None, ymag=1.0)


def render(scene: Scene, settings: RenderSettings, region: Region | None = None, **part) -> dict:
    """Return the channels by name."""
    region = region or Region(0, 0, settings.width, settings.height)
    engine = TracerEngine()
    engine.open_scene(scene, settings)
    out = np.empty((region.height, region.width, engine.components), np.float32)
    engine.render(region, part.get("first", 0), part.get("samples", settings.samples), out)
    engine.close()
    assert engine.bad_samples == 0
    assert np.isfinite(out).all()
    offsets = channel_offsets(engine.channels)
    return {c.name: out[..., offsets[c.name] :][..., : len(c.components)] for c in engine.channels}


def make_room() -> Scene:
    """A red wall, a lamp before it, a ball of metal, a dim sky: every kind of light."""
    metal = Material("metal", base_color=(0.9, 0.8, 0.6, 1.0), roughness=0.3)
    meshes = (make_quad(0, 1.5), make_quad(1, 0.3), make_sphere(2, 0.4))
    instances = (
        Instance(0, place(z=-1.0), "wall"),
        Instance(1, place(x=-0.6, z=0.2), "lamp"),
        Instance(2, place(x=0.5), "ball"),
    )
    materials = (RED, LAMP, metal)
    return make_scene(*meshes, instances=instances, materials=materials, environment=make_sky(0.2))


def test_beauty_has_the_same_bits_whatever_other_channels_there_are():
    plain = render(make_room(), SMALL)
    rich = render(make_room(), replace(SMALL, channels=CHANNEL_NAMES))

    assert rich["beauty"].tobytes() == plain["beauty"].tobytes()
    assert rich["alpha"].tobytes() == plain["alpha"].tobytes()


@pytest.mark.parametrize("threshold", [0.0, 0.1])
def test_every_channel_has_the_same_bits_however_the_frame_is_split(threshold):
    settings = replace(
        SMALL, samples=96, min_samples=16, channels=RENDERED, noise_threshold=threshold
    )
    engine = TracerEngine()
    engine.open_scene(make_room(), settings)
    whole = np.empty((16, 24, engine.components), np.float32)
    parts = np.empty_like(whole)

    engine.render(Region(0, 0, 24, 16), 0, 96, whole)
    for y in range(0, 16, 5):
        for x in range(0, 24, 7):
            region = Region(x, y, min(7, 24 - x), min(5, 16 - y))
            out = np.empty((region.height, region.width, engine.components), np.float32)
            engine.render(region, 0, 96, out)
            parts[y : y + region.height, x : x + region.width] = out
    engine.close()

    assert parts.tobytes() == whole.tobytes()


def test_wall_seen_straight_on_has_its_place_and_direction():
    quad = make_quad(0, 4.0)
    scene = make_scene(
        quad,
        materials=(RED,),
        instances=(Instance(0, place(z=-1.0), "wall"),),
        cameras=(FLAT,),
        environment=make_sky(),
    )
    names = ("albedo", "normal", "depth", "position", "uv")

    found = render(scene, replace(SMALL, channels=names))

    np.testing.assert_allclose(found["albedo"], np.broadcast_to([0.8, 0.2, 0.1], (16, 24, 3)), 1e-5)
    np.testing.assert_allclose(
        found["normal"], np.broadcast_to([0.0, 0.0, 1.0], (16, 24, 3)), atol=1e-6
    )
    np.testing.assert_allclose(found["depth"], 4.0, rtol=1e-6)
    x = (np.arange(24) + 0.5) / 24 * 3.0 - 1.5
    y = 1.0 - (np.arange(16) + 0.5) / 16 * 2.0
    within = 1.5 * 2.0 / 16  # a sample lies within 1.5 pixels of its pixel's centre
    np.testing.assert_allclose(found["position"][..., 0], np.tile(x, (16, 1)), atol=within)
    np.testing.assert_allclose(found["position"][..., 1], np.tile(y, (24, 1)).T, atol=within)
    np.testing.assert_allclose(found["position"][..., 2], -1.0, atol=1e-6)
    u = (found["position"][..., 0] + 4.0) / 8.0
    v = 1.0 - (found["position"][..., 1] + 4.0) / 8.0
    np.testing.assert_allclose(found["uv"], np.stack([u, v], axis=-1), atol=1e-5)


def test_depth_of_a_perspective_camera_is_along_its_axis_not_along_the_ray():
    scene = make_scene(make_quad(0, 9.0), materials=(RED,), environment=make_sky())

    found = render(scene, replace(SMALL, channels=("depth",)))

    np.testing.assert_allclose(found["depth"], 3.0, rtol=1e-6)


def test_pixels_that_hit_nothing_are_far_and_have_no_matte():
    scene = make_scene(make_quad(0, 0.2), materials=(RED,), cameras=(FLAT,), environment=make_sky())
    names = ("depth", "normal", "object_id")

    found = render(scene, replace(SMALL, channels=names))

    corner = {name: value[0, 0] for name, value in found.items()}
    assert corner["depth"] == np.float32(FAR_M)
    assert not corner["normal"].any()
    assert not corner["object_id"].any()


def test_mattes_hold_the_names_of_objects_and_materials_by_coverage():
    settings = replace(SMALL, samples=64, channels=("object_id", "material_id"))

    found = render(make_room(), settings)

    def to_name(bits, names):
        return {name_id(name): name for name in names}[int(bits)]

    ids = found["object_id"][..., ::2].copy().view(np.uint32)
    coverage = found["object_id"][..., 1::2]
    assert (np.diff(coverage, axis=2) <= 0.0).all()
    assert ((ids == 0) == (coverage == 0.0)).all()
    names = {to_name(bits, ("wall", "lamp", "ball")) for bits in np.unique(ids) if bits}
    assert names == {"wall", "lamp", "ball"}
    centre_of_ball = found["object_id"][8, 17, 0].view(np.uint32)
    assert to_name(centre_of_ball, ("ball",)) == "ball"
    metal = found["material_id"][8, 17, 0].view(np.uint32)
    assert to_name(metal, ("metal",)) == "metal"
    edges = (coverage[..., 0] < 1.0) & (coverage[..., 0] > 0.0)
    assert edges.any()  # partly covered pixels are told as such


def test_coverages_are_counted_over_the_samples():
    settings = replace(SMALL, channels=("object_id",))
    scene = make_room()

    whole = render(scene, settings)["object_id"].reshape(-1, 6, 2)
    single = [render(scene, settings, samples=1, first=i) for i in range(settings.samples)]

    ids = np.stack([s["object_id"].reshape(-1, 6, 2)[:, 0, 0] for s in single])
    for pixel, pairs in enumerate(whole):
        names, numbers = np.unique(ids[:, pixel], return_counts=True)
        counts = {v: c for v, c in zip(names, numbers, strict=True) if v}
        assert {v: c for v, c in pairs.tolist() if c} == pytest.approx(
            {float(v): c / settings.samples for v, c in counts.items()}
        )


def test_parts_of_light_add_up_to_the_beauty():
    names = ("direct", "indirect", "emission", "background")

    found = render(make_room(), replace(SMALL, samples=64, channels=names))

    total = sum(found[name] for name in names)
    np.testing.assert_allclose(total, found["beauty"], rtol=1e-5, atol=1e-6)
    for name in names:
        assert found[name].max() > 0.01, name


def test_light_is_told_apart_by_its_bounces():
    scene = make_room()
    names = ("direct", "indirect", "emission", "background")
    shallow = render(scene, replace(SMALL, max_depth=2, channels=names))
    only_seen = render(scene, replace(SMALL, max_depth=1, channels=names))

    assert not shallow["indirect"].any()
    assert shallow["direct"].any()
    assert not only_seen["direct"].any()
    np.testing.assert_allclose(
        only_seen["beauty"], only_seen["emission"] + only_seen["background"], atol=1e-6
    )
    outside = only_seen["emission"].max(axis=2) == 0.0
    assert (only_seen["background"][outside] <= np.float32(0.2001)).all()


def test_passes_merge_to_what_one_pass_gives():
    settings = replace(SMALL, channels=RENDERED)
    engine = TracerEngine()
    engine.open_scene(make_room(), settings)
    shape = (16, 24, engine.components)
    whole, one, other = (np.empty(shape, np.float32) for _ in range(3))
    everything = Region(0, 0, 24, 16)

    engine.render(everything, 0, 32, whole)
    engine.render(everything, 0, 8, one)
    engine.render(everything, 8, 24, other)
    engine.close()
    merged = merge_passes(engine.channels, [one, other], [8, 24])

    offsets = channel_offsets(engine.channels)
    for channel in engine.channels:
        place = slice(offsets[channel.name], offsets[channel.name] + len(channel.components))
        if channel.name == "noise":  # an estimate: the parts' agrees roughly
            ratio = merged[..., place].mean() / whole[..., place].mean()
            assert 0.6 < ratio < 1.7
        elif channel.name.endswith("_id"):
            np.testing.assert_allclose(
                merged[..., place][..., 1::2], whole[..., place][..., 1::2], atol=1e-6
            )
        else:
            np.testing.assert_allclose(
                merged[..., place], whole[..., place], rtol=3e-6, atol=1e-6, err_msg=channel.name
            )


# -- noise ----------------------------------------------------------------------------------------


def make_half_easy() -> Scene:
    """Plain sky on the left; on the right a wall lit by a small lamp beside it."""
    meshes = (make_quad(0, 1.0), make_quad(1, 0.1))
    instances = (Instance(0, place(x=1.0), "wall"), Instance(1, place(x=0.5, z=0.5), "lamp"))
    return make_scene(
        *meshes,
        instances=instances,
        materials=(RED, LAMP),
        cameras=(FLAT,),
        environment=make_sky(0.3),
    )


def test_calm_pixels_get_fewer_samples_than_noisy_ones():
    settings = replace(
        SMALL, samples=256, min_samples=16, noise_threshold=0.02, channels=("samples", "noise")
    )

    found = render(make_half_easy(), settings)

    samples = found["samples"][..., 0]
    assert (samples[:, :8] == 16).all()  # nothing but sky
    assert samples.max() > 48
    assert samples.mean() < 200
    ended = samples < 256
    assert (found["noise"][ended] < 0.02).all()


def test_threshold_changes_no_mean():
    settings = replace(SMALL, samples=1024, max_depth=3)
    early = replace(settings, noise_threshold=0.05, channels=("samples",))

    full, found = render(make_half_easy(), settings), render(make_half_easy(), early)

    assert found["samples"].mean() < 500
    assert found["beauty"].mean() == pytest.approx(full["beauty"].mean(), rel=0.01)
    base = np.maximum(full["beauty"], 1e-3)
    error = (found["beauty"] - full["beauty"]) / np.sqrt(base * (base + 0.18))
    assert np.sqrt((error**2).mean()) < 0.05


def test_pixels_that_cannot_converge_get_all_samples():
    found = render(
        make_room(),
        replace(SMALL, samples=40, noise_threshold=1e-6, channels=("samples",)),
    )

    wall = found["samples"][8, 12, 0]
    assert wall == 40


def test_noise_of_a_plain_picture_is_zero():
    scene = make_scene(make_quad(0, 0.2), materials=(RED,), cameras=(FLAT,), environment=make_sky())

    found = render(scene, replace(SMALL, channels=("noise",)))

    assert found["noise"][0, 0, 0] == 0.0


def test_unit_of_a_part_of_the_samples_is_refused_where_noise_decides():
    engine = TracerEngine()
    engine.open_scene(make_room(), replace(SMALL, noise_threshold=0.1))
    out = np.empty((4, 4, 4), np.float32)

    with pytest.raises(ValueError, match="all samples of its pixels"):
        engine.render(Region(0, 0, 4, 4), 0, 16, out)
    engine.close()


# -- depths and clamps ----------------------------------------------------------------------------


def test_diffuse_depth_of_zero_leaves_direct_light_on_matt_surfaces():
    room = replace(make_room(), materials=(RED, replace(LAMP, specular=0.0), RED))
    shallow = render(room, replace(SMALL, max_depth=2))
    limited = render(room, replace(SMALL, diffuse_depth=0))

    assert limited["beauty"].tobytes() == shallow["beauty"].tobytes()


def test_depths_beyond_the_total_change_nothing():
    plain = render(make_room(), SMALL)
    deep = replace(SMALL, diffuse_depth=7, glossy_depth=7, transmission_depth=7)

    assert render(make_room(), deep)["beauty"].tobytes() == plain["beauty"].tobytes()


def test_each_depth_limits_its_own_kind_only():
    mirror = Material("mirror", roughness=0.0)
    scene = make_scene(
        make_quad(0, 9.0), materials=(mirror,), cameras=(FLAT,), environment=make_sky(0.5)
    )
    behind = replace(
        scene,
        meshes=(make_quad(0, 9.0), make_quad(1, 9.0)),
        instances=(Instance(0, place(z=-1.0)), Instance(1, place(z=5.0))),
        materials=(mirror, RED),
    )

    full = render(behind, SMALL)["beauty"].mean()
    no_diffuse = render(behind, replace(SMALL, diffuse_depth=0))["beauty"].mean()
    no_glossy = render(behind, replace(SMALL, glossy_depth=0))["beauty"].mean()

    assert full > 0.0
    assert no_diffuse < full
    assert no_glossy == 0.0  # the wall in the mirror is not a light


def test_rays_pass_through_as_many_holes_as_are_allowed():
    hole = Material("hole", base_color=(1.0, 1.0, 1.0, 0.0), alpha_mode=AlphaMode.BLEND)
    scene = make_scene(
        make_quad(0, 9.0),
        make_quad(0, 9.0),
        instances=(Instance(0, place(z=-1.0)), Instance(1, place(z=-2.0))),
        materials=(hole,),
        cameras=(FLAT,),
        environment=make_sky(0.5),
    )

    through = render(scene, replace(SMALL, transparent_depth=3))
    ended = render(scene, replace(SMALL, transparent_depth=1))

    np.testing.assert_allclose(through["beauty"], 0.5, rtol=1e-5)
    assert not ended["beauty"].any()


def test_clamp_of_indirect_light_leaves_direct_light_alone():
    names = ("direct", "indirect", "emission", "background")
    settings = replace(SMALL, channels=names)

    free = render(make_room(), settings)
    clamped = render(make_room(), replace(settings, clamp_indirect=0.05))

    for name in ("direct", "emission", "background"):
        assert clamped[name].tobytes() == free[name].tobytes()
    assert clamped["indirect"].max() <= 0.05
    assert clamped["indirect"].mean() < free["indirect"].mean()
    assert clamped["beauty"].mean() < free["beauty"].mean()


def test_panorama_measures_depth_from_the_camera():
    sphere = make_sphere(0, 2.0, 96)
    scene = make_scene(
        sphere,
        materials=(RED,),
        cameras=(Camera("inside", place()),),
        environment=Environment(np.ones((2, 4, 3), np.float32)),
    )
    shot = replace(SMALL.shot, projection="panorama")

    found = render(scene, replace(SMALL, shot=shot, channels=("depth",)))

    np.testing.assert_allclose(found["depth"], 2.0, rtol=2e-3)
