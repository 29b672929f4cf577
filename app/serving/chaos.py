"""Trouble on purpose: `brigade server --chaos MODE[:RATE]`, to see what a farm makes of it.

A worker with chaos crashes, hangs, swallows, delays or falsifies some of its buckets, chosen by
lease number, so that a bucket that comes again fares differently. Frames must come out right all
the same: false pixels only with `--audit`.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

#: `canary` falsifies the test picture, whatever the rate.
MODES = ("hang", "drop", "slow", "corrupt", "crash", "canary")
#: One bucket in twenty: enough to see in a short frame, little enough to end it.
DEFAULT_RATE = 0.05
#: What a crash of a kernel leaves: the status of signal 11.
CRASH_STATUS = 139
#: `slow` takes so many times as long.
SLOWNESS = 10.0
MAX_DELAY_S = 60.0


@dataclass(frozen=True)
class Chaos:
    """What goes wrong, and how often.

    Attributes:
        rate: share of the buckets that it happens to, 0 to 1.
    """

    mode: str
    rate: float = DEFAULT_RATE

    def __str__(self) -> str:
        return f"{self.mode}:{self.rate:g}"

    def strikes(self, lease: int) -> bool:
        """Whether it happens to this lease."""
        return zlib.crc32(b"%d" % lease) < self.rate * 2.0**32

    def disturb(
        self, lease: int, pixels: npt.NDArray[np.float32], render_s: float
    ) -> npt.NDArray[np.float32] | None:
        """Return the pixels to send for a finished bucket; None to send nothing.

        Called by a render thread; does not return when the mode is to crash or to hang.
        """
        if not self.strikes(lease):
            return pixels
        if self.mode == "crash":
            os._exit(CRASH_STATUS)
        if self.mode == "hang":
            threading.Event().wait()
        if self.mode == "slow":
            # The worker thread alone waits: to be late is the trouble that was asked for.
            time.sleep(min(SLOWNESS * render_s, MAX_DELAY_S))
        if self.mode == "corrupt":
            return falsify(pixels)
        return None if self.mode == "drop" else pixels


def falsify(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return pixels that look right and are not: one of them is a little brighter."""
    false = pixels.copy()
    false.reshape(-1)[0] = false.reshape(-1)[0] * np.float32(1.01) + np.float32(0.001)
    return false


def parse_chaos(text: str) -> Chaos:
    """Return what `MODE[:RATE]` asks for.

    Raises:
        argparse.ArgumentTypeError: no such mode, or no share of buckets.
    """
    mode, _, rate = text.partition(":")
    if mode not in MODES:
        raise argparse.ArgumentTypeError(f"{mode!r} is none of {', '.join(MODES)}")
    try:
        share = float(rate) if rate else DEFAULT_RATE
    except ValueError:
        share = -1.0
    if not 0.0 <= share <= 1.0:
        raise argparse.ArgumentTypeError(f"the rate is a share from 0 to 1, not {rate!r}")
    return Chaos(mode, share)
