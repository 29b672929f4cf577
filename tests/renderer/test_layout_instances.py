"""Which meshes are shared, and what the records of their instances say."""

from dataclasses import replace

import numpy as np
import pytest

from renderer.kernels.data import COLUMN_EMITTER, COLUMN_INVERSE_AREA, COLUMN_PART
from renderer.layout import geometry, sharing
from renderer.layout.chunks import CHUNK_ROWS, for_chunks
from renderer.layout.geometry import pack_geometry
from renderer.layout.sharing import choose_shared
from renderer.layout.space import instance_boxes, make_space
from renderer.scene import Instance, Material, Scene, SceneError
from tests.renderer.scenes import WHITE, make_quad, make_sphere, place

SPHERE = make_sphere(0, steps=4)
LAMP = Material(emission=(1.0, 1.0, 1.0))


@pytest.fixture
def share_all(monkeypatch):
    monkeypatch.setattr(sharing, "MAX_COPIES", 0)


def make_scene_of(meshes, instances, materials=(WHITE,)):
    return Scene(tuple(meshes), tuple(instances), tuple(materials))


def pack(scene, **options):
    return pack_geometry(scene, make_space(scene), **options)


def apply(record, points):
    matrix = np.array([[record[f"m{row}{column}"] for column in range(4)] for row in range(3)])
    return points @ matrix[:, :3].T + matrix[:, 3]


# -- the rule ---------------------------------------------------------------------------------


def test_few_copies_stay_flat():
    scene = make_scene_of([SPHERE], [Instance(0, place(x)) for x in range(10)])

    assert choose_shared(scene, scene.instances) == [False] * 10


def test_mesh_that_saves_most_is_shared_first(monkeypatch):
    small, large = SPHERE, make_sphere(0, steps=8)
    instances = [Instance(mesh, place(x)) for x in range(3) for mesh in (0, 1)]
    scene = make_scene_of([small, large], instances)
    monkeypatch.setattr(sharing, "MAX_COPIES", 2 * len(small.triangles))

    assert choose_shared(scene, scene.instances) == [False, True] * 3


@pytest.mark.usefixtures("share_all")
def test_mesh_used_once_stays_flat():
    scene = make_scene_of([SPHERE, SPHERE], [Instance(0, place()), Instance(1, place(3))])

    assert choose_shared(scene, scene.instances) == [False, False]


@pytest.mark.usefixtures("share_all")
def test_lamps_and_tiny_meshes_are_copied():
    lamp, card = replace(SPHERE, material=1), make_quad(0)
    instances = [Instance(mesh, place(x)) for x in range(2) for mesh in (0, 1)]
    scene = make_scene_of([lamp, card], instances, (WHITE, LAMP))

    assert choose_shared(scene, scene.instances) == [False] * 4


@pytest.mark.usefixtures("share_all")
@pytest.mark.parametrize("thickness", [0.0, 1.0 / 20.0])
def test_squashed_instance_is_copied_and_its_siblings_are_not(thickness):
    squashed = np.diag([1.0, thickness, 1.0, 1.0])
    instances = [Instance(0, place(x)) for x in range(2)] + [Instance(0, squashed)]
    scene = make_scene_of([SPHERE], instances)

    assert choose_shared(scene, scene.instances) == [True, True, False]


# -- the arrays -------------------------------------------------------------------------------


@pytest.mark.usefixtures("share_all")
def test_shared_mesh_is_stored_once_behind_the_flat_triangles():
    count = len(SPHERE.triangles)
    instances = [Instance(0, place(x)) for x in range(5)] + [Instance(1, place())]
    scene = make_scene_of([SPHERE, make_quad(0)], instances)

    packed = pack(scene)

    assert packed.triangles == 5 * count + 2
    assert len(packed.geometry.triangles) == count + 2
    assert len(packed.flat.indices) == 2
    assert [len(mesh.indices) for mesh in packed.shared] == [count]
    assert packed.geometry.instances["first"].tolist() == [2] * 5
    assert packed.mesh_of.tolist() == [0] * 5
    assert (packed.geometry.ids[:, COLUMN_EMITTER] == -1).all()


@pytest.mark.usefixtures("share_all")
def test_every_instance_has_a_part_and_the_flat_ones_come_first():
    instances = [Instance(0, place(0)), Instance(1, place()), Instance(0, place(2))]
    scene = make_scene_of([SPHERE, make_quad(0)], instances)

    packed = pack(scene)

    assert packed.geometry.parts["object"].tolist() == [1, 0, 2]
    assert packed.geometry.instances["part"].tolist() == [1, 2]
    assert packed.part_first.tolist() == [0, 2, 2, 2]
    assert packed.geometry.ids[:2, COLUMN_PART].tolist() == [0, 0]


