import numpy as np
import pytest
from gltf_builder import checker, encode_image

from renderer.assets import FolderAssets, MappedAssets
from renderer.formats import inspect_scene, load_scene, scan_assets
from renderer.scene import AlphaMode, Scene, SceneError, Wrap

SQUARE = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n"
TRIANGLE = "v 0 0 0\nv 1 0 0\nv 0 1 0\n"


def load(folder, text: str | bytes, mtl: str | None = None) -> Scene:
    (folder / "a.obj").write_bytes(text if isinstance(text, bytes) else text.encode())
    if mtl is not None:
        (folder / "a.mtl").write_text(mtl)
    return load_scene(FolderAssets(folder), "a.obj")


def load_material(folder, mtl: str):
    text = f"mtllib a.mtl\n{SQUARE}vt 0 0\nusemtl m\nf 1/1 2/1 3/1\n"
    scene = load(folder, text, f"newmtl m\n{mtl}")
    return scene, scene.materials[0]


def area(mesh) -> float:
    a, b, c = (mesh.positions[mesh.triangles[:, k]].astype(float) for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def corners(mesh, values) -> list:
    return values[mesh.triangles].reshape(-1, values.shape[1]).tolist()


@pytest.mark.parametrize(
    "faces",
    ["f 1 2 3 4", "f -4 -3 -2 -1", "f 1// 2// 3// 4//", "f 1/ 2/ 3/ 4/", "f 1 2 3\\\n 4 # a quad"],
)
def test_face_is_read_in_every_way_to_write_it(tmp_path, faces):
    (mesh,) = load(tmp_path, f"{SQUARE}{faces}\n").meshes

    assert len(mesh.triangles) == 2
    assert area(mesh) == pytest.approx(1.0)
    assert mesh.normals is None
    assert mesh.uv_sets == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_lines_end_in_every_way(tmp_path, end):
    text = "# made by hand\n" + SQUARE + "  f 1 2 3\n\tf 1 3 4"

    (mesh,) = load(tmp_path, text.replace("\n", end or "\n") + end).meshes

    assert area(mesh) == pytest.approx(1.0)


def test_negative_index_counts_back_from_its_own_line(tmp_path):
    text = f"{TRIANGLE}f -3 -2 -1\n{TRIANGLE.replace('v 0 0 0', 'v 9 9 9')}f -3 -2 -1\n"

    (mesh,) = load(tmp_path, text).meshes

    assert corners(mesh, mesh.positions)[0] == [0, 0, 0]
    assert corners(mesh, mesh.positions)[3] == [9, 9, 9]


def test_uvs_are_turned_upside_down_and_seams_split_vertices(tmp_path):
    text = f"{SQUARE}vt 0 0\nvt 0.25 0.75\nf 1/1 2/1 3/1\nf 1/2 3/1 4/2\n"

    (mesh,) = load(tmp_path, text).meshes

    assert len(mesh.positions) == 5
    expected = [[0, 1], [0, 1], [0, 1], [0.25, 0.25], [0, 1], [0.25, 0.25]]
    assert corners(mesh, mesh.uv_sets[0]) == expected


def test_normals_become_unit_and_corners_without_any_make_a_flat_mesh(tmp_path):
    text = f"{SQUARE}vn 0 0 5\nf 1//1 2//1 3//1\nf 1 3 4\n"

    flat, shaded = load(tmp_path, text).meshes

    assert flat.normals is None
    assert np.allclose(shaded.normals, [0, 0, 1])


def test_smoothing_group_gives_normals_that_are_missing(tmp_path):
    roof = "v 0 0 0\nv 0 0 1\nv 1 1 0\nv 1 1 1\nv 2 0 0\nv 2 0 1\n"
    text = f"{roof}s 1\nf 1 2 4 3\nf 3 4 6 5\ns off\nf 1 2 6\n"

    flat, smooth = load(tmp_path, text).meshes

    assert flat.normals is None
    ridge = np.isclose(smooth.positions[:, 0], 1.0)
    assert np.allclose(smooth.normals[ridge], [0, 1, 0])


def test_vertex_colors_are_decoded_from_srgb(tmp_path):
    text = "v 0 0 0 1 1 1\nv 1 0 0 0.5 0 0\nv 0 1 0 0 0 0\nf 1 2 3\n"

    scene = load(tmp_path, text)

    colors = corners(scene.meshes[0], scene.meshes[0].colors)
    assert colors[0] == [1, 1, 1, 1]
    assert colors[1][0] == pytest.approx(0.21404, abs=1e-4)
    assert scene.materials[0].base_color == (1, 1, 1, 1)


def test_objects_and_materials_become_meshes_of_their_own(tmp_path):
    text = (
        f"mtllib a.mtl\n{SQUARE}o one\nusemtl red paint\nf 1 2 3\nusemtl blue\nf 1 3 4\n"
        "o two\nf 1 2 4\n"
    )

    scene = load(tmp_path, text, "newmtl red paint\nKd 1 0 0\nnewmtl blue\nKd 0 0 1\n")

    found = [(m.name, scene.materials[m.material].base_color[:3]) for m in scene.meshes]
    assert found == [("one", (1, 0, 0)), ("one", (0, 0, 1)), ("two", (0, 0, 1))]
    assert [i.name for i in scene.instances] == ["one", "one", "two"]


def test_concave_polygon_is_not_filled_beyond_its_outline(tmp_path):
    arrow = "v 0 0 0\nv 4 0 0\nv 1 1 0\nv 0 4 0\n"
    star = "".join(
        f"v {r * np.cos(a)} {r * np.sin(a)} 0\n"
        for a, r in zip(np.arange(10) * np.pi / 5, [2, 0.7] * 5, strict=True)
    )

    (mesh,) = load(tmp_path, f"{arrow}f 2 3 4 1\n").meshes
    (star_mesh,) = load(tmp_path, f"{star}f {' '.join(map(str, range(1, 11)))}\n").meshes

    assert area(mesh) == pytest.approx(4.0)
    assert area(star_mesh) == pytest.approx(5 * 2 * 0.7 * np.sin(np.pi / 5), rel=1e-4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{TRIANGLE}f 1 2 4\n", r"a\.obj: line 4: index 4 is out of range \(there are 3 vert"),
        (f"{TRIANGLE}\nf 1 2 -4\n", r"a\.obj: line 5: index -4 is out of range"),
        (f"{TRIANGLE}f 0 1 2\n", r"a\.obj: line 4: index 0 is out of range"),
        (f"{TRIANGLE}f 1/1 2/1 3/1\n", r"line 4: index 1 is out of range \(there are 0 texture"),
        (f"{TRIANGLE}f 1 2 x\n", r"a\.obj: line 4: '.*1 2 x' holds something that is no number"),
        (f"{TRIANGLE}f 1.5 2 3\n", r"a\.obj: line 4: .*no number"),
        ("v 1 2\nf 1 1 1\n", r"a\.obj: line 1: a vertex has three numbers"),
        ("v 1 2 oops\nf 1 1 1\n", r"a\.obj: line 1: .*no number"),
        ("v 1 2 nan\nf 1 1 1\n", r"a\.obj: line 1: the vertex is not finite"),
        ("v 1 2 1e30\nf 1 1 1\n", r"a\.obj: line 1: the vertex is not finite, or too far away"),
        (f"{TRIANGLE}f 1/1/1/1 2 3\n", r"a\.obj: line 4: .* has corners that are not v/vt/vn"),
        (f"{TRIANGLE}f 1 /2 3\n", r"a\.obj: line 4: .* has corners that are not v/vt/vn"),
        (f"{TRIANGLE}f 1 2 3 /\n", r"a\.obj: line 4: .* has corners that are not v/vt/vn"),
        (f"{TRIANGLE}f 1 2\n", r"a\.obj: there are no triangles"),
        (TRIANGLE, r"a\.obj: there are no triangles"),
        ("", r"a\.obj: there are no triangles"),
        (b"\x00\xff\xfe\n\x01", r"a\.obj: there are no triangles"),
    ],
)
def test_broken_file_is_refused_by_line(tmp_path, text, message):
    with pytest.raises(SceneError, match=message):
        load(tmp_path, text)


def test_line_numbers_count_continued_lines(tmp_path):
    with pytest.raises(SceneError, match=r"line 6: index 9"):
        load(tmp_path, f"{TRIANGLE}f 1 \\\r\n 2 3\r\nf 1 2 9\n")


def test_missing_material_file_leaves_the_scene_grey_and_says_so(tmp_path):
    scene = load(tmp_path, f"mtllib lost.mtl\nusemtl wood\n{TRIANGLE}f 1 2 3\n")

    assert scene.warnings == ("a.obj: its material file 'lost.mtl' is missing: left grey",)
    assert scene.materials[0].base_color == (0.8, 0.8, 0.8, 1.0)
    assert [f.label for f in scan_assets(tmp_path / "a.obj")] == ["a.obj"]
    assert inspect_scene(tmp_path / "a.obj").warnings == scene.warnings


def test_material_that_no_file_describes_is_told(tmp_path):
    scene = load(tmp_path, f"mtllib a.mtl\nusemtl wood\n{TRIANGLE}f 1 2 3\n", "newmtl stone\n")

    assert scene.warnings == ("a.obj: no MTL file describes wood: left grey",)


def test_scan_lists_what_a_server_needs_to_make_the_same_scene(tmp_path):
    mtl = (
        "newmtl m\nmap_Kd textures\\oak wood.png\nmap_Bump -bm 0.3 C:\\work\\b.png\n"
        "newmtl unused\nmap_Kd nowhere.png\n"
    )
    (tmp_path / "textures").mkdir()
    for name in ("textures/oak wood.png", "b.png"):
        (tmp_path / name).write_bytes(encode_image(checker()))
    scene = load(tmp_path, f"mtllib my lib.mtl\nmtllib a.mtl\nusemtl m\n{TRIANGLE}f 1 2 3", mtl)

    files = scan_assets(tmp_path / "a.obj")

    assert [f.label for f in files] == ["a.obj", "a.mtl", "textures/oak wood.png", "b.png"]
    cache = {}
    for number, file in enumerate(files):
        cache[file.label] = tmp_path / f"{number}"
        cache[file.label].write_bytes(file.path.read_bytes())
    on_server = load_scene(MappedAssets(cache), "a.obj")
    assert on_server.warnings == scene.warnings
    for mine, its in zip(scene.images, on_server.images, strict=True):
        assert np.array_equal(mine.texels, its.texels)


def test_missing_texture_is_named_with_its_line(tmp_path):
    with pytest.raises(SceneError, match=r"a\.mtl: line 3: the scene needs 'x/oak\.png'.*put it"):
        load_material(tmp_path, "Kd 1 1 1\nmap_Kd x/oak.png\n")
    with pytest.raises(SceneError, match=r"a\.mtl: line 3: the scene needs"):
        scan_assets(tmp_path / "a.obj")


def test_texture_beside_the_material_file_is_found(tmp_path):
    (tmp_path / "oak.png").write_bytes(encode_image(checker()))

    scene, _ = load_material(tmp_path, "map_Kd lost/folder/oak.png\n")

    assert scene.images[0].texels.shape == (4, 4, 3)


@pytest.mark.parametrize(
    ("mtl", "expected"),
    [
        ("Kd 0.1 0.2 0.3\n", {"base_color": (0.1, 0.2, 0.3, 1.0), "metallic": 0.0}),
        ("Ns 0\nKs 1 1 1\n", {"roughness": 1.0, "specular": 1.0}),
        ("Ns 198\nKs 0.25 0.25 0.25\n", {"roughness": 0.1**0.5, "specular": 0.5}),
        ("Ks 0 0 0\n", {"specular": 0.0}),
        ("illum 1\nKs 1 1 1\n", {"specular": 0.0}),
        ("Kd 0 0 0\nKs 1 0.8 0.3\n", {"metallic": 1.0, "base_color": (1.0, 0.8, 0.3, 1.0)}),
        ("Pr 0.3\nPm 1\nNs 5\n", {"roughness": 0.3, "metallic": 1.0}),
        ("d 0.4\n", {"base_color": (0.8, 0.8, 0.8, 0.4), "alpha_mode": AlphaMode.BLEND}),
        ("Tr 0.6\n", {"base_color": (0.8, 0.8, 0.8, 0.4), "alpha_mode": AlphaMode.BLEND}),
        ("d -halo 1\n", {"alpha_mode": AlphaMode.OPAQUE}),
        ("illum 7\nd 0.1\nNi 1.33\n", {"transmission": 0.9, "ior": 1.33, "thickness": 1.0}),
        ("Ke 5 4 3\n", {"emission": (5.0, 4.0, 3.0)}),
        ("Pc 0.5\nPcr 0.1\n", {"clearcoat": 0.5, "clearcoat_roughness": 0.1}),
        ("Ni 1\n", {"ior": 1.5}),
        ("Kd 0.5\n", {"base_color": (0.5, 0.5, 0.5, 1.0)}),
    ],
)
def test_statements_become_material(tmp_path, mtl, expected):
    _, material = load_material(tmp_path, mtl)

    for field, value in expected.items():
        assert getattr(material, field) == (
            value if isinstance(value, AlphaMode) else pytest.approx(value)
        )


def test_map_options_become_transform_wrap_and_strength(tmp_path):
    (tmp_path / "n map.png").write_bytes(encode_image(checker()))

    scene, material = load_material(
        tmp_path, "norm -s 2 4 1 -o 0.1 0.2 -clamp on -bm 0.5 n map.png\n"
    )

    slot = material.normal_slot
    assert np.allclose(slot.transform, [[2, 0, 0.1], [0, 4, 1 - 4 - 0.2]])
    assert scene.textures[slot.texture].wrap_u is Wrap.CLAMP
    assert material.normal_scale == 0.5


def test_opacity_map_becomes_the_alpha_of_the_color(tmp_path):
    opacity = np.array([[[0], [255]]], np.uint8)
    (tmp_path / "c.png").write_bytes(encode_image(np.full((2, 2, 3), 99, np.uint8)))
    (tmp_path / "o.png").write_bytes(encode_image(opacity))

    scene, material = load_material(tmp_path, "map_Kd c.png\nmap_d o.png\n")

    texels = scene.images[0].texels
    assert material.alpha_mode is AlphaMode.BLEND
    assert texels[:, :, 3].tolist() == [[0, 255], [0, 255]]
    assert (texels[:, :, :3] == 99).all()


def test_roughness_and_metal_maps_share_an_image(tmp_path):
    (tmp_path / "r.png").write_bytes(encode_image(np.full((2, 2, 1), 50, np.uint8)))
    (tmp_path / "m.png").write_bytes(encode_image(np.full((1, 1, 1), 200, np.uint8)))

    scene, material = load_material(tmp_path, "map_Pr r.png\nmap_Pm m.png\n")

    assert scene.images[0].texels[0, 0].tolist() == [0, 50, 200]
    assert (material.roughness, material.metallic) == (1.0, 1.0)


def test_bump_map_becomes_normals_that_face_away_from_the_rise(tmp_path):
    ramp = np.tile(np.arange(0, 160, 20, dtype=np.uint8)[None, :, None], (4, 1, 1))
    (tmp_path / "b.png").write_bytes(encode_image(ramp))

    scene, _ = load_material(tmp_path, "map_bump b.png\n")

    normal = scene.images[0].texels[1, 3] / 65535 * 2 - 1
    slope = 20 / 255 * 4
    assert normal == pytest.approx(np.array([-slope, 0, 1]) / np.hypot(slope, 1), abs=1e-4)


def test_normal_map_under_the_name_of_a_bump_map_is_taken_as_it_is(tmp_path):
    texels = np.full((4, 4, 3), (128, 120, 250), np.uint8)
    (tmp_path / "b.png").write_bytes(encode_image(texels))

    scene, _ = load_material(tmp_path, "bump b.png\n")

    assert np.array_equal(scene.images[0].texels, texels)


@pytest.mark.parametrize(
    ("mtl", "message"),
    [
        ("Kd red\n", r"a\.mtl: line 2: 'red' is not a number"),
        ("Ns inf\n", r"a\.mtl: line 2: 'inf' is not finite"),
        ("map_Kd -s 1 1 1\n", r"a\.mtl: line 2: names no image file|there is no such file"),
    ],
)
def test_broken_material_file_is_refused_by_line(tmp_path, mtl, message):
    with pytest.raises(SceneError, match=message):
        load_material(tmp_path, mtl)


def test_material_files_cannot_reach_outside_of_the_job_on_a_server(tmp_path):
    (tmp_path / "secret.png").write_bytes(encode_image(checker()))
    load(tmp_path, f"mtllib a.mtl\n{TRIANGLE}usemtl m\nf 1 2 3", "newmtl m\n")
    (tmp_path / "evil.mtl").write_text("newmtl m\nmap_Kd ../secret.png\n")
    files = {"a.obj": tmp_path / "a.obj", "a.mtl": tmp_path / "evil.mtl"}

    with pytest.raises(SceneError, match="is not among the job's files"):
        load_scene(MappedAssets(files), "a.obj")


def test_unknown_ending_lists_those_that_can_be_read(tmp_path):
    (tmp_path / "a.fbx").write_bytes(b"Kaydara")

    with pytest.raises(SceneError, match=r"a\.fbx: scenes are \.gltf, \.glb, \.obj, \.ply, \.stl"):
        inspect_scene(tmp_path / "a.fbx")
