"""The tracer's own space: the scene moved and scaled so that float32 serves it well.

A scene in millimetres or in light years is brought to about one unit. The scale is a power of
two, so it changes no digit of a coordinate; the origin goes to where the vertices are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renderer.scene import Doubles, Scene

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
    boxes = []
    for mesh in scene.meshes:
        used = mesh.positions[np.unique(mesh.triangles)] if len(mesh.triangles) else None
        boxes.append(None if used is None else (used.min(axis=0), used.max(axis=0)))
    result = []
    for instance in scene.instances:
        box = boxes[instance.mesh]
        if box is None:
            continue
        low, high = box[0].astype(np.float64), box[1].astype(np.float64)
        middle = (low + high) / 2.0
        half = (high - low) / 2.0
        linear = instance.transform[:3, :3]
        center = linear @ middle + instance.transform[:3, 3]
        extent = np.abs(linear) @ half
        result.append((center - extent, center + extent))
    return np.array(result, np.float64).reshape(-1, 2, 3)
