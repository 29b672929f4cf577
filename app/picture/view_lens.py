"""Looking at one component of the picture, and at what is brighter than white."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.picture.film_display import Bytes, Floats, Transform
from renderer.display import MAX_EXPOSURE_EV, Look
from renderer.white_balance import make_balance

#: Stands out of every picture; nothing natural has it.
BURNT_INK = (255, 0, 255)
ALPHA = 3
COMPONENT_NAMES = ("Red", "Green", "Blue", "Alpha")


@dataclass(frozen=True)
class Lens:
    """What is seen of a picture.

    Attributes:
        solo: the component that is seen alone, as grey: 0 to 3; -1 for all.
        burnt: pixels that are brighter than white in a component are magenta.
        offset: is added to the exposed light.
    """

    solo: int = -1
    burnt: bool = False
    offset: float = 0.0

    def put_before(self, transform: Transform) -> Transform:
        """Return the transform as seen through the lens."""
        if self == Lens():
            return transform

        def see(pixels: Floats, look: Look) -> Bytes:
            lit = self._lift(pixels, look)
            shown = self._show(transform, lit, look)
            if self.burnt:
                shown[is_burnt(lit, look)] = BURNT_INK
            return shown

        return see

    def _lift(self, pixels: Floats, look: Look) -> Floats:
        if self.offset == 0.0:
            return pixels
        lit = pixels.copy()
        lit[:, :, :ALPHA] += np.float32(self.offset * 2.0**-look.exposure_ev)
        return lit

    def _show(self, transform: Transform, pixels: Floats, look: Look) -> Bytes:
        if self.solo < 0:
            return transform(pixels, look)
        if self.solo == ALPHA:  # coverage is no light: 0 is black and 1 white, whatever the view
            if pixels.shape[2] <= ALPHA:
                return np.full((*pixels.shape[:2], 3), 255, dtype=np.uint8)
            alpha = np.clip(pixels[:, :, ALPHA], 0.0, 1.0)
            grey = (alpha * np.float32(255.0) + np.float32(0.5)).astype(np.uint8)
            return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
        return transform(np.repeat(pixels[:, :, self.solo : self.solo + 1], 3, axis=2), look)


def is_burnt(pixels: Floats, look: Look) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return (H, W) bool: where exposed and balanced light exceeds 1 in a component."""
    light = pixels[:, :, :3] * np.float32(2.0 ** min(look.exposure_ev, MAX_EXPOSURE_EV))
    balance = make_balance(look.temperature_k, look.tint)
    if balance is not None:
        light = light @ balance.T.astype(np.float32)
    return np.asarray((light > 1.0).any(axis=2))
