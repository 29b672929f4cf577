"""Broken and hostile scene files: always a SceneError that names the place."""

import copy
import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from gltf_builder import QUAD, QUAD_INDICES, TRIANGLE, GltfBuilder, checker, pack_glb

from renderer.assets import FolderAssets
from renderer.formats import inspect_scene, load_scene, scan_assets
from renderer.scene import Scene, SceneError
from tests.renderer.scene_check import check_scene


def load(builder: GltfBuilder, folder) -> Scene:
    path = builder.write_gltf(folder)
    return load_scene(FolderAssets(folder), path.name)


def rich_scene() -> GltfBuilder:
    """A valid file that uses every part of the format that the loader reads."""
    builder = GltfBuilder()
    texture = builder.texture(
        checker(), sampler=builder.add("samplers", {"wrapS": 33071, "magFilter": 9729})
    )
    info = {
        "index": texture,
        "texCoord": 0,
        "extensions": {"KHR_texture_transform": {"offset": [0.5, 0], "rotation": 1}},
    }
    material = builder.material(
        name="all",
        pbrMetallicRoughness={"baseColorFactor": [1, 1, 1, 1], "baseColorTexture": info},
        normalTexture={"index": texture, "scale": 1},
        emissiveFactor=[1, 1, 1],
        alphaMode="BLEND",
        doubleSided=True,
        extensions={
            "KHR_materials_volume": {"thicknessFactor": 1, "attenuationColor": [1, 1, 1]},
            "KHR_materials_ior": {"ior": 1.4},
        },
    )
    sparse = builder.accessor(QUAD)
    builder.json["accessors"][sparse]["sparse"] = {
        "count": 1,
        "indices": {"bufferView": builder.view(b"\1"), "componentType": 5121},
        "values": {"bufferView": builder.view(QUAD[1].tobytes())},
    }
    primitive = builder.primitive(
        sparse,
        QUAD_INDICES,
        NORMAL=np.tile([0, 0, 1], (4, 1)).astype("f4"),
        TEXCOORD_0=QUAD[:, :2],
        COLOR_0=np.ones((4, 4), np.float32),
        JOINTS_0=np.zeros((4, 4), np.uint8),
        WEIGHTS_0=np.tile([1, 0, 0, 0], (4, 1)).astype("f4"),
        targets=[{"POSITION": builder.accessor(QUAD)}],
        material=material,
        mode=4,
    )
    mesh = builder.mesh(primitive, weights=[0.5], name="quad")
    bind = builder.accessor(np.eye(4, dtype=np.float32).reshape(1, 16))
    builder.add("skins", {"joints": [0], "inverseBindMatrices": bind})
    lights = [{"type": "spot", "color": [1, 1, 1], "spot": {"outerConeAngle": 0.5}, "range": 3}]
    builder.json["extensions"] = {"KHR_lights_punctual": {"lights": lights}}
    lamp = builder.node(in_scene=False, extensions={"KHR_lights_punctual": {"light": 0}})
    builder.node(mesh=mesh, skin=0, weights=[0.25])
    many = {"TRANSLATION": builder.accessor(QUAD)}
    builder.node(
        mesh=mesh,
        children=[lamp],
        rotation=[0, 0, 0, 1],
        scale=[1, 2, 3],
        extensions={"EXT_mesh_gpu_instancing": {"attributes": many}},
    )
    camera = {"type": "perspective", "perspective": {"yfov": 1, "znear": 0.1, "zfar": 9}}
    builder.node(camera=builder.add("cameras", camera), matrix=np.eye(4).ravel().tolist())
    builder.json["extensionsUsed"] = ["KHR_materials_ior"]
    return builder


def places(value, path=()) -> Iterator[tuple]:
    """The path of every value inside a JSON document."""
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    else:
        return
    for key, child in inside:
        yield (*path, key)
        yield from places(child, (*path, key))


