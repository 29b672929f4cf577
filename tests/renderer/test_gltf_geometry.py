import numpy as np
import pytest
from gltf_builder import QUAD, QUAD_INDICES, TRIANGLE, GltfBuilder

from renderer.assets import FolderAssets
from renderer.formats import load_scene
from renderer.scene import Scene, SceneError


@pytest.fixture
def builder() -> GltfBuilder:
    return GltfBuilder()


def load(builder: GltfBuilder, folder) -> Scene:
    path = builder.write_glb(folder)
    return load_scene(FolderAssets(folder), path.name)


def only_mesh(builder: GltfBuilder, folder, primitive: dict):
    builder.node(mesh=builder.mesh(primitive))
    scene = load(builder, folder)
    assert len(scene.meshes) == 1
    return scene.meshes[0]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
def test_loader_reads_indices_of_every_type(builder, tmp_path, dtype):
    primitive = builder.primitive(QUAD, QUAD_INDICES.astype(dtype))

    mesh = only_mesh(builder, tmp_path, primitive)

    np.testing.assert_array_equal(mesh.triangles, [[0, 1, 2], [0, 2, 3]])
    np.testing.assert_array_equal(mesh.positions, QUAD)
    assert mesh.positions.flags.writeable
    assert mesh.triangles.dtype == np.int32


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([0, 127, -128, -127], np.int8), [0, 1, -1, -1]),
        (np.array([0, 255, 51, 102], np.uint8), [0, 1, 0.2, 0.4]),
        (np.array([0, 32767, -32768, -32767], np.int16), [0, 1, -1, -1]),
        (np.array([0, 65535, 13107, 26214], np.uint16), [0, 1, 0.2, 0.4]),
    ],
)
def test_loader_brings_normalized_integers_to_unit_range(builder, tmp_path, values, expected):
    uvs = builder.accessor(np.stack([values, values], axis=1), normalized=True)
    primitive = builder.primitive(QUAD, QUAD_INDICES, TEXCOORD_0=uvs)

    mesh = only_mesh(builder, tmp_path, primitive)

    np.testing.assert_allclose(mesh.uv_sets[0][:, 1], expected, atol=1e-6)


def test_loader_reads_quantized_positions_as_plain_integers(builder, tmp_path):
    positions = builder.accessor(np.array([[0, 0, 0], [200, 0, 0], [0, 300, -5]], np.int16))
    builder.json["extensionsRequired"] = ["KHR_mesh_quantization"]

    mesh = only_mesh(builder, tmp_path, builder.primitive(positions))

    np.testing.assert_array_equal(mesh.positions[2], [0, 300, -5])


def test_loader_reads_interleaved_attributes(builder, tmp_path):
    rows = np.concatenate([QUAD, np.tile([0, 0, 1], (4, 1))], axis=1).astype("<f4")
    view = builder.view(rows.tobytes(), byteStride=24)
    common = {"bufferView": view, "componentType": 5126, "count": 4, "type": "VEC3"}
    positions = builder.add("accessors", common)
    normals = builder.add("accessors", {**common, "byteOffset": 12})

    mesh = only_mesh(builder, tmp_path, builder.primitive(positions, QUAD_INDICES, NORMAL=normals))

    np.testing.assert_array_equal(mesh.positions, QUAD)
    np.testing.assert_array_equal(mesh.normals, np.tile([0, 0, 1], (4, 1)))


@pytest.mark.parametrize("has_base", [True, False])
def test_loader_substitutes_sparse_elements(builder, tmp_path, has_base):
    index_view = builder.view(np.array([1, 3], np.uint8).tobytes())
    value_view = builder.view(np.array([[5, 6, 7], [8, 9, 10]], "<f4").tobytes())
    accessor = builder.accessor(QUAD)
    builder.json["accessors"][accessor]["sparse"] = {
        "count": 2,
        "indices": {"bufferView": index_view, "componentType": 5121},
        "values": {"bufferView": value_view},
    }
    if not has_base:
        del builder.json["accessors"][accessor]["bufferView"]

    mesh = only_mesh(builder, tmp_path, builder.primitive(accessor, QUAD_INDICES))

    base = QUAD if has_base else np.zeros((4, 3))
    np.testing.assert_array_equal(mesh.positions, [base[0], [5, 6, 7], base[2], [8, 9, 10]])


