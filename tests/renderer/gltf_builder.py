"""Builds small glTF scenes from arrays, for tests that need a file to load."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path

import numpy as np
import PIL.Image

TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
COMPONENTS = {"i1": 5120, "u1": 5121, "i2": 5122, "u2": 5123, "u4": 5125, "f4": 5126}

TRIANGLE = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
QUAD = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32)
QUAD_INDICES = np.array([0, 1, 2, 0, 2, 3], np.uint16)


class GltfBuilder:
    """A glTF document under construction; `json` may be changed freely before it is written."""

    def __init__(self, name: str = "scene") -> None:
        self.name = name
        self.data = bytearray()
        self.files: dict[str, bytes] = {}
        self.json: dict = {"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": []}]}

    def add(self, kind: str, entry: dict) -> int:
        """Appends to a top-level array; returns the index."""
        self.json.setdefault(kind, []).append(entry)
        return len(self.json[kind]) - 1

    def view(self, data: bytes, **members) -> int:
        self.data.extend(b"\0" * (-len(self.data) % 4))
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data), **members}
        self.data.extend(data)
        return self.add("bufferViews", view)

    def accessor(self, values, **members) -> int:
        values = np.asarray(values)
        rows = values.reshape(len(values), -1)
        little = rows.astype(rows.dtype.newbyteorder("<"))
        entry = {
            "bufferView": self.view(little.tobytes()),
            "componentType": COMPONENTS[little.dtype.str[1:]],
            "count": len(rows),
            "type": TYPES[rows.shape[1]],
            **members,
        }
        return self.add("accessors", entry)

    def primitive(self, positions, indices=None, **attributes) -> dict:
        """A primitive; capital names are attributes (arrays or accessor indices)."""
        members = {key: attributes.pop(key) for key in list(attributes) if key.islower()}
        attributes = {"POSITION": positions, **attributes}
        result = {
            "attributes": {
                key: value if isinstance(value, int) else self.accessor(value)
                for key, value in attributes.items()
            },
            **members,
        }
        if indices is not None:
            result["indices"] = indices if isinstance(indices, int) else self.accessor(indices)
        return result

    def mesh(self, *primitives: dict, **members) -> int:
        return self.add("meshes", {"primitives": list(primitives), **members})

    def node(self, *, in_scene: bool = True, **members) -> int:
        index = self.add("nodes", members)
        if in_scene:
            self.json["scenes"][0]["nodes"].append(index)
        return index

    def material(self, **members) -> int:
        return self.add("materials", members)

    def image(self, texels, name: str = "", mime: str = "image/png") -> int:
        """An image inside the buffer, or in a file of its own where it has a name."""
        data = encode_image(texels, mime.partition("/")[2])
        if name:
            self.files[name] = data
            return self.add("images", {"uri": name})
        return self.add("images", {"bufferView": self.view(data), "mimeType": mime})

    def texture(self, texels, name: str = "", **members) -> int:
        return self.add("textures", {"source": self.image(texels, name), **members})

    def quad(self, material: int | None = None, **node) -> int:
        """A quad with UVs on a node of its own."""
        uvs = (QUAD[:, :2] * [0.5, -0.5] + 0.5).astype(np.float32)
        members = {} if material is None else {"material": material}
        primitive = self.primitive(QUAD, QUAD_INDICES, TEXCOORD_0=uvs, **members)
        return self.node(mesh=self.mesh(primitive), **node)

    def write_gltf(self, folder: Path) -> Path:
        document = dict(self.json)
        if self.data:
            document["buffers"] = [{"uri": f"{self.name}.bin", "byteLength": len(self.data)}]
            (folder / f"{self.name}.bin").write_bytes(bytes(self.data))
        self._write_files(folder)
        path = folder / f"{self.name}.gltf"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    def write_glb(self, folder: Path) -> Path:
        document = dict(self.json)
        if self.data:
            document["buffers"] = [{"byteLength": len(self.data)}]
        self._write_files(folder)
        path = folder / f"{self.name}.glb"
        path.write_bytes(pack_glb(json.dumps(document).encode(), bytes(self.data)))
        return path

    def _write_files(self, folder: Path) -> None:
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def pack_glb(text: bytes, binary: bytes) -> bytes:
    text += b" " * (-len(text) % 4)
    body = struct.pack("<2I", len(text), 0x4E4F534A) + text
    if binary:
        binary += b"\0" * (-len(binary) % 4)
        body += struct.pack("<2I", len(binary), 0x004E4942) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def encode_image(texels, kind: str = "png") -> bytes:
    stream = io.BytesIO()
    texels = np.asarray(texels)
    image = PIL.Image.fromarray(texels[:, :, 0] if texels.shape[2:] == (1,) else texels)
    image.save(stream, kind, **({"lossless": True} if kind == "webp" else {}))
    return stream.getvalue()


def checker(side: int = 4) -> np.ndarray:
    """(side, side, 3) uint8."""
    grid = np.indices((side, side)).sum(axis=0) % 2 * 255
    return np.repeat(grid[:, :, None], 3, axis=2).astype(np.uint8)
