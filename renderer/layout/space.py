"""The tracer's own space: the scene moved and scaled so that float32 serves it well.

A scene in millimetres or in light years is brought to about one unit. The scale is a power of
two, so it changes no digit of a coordinate; the origin goes to where the vertices are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renderer.scene import Doubles, Floats, Mesh, Scene

#: Half the size of the frame, relative to which extreme scales are refused.
_LARGEST_EXPONENT = 100


@dataclass(frozen=True)
class Space:
    """world = centre + tracer / scale.

    Attributes:
        center: (3,) float64, world.
        scale: a power of two.
        radius: half the diagonal of the scene's bounds, in the tracer's unit.
    """

    center: Doubles
    scale: float
    radius: float

    def point(self, world: npt.NDArray[np.floating]) -> Doubles:
        """Return world points (..., 3) in the tracer's space."""
        moved: Doubles = (np.asarray(world, np.float64) - self.center) * self.scale
        return moved

    def matrix(self, transform: Doubles) -> Doubles:
        """Return the (3, 4) matrix that takes an object of this (4, 4) transform there."""
        result: Doubles = transform[:3] * self.scale
        result[:, 3] = (transform[:3, 3] - self.center) * self.scale
        return result


def make_space(scene: Scene) -> Space:
    """Choose the space from the bounds of all instances.

    The centre is that of the instances' own boxes, weighted equally and limited to the bounds:
    one huge ground plane does not draw it away from the objects.
    """
    boxes = instance_boxes(scene)
    if not len(boxes):
        return Space(np.zeros(3), 1.0, 1.0)
    low = boxes[:, 0].min(axis=0)
    high = boxes[:, 1].max(axis=0)
    center = np.median(boxes.mean(axis=1), axis=0)
    half = float(np.max(np.maximum(high - center, center - low)))
    if not half > 0.0:
        half = max(float(np.abs(center).max()), 1.0)
    exponent = -math.frexp(half)[1]
    exponent = max(-_LARGEST_EXPONENT, min(_LARGEST_EXPONENT, exponent))
    scale = math.ldexp(1.0, exponent)
    radius = 0.5 * float(np.linalg.norm(high - low)) * scale
    return Space(center, scale, max(radius, 1e-6))


def instance_boxes(scene: Scene) -> Doubles:
    """Return (N, 2, 3) float64: world bounds of each instance that has triangles."""
    boxes = np.array([_used_bounds(mesh) for mesh in scene.meshes], np.float64).reshape(-1, 2, 3)
    used = [i for i in scene.instances if len(scene.meshes[i.mesh].triangles)]
    if not used:
        return np.zeros((0, 2, 3))
    transforms = np.stack([instance.transform for instance in used])
    low, high = boxes[[instance.mesh for instance in used]].transpose(1, 0, 2)
    linear = transforms[:, :3, :3]
    center = np.einsum("nij,nj->ni", linear, (low + high) / 2.0) + transforms[:, :3, 3]
    extent = np.einsum("nij,nj->ni", np.abs(linear), (high - low) / 2.0)
    return np.stack([center - extent, center + extent], axis=1)


def _used_bounds(mesh: Mesh) -> tuple[Floats, Floats]:
    """Return lowest and highest corner of the vertices that triangles use."""
    if not len(mesh.triangles):
        return np.zeros(3, np.float32), np.zeros(3, np.float32)
    is_used = np.zeros(len(mesh.positions), np.bool_)
    is_used[mesh.triangles] = True
    points = mesh.positions if is_used.all() else mesh.positions[is_used]
    return points.min(axis=0), points.max(axis=0)