def test_loader_winds_strips_and_fans_like_their_first_triangle(builder, tmp_path):
    positions = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 2, 0]], np.float32)
    strip = builder.primitive(positions, mode=5)
    fan = builder.primitive(np.array([[0, 0, 0], [2, 0, 0], [2, 2, 0], [0, 2, 0]], "f4"), mode=6)
    builder.node(mesh=builder.mesh(strip, fan))

    scene = load(builder, tmp_path)

    assert [len(mesh.triangles) for mesh in scene.meshes] == [3, 2]
    for mesh in scene.meshes:
        corners = mesh.positions[mesh.triangles]
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        assert (normals[:, 2] > 0).all()


def test_loader_skips_points_and_lines(builder, tmp_path):
    builder.node(mesh=builder.mesh(*(builder.primitive(TRIANGLE, mode=m) for m in range(4))))

    scene = load(builder, tmp_path)

    assert scene.meshes == ()
    assert scene.instances == ()


def test_loader_shares_one_mesh_among_nodes(builder, tmp_path):
    mesh = builder.mesh(builder.primitive(TRIANGLE))
    builder.node(mesh=mesh, name="left", translation=[-1, 0, 0])
    builder.node(mesh=mesh, name="right", scale=[2, 2, 2])

    scene = load(builder, tmp_path)

    assert len(scene.meshes) == 1
    assert [(i.mesh, i.name) for i in scene.instances] == [(0, "left"), (0, "right")]
    np.testing.assert_array_equal(scene.instances[0].transform[:3, 3], [-1, 0, 0])
    np.testing.assert_array_equal(np.diag(scene.instances[1].transform), [2, 2, 2, 1])


def test_loader_multiplies_parents_before_children(builder, tmp_path):
    half = float(np.sqrt(0.5))
    leaf = builder.node(
        in_scene=False, mesh=builder.mesh(builder.primitive(TRIANGLE)), translation=[1, 0, 0]
    )
    matrix = np.eye(4)
    matrix[:3, 3] = [0, 0, 5]
    builder.node(
        children=[builder.node(in_scene=False, children=[leaf], rotation=[0, 0, half, half])],
        matrix=matrix.T.ravel().tolist(),
    )

    instance = load(builder, tmp_path).instances[0]

    # A quarter turn about Z takes the leaf's +X to +Y.
    np.testing.assert_allclose(instance.transform @ [0, 0, 0, 1], [0, 1, 5, 1], atol=1e-12)


def test_loader_keeps_only_the_vertices_that_a_primitive_uses(builder, tmp_path):
    cloud = np.random.default_rng(1).random((100, 3)).astype(np.float32)
    positions, normals = builder.accessor(cloud), builder.accessor(cloud[::-1])
    indices = np.array([90, 17, 5], np.uint16)

    mesh = only_mesh(builder, tmp_path, builder.primitive(positions, indices, NORMAL=normals))

    assert len(mesh.positions) == 3
    np.testing.assert_array_equal(mesh.positions[mesh.triangles[0]], cloud[indices])
    expected = cloud[::-1][indices] / np.linalg.norm(cloud[::-1][indices], axis=1, keepdims=True)
    np.testing.assert_allclose(mesh.normals[mesh.triangles[0]], expected, rtol=1e-6)


def test_loader_replaces_normals_that_are_not_finite(builder, tmp_path):
    normals = np.full((3, 3), np.nan, np.float32)

    mesh = only_mesh(builder, tmp_path, builder.primitive(TRIANGLE, NORMAL=normals))

    np.testing.assert_array_equal(mesh.normals, np.tile([0, 0, 1], (3, 1)))


