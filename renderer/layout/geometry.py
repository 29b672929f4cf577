"""Triangles packed for the kernels: of flat parts in the tracer's space, of shared meshes once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renderer.kernels.data import (
    COLUMN_PART,
    INSTANCE,
    PART,
    Floats,
    Geometry,
    Ints,
    Records,
)
from renderer.layout.cold import ColdRows
from renderer.layout.instances import MeshSpace, make_mesh_space, pack_instances
from renderer.layout.rows import (
    RowWriter,
    is_mirrored,
    normal_matrices,
    oriented,
    transform_normals,
    transform_points,
)
from renderer.layout.sharing import choose_shared
from renderer.layout.space import Space
from renderer.scene import Doubles, Instance, Mesh, Scene, SceneError

#: Triangle numbers are int32, and each takes some 250 bytes with its tree.
MAX_TRIANGLES = 200_000_000
#: Our own ray tree knows no instances; a copy of everything is built by one core, some ten
#: seconds a million triangles.
MAX_COPIED_TRIANGLES = 20_000_000


@dataclass(frozen=True)
class RayMesh:
    """A triangle mesh for the ray caster.

    Attributes:
        vertices: (V + 1, 3) float32; the last row is padding.
        indices: (T, 3) uint32.
        first: row of its first triangle in `Geometry.triangles`.
    """

    vertices: Floats
    indices: npt.NDArray[np.uint32]
    first: int


@dataclass(frozen=True)
class PackedGeometry:
    """What `pack_geometry` makes.

    Attributes:
        geometry: for the kernels. Rows of flat triangles come first, then those of each shared
            mesh, in a space of its own (`MeshSpace`). Parts of flat instances come first too.
        flat: all flat triangles, in the tracer's space.
        shared: the meshes that instances show.
        mesh_of: (I,) which of `shared` each record of `geometry.instances` shows.
        part_first: (P + 1,) first flat triangle of each part; shared parts have none.
        triangles: every instance counted.
    """

    geometry: Geometry
    flat: RayMesh
    shared: tuple[RayMesh, ...]
    mesh_of: Ints
    part_first: Ints
    triangles: int


def pack_geometry(scene: Scene, space: Space, *, share: bool = True) -> PackedGeometry:
    """Pack all instances.

    Args:
        scene: with its instances.
        space: of the tracer.
        share: False: copy every mesh to where its instances stand, for our own ray tree.

    Raises:
        SceneError: more triangles than this tracer holds.
    """
    used = [i for i in scene.instances if len(scene.meshes[i.mesh].triangles)]
    is_shared = choose_shared(scene, used) if share else _copy_all(scene, used)
    packer = _Packer(scene, space, used, is_shared)
    packer.add_flat_parts()
    packer.add_shared_meshes()
    return packer.result()


def _copy_all(scene: Scene, used: Sequence[Instance]) -> list[bool]:
    """Share nothing.

    Raises:
        SceneError: that would be more triangles than our own ray tree is made for.
    """
    total = sum(len(scene.meshes[instance.mesh].triangles) for instance in used)
    if total > MAX_COPIED_TRIANGLES:
        raise SceneError(
            f"{scene.name}: {total} triangles with all instances, more than the "
            f"{MAX_COPIED_TRIANGLES} of this computer's own ray tree; install embreex (Embree) "
            "or reduce the scene"
        )
    return [False] * len(used)


class _Packer:
    """The arrays while they are filled."""

    def __init__(
        self, scene: Scene, space: Space, used: Sequence[Instance], is_shared: Sequence[bool]
    ) -> None:
        self._scene = scene
        self._space = space
        numbered = list(zip(range(len(used)), used, is_shared, strict=True))
        self._flat = [(number, instance) for number, instance, shared in numbered if not shared]
        self._shared = [(number, instance) for number, instance, shared in numbered if shared]
        self._meshes = sorted({instance.mesh for _, instance in self._shared})
        flat_rows = sum(self._count(instance.mesh) for _, instance in self._flat)
        rows = flat_rows + sum(self._count(mesh) for mesh in self._meshes)
        if rows > MAX_TRIANGLES:
            raise SceneError(
                f"{scene.name}: {rows} triangles without what instances share, more than "
                f"{MAX_TRIANGLES}; reduce the scene"
            )
        triangles = np.empty((rows, 12), np.float32)
        shading = np.empty((rows, 16), np.float32)
        self._parts = np.zeros(max(len(used), 1), PART)
        self._part_first = np.full(len(used) + 1, flat_rows, np.int32)
        self._cold = ColdRows()
        self._geometry = Geometry(
            triangles,
            triangles.view(np.int32),
            shading,
            self._parts,
            *self._cold.arrays(),
            np.zeros(0, INSTANCE),
        )
        self._writer = RowWriter(self._geometry)
        vertices = sum(len(self._mesh(instance).positions) for _, instance in self._flat)
        self._ray_mesh = _empty_ray_mesh(vertices, flat_rows, 0)
        self._ray_meshes: list[RayMesh] = []

    def add_flat_parts(self) -> None:
        """Copy the flat instances' triangles into the tracer's space."""
        if not self._flat:
            return
        transforms = np.stack([instance.transform for _, instance in self._flat])
        turns, mirrored = normal_matrices(transforms), is_mirrored(transforms)
        vertex = first = 0
        for part, (number, instance) in enumerate(self._flat):
            mesh = self._mesh(instance)
            matrix = self._space.matrix(instance.transform)
            corners = oriented(mesh, mirrored=bool(mirrored[part]))
            rows = slice(first, first + len(corners))
            points = self._ray_mesh.vertices[vertex : vertex + len(mesh.positions)]
            transform_points(matrix, mesh.positions, points)
            np.add(corners, vertex, out=self._ray_mesh.indices[rows], casting="unsafe")
            normals = mesh.normals
            if normals is not None:
                normals = transform_normals(turns[part], normals)
            self._writer.write(first, mesh, points, normals, corners)
            self._add_part(part, number, mesh, corners, instance.transform, first)
            self._part_first[part] = first
            vertex += len(points)
            first += len(corners)

    def add_shared_meshes(self) -> None:
        """Store each shared mesh once, and a record for each of its instances."""
        first = int(self._part_first[-1])
        spaces: dict[int, MeshSpace] = {}
        records: dict[int, Records] = {}
        for index in self._meshes:
            mesh = self._scene.meshes[index]
            spaces[index] = make_mesh_space(mesh, first)
            ray_mesh = _empty_ray_mesh(len(mesh.positions), len(mesh.triangles), first)
            points = ray_mesh.vertices[:-1]
            transform_points(spaces[index].matrix, mesh.positions, points)
            ray_mesh.indices[:] = mesh.triangles
            self._writer.write(first, mesh, points, mesh.normals, mesh.triangles)
            material = self._scene.materials[mesh.material]
            records[index] = self._cold.add_part(mesh, mesh.triangles, np.eye(4), material, first)
            # The instances' records say which part they are: this is never read.
            self._geometry.ids[first : first + len(mesh.triangles), COLUMN_PART] = 0
            self._ray_meshes.append(ray_mesh)
            first += len(mesh.triangles)
        for part, (number, instance) in enumerate(self._shared, len(self._flat)):
            self._parts[part] = records[instance.mesh]
            self._parts[part]["object"] = number
        instances = pack_instances(
            [(spaces[instance.mesh], instance.transform) for _, instance in self._shared],
            self._space,
            len(self._flat),
        )
        colors, tangents, uvs = self._cold.arrays()
        self._geometry = self._geometry._replace(
            colors=colors, tangents=tangents, uvs=uvs, instances=instances
        )

    def result(self) -> PackedGeometry:
        """Return everything."""
        place = {mesh: number for number, mesh in enumerate(self._meshes)}
        used = [instance.mesh for _, instance in (*self._flat, *self._shared)]
        return PackedGeometry(
            self._geometry,
            self._ray_mesh,
            tuple(self._ray_meshes),
            np.array([place[instance.mesh] for _, instance in self._shared], np.int32),
            self._part_first,
            sum(self._count(mesh) for mesh in used),
        )

    def _mesh(self, instance: Instance) -> Mesh:
        return self._scene.meshes[instance.mesh]

    def _count(self, mesh: int) -> int:
        return len(self._scene.meshes[mesh].triangles)

    def _add_part(
        self, part: int, number: int, mesh: Mesh, corners: Ints, transform: Doubles, first: int
    ) -> None:
        material = self._scene.materials[mesh.material]
        record = self._cold.add_part(mesh, corners, transform, material, first)
        record["object"] = number
        self._parts[part] = record
        self._geometry.ids[first : first + len(corners), COLUMN_PART] = part


def _empty_ray_mesh(vertices: int, triangles: int, first: int) -> RayMesh:
    padded = np.zeros((vertices + 1, 3), np.float32)
    return RayMesh(padded, np.empty((triangles, 3), np.uint32), first)
