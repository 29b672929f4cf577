import numpy as np
import pytest

from renderer.kernels.data import ABSENT_ROW
from renderer.layout.geometry import pack_geometry
from renderer.layout.space import make_space
from renderer.layout.tangents import derive_tangents
from renderer.scene import Image, Instance, Material, Mesh, Scene, Texture, TextureSlot

CORNERS = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
TRIANGLES = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
NORMALS = np.tile(np.array([0, 0, 1], np.float32), (4, 1))
#: u to the right, v downwards, as an image is seen.
UPRIGHT = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)


def make_quad(material=0, **more):
    return Mesh(CORNERS, TRIANGLES, material, NORMALS, **more)


def pack(meshes, materials):
    scene = Scene(
        meshes=tuple(meshes),
        instances=tuple(Instance(i, np.eye(4)) for i in range(len(meshes))),
        materials=tuple(materials),
        textures=(Texture(0),),
        images=(Image("grey", np.full((2, 2, 3), 128, np.uint8)),),
    )
    return pack_geometry(scene, make_space(scene)).geometry


def test_second_part_finds_its_own_colours_and_tangents():
    colors = np.arange(16, dtype=np.float32).reshape(4, 4)
    painted = make_quad(1, colors=colors, uv_sets=(UPRIGHT,))

    geometry = pack([make_quad(), painted], [Material(), Material(normal_slot=TextureSlot(0))])

    plain, part = geometry.parts
    assert plain["color_row"] == plain["tangent_row"] == plain["uv_row"] == ABSENT_ROW
    for triangle in (2, 3):  # the second part's
        corners = TRIANGLES[triangle - 2]
        row = geometry.colors[part["color_row"] + triangle]
        assert row.reshape(3, 4).tolist() == colors[corners].tolist()
        tangent = geometry.tangents[part["tangent_row"] + triangle].reshape(3, 4)
        assert tangent.tolist() == [[1, 0, 0, 1]] * 3


@pytest.mark.parametrize("uv_sets", [(), (UPRIGHT,), (UPRIGHT, UPRIGHT * 2)])
def test_slot_of_the_second_uv_set_always_finds_rows(uv_sets):
    material = Material(base_color_slot=TextureSlot(0, uv_set=1))

    geometry = pack([make_quad(), make_quad(1, uv_sets=uv_sets)], [Material(), material])

    rows = geometry.parts[1]["uv_row"] + np.array([2, 3])
    assert rows.min() >= 0
    expected = uv_sets[-1] if uv_sets else np.zeros((4, 2))
    assert geometry.uvs[rows].reshape(2, 3, 2).tolist() == expected[TRIANGLES].tolist()


def test_slot_of_the_third_uv_set_finds_the_third():
    material = Material(base_color_slot=TextureSlot(0, uv_set=2))
    sets = (UPRIGHT, UPRIGHT * 2, UPRIGHT * 3)

    geometry = pack([make_quad(), make_quad(1, uv_sets=sets)], [Material(), material])

    rows = geometry.parts[1]["uv_row"] + np.array([2, 3])
    assert geometry.uvs[rows].reshape(2, 3, 2).tolist() == (UPRIGHT * 3)[TRIANGLES].tolist()


def test_clear_coat_with_its_own_normal_map_gets_tangents():
    material = Material(clearcoat=1.0, clearcoat_normal_slot=TextureSlot(0))

    geometry = pack([make_quad(uv_sets=(UPRIGHT,))], [material])

    assert geometry.parts[0]["tangent_row"] != ABSENT_ROW


def test_derived_tangents_have_green_pointing_up_in_the_image():
    tangents = derive_tangents(make_quad(), UPRIGHT)

    bitangents = np.cross(NORMALS, tangents[:, :3]) * tangents[:, 3:]
    assert tangents[:, :3].tolist() == [[1, 0, 0]] * 4
    assert bitangents.tolist() == [[0, 1, 0]] * 4


def test_derived_tangents_of_a_mirrored_map_are_left_handed():
    mirrored = UPRIGHT * np.array([-1, 1], np.float32)

    tangents = derive_tangents(make_quad(), mirrored)

    bitangents = np.cross(NORMALS, tangents[:, :3]) * tangents[:, 3:]
    assert tangents[:, 3].tolist() == [-1] * 4
    assert tangents[:, :3].tolist() == [[-1, 0, 0]] * 4
    assert bitangents.tolist() == [[0, 1, 0]] * 4


def test_every_later_uv_set_of_a_material_has_rows_of_its_own():
    material = Material(
        base_color_slot=TextureSlot(0, uv_set=3), metallic_roughness_slot=TextureSlot(0, uv_set=1)
    )
    sets = tuple(UPRIGHT * (i + 1) for i in range(4))

    geometry = pack([make_quad(), make_quad(1, uv_sets=sets)], [Material(), material])

    first = geometry.parts[1]["uv_row"] + np.array([2, 3]) * 2
    for number, uv_set in ((0, 1), (1, 3)):
        found = geometry.uvs[first + number].reshape(2, 3, 2)
        assert found.tolist() == sets[uv_set][TRIANGLES].tolist()