def test_loader_repairs_normals_and_tangents(builder, tmp_path):
    normals = np.array([[0, 0, 5], [0, 0, 0], [0, 0, 1e-3], [0, 0, 1]], np.float32)
    tangents = np.array([[3, 0, 0, 1], [0, 0, 0, -1], [0, 1, 0, 1], [0, 1, 0, 1]], np.float32)

    mesh = only_mesh(
        builder, tmp_path, builder.primitive(QUAD, QUAD_INDICES, NORMAL=normals, TANGENT=tangents)
    )

    np.testing.assert_allclose(mesh.normals, np.tile([0, 0, 1], (4, 1)), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(mesh.tangents[:, :3], axis=1), 1, atol=1e-6)
    assert abs(mesh.tangents[1, 2]) < 1e-6
    assert mesh.tangents[:, 3].tolist() == [1, -1, 1, 1]


def test_loader_gives_opaque_alpha_to_colors_without_one(builder, tmp_path):
    colors = builder.accessor(np.array([[255, 0, 51]] * 3, np.uint8), normalized=True)

    mesh = only_mesh(builder, tmp_path, builder.primitive(TRIANGLE, COLOR_0=colors))

    np.testing.assert_allclose(mesh.colors, np.tile([1, 0, 0.2, 1], (3, 1)), atol=1e-6)


def test_loader_limits_uvs_that_would_overflow_texel_indices(builder, tmp_path):
    uvs = np.array([[1e30, 0], [0, -1e30], [0.5, 0.5]], np.float32)

    mesh = only_mesh(builder, tmp_path, builder.primitive(TRIANGLE, TEXCOORD_0=uvs))

    assert np.abs(mesh.uv_sets[0]).max() <= 1e6
    np.testing.assert_array_equal(mesh.uv_sets[0][2], [0.5, 0.5])


def test_loader_applies_morph_weights_of_mesh_and_node(builder, tmp_path):
    up = np.tile([0, 0, 1], (3, 1)).astype(np.float32)
    primitive = builder.primitive(TRIANGLE, targets=[{"POSITION": builder.accessor(up)}])
    mesh = builder.mesh(primitive, weights=[0.5])
    builder.node(mesh=mesh)
    builder.node(mesh=mesh, weights=[2.0])

    scene = load(builder, tmp_path)

    heights = [scene.meshes[i.mesh].positions[:, 2].max() for i in scene.instances]
    assert heights == [0.5, 2.0]


def test_loader_poses_skins_by_their_joints(builder, tmp_path):
    joint = builder.node(translation=[0, 3, 0], scale=[2, 2, 2])
    still = builder.node()
    inverse = np.tile(np.eye(4, dtype=np.float32), (2, 1, 1))
    builder.add(
        "skins",
        {
            "joints": [joint, still],
            "inverseBindMatrices": builder.accessor(inverse.reshape(2, 16)),
        },
    )
    joints = np.array([[0, 1, 0, 0]] * 3, np.uint8)
    weights = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [2, 2, 0, 0]], np.float32)
    primitive = builder.primitive(
        TRIANGLE, JOINTS_0=joints, WEIGHTS_0=weights, NORMAL=np.tile([0, 0, 1], (3, 1)).astype("f4")
    )
    builder.node(mesh=builder.mesh(primitive), skin=0, translation=[100, 0, 0])

    scene = load(builder, tmp_path)

    # First vertex by the joint, second stays, third half-way; the node's own place is ignored.
    np.testing.assert_allclose(
        scene.meshes[0].positions, [[0, 3, 0], [1, 0, 0], [0, 3, 0]], atol=1e-6
    )
    np.testing.assert_array_equal(scene.instances[0].transform, np.eye(4))
    np.testing.assert_allclose(scene.meshes[0].normals, np.tile([0, 0, 1], (3, 1)), atol=1e-6)


