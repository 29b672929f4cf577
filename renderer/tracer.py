"""An open scene: everything the kernels read, laid out once per job."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renderer.bvh import MOST_FEW, STACK_SIZE, build_nodes, empty_nodes, few_nodes
from renderer.embree import EmbreeScene
from renderer.kernels.albedo_table import load_albedo
from renderer.kernels.data import (
    BACKEND_BVH,
    BACKEND_EMBREE,
    BACKEND_FEW,
    BSDF_SAMPLE,
    ITEMS,
    LIGHT_SAMPLE,
    PACKET,
    PATH,
    QUERY,
    RAY,
    SURFACE,
    WIDTH,
    Records,
    SceneData,
    Scratch,
    lane_record,
)
from renderer.layout.channels import make_channel_plan, make_pixel_sums
from renderer.layout.geometry import pack_geometry
from renderer.layout.lights import pack_lights
from renderer.layout.materials import pack_looks
from renderer.layout.shot import make_shot
from renderer.layout.space import make_space
from renderer.lens import resolve_camera
from renderer.scene import AlphaMode, Camera, Scene
from renderer.settings import RenderSettings

#: The size of the widest vector registers, and of a cache line.
_ALIGNMENT = 64


@dataclass
class TracerScene:
    """A scene ready to be traced; read-only for all threads until `close`.

    Attributes:
        data: for the kernels.
        embree: keeps Embree's tree; None with our own.
        triangles: how many, all instances counted.
    """

    data: SceneData
    embree: EmbreeScene | None
    triangles: int

    def close(self) -> None:
        """Release the tree. No thread may be rendering."""
        if self.embree is not None:
            self.embree.close()
            self.embree = None

    def _backend(self) -> int:
        if len(self.data.nodes.few):
            return BACKEND_FEW
        return BACKEND_EMBREE if self.embree is not None else BACKEND_BVH

    def make_scratch(self) -> Scratch:
        """Return the working memory that one thread needs to render this scene."""
        rays = _aligned(RAY, WIDTH)
        rays["scene"] = self.embree.handle if self.embree is not None else 0
        rays["backend"] = self._backend()
        packet = _aligned(lane_record(PACKET))
        packet["mask"] = 0xFFFFFFFF
        return Scratch(
            rays,
            _aligned(lane_record(QUERY)),
            packet,
            _aligned(lane_record(PATH)),
            _aligned(lane_record(SURFACE), 2),
            _aligned(lane_record(LIGHT_SAMPLE)),
            _aligned(lane_record(BSDF_SAMPLE)),
            np.zeros(STACK_SIZE, np.int32),
            np.zeros((ITEMS, len(self.data.channels.targets)), np.float32),
            make_pixel_sums(self.data.channels, ITEMS),
        )


def open_tracer_scene(
    scene: Scene, camera: Camera, settings: RenderSettings, *, ray_backend: str, may_skip_tree: bool
) -> TracerScene:
    """Lay a scene out for the kernels and build its tree.

    Args:
        scene: complete: with its lights, as it shall look.
        camera: what to look through.
        settings: of the frame.
        ray_backend: "embree" or "bvh".
        may_skip_tree: trace scenes of few triangles without either of them.

    Raises:
        SceneError: the scene cannot be traced; the message says what to change.
    """
    space = make_space(scene)
    with_embree = ray_backend == "embree"
    packed = pack_geometry(scene, space, share=with_embree)
    looks = pack_looks(scene, space, load_albedo())
    lights = pack_lights(scene, packed, space)
    has_filters = any(
        material.alpha_mode is not AlphaMode.OPAQUE or material.transmission > 0.0
        for material in scene.materials
    )
    resolved = resolve_camera(scene, camera, settings)
    shot = make_shot(scene, resolved, settings, space, has_filters=has_filters)
    triangles = packed.geometry.triangles
    if may_skip_tree and len(triangles) <= MOST_FEW and not packed.shared:
        embree, nodes = None, few_nodes(triangles)
    elif with_embree:
        embree, nodes = EmbreeScene(packed), empty_nodes()
    else:
        embree, nodes = None, build_nodes(triangles)
    channels = make_channel_plan(scene, resolved, settings, space)
    data = SceneData(packed.geometry, looks, lights, nodes, shot, channels)
    return TracerScene(data, embree, packed.triangles)


def _aligned(dtype: np.dtype[np.void], count: int = 1) -> Records:
    """Return zeroed records at an address that vector instructions and Embree accept."""
    size = dtype.itemsize * count
    memory = np.zeros(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size].view(dtype)