@pytest.mark.usefixtures("share_all")
@pytest.mark.parametrize("mirror", [1.0, -1.0])
def test_record_brings_the_rows_to_where_the_flat_copy_stands(mirror):
    # A modeller's unit and origin that are far from ours.
    mesh = replace(SPHERE, positions=SPHERE.positions * np.float32(300) + np.float32(1000))
    turned = np.array([[0, 0, 1, 3], [0.5, 0, 0, -2], [0, mirror, 0, 5], [0, 0, 0, 300]]) / 300
    scene = make_scene_of([mesh], [Instance(0, turned), Instance(0, place(400))])

    packed, copied = pack(scene), pack(scene, share=False)

    record = packed.geometry.instances[0]
    vertices = apply(record, packed.shared[0].vertices[:-1])
    count = len(mesh.positions)
    assert np.abs(vertices - copied.flat.vertices[:count]).max() < 1e-6
    assert record["flip"] == mirror
    assert record["stretch"] == pytest.approx(2.0)


@pytest.mark.usefixtures("share_all")
def test_record_turns_normals_as_the_flat_copy_does():
    squashed = np.diag([1.0, 0.25, -1.0, 1.0])
    scene = make_scene_of([SPHERE], [Instance(0, squashed), Instance(0, place(4))])

    packed, copied = pack(scene), pack(scene, share=False)

    record = packed.geometry.instances[0]
    matrix = np.array([[record[f"n{row}{column}"] for column in range(3)] for row in range(3)])
    corners = packed.geometry.shading[:, 0:3] @ matrix.T
    corners /= np.linalg.norm(corners, axis=1, keepdims=True)
    expected = copied.geometry.shading[: len(corners), 0:3]  # corner 0 stays corner 0
    assert np.abs(corners - expected).max() < 1e-6


def test_copies_beyond_what_the_own_tree_holds_are_refused(monkeypatch):
    monkeypatch.setattr(geometry, "MAX_COPIED_TRIANGLES", 9 * len(SPHERE.triangles))
    scene = make_scene_of([SPHERE], [Instance(0, place(x)) for x in range(10)])

    with pytest.raises(SceneError, match="install embreex"):
        pack(scene, share=False)


# -- helpers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, CHUNK_ROWS, 3 * CHUNK_ROWS + 1])
def test_chunks_cover_every_row_once(count):
    touched = np.zeros(count, np.int64)

    def work(rows):
        touched[rows] += 1

    for_chunks(count, work)

    assert (touched == 1).all()


def test_chunks_pass_on_what_a_thread_raises():
    def work(rows):
        if rows.start:
            raise MemoryError

    with pytest.raises(MemoryError):
        for_chunks(2 * CHUNK_ROWS, work)


def test_boxes_leave_out_vertices_that_no_triangle_uses():
    stray = np.append(SPHERE.positions, np.float32([[1e9, 0, 0]]), axis=0)
    scene = make_scene_of([replace(SPHERE, positions=stray)], [Instance(0, place(2, scale=3))])

    boxes = instance_boxes(scene)

    assert np.allclose(boxes, [[[-1, -3, -3], [5, 3, 3]]], atol=1e-5)


def test_rows_hold_corners_edges_area_and_shading():
    mesh = make_sphere(0, steps=4)
    scene = make_scene_of([mesh], [Instance(0, np.eye(4))])

    rows = pack(scene).geometry

    corners = pack(scene).flat.vertices[mesh.triangles]
    edges = corners[:, 1:] - corners[:, :1]
    assert (rows.triangles[:, 0:3] == corners[:, 0]).all()
    assert (rows.triangles[:, 3:9] == edges.reshape(-1, 6)).all()
    wide = edges.astype(np.float64)
    areas = np.linalg.norm(np.cross(wide[:, 0], wide[:, 1], axis=1), axis=1)
    flat = areas == 0  # a pole's triangles
    assert flat.any()
    assert (rows.triangles[flat, COLUMN_INVERSE_AREA] == 0).all()
    inverse = rows.triangles[~flat, COLUMN_INVERSE_AREA]
    assert inverse == pytest.approx(1.0 / areas[~flat], rel=1e-5)
    assert (rows.shading[:, 0:9] == mesh.normals[mesh.triangles].reshape(-1, 9)).all()
    assert (rows.shading[:, 9:15] == mesh.uv_sets[0][mesh.triangles].reshape(-1, 6)).all()
    assert (rows.shading[:, 15] == 0).all()


def test_mesh_without_normals_and_uvs_has_zeros_for_them():
    bare = replace(make_quad(0), normals=None, uv_sets=())
    locked = bare.triangles.copy()
    locked.flags.writeable = False

    packed = pack(make_scene_of([replace(bare, triangles=locked)], [Instance(0, np.eye(4))]))

    assert (packed.geometry.shading == 0).all()