def test_loader_places_gpu_instances_under_their_node(builder, tmp_path):
    attributes = {
        "TRANSLATION": builder.accessor(np.array([[1, 0, 0], [2, 0, 0]], np.float32)),
        "SCALE": builder.accessor(np.array([[1, 1, 1], [3, 3, 3]], np.float32)),
        "ROTATION": builder.accessor(
            np.array([[0, 0, 0, 127], [0, 0, 127, 0]], np.int8), normalized=True
        ),
    }
    builder.node(
        mesh=builder.mesh(builder.primitive(TRIANGLE)),
        translation=[0, 10, 0],
        extensions={"EXT_mesh_gpu_instancing": {"attributes": attributes}},
    )

    instances = load(builder, tmp_path).instances

    assert len(instances) == 2
    np.testing.assert_allclose(instances[0].transform @ [1, 0, 0, 1], [2, 10, 0, 1], atol=1e-6)
    np.testing.assert_allclose(instances[1].transform @ [1, 0, 0, 1], [-1, 10, 0, 1], atol=1e-6)


def test_loader_bakes_flattened_instances_and_drops_vanished_ones(builder, tmp_path):
    mesh = builder.mesh(builder.primitive(np.array([[0, 0, 0], [1, 0, 4], [0, 1, 4]], "f4")))
    builder.node(mesh=mesh, scale=[1, 1, 0], translation=[0, 0, 7])
    builder.node(mesh=mesh, scale=[0, 0, 0])
    builder.node(mesh=mesh, scale=[1, 0, 0])

    scene = load(builder, tmp_path)

    assert len(scene.instances) == 1
    flat = scene.meshes[scene.instances[0].mesh]
    np.testing.assert_array_equal(flat.positions[:, 2], [7, 7, 7])
    np.testing.assert_array_equal(scene.instances[0].transform, np.eye(4))


def test_loader_shows_the_default_scene_only(builder, tmp_path):
    mesh = builder.mesh(builder.primitive(TRIANGLE))
    builder.node(mesh=mesh, name="first")
    other = builder.node(in_scene=False, mesh=mesh, name="second")
    builder.json["scenes"].append({"nodes": [other], "name": "Night"})
    builder.json["scene"] = 1

    scene = load(builder, tmp_path)

    assert [i.name for i in scene.instances] == ["second"]
    assert scene.name == "Night"


def test_loader_shows_all_roots_when_the_file_has_no_scene(builder, tmp_path):
    mesh = builder.mesh(builder.primitive(TRIANGLE))
    builder.node(mesh=mesh)
    builder.node(mesh=mesh)
    del builder.json["scenes"], builder.json["scene"]

    assert len(load(builder, tmp_path).instances) == 2


def test_loader_hides_invisible_nodes_and_what_is_below_them(builder, tmp_path):
    mesh = builder.mesh(builder.primitive(TRIANGLE))
    child = builder.node(in_scene=False, mesh=mesh)
    builder.node(
        mesh=mesh, children=[child], extensions={"KHR_node_visibility": {"visible": False}}
    )

    assert load(builder, tmp_path).instances == ()


@pytest.mark.slow
def test_loader_reads_a_million_triangles(builder, tmp_path):
    side = 708
    grid = np.indices((side, side)).reshape(2, -1).T.astype(np.float32)
    positions = np.concatenate([grid, np.sin(grid.sum(axis=1, keepdims=True))], axis=1)
    corner = (np.arange(side - 1)[:, None] * side + np.arange(side - 1)).ravel()
    quads = [corner, corner + 1, corner + side, corner + side, corner + 1, corner + side + 1]
    indices = np.stack(quads, axis=1).astype(np.uint32).ravel()
    normals = np.tile(np.array([0, 0, 1], np.float32), (len(positions), 1))

    mesh = only_mesh(
        builder,
        tmp_path,
        builder.primitive(positions, indices, NORMAL=normals, TEXCOORD_0=grid / side),
    )

    assert len(mesh.triangles) == len(indices) // 3 >= 999_000
    np.testing.assert_array_equal(mesh.positions[-1], positions[-1])


def test_loader_refuses_vertices_that_are_not_finite(builder, tmp_path):
    positions = TRIANGLE.copy()
    positions[1, 2] = np.nan
    builder.node(mesh=builder.mesh(builder.primitive(positions)))

    with pytest.raises(
        SceneError, match=r"POSITION: accessors\[0\] .*not finite.*element 1: 1, 0, nan"
    ):
        load(builder, tmp_path)