USES = (
    lambda path: load_scene(FolderAssets(path.parent), path.name),
    inspect_scene,
    scan_assets,
)
REMOVED = object()
REPLACEMENTS = [None, True, "x", -1, 2, 1e300, 10**30, 0.5, [], {}, [[]], [1e39] * 3]


def mutated(document, path, replacement):
    result = copy.deepcopy(document)
    parent = result
    for key in path[:-1]:
        parent = parent[key]
    if replacement is REMOVED:
        del parent[path[-1]]
    else:
        parent[path[-1]] = replacement
    return result


def used(use: Callable[[Path], object], path: Path) -> object:
    """What reading a file gives: its result, or the SceneError that refuses it."""
    try:
        return use(path)
    except SceneError as error:
        return error


def is_sound(result: object) -> bool:
    if isinstance(result, Scene):
        check_scene(result)
    return not isinstance(result, SceneError) or str(result).startswith("scene.gl")


def test_rich_scene_loads(tmp_path):
    scene = load(rich_scene(), tmp_path)

    check_scene(scene)
    assert len(scene.instances) == 5
    assert len(scene.lights) == len(scene.cameras) == 1


@pytest.mark.slow
def test_any_changed_value_gives_a_scene_or_a_scene_error(tmp_path):
    builder = rich_scene()
    path = builder.write_gltf(tmp_path)
    document = json.loads(path.read_text())
    refused = accepted = 0

    for number, place in enumerate(places(document)):
        # A few for each place, all of them over the file: the whole square takes a minute.
        for replacement in [REMOVED, *(REPLACEMENTS[(number + step) % 12] for step in (0, 3, 7))]:
            path.write_text(json.dumps(mutated(document, place, replacement)))
            for use in USES:
                result = used(use, path)
                refused += isinstance(result, SceneError)
                accepted += isinstance(result, Scene)
                assert is_sound(result), (place, replacement, result)

    assert refused > 500
    assert accepted > 100


def test_any_cut_of_a_binary_file_gives_a_scene_error(tmp_path):
    path = rich_scene().write_glb(tmp_path)
    data = path.read_bytes()

    for length in [*range(64), *range(64, len(data), 97)]:
        path.write_bytes(data[:length])
        with pytest.raises(SceneError, match=r"^scene\.glb: "):
            load_scene(FolderAssets(tmp_path), path.name)


def test_any_flipped_byte_of_a_binary_file_is_survived(tmp_path):
    path = rich_scene().write_glb(tmp_path)
    data = path.read_bytes()
    rng = np.random.default_rng(7)

    for position in rng.integers(0, len(data), 300):
        changed = bytearray(data)
        changed[position] ^= int(rng.integers(1, 256))
        path.write_bytes(changed)
        result = used(USES[0], path)
        assert is_sound(result), (position, result)


