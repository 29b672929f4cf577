"""The entry: render samples of a rectangle of pixels.

The samples of a run of pixels form a queue; a lane whose path has ended takes the next one, so
that no lane waits for the longest path. What a lane computes depends on its sample alone, and
each pixel adds its samples up in their order, whatever the order in which they ended.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.camera import make_camera_ray, sample_filter
from renderer.kernels.data import ITEMS, Floats, Mask, Record, SceneData, Scratch
from renderer.kernels.jit import device, program, stage
from renderer.kernels.lane_functions import (
    any_lane,
    count_lanes,
    lane_mask,
    ranks,
    reverse_bits,
    select,
    to_float,
    to_int,
    to_word,
)
from renderer.kernels.lane_memory import lanes_of, scatter
from renderer.kernels.math32 import HALF, INFINITY, ONE, ZERO, clamp
from renderer.kernels.noise import next_stop
from renderer.kernels.notes import clamp_indirect, clear_item, clear_light, put_light
from renderer.kernels.path import start_path, step_paths
from renderer.kernels.pixel_sums import add_items, clear_sums, drop_converged, write_pixel
from renderer.kernels.sampler import PAIR_FILTER, PAIR_LENS, hash_pixel, sample_bits, to_unit
from renderer.kernels.surface import NO

#: New paths start when so many lanes are idle: starting costs as much for one as for sixteen.
REFILL = 6
#: Samples of each pixel in a queue of pixels that end one by one: many pixels at once, so that the
#: queue is still long when few of them need more.
FEWEST = 4


@program
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
        out: (h, w, components) float32: linear RGB, alpha and the chosen channels.

    Returns:
        How many samples were not finite and were left out; 0 unless there is a bug.
    """
    width = out.shape[1]
    pixels = out.shape[0] * width
    plan = scene.channels.plan[0]
    sums = scratch.sums
    first_stop = _next_stop(plan, 0, samples)
    at_once = max(1, ITEMS // (first_stop if plan.threshold <= ZERO else FEWEST))
    bad = 0
    for first_pixel in range(0, pixels, at_once):
        count = min(at_once, pixels - first_pixel)
        clear_sums(sums, scene.channels, count)
        active = count
        begin = 0
        stop = first_stop
        while active > 0 and begin < samples:
            batch = min(stop - begin, max(1, ITEMS // active))
            _trace_items(
                scene, scratch, x0, y0, width, first_pixel, active, first_sample + begin, batch
            )
            bad += add_items(sums, scene.channels, scratch.items, active, batch)
            begin += batch
            if begin == stop and stop < samples:
                active = drop_converged(sums, scene.channels, active)
                stop = _next_stop(plan, begin, samples)
        for i in range(count):
            pixel = out[(first_pixel + i) // width, (first_pixel + i) % width]
            write_pixel(sums, scene.channels, i, pixel)
    return bad


@device
def _next_stop(plan: Record, begin: int, samples: int) -> int:
    """Return after how many samples a pixel may end; without a threshold after all of them."""
    if plan.threshold > ZERO:
        return next_stop(begin, plan.min_samples, samples)
    return samples


@stage
def _trace_items(
    scene: SceneData,
    scratch: Scratch,
    x0: int,
    y0: int,
    width: int,
    first_pixel: int,
    active: int,
    first_sample: int,
    batch: int,
) -> None:
    """Trace `batch` samples of each active pixel; item i is sample i % batch of one."""
    path = lanes_of(scratch.path[0])
    frame = scene.shot.frame[0]
    limit = frame.clamp if frame.clamp > ZERO else INFINITY
    plan = scene.channels.plan[0]
    items = to_int(active * batch)
    next_item = np.int32(0)
    alive = lane_mask(np.uint64(0))
    while True:
        idle = ~alive
        if next_item < items and count_lanes(idle) >= REFILL:
            item = ranks(idle) + next_item
            fresh = idle & (item < items)
            pixel = item // to_int(batch)
            place = scratch.sums.active[select(fresh, pixel, NO)] + to_int(first_pixel)
            row = place // to_int(width)
            x = place - row * to_int(width) + to_int(x0)
            sample = item - pixel * to_int(batch) + to_int(first_sample)
            _start_paths(scene, scratch, fresh, x, row + to_int(y0), sample)
            path.item = select(fresh, item, path.item)
            if plan.has_surface != 0:
                clear_item(scratch.items, scene.channels, item, fresh)
            if plan.splits != 0:
                clear_light(path, fresh)
            alive = alive | fresh
            next_item = to_int(next_item + count_lanes(fresh))
        if not any_lane(alive):
            return
        going = step_paths(scene, scratch, alive)
        ended = alive & ~going
        if any_lane(ended):
            if plan.clamp_indirect > ZERO:
                clamp_indirect(path, plan.clamp_indirect, ended)
            scatter(scratch.items, path.item, 0, min(path.lr, limit), ended)
            scatter(scratch.items, path.item, 1, min(path.lg, limit), ended)
            scatter(scratch.items, path.item, 2, min(path.lb, limit), ended)
            scatter(scratch.items, path.item, 3, clamp(path.alpha, ZERO, ONE), ended)
            if plan.splits != 0:
                put_light(scratch.items, scene.channels, path, limit, ended)
        alive = going


@device
def _start_paths(
    scene: SceneData, scratch: Scratch, fresh: Mask, x: Any, y: Any, number: Any
) -> None:
    """Put the fresh lanes on the camera rays of their samples."""
    path = lanes_of(scratch.path[0])
    camera = scene.shot.camera[0]
    pixel = hash_pixel(scene.shot.frame[0].seed, to_word(x), to_word(y))
    sample = reverse_bits(to_word(number))
    path.pixel = select(fresh, pixel, path.pixel)
    path.place = select(fresh, to_int(y) * camera.width + to_int(x), path.place)
    path.sample = select(fresh, sample, path.sample)
    bits_1, bits_2 = sample_bits(pixel, sample, PAIR_FILTER)
    film_x = to_float(x) + HALF + sample_filter(scene.shot.filter, to_unit(bits_1))
    film_y = to_float(y) + HALF + sample_filter(scene.shot.filter, to_unit(bits_2))
    lens_u = lens_v = film_x * ZERO
    if camera.lens_radius > ZERO:
        bits_1, bits_2 = sample_bits(pixel, sample, PAIR_LENS)
        lens_u = to_unit(bits_1)
        lens_v = to_unit(bits_2)
    origin, direction, reach = make_camera_ray(camera, film_x, film_y, lens_u, lens_v)
    start_path(path, fresh, origin, direction, reach)
