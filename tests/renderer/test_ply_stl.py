import struct

import numpy as np
import pytest
from gltf_builder import checker, encode_image

from renderer.assets import FolderAssets
from renderer.formats import inspect_scene, load_scene, scan_assets
from renderer.scene import Scene, SceneError

SQUARE = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)]
ORDERS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
CODES = {"float": "f", "double": "d", "uchar": "B", "ushort": "H", "int": "i", "short": "h"}


def make_ply(kind, vertex, vertices, faces, *, extra_faces="", header="", index="int"):
    """A PLY file; `vertex` lists (type, name), `faces` rows of indices."""
    lines = ["ply", f"format {kind} 1.0", *([header] if header else [])]
    lines.append(f"element vertex {len(vertices)}")
    lines += [f"property {t} {n}" for t, n in vertex]
    lines += [f"element face {len(faces)}", f"property list uchar {index} vertex_indices"]
    lines += [*([extra_faces] if extra_faces else []), "end_header"]
    data = "\n".join(lines).encode() + b"\n"
    for row in vertices:
        data += pack(kind, [t for t, _ in vertex], row)
    for row in faces:
        data += pack(kind, ["uchar", *[index] * len(row)], (len(row), *row))
        if extra_faces:
            data = data[:-1] + b" 7\n" if kind == "ascii" else data + b"\x07"
    return data


def pack(kind, types, row) -> bytes:
    if kind == "ascii":
        return (" ".join(map(str, row)) + "\n").encode()
    return struct.pack(ORDERS[kind] + "".join(CODES[t] for t in types), *row)


def load(folder, name: str, data: bytes) -> Scene:
    (folder / name).write_bytes(data)
    return load_scene(FolderAssets(folder), name)


def area(mesh) -> float:
    a, b, c = (mesh.positions[mesh.triangles[:, k]].astype(float) for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


XYZ = [("float", "x"), ("float", "y"), ("float", "z")]


@pytest.mark.parametrize("kind", ORDERS)
@pytest.mark.parametrize("faces", [[(0, 1, 2, 3)], [(0, 1, 2), (0, 2, 3)], [(0, 1, 2), (0,) * 5]])
@pytest.mark.parametrize("extra", ["", "property uchar flags"])
def test_ply_is_read_in_all_encodings_with_faces_of_any_size(tmp_path, kind, faces, extra):
    data = make_ply(kind, XYZ, SQUARE, faces, extra_faces=extra)

    scene = load(tmp_path, "a.ply", data)

    assert area(scene.meshes[0]) == pytest.approx(0.5 if len(faces[-1]) == 5 else 1.0)
    assert inspect_scene(tmp_path / "a.ply").triangles == len(scene.meshes[0].triangles)
    assert scene.meshes[0].normals is None


@pytest.mark.parametrize("kind", ORDERS)
def test_ply_vertices_carry_normals_colors_and_uvs(tmp_path, kind):
    vertex = [
        ("double", "x"), ("double", "y"), ("double", "z"),
        ("float", "nx"), ("float", "ny"), ("float", "nz"),
        ("uchar", "red"), ("uchar", "green"), ("uchar", "blue"), ("uchar", "alpha"),
        ("float", "s"), ("float", "t"),
    ]  # fmt: skip
    rows = [(*p, 0, 0, 2, 255, 128, 0, 51, 0.25, 1.0) for p in SQUARE]

    mesh = load(tmp_path, "a.ply", make_ply(kind, vertex, rows, [(0, 1, 2, 3)])).meshes[0]

    assert np.allclose(mesh.normals, [0, 0, 1])
    assert np.allclose(mesh.colors, [1, 0.21586, 0, 0.2], atol=1e-5)
    assert np.allclose(mesh.uv_sets[0], [0.25, 0.0])


def test_ply_colors_of_floats_are_not_scaled(tmp_path):
    vertex = [*XYZ, ("float", "red"), ("float", "green"), ("float", "blue")]
    rows = [(*p, 1.0, 0.0, 1.0) for p in SQUARE]

    mesh = load(tmp_path, "a.ply", make_ply("ascii", vertex, rows, [(0, 1, 2)])).meshes[0]

    assert np.allclose(mesh.colors, [1, 0, 1, 1])


def test_ply_texture_is_an_asset_and_the_base_color(tmp_path):
    (tmp_path / "t.png").write_bytes(encode_image(checker()))
    vertex = [*XYZ, ("float", "u"), ("float", "v")]
    rows = [(*p, p[0], p[1]) for p in SQUARE]
    header = "comment TextureFile C:\\scans\\t.png"

    scene = load(tmp_path, "a.ply", make_ply("ascii", vertex, rows, [(0, 1, 2)], header=header))

    assert [f.label for f in scan_assets(tmp_path / "a.ply")] == ["a.ply", "t.png"]
    assert scene.images[0].texels.shape == (4, 4, 3)
    assert scene.materials[0].base_color_slot is not None
    (tmp_path / "t.png").unlink()
    with pytest.raises(SceneError, match=r"a\.ply: its texture 't\.png' is missing"):
        scan_assets(tmp_path / "a.ply")


def test_ply_uvs_of_face_corners_split_vertices(tmp_path):
    data = (
        b"ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\n"
        b"property float z\nelement face 2\nproperty list uchar int vertex_index\n"
        b"property list uchar float texcoord\nend_header\n0 0 0\n1 0 0\n0 1 0\n"
        b"3 0 1 2 6 0 0 1 0 0 1\n3 2 1 0 6 .5 .5 .5 .5 .5 .5\n"
    )

    mesh = load(tmp_path, "a.ply", data).meshes[0]

    uvs = mesh.uv_sets[0][mesh.triangles]
    assert uvs.tolist() == [[[0, 1], [1, 1], [0, 0]], [[0.5, 0.5]] * 3]


@pytest.mark.parametrize("kind", ["ascii", "binary_big_endian"])
def test_ply_triangle_strips_keep_their_winding(tmp_path, kind):
    header = (
        f"ply\nformat {kind} 1.0\nelement vertex 4\nproperty float x\nproperty float y\n"
        "property float z\nelement tristrips 1\nproperty list int int vertex_indices\nend_header\n"
    ).encode()
    points = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 0)]
    strip = (0, 1, 2, 3, -1, 0, 1, 2)
    data = header + b"".join(pack(kind, ["float"] * 3, p) for p in points)
    data += pack(kind, ["int"] * 9, (len(strip), *strip))

    mesh = load(tmp_path, "a.ply", data).meshes[0]

    assert mesh.triangles.tolist() == [[0, 1, 2], [1, 3, 2], [0, 1, 2]]


