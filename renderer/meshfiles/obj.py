"""Wavefront OBJ files: the geometry; materials are in `mtl`.

The statements of one kind are read all at once (see `lines`), whatever their order in the file:
a face only needs to know how many vertices stand before it, and which material and object hold at
its line. Y is up; Vertex colours (a common addition to the format) are taken as sRGB-encoded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from renderer.meshfiles.colors import srgb_to_linear
from renderer.meshfiles.files import DAMAGED, MAX_COORDINATE
from renderer.meshfiles.lines import Indices, Numbers, TextLines, count_tokens, find_words
from renderer.meshfiles.polygons import triangulate
from renderer.scene import Doubles, Floats, SceneError

#: Objects of their own in the picture; a file of more is a soup of parts, and becomes one.
MAX_OBJECTS = 10_000
_MISSING = -1


@dataclass(frozen=True)
class ObjGeometry:
    """What an OBJ file holds.

    Attributes:
        positions: (V, 3) float32.
        colors: (V, 4) float32, linear, or None.
        uvs: (U, 2) float32, v downwards.
        normals: (N, 3) float32, of any length.
        corners: (T, 3, 3) for each corner of each triangle: rows of positions, UVs and normals;
            -1 where it has none.
        materials, objects: (T,) rows of the names.
        material_names, object_names: "" is what holds before the first statement.
        libraries: the MTL files that it names, in order, each with its line.
    """

    positions: Floats
    colors: Floats | None
    uvs: Floats
    normals: Floats
    corners: Indices
    materials: Indices
    objects: Indices
    material_names: tuple[str, ...]
    object_names: tuple[str, ...]
    libraries: tuple[tuple[int, str], ...]


def read_obj(data: bytes, label: str) -> ObjGeometry:
    """Reads the text of an OBJ file.

    Raises:
        SceneError: names the line that is wrong.
    """
    lines = TextLines(data, label)
    positions, colors, position_lines = _read_positions(lines)
    uvs, uv_lines = _read_vectors(lines, b"vt", 1)
    normals, normal_lines = _read_vectors(lines, b"vn", 3)
    faces = _read_faces(lines, (position_lines, uv_lines, normal_lines))
    triangles, owners = triangulate(positions[faces.corners[:, 0]], faces.first)
    if not len(triangles):
        raise SceneError(f"{label}: there are no triangles to render")
    own_lines = faces.lines[owners]
    materials, material_names = _names_at(lines, b"usemtl", own_lines)
    objects, object_names = _objects_at(lines, own_lines)
    geometry = ObjGeometry(
        positions=positions.astype(np.float32),
        colors=colors,
        uvs=_upside_down(uvs),
        normals=normals.astype(np.float32),
        corners=faces.corners[triangles],
        materials=materials,
        objects=objects,
        material_names=material_names,
        object_names=object_names,
        libraries=read_libraries(lines),
    )
    return _smoothed(geometry, _is_smooth(lines, own_lines))


def read_libraries(lines: TextLines) -> tuple[tuple[int, str], ...]:
    """The MTL files that `mtllib` names, each with its line.

    A name may hold blanks; the format allows several names too, which nobody can tell apart but
    by their ending.
    """
    found: list[tuple[int, str]] = []
    for line in lines.keyed(b"mtllib").tolist():
        text = lines.text(line, b"mtllib")
        pieces = text.replace(".MTL", ".mtl").split(".mtl ")
        names = [f"{piece}.mtl" for piece in pieces[:-1]] + [pieces[-1]]
        found.extend((line, name.strip()) for name in names if name.strip())
    return tuple(dict.fromkeys(found))


# -- vertices --


def _read_positions(lines: TextLines) -> tuple[Doubles, Floats | None, Indices]:
    """Positions (V, 3), colours (V, 4) or None, and the vertices' lines."""
    numbers = lines.numbers(lines.keyed(b"v"), b"v")
    counts = numbers.counts
    if len(counts) and counts.min() < 3:
        line = int(numbers.lines[np.flatnonzero(counts < 3)[0]])
        raise lines.error(line, f"a vertex has three numbers, not {lines.text(line)[:80]!r}")
    positions = numbers.columns(3)
    sound = np.abs(positions).max(axis=1, initial=0.0) <= MAX_COORDINATE
    if not sound.all():
        line = int(numbers.lines[np.flatnonzero(~sound)[0]])
        raise lines.error(line, "the vertex is not finite, or too far away")
    if not len(counts) or counts.min() < 6:
        return positions, None, numbers.lines
    colors = np.ones((len(counts), 4), np.float32)
    colors[:, :3] = srgb_to_linear(np.nan_to_num(_last_three(numbers)))
    return positions, colors, numbers.lines


