"""Runs a device function on rows of a table, one by one and by lanes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import njit

from renderer.kernels.jit import device
from renderer.kernels.lane_functions import lane_mask, lane_numbers, to_int
from renderer.kernels.lane_memory import scatter
from renderer.kernels.lanes import WIDTH


def run_both_ways(function: Any, data: Any, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the results (N, 4) of one by one and of 16 by 16.

    Args:
        function: (data, table, row) -> four floats; the row is an int32 or lanes.
        data: whatever the function needs besides.
        table: (N, K) float32 arguments; N a multiple of 16.
    """
    assert len(table) % WIDTH == 0
    results = []
    for runner in _make_runners(function):
        out = np.zeros((len(table), 4), np.float32)
        runner(data, table, out)
        results.append(out)
    return results[0], results[1]


@cache
def _make_runners(function: Any) -> Any:
    call = device(function)

    @njit(error_model="numpy")
    def one_by_one(data, table, out):
        for i in range(len(table)):
            out[i, 0], out[i, 1], out[i, 2], out[i, 3] = call(data, table, np.int32(i))

    @njit(error_model="numpy")
    def by_lanes(data, table, out):
        every = lane_mask(np.uint64(0xFFFF))
        for first in range(0, len(table), WIDTH):
            i = to_int(lane_numbers() + np.int32(first))
            a, b, c, d = call(data, table, i)
            scatter(out, i, 0, a, every)
            scatter(out, i, 1, b, every)
            scatter(out, i, 2, c, every)
            scatter(out, i, 3, d, every)

    return one_by_one, by_lanes