def small(kind="binary_little_endian", **members) -> bytes:
    return make_ply(kind, XYZ, SQUARE, [(0, 1, 2), (0, 2, 3)], **members)


def nan_vertex() -> bytes:
    rows = [(0, 0, 0), (float("nan"), 0, 0), (0, 1, 0)]
    return make_ply("binary_little_endian", XYZ, rows, [(0, 1, 2)])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not a PLY file"),
        (b"plywood", "is not a PLY file"),
        (small().replace(b"float y", b"loaf y"), r"line 5: 'property loaf y'"),
        (small().replace(b"face 2", b"face -2"), r"line 7: .*out of range"),
        (small().replace(b"property float z\n", b""), "has no x, y and z"),
        (small().replace(b"float z", b"float y"), "has a property twice"),
        (small()[:-1], "ends early"),
        (small("ascii")[:-3], "ends early"),
        (small("ascii").replace(b"1 1 0", b"1 one 0"), r"line 12: something that is no number"),
        (make_ply("ascii", XYZ, SQUARE, [(0, 1, 4)]), r"face 0: index 4 is out of range"),
        (make_ply("ascii", XYZ, SQUARE, [(0, 1, 2), (0, 1, -1)]), r"face 1: index -1 is out"),
        (small("ascii").replace(b"3 0 2 3", b"3 0 nan 3"), r"face 1: index -\d+ is out of range"),
        (make_ply("ascii", XYZ, SQUARE, []), "has no faces, only points"),
        (make_ply("ascii", XYZ, SQUARE, [(0, 1)]), "no face has three corners"),
        (nan_vertex(), "vertex 1 is not finite"),
    ],
)
def test_broken_ply_is_refused_by_name(tmp_path, data, message):
    with pytest.raises(SceneError, match=rf"a\.ply: .*{message}|a\.ply: {message}"):
        load(tmp_path, "a.ply", data)


def test_ply_cut_off_anywhere_is_refused(tmp_path):
    data = make_ply("binary_big_endian", XYZ, SQUARE, [(0, 1, 2), (0, 1, 2, 3)])

    for length in range(len(data)):
        with pytest.raises(SceneError, match=r"a\.ply: "):
            load(tmp_path, "a.ply", data[:length])


def binary_stl(triangles, header=b"") -> bytes:
    data = header.ljust(80, b"\0") + struct.pack("<I", len(triangles))
    for corners in triangles:
        data += struct.pack("<12fH", 0, 0, 0, *np.ravel(corners), 0)
    return data


TRIANGLES = [[(0, 0, 0), (1, 0, 0), (0, 1, 0)], [(0, 0, 1), (1, 0, 1), (0, 1, 2)]]
TEXT_STL = "solid part\n" + "".join(
    "facet normal 0 0 1\n  outer loop\n"
    + "".join(f"    vertex {x} {y} {z}\n" for x, y, z in corners)
    + "  endloop\nendfacet\n"
    for corners in TRIANGLES
)


@pytest.mark.parametrize(
    "data",
    [
        binary_stl(TRIANGLES),
        binary_stl(TRIANGLES, b"solid of a program that misleads"),
        binary_stl(TRIANGLES) + b"trailing",
        f"{TEXT_STL}endsolid part\n".encode(),
        TEXT_STL.replace("\n", "\r\n").encode(),
    ],
)
def test_stl_is_read_as_binary_and_text(tmp_path, data):
    scene = load(tmp_path, "a.stl", data)

    (mesh,) = scene.meshes
    assert mesh.positions[mesh.triangles].tolist() == np.array(TRIANGLES).tolist()
    assert mesh.normals is None


def test_stl_stands_upright(tmp_path):
    transform = load(tmp_path, "a.stl", binary_stl(TRIANGLES)).instances[0].transform

    assert (transform[:3, :3] @ [0, 0, 1]).tolist() == [0, 1, 0]
    assert np.linalg.det(transform) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "ends within its header"),
        (b"hello", "ends within its header"),
        (binary_stl(TRIANGLES)[:-1], r"2 triangles need 184 bytes, but it has 183"),
        (binary_stl([]), "there are no triangles"),
        (binary_stl([np.full((3, 3), np.nan)]), "triangle 0 is not finite"),
        (TEXT_STL.replace("1 0 1", "1 0").encode(), r"line 12: a vertex has three numbers"),
        (TEXT_STL.replace("1 0 1", "1 x 1").encode(), r"line 12: .*no number"),
        (TEXT_STL.replace("1 0 1", "1 inf 1").encode(), r"line 12: the vertex is not finite"),
        (TEXT_STL.replace("    vertex 1 0 1\n", "").encode(), "5 vertices are no triangles"),
    ],
)
def test_broken_stl_is_refused_by_name(tmp_path, data, message):
    with pytest.raises(SceneError, match=rf"a\.stl: (.*)?{message}"):
        load(tmp_path, "a.stl", data)
