"""The two shapes of a glTF file: text (`.gltf`) and binary (`.glb`), told apart by content.

Only the JSON is read here; of a `.glb`'s binary chunk we note where it lies, so that a scene of
gigabytes can be listed or inspected at once.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from renderer.gltf.place import Place
from renderer.scene import SceneError

#: A `.gltf` may hold all its buffers and images as base64 text.
MAX_TEXT_BYTES = 1 << 30
#: A `.glb`'s JSON holds no data; a million nodes are some 200 MB.
MAX_JSON_CHUNK_BYTES = 512 << 20

_GLB_MAGIC = b"glTF"
_JSON_CHUNK = 0x4E4F534A
_BINARY_CHUNK = 0x004E4942
_WAY_OUT = "the file may be damaged or cut off; export or copy it again"


@dataclass(frozen=True, slots=True)
class Container:
    """What a glTF file consists of.

    Attributes:
        root: the JSON document.
        path: the file.
        binary_offset, binary_length: where its binary chunk lies, bytes; length 0: none.
    """

    root: Place
    path: Path
    binary_offset: int = 0
    binary_length: int = 0

    def read_binary(self) -> bytes:
        """The binary chunk.

        Raises:
            SceneError: the file cannot be read, or is shorter now than when it was opened.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(self.binary_offset)
                data = file.read(self.binary_length)
        except OSError as error:
            raise SceneError(f"{self.root.file}: cannot be read: {error.strerror}") from error
        if len(data) != self.binary_length:
            raise SceneError(f"{self.root.file}: the binary chunk ends early; {_WAY_OUT}")
        return data


def open_container(path: Path, label: str) -> Container:
    """Reads the JSON of a glTF file.

    Args:
        path: the file.
        label: what messages call it.

    Returns:
        The document, and where the binary chunk lies.

    Raises:
        SceneError: the file is missing, unreadable, not glTF, or damaged.
    """
    try:
        with path.open("rb") as file:
            if file.read(4) == _GLB_MAGIC:
                return _open_binary(file, path, label)
            size = file.seek(0, 2)
            if size > MAX_TEXT_BYTES:
                limit = f"{MAX_TEXT_BYTES >> 20} MiB"
                raise SceneError(f"{label}: is larger than {limit}; save it as .glb")
            file.seek(0)
            return Container(_parse_json(file.read(), label), path)
    except FileNotFoundError as error:
        raise SceneError(f"{label}: there is no such file ({path})") from error
    except OSError as error:
        raise SceneError(f"{label}: cannot be read: {error.strerror} ({path})") from error


def _open_binary(file: BinaryIO, path: Path, label: str) -> Container:
    """Reads a `.glb`'s headers (glTF 2.0, 4.4) and JSON; the file stands after the magic."""
    header = file.read(16)
    if len(header) < 16:
        raise SceneError(f"{label}: ends within its header; {_WAY_OUT}")
    version, length, json_length, kind = struct.unpack("<4I", header)
    if version != 2:
        raise SceneError(f"{label}: is glTF version {version}; only version 2 can be read")
    size = file.seek(0, 2)
    if length > size:
        raise SceneError(f"{label}: has {size} bytes of {length}; {_WAY_OUT}")
    if kind != _JSON_CHUNK or json_length > min(MAX_JSON_CHUNK_BYTES, size - 20):
        raise SceneError(f"{label}: does not begin with its JSON chunk; {_WAY_OUT}")
    file.seek(20)
    root = _parse_json(file.read(json_length), label)
    offset = 20 + (json_length + 3 & ~3)
    file.seek(offset)
    chunk = file.read(8)
    if len(chunk) < 8 or struct.unpack("<2I", chunk)[1] != _BINARY_CHUNK:
        return Container(root, path)
    binary_length = struct.unpack("<2I", chunk)[0]
    if offset + 8 + binary_length > size:
        raise SceneError(f"{label}: the binary chunk ends early; {_WAY_OUT}")
    return Container(root, path, offset + 8, binary_length)


def _parse_json(data: bytes, label: str) -> Place:
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise SceneError(f"{label}: is not a glTF file ({where}: {error.msg})") from error
    except UnicodeDecodeError as error:
        raise SceneError(f"{label}: is not a glTF file (byte {error.start} is not text)") from error
    except RecursionError as error:
        raise SceneError(f"{label}: the JSON is nested too deeply") from error
    except ValueError as error:
        raise SceneError(f"{label}: is not a glTF file ({error})") from error
    root = Place(value, "", label)
    root.members()
    return root


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
