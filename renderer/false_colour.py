"""False colour: each zone of exposure in a colour of its own, to judge light by numbers.

Zones are counted in stops from middle grey (18 %), on the luminance after exposure and white
balance. Greys are those a screen can show with detail; colours warn or mark what one aims for:
green is middle grey, pink is light skin a stop above, red is clipped by view `srgb`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from renderer.display_curves import LUMINANCE, TABLE_SIZE, make_entries, table_index

MIDDLE_GREY = 0.18


@dataclass(frozen=True)
class Zone:
    """A row of the legend.

    Attributes:
        from_ev: where it begins, stops from middle grey; it ends where the next one begins.
        rgb: as shown, sRGB codes.
        meaning: for the legend.
    """

    from_ev: float
    rgb: tuple[int, int, int]
    meaning: str


#: From the darkest. `srgb` clips 2.47 stops above middle grey, AgX at 6.5.
ZONES: tuple[Zone, ...] = (
    Zone(float("-inf"), (0, 0, 0), "black"),
    Zone(-8.0, (72, 0, 110), "deep shadow: lost on most screens"),
    Zone(-6.0, (30, 40, 200), "shadow without detail"),
    Zone(-4.5, (0, 130, 220), "shadow with detail"),
    Zone(-3.0, (70, 70, 70), "dark"),
    Zone(-1.5, (110, 110, 110), "lower middle"),
    Zone(-0.5, (40, 170, 60), "middle grey, 18 %"),
    Zone(0.5, (150, 150, 150), "upper middle"),
    Zone(0.75, (235, 150, 170), "light skin, a stop above"),
    Zone(1.25, (190, 190, 190), "light"),
    Zone(2.0, (240, 230, 60), "near the clip of view srgb"),
    Zone(2.47, (250, 140, 20), "over 1: clipped by view srgb"),
    Zone(4.5, (230, 30, 30), "far over 1: only AgX and Reinhard show detail"),
    Zone(6.5, (255, 255, 255), "over AgX's range: white"),
)


def describe_zones() -> tuple[tuple[tuple[int, int, int], str], ...]:
    """Return the legend, brightest zone first: sRGB codes and words."""
    rows = []
    for zone in reversed(ZONES):
        stops = "" if zone.from_ev == float("-inf") else f" (from {zone.from_ev:+g} EV)"
        rows.append((zone.rgb, zone.meaning + stops))
    return tuple(rows)


def show_zones(light: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return each pixel's zone.

    Args:
        light: (N, 3) float32, linear Rec. 709, finite and not negative.

    Returns:
        (N, 3) uint8.
    """
    luminance = light @ LUMINANCE.astype(np.float32)
    return np.take(_make_table(), table_index(luminance), axis=0)


@cache
def _make_table() -> npt.NDArray[np.uint8]:
    light = np.maximum(make_entries(middle=True), np.finfo(np.float32).tiny)
    starts = np.array([zone.from_ev for zone in ZONES[1:]])
    zone = np.searchsorted(starts, np.log2(light / MIDDLE_GREY), side="right")
    table = np.array([zone.rgb for zone in ZONES], dtype=np.uint8)[zone]
    assert table.shape == (TABLE_SIZE, 3)
    return table
