"""Which meshes stay one mesh with many instances, and which are copied to where they stand.

A copied ("flat") triangle is in the tracer's space already: no transform when it is hit, one
tree over everything. But each copy costs some 230 bytes a triangle, and soon time as well,
because a tree that does not fit into the caches is slow: 100 instances of 10,000 triangles were
traced 1.8 times as fast as their million copies. The rule below depends on the scene alone, so
that every server lays it out alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from renderer.scene import Doubles, Instance, Material, Scene

#: Copies that may be made: 100,000 triangles take some 23 MB.
MAX_COPIES = 100_000
#: A smaller mesh takes hardly more memory than an instance of it.
MIN_TRIANGLES = 8
#: Rays go through the inverse of an instance's transform. Where that stretches one direction so
#: many times more than another, they lose digits, and the instance is copied instead.
MAX_STRETCH = 16.0


def choose_shared(scene: Scene, used: Sequence[Instance]) -> list[bool]:
    """Tell for each of these instances whether its mesh stays shared.

    The meshes that save most become shared first, until at most `MAX_COPIES` copies of triangles
    are left. Emissive meshes are always copied: each of their triangles is a light of its own, in
    the tracer's space.

    Args:
        scene: with the meshes and materials.
        used: instances of meshes that have triangles.
    """
    uses = Counter(instance.mesh for instance in used)
    copies = {mesh: (count - 1) * len(scene.meshes[mesh].triangles) for mesh, count in uses.items()}
    total = sum(copies.values())
    shared: set[int] = set()
    for mesh in sorted(copies, key=lambda mesh: (-copies[mesh], mesh)):
        if total <= MAX_COPIES:
            break
        if copies[mesh] and _can_be_shared(scene, mesh):
            shared.add(mesh)
            total -= copies[mesh]
    if not shared:
        return [False] * len(used)
    straight = stretch(np.stack([instance.transform for instance in used])) <= MAX_STRETCH
    return [i.mesh in shared and bool(ok) for i, ok in zip(used, straight, strict=True)]


def stretch(transforms: Doubles) -> Doubles:
    """Return the largest over the smallest scale of transforms (N, 4, 4); infinity when flat."""
    scales = np.linalg.svd(transforms[:, :3, :3], compute_uv=False)
    smallest = scales[:, 2]
    usable = smallest > 0.0
    result: Doubles = np.where(usable, scales[:, 0] / np.where(usable, smallest, 1.0), np.inf)
    return result


def _can_be_shared(scene: Scene, mesh: int) -> bool:
    shape = scene.meshes[mesh]
    material = scene.materials[shape.material]
    return len(shape.triangles) >= MIN_TRIANGLES and not _shines(material)


def _shines(material: Material) -> bool:
    return max(material.emission) > 0.0 and not material.unlit
