"""A LUT upon the picture: where it stands among exposure, view and gamma, and how strong it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from renderer import display_curves as curves
from renderer.lut import Lut, apply_lut

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

#: What goes into the LUT. `display`: the codes of the view, 0 to 1. The others take the light
#: in the view's place: `log` as Cineon's film code, `linear` as it is (the table's domain says
#: how far it reaches), `stops` by `encode_stops`, for tables that this program makes.
LutInput = Literal["display", "log", "linear", "stops"]
LUT_INPUTS: tuple[LutInput, ...] = get_args(LutInput)
#: Of files, in the order in which they are offered.
FILE_INPUTS: tuple[LutInput, ...] = ("display", "log", "linear")

# Kodak: "Conversion of 10-bit log film data to 8-bit linear or video data", 1995: code 95 is
# black, code 685 is white, a code is 0.002 of density, and film's gamma is 0.6.
CINEON_BLACK, CINEON_WHITE, CINEON_MAX = 95.0, 685.0, 1023.0
CINEON_CODES_PER_DECADE = 300.0
#: `stops` is log2(light + 2^-8), from no light to 2^8: 16 stops, of which the lowest bend into a
#: line through black. Measured with ACES 2.0 in a cube of 65: 0.06 of a code beside the exact
#: transform on average, at most 0.13 for greys.
STOPS_TOE = 2.0**-8
STOPS_TOP = 2.0**8


@dataclass(frozen=True)
class Grade:
    """A LUT as it is used.

    Attributes:
        lut: the table.
        input: what goes into it.
        strength: 0 shows the picture without it, 1 with it; mixed between.

    Raises:
        ValueError: a value is out of range; the text names it.
    """

    lut: Lut
    input: LutInput = "display"
    strength: float = 1.0

    def __post_init__(self) -> None:
        if self.input not in LUT_INPUTS:
            known = ", ".join(LUT_INPUTS)
            raise ValueError(f"there is no LUT input {self.input!r}; choose one of: {known}")
        if not 0.0 <= self.strength <= 1.0:
            raise ValueError(f"LUT strength must be between 0 and 1, not {self.strength:g}")


def grade_light(light: Floats, view: str, grade: Grade, *, fine: bool) -> Floats:
    """Return the picture's codes.

    Args:
        light: (N, 3) float32, exposed and balanced, finite and not negative.
        view: of `display_curves.CURVES`.
        grade: the LUT.
        fine: exact enough for 16 bits; else as 8 bits without a LUT see it.

    Returns:
        (N, 3) float32; 0 is black, 1 is white, what is outside is to be clipped.
    """
    plain = None
    if grade.input == "display" or grade.strength < 1.0:
        plain = curves.encode_view(light, view, fine=fine)
        np.clip(plain, np.float32(0.0), np.float32(1.0), out=plain)
    before = plain if grade.input == "display" else _encode(light, grade.input)
    assert before is not None
    graded = apply_lut(grade.lut, before)
    if plain is None or grade.strength == 1.0:
        return graded
    graded -= plain
    graded *= np.float32(grade.strength)
    graded += plain
    return graded


def encode_cineon(light: Doubles) -> Doubles:
    """Return Cineon's code, 0 to 1: no light is 0.093, white 0.670, thirteen times white 1."""
    black = 10.0 ** ((CINEON_BLACK - CINEON_WHITE) / CINEON_CODES_PER_DECADE)
    density = np.log10(light * (1.0 - black) + black)
    return np.asarray((CINEON_WHITE + CINEON_CODES_PER_DECADE * density) / CINEON_MAX)


def encode_stops(light: Doubles) -> Doubles:
    """Return the place of light on the axis of stops, 0 to 1."""
    low, high = np.log2(STOPS_TOE), np.log2(STOPS_TOP + STOPS_TOE)
    return np.asarray((np.log2(light + STOPS_TOE) - low) / (high - low))


def decode_stops(place: Doubles) -> Doubles:
    """Return the light at a place of the axis of stops."""
    low, high = np.log2(STOPS_TOE), np.log2(STOPS_TOP + STOPS_TOE)
    return np.asarray(np.exp2(low + place * (high - low)) - STOPS_TOE)


def _encode(light: Floats, wanted: LutInput) -> Floats:
    return light if wanted == "linear" else curves.interpolate(_make_table(wanted), light)


@lru_cache(maxsize=2)
def _make_table(wanted: LutInput) -> Floats:
    """Return the codes of each entry's begin, as `display_curves.make_value_table` does."""
    return _ENCODERS[wanted](curves.make_entries(middle=False)).astype(np.float32)


_ENCODERS: dict[LutInput, Callable[[Doubles], Doubles]] = {
    "log": encode_cineon,
    "stops": encode_stops,
}
