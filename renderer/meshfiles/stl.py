"""STL files, text and binary: triangles without anything else.

Parts for printing stand on the XY plane, so that Z is taken for up; triangles are flat.
"""

from __future__ import annotations

import numpy as np

from renderer.assets import AssetSource
from renderer.meshfiles.files import DAMAGED, is_sound, make_plain_material, read_bytes
from renderer.meshfiles.lines import TextLines
from renderer.scene import Doubles, Floats, Instance, Mesh, Scene, SceneError

_HEADER_BYTES = 84
_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("spare", "<u2")])
#: Turns Z up into Y up.
_UPRIGHT = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])


def load_stl(source: AssetSource, label: str) -> Scene:
    """Loads an STL file as a scene of one mesh.

    Raises:
        SceneError: the file is missing, damaged or empty; names the line of a text.
    """
    data = read_bytes(source, label)
    corners = _read_binary(data, label) if _is_binary(data) else _read_text(data, label)
    if not len(corners):
        raise SceneError(f"{label}: there are no triangles to render")
    triangles = np.arange(len(corners) * 3, dtype=np.int32).reshape(-1, 3)
    mesh = Mesh(np.ascontiguousarray(corners).reshape(-1, 3), triangles, 0, name=label)
    return Scene(
        meshes=(mesh,),
        instances=(Instance(0, _UPRIGHT, label),),
        materials=(make_plain_material("STL"),),
        name=label,
    )


def _is_binary(data: bytes) -> bool:
    """By size, since binary files too may begin with "solid"."""
    if len(data) >= _HEADER_BYTES:
        count = int.from_bytes(data[80:84], "little")
        if len(data) == _HEADER_BYTES + count * _RECORD.itemsize:
            return True
    return data.lstrip()[:5].lower() != b"solid"


def _read_binary(data: bytes, label: str) -> Floats:
    """(T, 3, 3) corners."""
    if len(data) < _HEADER_BYTES:
        raise SceneError(f"{label}: is not an STL file, or ends within its header; {DAMAGED}")
    count = int.from_bytes(data[80:84], "little")
    needed = _HEADER_BYTES + count * _RECORD.itemsize
    if len(data) < needed:
        raise SceneError(
            f"{label}: {count} triangles need {needed} bytes, but it has {len(data)}; {DAMAGED}"
        )
    corners: Floats = np.frombuffer(data, _RECORD, count, _HEADER_BYTES)["corners"].astype(
        np.float32
    )
    if not is_sound(corners):
        raise SceneError(f"{label}: triangle {_first_unsound(corners)} is not finite; {DAMAGED}")
    return corners


def _read_text(data: bytes, label: str) -> Floats:
    """(T, 3, 3) corners."""
    lines = TextLines(data, label)
    rows = lines.keyed(b"vertex")
    numbers = lines.numbers(rows, b"vertex")
    wrong = numbers.counts != 3
    if wrong.any():
        line = int(rows[np.flatnonzero(wrong)[0]])
        raise lines.error(line, f"a vertex has three numbers, not {lines.text(line)[:80]!r}")
    points = numbers.columns(3)
    if len(points) % 3:
        raise SceneError(f"{label}: {len(points)} vertices are no triangles; {DAMAGED}")
    if not is_sound(points):
        line = int(rows[_first_unsound(points)])
        raise lines.error(line, "the vertex is not finite")
    return points.reshape(-1, 3, 3).astype(np.float32)


def _first_unsound(values: Floats | Doubles) -> int:
    rows = np.abs(values).reshape(len(values), -1).max(axis=1)
    return int(np.flatnonzero(~(rows <= 1e18))[0])
