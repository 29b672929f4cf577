"""How far one ray can see: a ray query without tree and kernels, for a click or a focus point."""

from __future__ import annotations

import numpy as np

from renderer.scene import Doubles, Instance, Mesh, Scene

#: Triangles at once: their intermediate arrays stay within some 20 MB.
_CHUNK = 1 << 17


def measure_distance(scene: Scene, origin: Doubles, direction: Doubles) -> float | None:
    """Return where a ray first meets a triangle, in multiples of the direction's length.

    Args:
        scene: all its instances count; holes cut out by alpha do not.
        origin: (3,) float64, world space.
        direction: (3,) float64, world space, of any length but 0.

    Returns:
        The multiple, above 0; None: the ray meets nothing.
    """
    nearest = np.inf
    for instance in scene.instances:
        nearest = min(nearest, _meet(scene.meshes[instance.mesh], instance, origin, direction))
    return float(nearest) if np.isfinite(nearest) else None


def _meet(mesh: Mesh, instance: Instance, origin: Doubles, direction: Doubles) -> float:
    """Return the nearest multiple at which the ray meets one instance; infinity for nowhere."""
    if not len(mesh.triangles) or abs(np.linalg.det(instance.transform[:3, :3])) == 0.0:
        return np.inf
    # The ray in the mesh's space: multiples of its direction stay the same.
    inverse = np.linalg.inv(instance.transform)
    start = inverse[:3, :3] @ origin + inverse[:3, 3]
    along = inverse[:3, :3] @ direction
    if not _enters(mesh.positions.min(axis=0), mesh.positions.max(axis=0), start, along):
        return np.inf
    nearest = np.inf
    for first in range(0, len(mesh.triangles), _CHUNK):
        corners = mesh.positions[mesh.triangles[first : first + _CHUNK]].astype(np.float64)
        nearest = min(nearest, _nearest_of(corners, start, along))
    return nearest


def _enters(low: Doubles, high: Doubles, start: Doubles, along: Doubles) -> bool:
    """Tell whether the ray meets a box (slabs; Kay and Kajiya 1986), with a margin."""
    margin = 1e-6 * (np.abs(low) + np.abs(high)) + 1e-30
    with np.errstate(divide="ignore", invalid="ignore"):
        to_low = (low - margin - start) / along
        to_high = (high + margin - start) / along
    inside = (low - margin <= start) & (start <= high + margin)
    parallel = along == 0.0
    if bool((parallel & ~inside).any()):
        return False
    entry = np.where(parallel, -np.inf, np.minimum(to_low, to_high)).max()
    leave = np.where(parallel, np.inf, np.maximum(to_low, to_high)).min()
    return bool(leave >= max(float(entry), 0.0))


def _nearest_of(corners: Doubles, start: Doubles, along: Doubles) -> float:
    """Return the nearest hit of triangles (N, 3, 3) (Möller and Trumbore 1997), or infinity."""
    edge_1 = corners[:, 1] - corners[:, 0]
    edge_2 = corners[:, 2] - corners[:, 0]
    across = np.cross(along, edge_2)
    determinant = np.einsum("ij,ij->i", edge_1, across)
    to_start = start - corners[:, 0]
    turned = np.cross(to_start, edge_1)
    with np.errstate(divide="ignore", invalid="ignore"):
        u = np.einsum("ij,ij->i", to_start, across) / determinant
        v = (turned @ along) / determinant
        t = np.einsum("ij,ij->i", edge_2, turned) / determinant
        hit = (u >= 0.0) & (v >= 0.0) & (u + v <= 1.0) & (t > 0.0) & np.isfinite(t)
    return float(t[hit].min()) if hit.any() else np.inf
