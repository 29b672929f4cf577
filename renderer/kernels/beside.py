"""How the compile of the tracer is shared between two processes.

Nobody calls these programs. They name functions with arguments as the tracer calls them: what
the second process compiles, and what the first does meanwhile. Types decide: where the tracer
calls one of them with others, the first process compiles it again, and only time is lost. A test
holds them against the tracer.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.bsdf import eval_bsdf
from renderer.kernels.data import SceneData, Scratch
from renderer.kernels.jit import program
from renderer.kernels.lane_functions import lane_mask
from renderer.kernels.lane_memory import lanes_of
from renderer.kernels.light import sample_light
from renderer.kernels.material import prepare_lobes
from renderer.kernels.path_light import trace_light
from renderer.kernels.path_scatter import scatter_path
from renderer.kernels.pixel_sums import add_items

#: What the first process takes over. Together with all that they call, they are a third of the
#: work, and what is left for the end, when all else is ready, another seventh.
ROOTS = (prepare_lobes, eval_bsdf, scatter_path)
#: How many of the tracer's arguments, from the first one on, the programs take.
ARGUMENTS = 2


@program
def compile_beside(scene: SceneData, scratch: Scratch) -> None:
    """Call what the second process compiles."""
    path = lanes_of(scratch.path[0])
    surface = lanes_of(scratch.surface[0])
    direction = (path.dx, path.dy, path.dz)
    here = lane_mask(np.uint64(0))
    prepare_lobes(surface, scene.looks, scene.geometry, direction)
    eval_bsdf(surface, scene.looks.albedo, direction)
    scatter_path(scene, scratch, path, surface, here)


@program
def compile_meanwhile(scene: SceneData, scratch: Scratch) -> None:
    """Call what the first process would otherwise compile after it has waited."""
    path = lanes_of(scratch.path[0])
    light = lanes_of(scratch.light[0])
    point = (path.ox, path.oy, path.oz)
    here = lane_mask(np.uint64(0))
    bits = path.pixel
    sample_light(scene.lights, scene.looks, scene.geometry, light, here, point, point, bits, bits)
    trace_light(scene, scratch, path, here)
    number = scratch.items.shape[0]
    add_items(scratch.sums, scene.channels, scratch.items, number, number)
