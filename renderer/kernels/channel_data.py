"""Where the kernels put what a frame's channels ask for.

A sample's values lie in one row, its *item*, in groups: radiance and alpha, further values whose
mean counts, values of which the first sample's counts, and ids. What nobody asked for has no
column.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

#: Ids that a pixel tells apart; a later one is not counted. Cryptomatte keeps six of them.
ID_SLOTS = 16
#: What noise is estimated from: sums of brightness, of its square, and of its values with
#: alternating signs; the largest value.
MOMENTS = 4

_COLUMNS = (
    "albedo normal depth position uv object_id material_id direct indirect emission background "
    "means firsts width has_surface splits noise samples moments min_samples"
)
_FLOATS = (
    "threshold clamp_indirect unit radial eye_x eye_y eye_z axis_x axis_y axis_z "
    "center_x center_y center_z"
)
#: The plan. The names of channels are columns of an item, -1 for none.
#: `means`: columns from 0 that are averaged; `firsts`: where the first sample's end, and ids
#: begin; `width`: of an item. `has_surface`: any column of the first surface; `splits`: light is
#: told apart by its bounces. `noise`, `samples`: components of the result, -1 for none.
#: `moments`: noise is estimated; `min_samples`: before it may end a pixel.
#: `eye`, `axis`: depth's origin and direction; `center`, `unit`: of the tracer's space, metres.
PLAN = np.dtype([(n, "<i4") for n in _COLUMNS.split()] + [(n, "<f4") for n in _FLOATS.split()])


class ChannelPlan(NamedTuple):
    """What is noted of each sample, and where it goes."""

    plan: Any  # (1,) PLAN
    targets: npt.NDArray[np.int32]  # (width of an item,): first component of the result
    object_ids: npt.NDArray[np.float32]  # per `PART.object`
    material_ids: npt.NDArray[np.float32]


class PixelSums(NamedTuple):
    """What has been added up of the pixels at work, by their number in the run."""

    active: npt.NDArray[np.int32]  # numbers of those that get more samples
    taken: npt.NDArray[np.int32]  # samples so far
    totals: npt.NDArray[np.float64]  # (pixels, `firsts`)
    moments: npt.NDArray[np.float64]  # (pixels, MOMENTS) or (1, MOMENTS)
    ids: npt.NDArray[np.float32]  # (pixels, ID_SLOTS per id channel)
    counts: npt.NDArray[np.int32]  # (pixels, ID_SLOTS per id channel)
