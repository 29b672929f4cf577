"""Judging servers' test pictures for the client core: is one right, do two show the same."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renderer.canary import COMPONENTS, MEAN, SIDE_PX

#: The mean brightness may be off by this part: far more than versions differ in energy, far less
#: than what a broken renderer shows.
MEAN_TOLERANCE = 0.25
#: Engine classes round differently: a path in a thousand takes another turn. Mean difference of
#: the pixels, as part of the mean.
CLASS_TOLERANCE = 0.02


def check_canary(picture: bytes) -> str | None:
    """Return what is wrong with a test picture by itself, None if it can be right."""
    expected = SIDE_PX * SIDE_PX * COMPONENTS * 4
    if len(picture) != expected:
        return f"it has {len(picture)} bytes, not {expected}"
    colours = _colours(picture)
    if not np.isfinite(colours).all():
        return "some of its values are not finite"
    mean = float(colours.mean(dtype=np.float64))
    if abs(mean - MEAN) > MEAN_TOLERANCE * MEAN:
        return f"its mean brightness is {mean:.3f}, not {MEAN:.3f}"
    return None


def compare_canaries(one: bytes, other: bytes) -> str | None:
    """Return how two test pictures of different engine classes differ, None if hardly."""
    first, second = _colours(one), _colours(other)
    difference = float(np.abs(first - second).mean(dtype=np.float64))
    share = difference / max(float(first.mean(dtype=np.float64)), 1e-6)
    return f"by {share:.0%} on average" if share > CLASS_TOLERANCE else None


def _colours(picture: bytes) -> npt.NDArray[np.float32]:
    return np.frombuffer(picture, "<f4").reshape(-1, COMPONENTS)[:, :3]
