"""The entry: render samples of a rectangle of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.camera import make_camera_ray, sample_filter
from renderer.kernels.data import Floats, Record, SceneData, Scratch
from renderer.kernels.jit import device, entry, stage
from renderer.kernels.math32 import HALF, INFINITY, ONE, ZERO, F, clamp, reverse_bits
from renderer.kernels.path import start_path, trace_path
from renderer.kernels.sampler import PAIR_FILTER, PAIR_LENS, hash_pixel, sample_bits, to_unit


@entry
def render_rectangle(
    scene: SceneData,
    scratch: Scratch,
    x0: int,
    y0: int,
    first_sample: int,
    samples: int,
    out: Floats,
) -> int:
    """Write the mean over a range of samples of each pixel of a rectangle.

    Args:
        scene: the open scene.
        scratch: of this thread.
        x0: left column in the frame.
        y0: top row.
        first_sample: index of the first sample.
        samples: how many.
        out: (h, w, 4) float32: linear RGB and alpha.

    Returns:
        How many samples were not finite and were left out; 0 unless there is a bug.
    """
    bad = 0
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            bad += _render_pixel(scene, scratch, x0 + x, y0 + y, first_sample, samples, out[y, x])
    return bad


@stage
def _render_pixel(
    scene: SceneData,
    scratch: Scratch,
    x: int,
    y: int,
    first_sample: int,
    samples: int,
    pixel: Floats,
) -> int:
    """Add up a pixel's samples in their order, in float64 so that the order hardly matters."""
    path = scratch.path[0]
    frame = scene.shot.frame[0]
    path.pixel = hash_pixel(frame.seed, np.uint32(x), np.uint32(y))
    path.place = y * scene.shot.camera[0].width + x
    limit = frame.clamp if frame.clamp > ZERO else INFINITY
    red: Any = 0.0
    green: Any = 0.0
    blue: Any = 0.0
    alpha: Any = 0.0
    bad = 0
    for index in range(first_sample, first_sample + samples):
        path.sample = reverse_bits(np.uint32(index))
        _start_at_camera(scene, path, x, y)
        trace_path(scene, scratch)
        total = path.lr + path.lg + path.lb
        if not total < INFINITY:
            bad += 1
            continue
        red += min(path.lr, limit)
        green += min(path.lg, limit)
        blue += min(path.lb, limit)
        alpha += clamp(path.alpha, ZERO, ONE)
    pixel[0] = red / samples
    pixel[1] = green / samples
    pixel[2] = blue / samples
    pixel[3] = alpha / samples
    return bad


@device
def _start_at_camera(scene: SceneData, path: Record, x: int, y: int) -> None:
    """Set the path's camera ray from the sample's first numbers."""
    camera = scene.shot.camera[0]
    bits_1, bits_2 = sample_bits(path.pixel, path.sample, PAIR_FILTER)
    film_x = F(x) + HALF + sample_filter(scene.shot.filter, to_unit(bits_1))
    film_y = F(y) + HALF + sample_filter(scene.shot.filter, to_unit(bits_2))
    lens_u = lens_v = ZERO
    if camera.lens_radius > ZERO:
        bits_1, bits_2 = sample_bits(path.pixel, path.sample, PAIR_LENS)
        lens_u = to_unit(bits_1)
        lens_v = to_unit(bits_2)
    origin, direction, reach = make_camera_ray(camera, film_x, film_y, lens_u, lens_v)
    start_path(path, origin, direction, reach)