def changed(builder: GltfBuilder, *path, value) -> GltfBuilder:
    builder.json = mutated(builder.json, path, value)
    return builder


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ("accessors", 1, "bufferView"),
            99,
            r"accessors\[1\]\.bufferView: 99 is out of range \(the",
        ),
        (("accessors", 1, "count"), 10**8, r"accessors\[1\]\.bufferView: 100000000 elements of"),
        (("accessors", 1, "componentType"), 5124, r"componentType: 5124 is not a component type"),
        (("accessors", 1, "type"), "MAT5", r"accessors\[1\]\.type: 'MAT5' is not one of SCALAR"),
        (("bufferViews", 0, "byteLength"), 10**9, r"bufferViews\[0\]: bytes 0 to 1000000000 are"),
        (("nodes", 3, "camera"), 5, r"nodes\[3\]\.camera: 5 is out of range \(the file has 1 cam"),
        (("nodes", 2, "rotation"), [0, 0, 0, 0], r"nodes\[2\]\.rotation: .*no direction"),
        (("nodes", 2, "scale"), [1, 1], r"nodes\[2\]\.scale: must have 3 numbers, not 2"),
        (("nodes", 3, "matrix", 3), 0.5, r"nodes\[3\]\.matrix: the last row must be 0 0 0 1"),
        (("materials", 0, "alphaMode"), "GLASS", r"alphaMode: 'GLASS' is not one of OPAQUE, MASK"),
        (("meshes", 0, "primitives", 0, "mode"), 9, r"mode: 9 is not a primitive mode"),
        (("asset", "version"), "1.0", r"asset\.version: this is glTF 1\.0; only glTF 2\.0"),
        (("asset", "minVersion"), "2.1", r"asset\.minVersion: this is glTF 2\.1; only"),
        (("scene",), 3, r"scene: 3 is out of range \(the file has 1 scenes\)"),
        (("cameras", 0, "perspective", "yfov"), 4, r"yfov: 4 is not between 0 and pi"),
        (("images", 0, "uri"), "https://example.org/a.png", r"is on the web; download it"),
        (("images", 0, "uri"), "/etc/passwd", r"images\[0\]\.uri: '/etc/passwd' is an absolute"),
        (("images", 0, "uri"), "C:\\a.png", r"is an absolute path"),
        (("images", 0, "uri"), "gone.png", r"images\[0\]\.uri: there is no such file \(.*gone.png"),
        (("images", 0, "uri"), "data:image/png;base64,AA!A", r"not valid base64"),
        (("images", 0, "uri"), "data:image/png;base64,AAAA", r"images\[0\].*is not a PNG, JPEG or"),
        (("images", 0, "uri"), "data:image/png", r"has no comma"),
    ],
)
def test_error_names_the_place(tmp_path, path, value, message):
    with pytest.raises(SceneError, match=r"^scene\.gltf: .*" + message):
        load(changed(rich_scene(), *path, value=value), tmp_path)


def test_loader_refuses_required_extensions_by_name(tmp_path):
    builder = rich_scene()
    builder.json["extensionsRequired"] = ["KHR_materials_ior", "KHR_texture_basisu"]

    with pytest.raises(SceneError, match=r"without KHR_texture_basisu; export it with PNG or JPEG"):
        load(builder, tmp_path)


def test_loader_ignores_unknown_extensions_that_are_only_used(tmp_path):
    builder = rich_scene()
    builder.json["extensionsUsed"] = ["ACME_sparkles"]
    builder.json["nodes"][0]["extensions"]["ACME_sparkles"] = {"glitter": 11}

    check_scene(load(builder, tmp_path))


def test_loader_refuses_indices_beyond_the_vertices(tmp_path):
    builder = GltfBuilder()
    builder.node(mesh=builder.mesh(builder.primitive(TRIANGLE, np.array([0, 1, 3], np.uint8))))

    with pytest.raises(SceneError, match=r"indices: index 3 is out of range .* 3 vertices"):
        load(builder, tmp_path)


def test_loader_refuses_attributes_of_another_length(tmp_path):
    builder = GltfBuilder()
    builder.node(mesh=builder.mesh(builder.primitive(TRIANGLE, NORMAL=QUAD)))

    with pytest.raises(SceneError, match=r"NORMAL: has 4 elements, but .* 3 vertices"):
        load(builder, tmp_path)


def test_loader_refuses_joints_that_the_skin_does_not_have(tmp_path):
    builder = rich_scene()
    builder.json["skins"][0]["joints"] = [0]
    joints = builder.json["meshes"][0]["primitives"][0]["attributes"]["JOINTS_0"]
    view = builder.json["bufferViews"][builder.json["accessors"][joints]["bufferView"]]
    builder.data[view["byteOffset"]] = 5

    with pytest.raises(SceneError, match=r"joint 5 is out of range \(the skin has 1\)"):
        load(builder, tmp_path)


