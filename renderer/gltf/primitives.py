"""One primitive of a mesh: its attributes and triangles, checked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from renderer.gltf.accessors import AccessorReader
from renderer.gltf.geometry import Vertices, split_fan, split_strip
from renderer.gltf.place import MAX_NUMBER, Place
from renderer.gltf.textures import MAX_UV_SETS
from renderer.scene import Floats, Ints

#: glTF 2.0, 5.24.4: the primitive modes that have a surface.
_TRIANGLES, _STRIP, _FAN = 4, 5, 6
_POINTS_AND_LINES = (0, 1, 2, 3)
#: A face has some 50 blend shapes, a scanned one a few hundred.
MAX_MORPH_TARGETS = 4096
#: Positions beyond this cannot be squared in float32, whatever their unit.
MAX_COORDINATE = np.float32(MAX_NUMBER)


def primitive_mode(primitive: Place) -> int | None:
    """The mode of a primitive with a surface, None for points and lines."""
    place = primitive.find("mode")
    mode = _TRIANGLES if place is None else place.integer()
    if mode in _POINTS_AND_LINES:
        return None
    if mode not in (_TRIANGLES, _STRIP, _FAN):
        raise primitive.need("mode").error(f"{mode} is not a primitive mode")
    return mode


def count_triangles(primitive: Place, accessors: AccessorReader) -> int:
    """How many triangles a primitive has, without reading them."""
    mode = primitive_mode(primitive)
    if mode is None:
        return 0
    indices = primitive.find("indices")
    count = accessors.count(indices or primitive.need("attributes").need("POSITION"))
    return count // 3 if mode == _TRIANGLES else max(count - 2, 0)


def read_triangles(primitive: Place, accessors: AccessorReader, vertices: int) -> Ints:
    """The triangles of a primitive.

    Args:
        primitive: of a mode with a surface.
        accessors: the document's.
        vertices: number of vertices; an index beyond it would make Embree read foreign memory.

    Returns:
        (T, 3) int32.

    Raises:
        SceneError: an index is out of range.
    """
    reference = primitive.find("indices")
    if reference is None:
        indices = np.arange(vertices, dtype=np.int32)
    else:
        raw = accessors.integers(reference, 1)[:, 0]
        if int(raw.max()) >= vertices:
            raise reference.error(
                f"index {raw.max()} is out of range (the primitive has {vertices} vertices)"
            )
        indices = raw.astype(np.int32)
    mode = primitive_mode(primitive)
    if mode != _TRIANGLES and len(indices) < 3:
        return np.empty((0, 3), np.int32)
    if mode == _STRIP:
        return split_strip(indices)
    if mode == _FAN:
        return split_fan(indices)
    whole = len(indices) // 3 * 3  # a cut-off last triangle is not drawn by anybody
    return indices[:whole].reshape(-1, 3)


def read_vertices(
    primitive: Place, accessors: AccessorReader, weights: Sequence[float]
) -> Vertices:
    """The vertices of a primitive, morphed.

    Args:
        primitive: of a mode with a surface.
        accessors: the document's.
        weights: of the morph targets; missing ones are 0.

    Returns:
        Attributes as the file gives them, each as long as the positions.

    Raises:
        SceneError: an attribute is missing, of another length, or not finite.
    """
    attributes = primitive.need("attributes")
    positions = accessors.floats(attributes.need("POSITION"), 3)
    reader = _AttributeReader(primitive, accessors, len(positions), weights)
    moved = reader.read("POSITION", 3)
    assert moved is not None
    if not np.abs(moved).max() <= MAX_COORDINATE:
        raise attributes.need("POSITION").error(
            f"positions reach beyond {MAX_COORDINATE:g}; scale the model down"
        )
    return Vertices(
        positions=moved,
        normals=reader.read("NORMAL", 3),
        tangents=reader.read("TANGENT", 4),
        uv_sets=reader.read_uv_sets(),
        colors=_with_alpha(reader.read("COLOR_0", 3, 4)),
    )


class _AttributeReader:
    """Reads a primitive's attributes and adds its morph targets to them."""

    def __init__(
        self,
        primitive: Place,
        accessors: AccessorReader,
        vertices: int,
        weights: Sequence[float],
    ) -> None:
        targets = primitive.list_of("targets")
        if len(targets) > MAX_MORPH_TARGETS:
            raise primitive.need("targets").error(f"more than {MAX_MORPH_TARGETS} morph targets")
        self._attributes = primitive.need("attributes")
        self._accessors = accessors
        self._vertices = vertices
        self._active = [(t, w) for t, w in zip(targets, weights, strict=False) if w != 0.0]

    def read(self, name: str, *widths: int) -> Floats | None:
        """Base value plus the weighted displacements (glTF 2.0, 3.7.2.2)."""
        place = self._attributes.find(name)
        if place is None:
            return None
        exact = name == "POSITION"
        values = self._of_right_length(place, widths, exact)
        for target, weight in self._active:
            displacement = target.find(name)
            if displacement is not None:
                # A tangent's displacement has no w: handedness does not morph.
                width = 3 if name == "TANGENT" else values.shape[1]
                values = values.copy()
                values[:, :width] += np.float32(weight) * self._of_right_length(
                    displacement, (width,), exact
                )
        return values

    def read_uv_sets(self) -> tuple[Floats, ...]:
        """TEXCOORD_0 and so on; a gap in the numbers is filled with zeros."""
        sets: list[Floats] = []
        for index in range(MAX_UV_SETS):
            uvs = self.read(f"TEXCOORD_{index}", 2)
            if uvs is None:
                continue
            while len(sets) < index:
                sets.append(np.zeros((self._vertices, 2), np.float32))
            sets.append(uvs)
        return tuple(sets)

    def _of_right_length(self, reference: Place, widths: tuple[int, ...], exact: bool) -> Floats:
        read = self._accessors.floats if exact else self._accessors.repaired_floats
        values = read(reference, *widths)
        if len(values) != self._vertices:
            raise reference.error(
                f"has {len(values)} elements, but the primitive has {self._vertices} vertices"
            )
        return values


def _with_alpha(colors: Floats | None) -> Floats | None:
    if colors is None or colors.shape[1] == 4:
        return colors
    return np.concatenate([colors, np.ones((len(colors), 1), np.float32)], axis=1)
