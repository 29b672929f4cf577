"""Texture lookups, one by one and by lanes, against a plain numpy version."""

import numpy as np
import pytest
from numba import njit

from renderer.kernels.albedo_table import load_albedo
from renderer.kernels.lane_functions import lane_mask, lane_numbers, to_int
from renderer.kernels.lane_memory import scatter
from renderer.kernels.texture import eval_texture
from renderer.layout.materials import decode_srgb, pack_looks
from renderer.layout.space import make_space
from renderer.scene import Image, Material, Texture, TextureSlot, Wrap
from tests.renderer.scenes import make_quad, make_scene

SHAPES = {"uint8": (5, 7), "uint16": (4, 3), "float32": (3, 6)}
TURNED = np.array([[1.3, -0.4, 0.2], [0.5, 0.9, -0.7]], np.float32)


@njit(error_model="numpy")
def look_up_one_by_one(slots, texels, decoding, which, uv, out):
    for i in range(len(which)):
        texel = eval_texture(slots, texels, decoding, which[i], uv[i, 0], uv[i, 1])
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = texel


@njit(error_model="numpy")
def look_up_by_lanes(slots, texels, decoding, which, uv, out):
    every = lane_mask(np.uint64(0xFFFF))
    for first in range(0, len(which), 16):
        i = to_int(lane_numbers() + np.int32(first))
        texel = eval_texture(slots, texels, decoding, which[i], uv[i, 0], uv[i, 1])
        scatter(out, i, 0, texel[0], every)
        scatter(out, i, 1, texel[1], every)
        scatter(out, i, 2, texel[2], every)
        scatter(out, i, 3, texel[3], every)


def make_texels(kind, channels):
    rng = np.random.default_rng(channels)
    values = rng.random((*SHAPES[kind], channels))
    if kind == "float32":
        return values.astype(np.float32)
    return np.round(values * np.iinfo(kind).max).astype(kind)


def pack_textures():
    """All depths, channels, wraps, filters, both UV transforms, as colours and as data."""
    images, textures, materials = [], [], []
    for kind in SHAPES:
        for channels in (1, 2, 3, 4):
            images.append(Image(f"{kind} {channels}", make_texels(kind, channels)))
            for number, wrap in enumerate(Wrap):
                other = list(Wrap)[(number + channels) % 3]
                slot = TextureSlot(len(textures), 0, TURNED if number else np.eye(2, 3))
                textures.append(Texture(len(images) - 1, wrap, other, nearest=channels == number))
                materials.append(Material(base_color_slot=slot, normal_slot=slot))
    scene = make_scene(
        make_quad(0), materials=tuple(materials), textures=tuple(textures), images=tuple(images)
    )
    return scene, pack_looks(scene, make_space(scene), load_albedo())


def wrap_index(index, size, wrap):
    if wrap is Wrap.REPEAT:
        return index % size
    if wrap is Wrap.MIRROR:
        index = index % (2 * size)
        return np.where(index >= size, 2 * size - 1 - index, index)
    return np.clip(index, 0, size - 1)


def expect(scene, material, uv, *, srgb):
    """The same lookup in float64."""
    slot = material.base_color_slot
    texture = scene.textures[slot.texture]
    texels = scene.images[texture.image].texels
    values = texels.astype(np.float64)
    if texels.dtype.kind == "u":
        values /= np.iinfo(texels.dtype).max
        colors = values.shape[2] - (values.shape[2] + 1) % 2
        if srgb:
            values[..., :colors] = decode_srgb(values[..., :colors])
    if values.shape[2] < 3:
        alpha = values[..., 1:] if values.shape[2] == 2 else np.ones_like(values)
        values = np.concatenate([values[..., :1]] * 3 + [alpha], axis=2)
    elif values.shape[2] == 3:
        values = np.concatenate([values, np.ones((*values.shape[:2], 1))], axis=2)
    height, width = values.shape[:2]
    u, v = (slot.transform @ np.stack([uv[:, 0], uv[:, 1], np.ones(len(uv))])).astype(np.float64)
    x, y = u * width, v * height
    if texture.nearest:
        column = wrap_index(np.floor(x).astype(int), width, texture.wrap_u)
        return values[wrap_index(np.floor(y).astype(int), height, texture.wrap_v), column]
    result = 0.0
    left, top = np.floor(x - 0.5).astype(int), np.floor(y - 0.5).astype(int)
    tx, ty = (x - 0.5 - left)[:, None], (y - 0.5 - top)[:, None]
    for down, wy in ((0, 1.0 - ty), (1, ty)):
        for right, wx in ((0, 1.0 - tx), (1, tx)):
            row = wrap_index(top + down, height, texture.wrap_v)
            result = result + wx * wy * values[row, wrap_index(left + right, width, texture.wrap_u)]
    return result


@pytest.fixture(scope="module")
def looked_up():
    """(scene, looks, slots (N,), UVs (N, 2), colours one by one, colours by lanes)."""
    scene, looks = pack_textures()
    count = 32 * 2 * len(scene.materials)
    which = (np.arange(count) * 31 % (2 * len(scene.materials))).astype(np.int32)
    uv = np.random.default_rng(3).uniform(-3.0, 3.0, (count, 2)).astype(np.float32)
    results = []
    for function in (look_up_one_by_one, look_up_by_lanes):
        out = np.zeros((count, 4), np.float32)
        function(looks.slots, looks.texels, looks.decoding, which, uv, out)
        results.append(out)
    return scene, which, uv, *results


def test_lanes_look_up_the_same_bits_as_one_by_one(looked_up):
    one_by_one, by_lanes = looked_up[3:]

    assert by_lanes.tobytes() == one_by_one.tobytes()


def test_every_depth_wrap_and_filter_finds_its_texels(looked_up):
    scene, which, uv, _, by_lanes = looked_up

    for number, material in enumerate(scene.materials):
        for slot, srgb in ((2 * number, True), (2 * number + 1, False)):
            mine = which == slot
            assert mine.sum() == 32
            expected = expect(scene, material, uv[mine], srgb=srgb)
            # Nearest texels may flip where the coordinate is rounded; no random one here does.
            np.testing.assert_allclose(by_lanes[mine], expected, atol=5e-6)


@pytest.mark.parametrize("uv", [(1e6, -1e6), (-1e-9, 1.0), (0.0, 1.0 - 2**-24), (3e38, -3e38)])
def test_extreme_coordinates_stay_inside_the_image(uv):
    scene, looks = pack_textures()
    count = 16 * ((2 * len(scene.materials) + 15) // 16)
    which = (np.arange(count) % (2 * len(scene.materials))).astype(np.int32)
    out = np.full((count, 4), np.nan, np.float32)

    look_up_by_lanes(
        looks.slots, looks.texels, looks.decoding, which, np.tile(np.float32(uv), (count, 1)), out
    )

    assert np.all((out >= 0.0) & (out <= 1.0 + 1e-6))
