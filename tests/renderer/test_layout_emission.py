"""Which triangles of a textured emitter shine, and how much."""

import numpy as np
import pytest

from renderer.layout.emission import mean_emission
from renderer.layout.geometry import pack_geometry
from renderer.layout.lights import pack_lights
from renderer.layout.materials import decode_srgb
from renderer.layout.space import make_space
from renderer.scene import Image, Material, Mesh, Texture, TextureSlot, Wrap
from tests.renderer.scenes import make_scene


def make_cards(uvs):
    """One triangle per (3, 2) of UVs."""
    count = len(uvs)
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32) + np.arange(count)[
        :, None, None
    ].astype(np.float32)
    triangles = np.arange(3 * count, dtype=np.int32).reshape(-1, 3)
    uv = np.asarray(uvs, np.float32).reshape(-1, 2)
    return Mesh(corners.reshape(-1, 3), triangles, 0, uv_sets=(uv,))


def pack(texels, uvs, wrap=Wrap.REPEAT, transform=None):
    slot = TextureSlot(0, 0, np.eye(2, 3, dtype=np.float32) if transform is None else transform)
    material = Material(emission=(1.0, 1.0, 1.0), emission_slot=slot)
    scene = make_scene(
        make_cards(uvs),
        materials=(material,),
        textures=(Texture(0, wrap, wrap),),
        images=(Image("glow", texels),),
    )
    space = make_space(scene)
    return scene, pack_geometry(scene, space), space


def means(texels, uvs, **how):
    scene, packed, _ = pack(texels, uvs, **how)
    slot = scene.materials[0].emission_slot
    return mean_emission(scene, packed, np.arange(len(uvs)), packed.geometry.parts[0], slot)


def screen(size=64, dtype=np.uint8, channels=3):
    """Black, with a white square from 0.5 to 0.75 both ways."""
    texels = np.zeros((size, size, channels), dtype)
    white = 1.0 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    texels[size // 2 : size * 3 // 4, size // 2 : size * 3 // 4] = white
    return texels


def box(u0, v0, u1, v1):
    return [[u0, v0], [u1, v0], [u0, v1]]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_triangle_on_the_bright_part_shines_and_one_beside_it_does_not(dtype, channels):
    found = means(
        screen(dtype=dtype, channels=channels),
        [box(0.55, 0.55, 0.7, 0.7), box(0.1, 0.1, 0.45, 0.45), box(0.5, 0.0, 0.75, 1.0)],
    )

    assert found[0] == pytest.approx(1.0, rel=1e-5)
    assert found[1] == 0.0
    assert found[2] == pytest.approx(0.25, rel=0.25)  # a box one texel wider on each side


def test_alpha_of_a_grey_image_is_no_light():
    texels = np.zeros((8, 8, 2), np.uint8)
    texels[..., 1] = 255

    assert means(texels, [box(0.0, 0.0, 1.0, 1.0)])[0] == 0.0


@pytest.mark.parametrize("shift", [-3.0, 0.0, 1.0, 7.0])
def test_repeated_texture_is_the_same_everywhere(shift):
    uvs = [box(0.6 + shift, 0.6 + shift, 1.7 + shift, 1.2 + shift), box(0.3, 0.9, 0.4, 1.1)]
    found = means(screen(), uvs)

    assert found[0] == pytest.approx(means(screen(), [box(0.6, 0.6, 1.7, 1.2)])[0])
    assert found[0] > 0.0 == found[1]


def test_clamped_texture_goes_on_as_its_edge():
    texels = np.zeros((16, 16, 3), np.uint8)
    texels[:, -1] = 255

    found = means(texels, [box(3.0, 0.2, 4.0, 0.4), box(-4.0, 0.2, -3.0, 0.4)], wrap=Wrap.CLAMP)

    assert found[0] > 0.4
    assert found[1] == 0.0


def test_mirrored_texture_counts_as_a_whole():
    found = means(screen(), [box(0.0, 0.0, 0.1, 0.1)], wrap=Wrap.MIRROR)

    assert found[0] == pytest.approx(1.0 / 16.0, rel=1e-4)


def test_transform_of_the_coordinates_counts():
    moved = np.array([[1, 0, 0.5], [0, 1, 0.5]], np.float32)

    assert means(screen(), [box(0.05, 0.05, 0.2, 0.2)], transform=moved)[0] == pytest.approx(1.0)


def test_colours_are_decoded_and_weighed_by_luminance():
    texels = np.zeros((4, 4, 3), np.uint8)
    texels[..., 1] = 128

    expected = 0.7152 * decode_srgb(np.array([128 / 255.0]))[0]
    assert means(texels, [box(0.0, 0.0, 1.0, 1.0)])[0] == pytest.approx(expected, rel=1e-4)


def test_one_lit_texel_of_a_huge_image_is_not_lost():
    texels = np.zeros((16, 4100, 3), np.uint8)
    texels[7, 3000] = 255
    inside = box(2999.5 / 4100, 0.4, 3001.5 / 4100, 0.5)

    found = means(texels, [inside, box(0.1, 0.0, 0.6, 1.0)])

    assert found[0] > 0.0 == found[1]


def test_black_triangles_are_no_lights():
    scene, packed, space = pack(screen(), [box(0.55, 0.55, 0.7, 0.7), box(0.1, 0.1, 0.4, 0.4)])

    lights = pack_lights(scene, packed, space)

    assert list(lights.table["triangle"]) == [0]
    assert list(packed.geometry.ids[:, 10]) == [0, -1]