def test_loader_refuses_a_node_that_is_its_own_ancestor(tmp_path):
    builder = GltfBuilder()
    builder.node(children=[1])
    builder.node(in_scene=False, children=[0])

    with pytest.raises(SceneError, match=r"nodes\[0\]: the node is its own ancestor"):
        load(builder, tmp_path)


def test_loader_refuses_a_node_with_two_parents(tmp_path):
    builder = GltfBuilder()
    shared = builder.node(in_scene=False)
    builder.node(children=[shared])
    builder.node(children=[shared])

    with pytest.raises(SceneError, match=r"nodes\[0\]: is a child of both nodes\[1\] and nodes\[2"):
        load(builder, tmp_path)


def test_loader_refuses_hierarchies_deeper_than_its_limit(tmp_path):
    builder = GltfBuilder()
    builder.node(children=[1])
    for index in range(1, 1100):
        builder.node(in_scene=False, children=[index + 1])
    builder.node(in_scene=False)

    with pytest.raises(SceneError, match=r"lies deeper than 1024 levels"):
        load(builder, tmp_path)


def test_loader_refuses_transforms_that_grow_beyond_all_measure(tmp_path):
    builder = GltfBuilder()
    builder.node(scale=[1e15] * 3, children=[1])
    builder.node(in_scene=False, scale=[1e15] * 3)

    with pytest.raises(SceneError, match=r"nodes\[1\]: .*too large"):
        load(builder, tmp_path)


def test_loader_refuses_endless_zeros_from_a_small_file(tmp_path):
    builder = GltfBuilder()
    accessor = builder.accessor(TRIANGLE)
    builder.json["accessors"][accessor]["count"] = 10**8
    del builder.json["accessors"][accessor]["bufferView"]
    builder.node(mesh=builder.mesh(builder.primitive(accessor)))

    with pytest.raises(SceneError, match=r"100000000 elements without a bufferView"):
        load(builder, tmp_path)


def test_loader_refuses_more_arrays_than_its_budget(tmp_path, monkeypatch):
    monkeypatch.setattr("renderer.gltf.document.MAX_ARRAY_BYTES", 1000)
    builder = GltfBuilder()
    for _ in range(40):
        builder.node(mesh=builder.mesh(builder.primitive(TRIANGLE)))

    with pytest.raises(SceneError, match=r"accessors\[\d+\]: the scene needs more than"):
        load(builder, tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"is not a glTF file \(line 1, column 1"),
        (b"solid cube", r"is not a glTF file"),
        (b"[1, 2]", r"must be an object, not an array"),
        (b"{}", r'"asset" is missing'),
        (b"\xff\xfe\x00", r"byte 0 is not text"),
        (b'{"asset": NaN}', r"NaN is not JSON"),
        (b'{"asset": ' + b"[" * 100_000, r"is nested too deeply"),
        (b'{"asset": {"version": "2.0"}, "scene": ' + b"9" * 5000 + b"}", r"is not a glTF file"),
        (b"glTF", r"ends within its header"),
        (struct.pack("<4s4I", b"glTF", 1, 20, 0, 0), r"is glTF version 1"),
        (struct.pack("<4s4I", b"glTF", 2, 20, 500, 0x4E4F534A), r"begin with its JSON chunk"),
        (pack_glb(b'{"asset":{"version":"2.0"}}', b"1234")[:-4], r"has \d+ bytes of \d+"),
    ],
)
def test_loader_says_what_is_wrong_with_a_file_that_is_no_scene(tmp_path, content, message):
    (tmp_path / "odd.glb").write_bytes(content)

    with pytest.raises(SceneError, match=r"^odd\.glb: .*" + message):
        load_scene(FolderAssets(tmp_path), "odd.glb")


def test_loader_names_a_scene_that_does_not_exist(tmp_path):
    with pytest.raises(SceneError, match=r"^no\.glb: there is no such file"):
        load_scene(FolderAssets(tmp_path), "no.glb")