def _last_three(numbers: Numbers) -> Doubles:
    """The colours: behind x y z, or behind x y z w."""
    ends = numbers.first[1:, None] + np.arange(-3, 0)
    colors: Doubles = numbers.values[ends].astype(np.float64)
    return colors


def _read_vectors(lines: TextLines, keyword: bytes, needed: int) -> tuple[Doubles, Indices]:
    """UVs (N, 2) or normals (N, 3), and their lines."""
    numbers = lines.numbers(lines.keyed(keyword), keyword)
    counts = numbers.counts
    if len(counts) and counts.min() < needed:
        line = int(numbers.lines[np.flatnonzero(counts < needed)[0]])
        raise lines.error(line, f"has fewer than {needed} numbers")
    if needed == 3:
        normals = np.nan_to_num(numbers.columns(3), posinf=0.0, neginf=0.0)
        return np.clip(normals, -MAX_COORDINATE, MAX_COORDINATE), numbers.lines
    vectors = np.zeros((len(counts), 2))
    vectors[:, 0] = numbers.values[numbers.first[:-1]]
    has_v = counts > 1
    vectors[has_v, 1] = numbers.values[numbers.first[:-1][has_v] + 1]
    return np.nan_to_num(vectors, posinf=0.0, neginf=0.0), numbers.lines


def _upside_down(uvs: Doubles) -> Floats:
    """From v upwards to v downwards, as images are stored."""
    flipped = np.clip(uvs, -1e6, 1e6)
    flipped[:, 1] = 1.0 - flipped[:, 1]
    return flipped.astype(np.float32)


# -- faces --


@dataclass(frozen=True)
class _Faces:
    """Polygons: corners (C, 3) as in `ObjGeometry`, where each begins (P + 1,), lines (P,)."""

    corners: Indices
    first: Indices
    lines: Indices


def _read_faces(lines: TextLines, kinds: tuple[Indices, Indices, Indices]) -> _Faces:
    """The `f` statements; `kinds` are the lines of vertices, UVs and normals."""
    rows = lines.keyed(b"f")
    text = lines.cut(rows, b"f")
    if b"//" in text:
        text = text.replace(b"//", b"/0/")
    for blank in (b" ", b"\n", b"\r", b"\t"):  # a slash with nothing behind it
        text = text.replace(b"/" + blank, b"/0" + blank)
    slashes = _count_slashes(text)
    numbers = lines.parse(text.replace(b"/", b" "), rows, whole=True)
    # The corners of each line, and where each corner's numbers begin.
    first = count_tokens(text)
    begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(slashes + 1)])
    owner = np.repeat(rows, np.diff(first))
    wrong = np.concatenate([owner[slashes > 2], rows[np.diff(begins[first]) != numbers.counts]])
    if len(wrong):
        words = lines.text(int(wrong[0]))[:80]
        raise lines.error(int(wrong[0]), f"{words!r} has corners that are not v/vt/vn; {DAMAGED}")
    corners = np.full((len(slashes), 3), _MISSING)
    for kind in range(3):
        given = slashes >= kind
        raw = numbers.values[begins[:-1][given] + kind].astype(np.int64)
        corners[given, kind] = _resolve(lines, raw, owner[given], kinds[kind], kind)
    return _Faces(corners, first, rows)


