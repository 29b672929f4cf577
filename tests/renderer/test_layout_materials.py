"""What the kernels are told about a material."""

import math

import numpy as np
import pytest

from renderer.kernels import data
from renderer.kernels.albedo_table import load_albedo
from renderer.kernels.data import ABSENT_ROW
from renderer.layout.geometry import pack_geometry
from renderer.layout.materials import pack_looks
from renderer.layout.space import make_space
from renderer.scene import Image, Material, Texture, TextureSlot
from tests.renderer.scenes import make_quad, make_scene

GREY = Image("grey", np.full((2, 2, 3), 128, np.uint8))


def pack(material):
    scene = make_scene(make_quad(0), materials=(material,), textures=(Texture(0),), images=(GREY,))
    return pack_looks(scene, make_space(scene), load_albedo()).materials[0]


def test_anisotropy_gets_its_direction_and_texture():
    record = pack(
        Material(anisotropy=0.5, anisotropy_rotation=0.25, anisotropy_slot=TextureSlot(0))
    )

    assert record["flags"] & data.HAS_ANISOTROPY
    assert record["anisotropy"] == np.float32(0.5)
    assert record["anisotropy_cos"] == np.float32(math.cos(0.25))
    assert record["anisotropy_sin"] == np.float32(math.sin(0.25))
    assert record["anisotropy_slot"] == 0


def test_film_gets_its_range_in_nanometres_and_both_textures():
    record = pack(
        Material(
            iridescence=0.8,
            iridescence_ior=1.7,
            iridescence_thickness_nm=(50.0, 600.0),
            iridescence_slot=TextureSlot(0),
            iridescence_thickness_slot=TextureSlot(0),
        )
    )

    assert record["flags"] & data.HAS_IRIDESCENCE
    assert [record[name] for name in ("film", "film_ior")] == [np.float32(0.8), np.float32(1.7)]
    assert [record["film_thinnest"], record["film_thickest"]] == [50.0, 600.0]
    assert sorted([record["film_slot"], record["film_thickness_slot"]]) == [0, 1]


def test_dispersion_spreads_indices_as_abbe_number_says():
    glass = pack(Material(ior=1.5, transmission=1.0, thickness=1.0, dispersion=20.0 / 25.0))

    assert glass["flags"] & data.HAS_DISPERSION
    # Abbe's number is (green - 1) / (blue - red).
    assert (glass["ior"] - 1.0) / (2.0 * glass["ior_spread"]) == pytest.approx(25.0)


@pytest.mark.parametrize("absent", [{"transmission": 0.0}, {"thickness": 0.0}, {"dispersion": 0.0}])
def test_dispersion_costs_nothing_where_nothing_refracts(absent):
    values = {"transmission": 1.0, "thickness": 1.0, "dispersion": 0.5, **absent}

    assert not pack(Material(**values))["flags"] & data.HAS_DISPERSION


def test_plain_material_has_no_flags():
    assert pack(Material())["flags"] == 0


@pytest.mark.parametrize("slot", [None, TextureSlot(0)])
def test_anisotropic_mesh_gets_tangents_without_a_normal_map(slot):
    material = Material(anisotropy=1.0, anisotropy_slot=slot)
    scene = make_scene(make_quad(0), materials=(material,), textures=(Texture(0),), images=(GREY,))

    geometry = pack_geometry(scene, make_space(scene)).geometry

    row = geometry.parts[0]["tangent_row"]
    assert row != ABSENT_ROW
    np.testing.assert_allclose(geometry.tangents[row].reshape(3, 4)[:, :3], [[1, 0, 0]] * 3)
