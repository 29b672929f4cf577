"""Writes a binary glTF 2.0 file from numpy meshes, Pillow images and plain dictionaries."""

from __future__ import annotations

import io
import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from resources.demo.shapes import Shape

JPEG_QUALITY = 88
FLOAT, UINT16, UINT32 = 5126, 5123, 5125
ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 34962, 34963
JSON_CHUNK, BINARY_CHUNK = 0x4E4F534A, 0x004E4942


@dataclass(frozen=True)
class Pose:
    """Where a node stands: translation in metres, turn about +Y in degrees, uniform scale."""

    at: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn_deg: float = 0.0
    scale: float = 1.0
    tilt_deg: float = 0.0  # about +X, before the turn


class GlbBuilder:
    """Collects a scene; `encode` returns the file."""

    def __init__(self, generator: str) -> None:
        self._binary = bytearray()
        self._document: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": generator},
            "scene": 0,
            "scenes": [{"nodes": []}],
            "nodes": [],
            "meshes": [],
            "materials": [],
            "accessors": [],
            "bufferViews": [],
        }
        self._extensions: set[str] = set()

    def add_texture(self, image: Image.Image) -> dict[str, int]:
        """Store an image as JPEG and return what a material's texture slot needs."""
        encoded = io.BytesIO()
        image.convert("RGB").save(encoded, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        view = self._add_view(encoded.getvalue())
        self._append("images", {"bufferView": view, "mimeType": "image/jpeg"})
        samplers = self._document.setdefault("samplers", [])
        if not samplers:
            samplers.append({"wrapS": 10497, "wrapT": 10497})
        index = self._append(
            "textures", {"source": len(self._document["images"]) - 1, "sampler": 0}
        )
        return {"index": index}

    def add_material(self, name: str, **fields: Any) -> int:
        """Store a material; `fields` are glTF's own, extensions among them."""
        self._extensions.update(fields.get("extensions", {}))
        return self._append("materials", {"name": name, **fields})

    def add_mesh(self, name: str, shape: Shape, material: int) -> int:
        """Store a mesh and return its index."""
        attributes = {
            "POSITION": self._add_accessor(shape.positions, "VEC3", bounds=True),
            "NORMAL": self._add_accessor(shape.normals, "VEC3"),
            "TEXCOORD_0": self._add_accessor(shape.uvs, "VEC2"),
        }
        indices = self._add_indices(shape.triangles)
        primitive = {"attributes": attributes, "indices": indices, "material": material}
        return self._append("meshes", {"name": name, "primitives": [primitive]})

    def place(self, name: str, mesh: int, pose: Pose) -> None:
        """Put a mesh into the scene."""
        self._add_node({"name": name, "mesh": mesh, **_pose_fields(pose)})

    def place_many(
        self,
        name: str,
        mesh: int,
        translations: npt.NDArray[np.float64],
        rotations: npt.NDArray[np.float64],
        scales: npt.NDArray[np.float64],
    ) -> None:
        """Put a mesh into the scene N times by one node (EXT_mesh_gpu_instancing).

        Args:
            name: of the node.
            mesh: its index.
            translations: (N, 3) metres.
            rotations: (N, 4) quaternions, x y z w.
            scales: (N, 3).
        """
        attributes = {
            "TRANSLATION": self._add_accessor(translations, "VEC3"),
            "ROTATION": self._add_accessor(rotations, "VEC4"),
            "SCALE": self._add_accessor(scales, "VEC3"),
        }
        self._extensions.add("EXT_mesh_gpu_instancing")
        extension = {"EXT_mesh_gpu_instancing": {"attributes": attributes}}
        self._add_node({"name": name, "mesh": mesh, "extensions": extension})

    def add(self, name: str, shape: Shape, material: int, *poses: Pose) -> None:
        """Store a mesh and put it into the scene at each pose."""
        mesh = self.add_mesh(name, shape, material)
        for pose in poses or (Pose(),):
            self.place(name, mesh, pose)

    def add_camera(
        self, name: str, eye: tuple[float, float, float], target: tuple[float, float, float],
        yfov_deg: float,
    ) -> None:  # fmt: skip
        """Put a perspective camera into the scene that looks from `eye` at `target`."""
        perspective = {"yfov": float(np.radians(yfov_deg)), "znear": 0.01, "aspectRatio": 16 / 9}
        camera = self._append(
            "cameras", {"name": name, "type": "perspective", "perspective": perspective}
        )
        matrix = _look_at(np.array(eye), np.array(target))
        self._add_node({"name": name, "camera": camera, "matrix": matrix.T.ravel().tolist()})

    def encode(self) -> bytes:
        """Return the .glb file."""
        self._document["buffers"] = [{"byteLength": len(self._binary)}]
        if self._extensions:
            self._document["extensionsUsed"] = sorted(self._extensions)
        text = json.dumps(self._document, separators=(",", ":"), allow_nan=False).encode()
        text += b" " * (-len(text) % 4)
        binary = bytes(self._binary) + b"\0" * (-len(self._binary) % 4)
        chunks = struct.pack("<II", len(text), JSON_CHUNK) + text
        chunks += struct.pack("<II", len(binary), BINARY_CHUNK) + binary
        return b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks

    def _append(self, list_name: str, entry: dict[str, Any]) -> int:
        entries: list[dict[str, Any]] = self._document.setdefault(list_name, [])
        entries.append(entry)
        return len(entries) - 1

    def _add_node(self, node: dict[str, Any]) -> None:
        self._document["scenes"][0]["nodes"].append(self._append("nodes", node))

    def _add_view(self, data: bytes, target: int | None = None) -> int:
        self._binary += b"\0" * (-len(self._binary) % 4)
        view = {"buffer": 0, "byteOffset": len(self._binary), "byteLength": len(data)}
        if target is not None:
            view["target"] = target
        self._binary += data
        return self._append("bufferViews", view)

    def _add_accessor(
        self, values: npt.NDArray[np.floating[Any]], kind: str, *, bounds: bool = False
    ) -> int:
        stored = np.ascontiguousarray(values, dtype="<f4")
        accessor: dict[str, Any] = {
            "bufferView": self._add_view(stored.tobytes(), ARRAY_BUFFER),
            "componentType": FLOAT,
            "count": len(stored),
            "type": kind,
        }
        if bounds:
            accessor["min"] = stored.min(axis=0).tolist()
            accessor["max"] = stored.max(axis=0).tolist()
        return self._append("accessors", accessor)

    def _add_indices(self, triangles: npt.NDArray[np.int64]) -> int:
        small = int(triangles.max()) < 65535
        stored = triangles.astype("<u2" if small else "<u4")
        accessor = {
            "bufferView": self._add_view(stored.tobytes(), ELEMENT_ARRAY_BUFFER),
            "componentType": UINT16 if small else UINT32,
            "count": stored.size,
            "type": "SCALAR",
        }
        return self._append("accessors", accessor)


def _pose_fields(pose: Pose) -> dict[str, Any]:
    turn, tilt = np.radians(pose.turn_deg) / 2, np.radians(pose.tilt_deg) / 2
    # The quaternion of the turn about Y times that of the tilt about X.
    rotation = [
        float(np.cos(turn) * np.sin(tilt)),
        float(np.sin(turn) * np.cos(tilt)),
        float(-np.sin(turn) * np.sin(tilt)),
        float(np.cos(turn) * np.cos(tilt)),
    ]
    fields: dict[str, Any] = {"translation": list(pose.at), "rotation": rotation}
    if pose.scale != 1.0:
        fields["scale"] = [pose.scale] * 3
    return fields


def _look_at(
    eye: npt.NDArray[np.float64], target: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    back = (eye - target) / np.linalg.norm(eye - target)
    right = np.cross([0.0, 1.0, 0.0], back)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([right, np.cross(back, right), back], axis=1)
    matrix[:3, 3] = eye
    return matrix