def _count_slashes(text: bytes) -> Indices:
    """(C,) how many slashes each word of the text has."""
    letters = np.frombuffer(text, np.uint8)
    starts = find_words(letters)
    slashes = np.flatnonzero(letters == ord("/"))
    return np.diff(np.append(np.searchsorted(slashes, starts), len(slashes)))


def _resolve(
    lines: TextLines, raw: Indices, owner: Indices, defined: Indices, kind: int
) -> Indices:
    """Rows from numbers that count from 1, or backwards from the face's line; 0 is none.

    Args:
        lines: the file, for messages.
        raw: the numbers.
        owner: the line of each.
        defined: the lines where the vertices (or UVs, or normals) stand.
        kind: 0 for vertices, which a corner cannot do without.
    """
    rows = raw - 1
    backwards = raw < 0
    if backwards.any():
        rows[backwards] = np.searchsorted(defined, owner[backwards]) + raw[backwards]
    wrong = (rows >= len(defined)) | ((rows < 0) & ((raw != 0) | (kind == 0)))
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        what = ("vertices", "texture coordinates", "normals")[kind]
        raise lines.error(
            int(owner[place]),
            f"index {raw[place]} is out of range (there are {len(defined)} {what})",
        )
    return rows


# -- what holds at a face's line --


def _names_at(lines: TextLines, keyword: bytes, places: Indices) -> tuple[Indices, tuple[str, ...]]:
    """The name that the last statement `keyword` before each place gives, as row of the names."""
    rows = lines.keyed(keyword)
    names = {"": 0}
    numbers = [0]
    for row in rows.tolist():
        numbers.append(names.setdefault(lines.text(row, keyword)[:200], len(names)))
    chosen = np.array(numbers)[np.searchsorted(rows, places)]
    return chosen, tuple(names)


def _objects_at(lines: TextLines, places: Indices) -> tuple[Indices, tuple[str, ...]]:
    """The objects of triangles; groups stand for them in files without."""
    keyword = b"o" if len(lines.keyed(b"o")) else b"g"
    if len(lines.keyed(keyword)) > MAX_OBJECTS:
        return np.zeros(len(places), np.int64), ("",)
    return _names_at(lines, keyword, places)


def _is_smooth(lines: TextLines, places: Indices) -> np.ndarray:
    """Whether a smoothing group holds at each place."""
    rows = lines.keyed(b"s")
    values = [lines.text(row, b"s").lower() not in ("off", "0", "") for row in rows.tolist()]
    return np.array([False, *values])[np.searchsorted(rows, places)]


def _smoothed(geometry: ObjGeometry, smooth: np.ndarray) -> ObjGeometry:
    """Gives the triangles of smoothing groups normals where the file has none."""
    corners = geometry.corners
    wanted = smooth & (corners[:, :, 2] == _MISSING).all(axis=1)
    if not wanted.any():
        return geometry
    rows = corners[wanted][:, :, 0]
    sums = _corner_sums(geometry.positions, rows)
    result = corners.copy()
    result[wanted, :, 2] = rows + len(geometry.normals)
    normals = np.concatenate([geometry.normals, sums.astype(np.float32)])
    return replace(geometry, normals=normals, corners=result)


def _corner_sums(positions: Floats, triangles: Indices) -> Doubles:
    """(V, 3) sums of the faces' normals, weighted by the angle that a face has at the vertex.

    So a quad counts alike whichever way it was cut (Thürmer and Wüthrich 1998).
    """
    points = positions[triangles].astype(np.float64)
    normals = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-300)
    sums = np.zeros((len(positions), 3))
    for corner in range(3):
        first = points[:, corner - 2] - points[:, corner]
        second = points[:, corner - 1] - points[:, corner]
        across = np.linalg.norm(np.cross(first, second), axis=1)
        angle = np.arctan2(across, np.einsum("tk,tk->t", first, second))
        for axis in range(3):
            weights = angle * normals[:, axis]
            sums[:, axis] += np.bincount(triangles[:, corner], weights, len(sums))
    return sums
