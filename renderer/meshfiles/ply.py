"""PLY files, text and binary of both byte orders: scans and simulations.

Vertices may have normals, colours (of 8 bits, 16 bits or floats; sRGB-encoded, as scanners write
them) and UVs; faces may be polygons or, in old files, triangle strips. The axes are taken as they
are: Y is up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from renderer.assets import AssetSource
from renderer.file_names import is_file
from renderer.gltf.geometry import MAX_UV, Vertices, clean, drop_unused
from renderer.images import EncodedImage
from renderer.meshfiles.colors import srgb_to_linear
from renderer.meshfiles.files import (
    DAMAGED,
    MAX_COORDINATE,
    is_sound,
    make_plain_material,
    read_bytes,
    read_head,
)
from renderer.meshfiles.ply_data import Column, Lists, Table, read_tables
from renderer.meshfiles.ply_header import MAX_HEADER_BYTES, Header, read_header
from renderer.meshfiles.polygons import Indices, triangulate
from renderer.scene import (
    Floats,
    Instance,
    Ints,
    Mesh,
    Scene,
    SceneError,
    Texture,
    TextureSlot,
)

_UV_NAMES = (("s", "t"), ("u", "v"), ("texture_u", "texture_v"))


def load_ply(source: AssetSource, label: str) -> tuple[Scene, list[EncodedImage]]:
    """Loads a PLY file as a scene of one mesh.

    Returns:
        The scene without its images, and the image that it uses, still encoded, if any.

    Raises:
        SceneError: the file is missing, damaged, or has no faces.
    """
    data = read_bytes(source, label)
    header = read_header(data, label)
    tables = read_tables(data, header, label, {"vertex", "face", "tristrips"})
    vertices = _read_vertices(tables.get("vertex"), label)
    vertices, triangles = _read_triangles(tables, vertices, label)
    vertices, triangles = drop_unused(vertices, triangles)
    vertices = clean(vertices, triangles)
    material = make_plain_material("PLY", colored=vertices.colors is not None)
    images: list[EncodedImage] = []
    name = texture_label(header, label)
    if name and vertices.uv_sets:
        material = replace(
            material, base_color=(1.0, 1.0, 1.0, 1.0), base_color_slot=TextureSlot(0)
        )
        images.append(EncodedImage(f"{label}: TextureFile {name}", read_bytes(source, name)))
    mesh = Mesh(
        positions=vertices.positions,
        triangles=triangles,
        material=0,
        normals=vertices.normals,
        uv_sets=vertices.uv_sets,
        colors=vertices.colors,
        name=label,
    )
    scene = Scene(
        meshes=(mesh,),
        instances=(Instance(0, np.eye(4), label),),
        materials=(material,),
        textures=(Texture(0),) if images else (),
        name=label,
    )
    return scene, images


def list_ply_files(source: AssetSource, label: str) -> list[tuple[str, Path]]:
    """Label and place of the image that a PLY file uses, if any.

    Raises:
        SceneError: the image is missing.
    """
    name = texture_label(read_header(read_head(source, label, MAX_HEADER_BYTES), label), label)
    if not name:
        return []
    path = source.path(name)
    if not is_file(path):
        raise SceneError(
            f"{label}: its texture {name!r} is missing ({path}); put it there, or remove the "
            f"comment TextureFile"
        )
    return [(name, path)]


def texture_label(header: Header, label: str) -> str:
    """The label of the image that the header names, beside the file `label`; "" for none.

    Only its name counts: exporters write the folder where it was on their computer.
    """
    name = header.texture.replace("\\", "/").rpartition("/")[2]
    folder = label.rpartition("/")[0]
    properties = {p.name for e in header.elements for p in e.properties}
    has_uvs = "texcoord" in properties or any(properties.issuperset(pair) for pair in _UV_NAMES)
    if not name or not has_uvs:
        return ""
    return f"{folder}/{name}" if folder else name


def _read_vertices(table: Table | None, label: str) -> Vertices:
    if table is None or not table.columns:
        raise SceneError(f"{label}: has no vertices; {DAMAGED}")
    if not table.columns.keys() >= {"x", "y", "z"}:
        raise SceneError(f"{label}: element vertex has no x, y and z; {DAMAGED}")
    positions = _stack(table, ("x", "y", "z"))
    if not is_sound(positions):
        row = int(np.flatnonzero(~(np.abs(positions).max(axis=1) <= MAX_COORDINATE))[0])
        raise SceneError(f"{label}: vertex {row} is not finite, or too far away; {DAMAGED}")
    normals = None
    if table.columns.keys() >= {"nx", "ny", "nz"}:
        normals = np.nan_to_num(_stack(table, ("nx", "ny", "nz")), posinf=0.0, neginf=0.0)
    uv_sets = tuple(
        _flipped(_stack(table, pair)) for pair in _UV_NAMES if table.columns.keys() >= set(pair)
    )
    return Vertices(positions, normals, None, uv_sets[:1], _read_colors(table))


def _read_colors(table: Table) -> Floats | None:
    """(V, 4) linear colours, where the file has some."""
    if not table.columns.keys() >= {"red", "green", "blue"}:
        return None
    names = (
        ("red", "green", "blue", "alpha") if "alpha" in table.columns else ("red", "green", "blue")
    )
    values = np.nan_to_num(_stack(table, names), posinf=1.0, neginf=0.0)
    colors = np.ones((len(values), 4), np.float32)
    colors[:, : len(names)] = values / _full_scale(table.columns["red"])
    colors[:, :3] = srgb_to_linear(colors[:, :3])
    return colors


def _full_scale(column: Column) -> float:
    """What stands for 1: decided by the type, or in a text by the numbers."""
    if column.dtype.kind in "ui":
        return float(2 ** (8 * column.dtype.itemsize - (column.dtype.kind == "i")) - 1)
    values = column.astype(np.float64)
    whole = bool((values == np.rint(values)).all() and (values > 1.0).any())
    return 255.0 if whole else 1.0


def _read_triangles(
    tables: dict[str, Table], vertices: Vertices, label: str
) -> tuple[Vertices, Ints]:
    """The triangles of faces or strips; vertices are split where corners have their own UVs."""
    strips = tables.get("tristrips")
    if strips is not None and strips.lists:
        return vertices, _cut_strips(strips.lists, len(vertices.positions), label)
    face = tables.get("face")
    lists = {} if face is None else face.lists
    corners = lists.get("vertex_indices") or lists.get("vertex_index")
    if corners is None or not len(corners.values):
        raise SceneError(
            f"{label}: has no faces, only points; make a surface of them first (for instance by "
            f"screened Poisson reconstruction in MeshLab)"
        )
    rows = _checked(corners, len(vertices.positions), label)
    polygons, _ = triangulate(vertices.positions[rows].astype(np.float64), corners.first)
    if not len(polygons):
        raise SceneError(f"{label}: no face has three corners; {DAMAGED}")
    wedges = lists.get("texcoord")
    if wedges is None or len(wedges.values) != 2 * len(rows):
        return vertices, rows[polygons].astype(np.int32)
    uvs = _flipped(_finite(wedges.values).reshape(-1, 2))
    split = Vertices(
        positions=vertices.positions[rows],
        normals=None if vertices.normals is None else vertices.normals[rows],
        uv_sets=(uvs,),
        colors=None if vertices.colors is None else vertices.colors[rows],
    )
    return split, polygons.astype(np.int32)


def _cut_strips(lists: dict[str, Lists], vertices: int, label: str) -> Ints:
    """The triangles of strips, which -1 separates (the Stanford scans)."""
    strips = lists.get("vertex_indices") or lists.get("vertex_index")
    if strips is None:
        raise SceneError(f"{label}: element tristrips has no vertex_indices; {DAMAGED}")
    indices = _whole(strips.values)
    if indices.max(initial=-1) >= vertices or indices.min(initial=0) < -1:
        raise SceneError(f"{label}: a strip has an index beyond the {vertices} vertices; {DAMAGED}")
    triangles = np.stack([indices[:-2], indices[1:-1], indices[2:]], axis=1)
    # Every second triangle of a strip is wound the other way.
    breaks = np.flatnonzero(indices == -1)
    begins = np.concatenate([strips.first[:-1], breaks + 1])
    begins = np.unique(begins[begins < len(triangles)])
    own = begins[np.searchsorted(begins, np.arange(len(triangles)), side="right") - 1]
    odd = (np.arange(len(triangles)) - own) % 2 == 1
    triangles[odd, 1:] = triangles[odd, :0:-1]
    ends = np.isin(np.arange(len(triangles))[:, None] + [1, 2], strips.first[1:-1]).any(axis=1)
    result = triangles[(triangles >= 0).all(axis=1) & ~ends].astype(np.int32)
    if not len(result):
        raise SceneError(f"{label}: no strip has three corners; {DAMAGED}")
    return result


def _checked(corners: Lists, vertices: int, label: str) -> Indices:
    """The indices of vertices; one beyond them would make Embree read foreign memory."""
    rows = _whole(corners.values)
    wrong = (rows < 0) | (rows >= vertices)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        face = int(np.searchsorted(corners.first, place, side="right")) - 1
        raise SceneError(
            f"{label}: face {face}: index {rows[place]} is out of range "
            f"(there are {vertices} vertices); {DAMAGED}"
        )
    return rows


def _whole(values: Column) -> Indices:
    """Indices as integers; what a text may hold besides (nan, 1e99) becomes one out of range."""
    if values.dtype.kind != "f":
        return values.astype(np.int64)
    numbers = values.astype(np.float64)
    return np.where(np.abs(numbers) < 2.0**31, numbers, -(2.0**31)).astype(np.int64)


def _stack(table: Table, names: Sequence[str]) -> Floats:
    with np.errstate(over="ignore"):  # a double beyond float32 becomes infinite, and is refused
        columns = [table.columns[name].astype(np.float32) for name in names]
    return np.stack(columns, axis=1)


def _finite(values: Column) -> Floats:
    with np.errstate(over="ignore"):
        return np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)


def _flipped(uvs: Floats) -> Floats:
    """From v upwards to v downwards, as images are stored."""
    clean_uvs = np.clip(_finite(uvs), -MAX_UV, MAX_UV)
    clean_uvs[:, 1] = 1.0 - clean_uvs[:, 1]
    return clean_uvs
