"""What a client sends besides frames: scene files, the list of files, the render settings."""

from __future__ import annotations

import base64
import contextlib
import random
import tempfile
import zlib
from pathlib import Path

import msgspec
import numpy as np

from app.frames.jobs import decode_settings, encode_settings
from network.assets import ManifestError, decode_manifest
from network.messages import AssetEntry
from renderer.assets import MappedAssets
from renderer.formats import inspect_scene, load_scene
from renderer.scene import SceneError
from renderer.settings import RenderSettings
from tests.renderer.gltf_builder import QUAD, QUAD_INDICES, GltfBuilder, checker
from tests.renderer.scene_check import check_scene

DIGEST = "0123456789abcdef" * 4
SUFFIXES = ("glb", "gltf", "obj", "ply", "stl", "mtl")


class Manifest:
    """The list of files and the settings, as a server and its worker read them."""

    def __init__(self) -> None:
        entries = [AssetEntry(f"a/{i}.png", DIGEST[i:] + DIGEST[:i], 10 * i) for i in range(5)]
        self._lists = [msgspec.msgpack.encode(entries[:n]) for n in (0, 1, 5)]
        settings = RenderSettings(width=640, height=360, samples=16)
        self._settings = [encode_settings(settings)]
        self.seeds = self._lists + self._settings

    def run(self, rng: random.Random, data: bytes) -> None:
        try:
            entries = decode_manifest(data, "a/0.png", 1 << 30)
            assert sum(entry.size for entry in {e.digest: e for e in entries}.values()) <= 1 << 30
        except ManifestError:
            pass
        try:
            settings = decode_settings(data)
            assert settings.width * settings.height > 0
        except (msgspec.MsgspecError, ValueError):
            pass


class SceneFiles:
    """Scene files of all formats; what loads must have its indices inside its arrays."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="brigade-fuzz-"))
        self.seeds = [*_gltf_seeds(self._folder), *_mesh_seeds()]
        self._others = {"t.png": self._folder / "t.png", "a.mtl": self._folder / "a.mtl"}
        self._others["t.png"].write_bytes(_png())
        self._others["a.mtl"].write_bytes(MTL)

    def run(self, rng: random.Random, data: bytes) -> None:
        suffix, _, content = data.partition(b"|")
        name = "a." + next((s for s in SUFFIXES if s.encode() == suffix), "glb")
        if name == "a.mtl":
            self._others["a.mtl"].write_bytes(content)
            name, content = "a.obj", OBJ
        path = self._folder / f"scene-{name}"
        path.write_bytes(content)
        with contextlib.suppress(SceneError):
            inspect_scene(path)
        with contextlib.suppress(SceneError):
            check_scene(load_scene(MappedAssets({name: path, **self._others}), name))


OBJ = (
    b"mtllib a.mtl\nv 0 0 0\nv 1 0 0 0.5 0.5 0.5\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 1\nvn 0 0 1\n"
    b"o one\nusemtl m\ns 1\nf 1/1/1 2/2/1 3/1/1 4/2/1\ng two\nf -4 -3 \\\n -2\n"
)
MTL = b"newmtl m\nKd 0.5 0.5 0.5\nKs 1 1 1\nNs 20\nd 0.9\nNi 1.4\nmap_Kd -s 2 2 2 t.png\nillum 2\n"
PLY = (
    b"ply\nformat ascii 1.0\ncomment TextureFile t.png\nelement vertex 4\nproperty float x\n"
    b"property float y\nproperty float z\nproperty uchar red\nproperty uchar green\n"
    b"property uchar blue\nelement face 2\nproperty list uchar int vertex_indices\nend_header\n"
    b"0 0 0 255 0 0\n1 0 0 0 255 0\n1 1 0 0 0 255\n0 1 0 9 9 9\n3 0 1 2\n4 0 1 2 3\n"
)
PLY_BINARY = (
    b"ply\nformat binary_little_endian 1.0\nelement vertex 3\nproperty float x\nproperty float y\n"
    b"property float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n"
    + np.float32([[0, 0, 0], [1, 0, 0], [0, 1, 0]]).tobytes()
    + b"\3\0\0\0\0\1\0\0\0\2\0\0\0"
)
STL = (
    b"solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\n"
    b"endloop\nendfacet\nendsolid a\n"
)
STL_BINARY = bytes(80) + b"\1\0\0\0" + np.float32(range(12)).tobytes() + b"\0\0"


def _mesh_seeds() -> list[bytes]:
    files = ((b"obj", OBJ), (b"mtl", MTL), (b"ply", PLY), (b"ply", PLY_BINARY))
    return [kind + b"|" + data for kind, data in (*files, (b"stl", STL), (b"stl", STL_BINARY))]


def _gltf_seeds(folder: Path) -> list[bytes]:
    builder = GltfBuilder()
    texture = builder.texture(checker())
    material = builder.material(
        pbrMetallicRoughness={"baseColorTexture": {"index": texture}},
        normalTexture={"index": texture}, alphaMode="MASK",
        extensions={"KHR_materials_ior": {"ior": 1.4}},
    )  # fmt: skip
    primitive = builder.primitive(
        QUAD, QUAD_INDICES, TEXCOORD_0=QUAD[:, :2], COLOR_0=np.ones((4, 4), np.float32),
        NORMAL=np.tile(np.float32([0, 0, 1]), (4, 1)), material=material,
    )  # fmt: skip
    mesh = builder.mesh(primitive)
    builder.node(mesh=mesh, rotation=[0, 0, 0, 1], children=[builder.node(in_scene=False)])
    camera = {"type": "perspective", "perspective": {"yfov": 1, "znear": 0.1}}
    builder.node(camera=builder.add("cameras", camera), matrix=np.eye(4).ravel().tolist())
    glb = builder.write_glb(folder).read_bytes()
    plain = GltfBuilder("plain")
    plain.quad()
    plain.write_gltf(folder)
    uri = "data:application/octet-stream;base64," + base64.b64encode(plain.data).decode()
    plain.json["buffers"] = [{"uri": uri, "byteLength": len(plain.data)}]
    gltf = msgspec.json.encode(plain.json)
    return [b"glb|" + glb, b"gltf|" + gltf]


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + crc

    head = (2).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    rows = zlib.compress((b"\0" + b"\x80" * 6) * 2)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
