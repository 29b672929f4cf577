"""From samples to pixels: each pixel adds its samples up in their order, in float64.

The order in which the samples' paths ended does not matter, nor which other pixels were at work.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.channel_data import ID_SLOTS, ChannelPlan, PixelSums
from renderer.kernels.data import Floats
from renderer.kernels.jit import device
from renderer.kernels.math32 import F
from renderer.kernels.mattes import add_id, write_ranks
from renderer.kernels.noise import MISSED_SHOWN, add_moment, eval_noise, is_converged

ALPHA = 3
THIRD = 1.0 / 3.0


@device
def clear_sums(sums: PixelSums, channels: ChannelPlan, count: int) -> None:
    """Begin with `count` pixels, all of them active."""
    sums.totals[:count] = 0.0
    if channels.plan[0].moments != 0:
        sums.moments[:count] = 0.0
    if sums.ids.shape[1] > 0:
        sums.counts[:count] = 0
    for i in range(count):
        sums.active[i] = np.int32(i)
        sums.taken[i] = np.int32(0)


@device
def add_items(
    sums: PixelSums, channels: ChannelPlan, items: Floats, active: int, batch: int
) -> int:
    """Add the next `batch` samples of each active pixel; return how many are not finite."""
    plan = channels.plan[0]
    bad = 0
    has_more = plan.width > ALPHA + 1 or plan.moments != 0
    for i in range(active):
        pixel = sums.active[i]
        total = sums.totals[pixel]
        for item in range(i * batch, (i + 1) * batch):
            value = items[item]
            if not value[0] + value[1] + value[2] < np.inf:
                bad += 1
                continue
            for c in range(ALPHA + 1):
                total[c] += value[c]
            if has_more:
                _add_more(sums, plan, pixel, value, sums.taken[pixel] + item - i * batch)
        sums.taken[pixel] += batch
    return bad


@device
def _add_more(sums: PixelSums, plan: Any, pixel: int, value: Floats, number: int) -> None:
    """Add what a sample, the pixel's `number`th, has besides radiance and alpha."""
    for c in range(ALPHA + 1, plan.means):
        sums.totals[pixel, c] += value[c]
    if number == 0:
        for c in range(plan.means, plan.firsts):
            sums.totals[pixel, c] = value[c]
    for c in range(plan.firsts, plan.width):
        first = (c - plan.firsts) * ID_SLOTS
        add_id(sums.ids[pixel], sums.counts[pixel], first, value[c])
    if plan.moments != 0:
        brightness = (np.float64(value[0]) + value[1] + value[2]) * THIRD
        add_moment(sums.moments[pixel], brightness, number)


@device
def drop_converged(sums: PixelSums, channels: ChannelPlan, active: int) -> int:
    """Keep the pixels that need more samples, in their order; return how many."""
    plan = channels.plan[0]
    kept = 0
    for i in range(active):
        pixel = sums.active[i]
        has_surface = sums.totals[pixel, ALPHA] > 0.0
        moments, taken = sums.moments[pixel], sums.taken[pixel]
        if not is_converged(moments, taken, plan.threshold, plan.min_samples, has_surface):
            sums.active[kept] = pixel
            kept += 1
    return kept


@device
def write_pixel(sums: PixelSums, channels: ChannelPlan, number: int, pixel: Floats) -> None:
    """Write a pixel's components from what was added up."""
    plan = channels.plan[0]
    taken = sums.taken[number]
    for c in range(plan.means):
        pixel[channels.targets[c]] = sums.totals[number, c] / taken
    for c in range(plan.means, plan.firsts):
        pixel[channels.targets[c]] = sums.totals[number, c]
    for c in range(plan.firsts, plan.width):
        first = (c - plan.firsts) * ID_SLOTS
        ids, counts = sums.ids[number], sums.counts[number]
        write_ranks(pixel, channels.targets[c], ids, counts, first, taken)
    if plan.noise >= 0:
        pixel[plan.noise] = eval_noise(sums.moments[number], taken, MISSED_SHOWN)
    if plan.samples >= 0:
        pixel[plan.samples] = F(taken)
