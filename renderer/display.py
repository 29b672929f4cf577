"""From linear light to the bytes of a screen: exposure, tone mapping, encoding.

Every view ends in one curve per colour channel, so the curve is a table: the upper 18 bits of a
positive float32 (sign 0, 8 bits of exponent, 10 of mantissa) are the index. A step of the table
is a tenth of a percent, a fifth of what moves an 8-bit value, and a lookup costs nanoseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Literal, cast, get_args

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Doubles = npt.NDArray[np.float64]

#: How the picture is seen. `srgb` and `linear` clip at 1, the others bend highlights.
View = Literal["agx", "aces", "reinhard", "srgb", "linear"]
VIEWS: tuple[View, ...] = get_args(View)
#: Of the window and of 8-bit files: highlights fade to white without turning to another hue.
DEFAULT_VIEW: View = "agx"

#: Pixels worked on at a time: four intermediate arrays of this many stay in the L2 cache.
CHUNK_PIXELS = 1 << 14
MANTISSA_BITS_DROPPED = 13
TABLE_SIZE = 1 << (31 - MANTISSA_BITS_DROPPED)
#: White in every view. The two limits together keep exposed light finite in float32.
MAX_LIGHT = np.float32(1e30)
MAX_EXPOSURE_EV = 24.0


def parse_view(text: str) -> View:
    """Return the view of this name.

    Raises:
        ValueError: there is no such view; the text lists those there are.
    """
    name = text.strip().lower()
    if name not in VIEWS:
        raise ValueError(f"there is no view {text!r}; choose one of: {', '.join(VIEWS)}")
    return name


def to_display(
    pixels: npt.NDArray[np.floating[Any]], exposure_ev: float = 0.0, view: View = DEFAULT_VIEW
) -> Bytes:
    """Return the picture as a screen shows it.

    Args:
        pixels: (h, w, C >= 3), linear Rec. 709, premultiplied by alpha. Components after the
            third are ignored: what is transparent is seen before black. What is negative or
            NaN is black.
        exposure_ev: stops; +1 doubles the light.
        view: how light becomes bytes.

    Returns:
        (h, w, 3) uint8, sRGB-encoded (but for view `linear`), C-contiguous.
    """
    height, width = pixels.shape[:2]
    shown = np.empty((height, width, 3), dtype=np.uint8)
    rows = max(1, CHUNK_PIXELS // max(1, width))
    gain = np.float32(2.0 ** min(exposure_ev, MAX_EXPOSURE_EV))
    show = _show_agx if view == "agx" else _show_by_curve
    for row in range(0, height, rows):
        light = pixels[row : row + rows, :, :3].astype(np.float32)
        np.fmax(light, np.float32(0.0), out=light)
        np.fmin(light, MAX_LIGHT, out=light)
        light *= gain
        shown[row : row + rows] = show(light, view)
    return shown


def _show_by_curve(light: Floats, view: View) -> Bytes:
    return _byte_table(view)[_table_index(light)]


def _show_agx(light: Floats, view: View) -> Bytes:
    """AgX by Troy Sobotka: mix the channels a little, bend each, unmix.

    The mix is what takes bright saturated colours to white instead of to a hue of their own.
    The base look is flat, made to be graded; ours has the contrast that shows middle grey as
    view `srgb` does, and a little more saturation.
    """
    mixed = light.reshape(-1, 3) @ _AGX_INSET.T
    code = _agx_table()[_table_index(mixed)] @ _AGX_UNMIX.T
    np.clip(code, 0.0, 1.0, out=code)
    code *= np.float32(255.0)
    code += np.float32(0.5)
    return code.astype(np.uint8).reshape(light.shape)


def _table_index(light: Floats) -> npt.NDArray[np.uint32]:
    """Index of each value. Overwrites `light`, which is finite and not negative."""
    light += np.float32(0.0)  # clears the sign bit of -0.0
    index = light.view(np.uint32)
    index >>= np.uint32(MANTISSA_BITS_DROPPED)
    return index


def _table_values() -> Doubles:
    """The middle of each table entry's interval; infinity and NaN become the largest one."""
    bits = np.arange(TABLE_SIZE, dtype=np.uint32) << np.uint32(MANTISSA_BITS_DROPPED)
    bits += np.uint32(1 << (MANTISSA_BITS_DROPPED - 1))
    np.minimum(bits, np.float32(np.finfo(np.float32).max).view(np.uint32), out=bits)
    return bits.view(np.float32).astype(np.float64)


@cache
def _byte_table(view: View) -> Bytes:
    code = np.clip(_CURVES[view](_table_values()), 0.0, 1.0)
    return (code * 255.0 + 0.5).astype(np.uint8)


@cache
def _agx_table() -> Floats:
    """AgX's curve over log2 of the light, from 10 stops below middle grey to 6.5 above."""
    stops = np.log2(_table_values() / AGX_MIDDLE_GREY)
    position = np.clip((stops + AGX_STOPS_BELOW) / (AGX_STOPS_BELOW + AGX_STOPS_ABOVE), 0, 1)
    return (np.clip(_agx_sigmoid(position), 0, 1) ** AGX_CONTRAST).astype(np.float32)


def _agx_sigmoid(position: Doubles) -> Doubles:
    """An S from (0, 0) to (1, 1), of slope 2 at middle grey, which comes out at 0.5."""
    pivot = AGX_STOPS_BELOW / (AGX_STOPS_BELOW + AGX_STOPS_ABOVE)
    toe = _bend(pivot - position, pivot, AGX_TOE_POWER)
    shoulder = _bend(position - pivot, 1.0 - pivot, AGX_SHOULDER_POWER)
    return 0.5 - toe + shoulder


def _bend(distance: Doubles, end: float, power: float) -> Doubles:
    """A line of slope `AGX_SLOPE` from (0, 0) that bends to reach (end, 0.5); 0 before 0.

    y = l / (1 + (l / s)^p)^(1 / p) with l = slope x distance; s follows from y(end) = 0.5.
    """
    line = AGX_SLOPE * np.maximum(distance, 0.0)
    reach = AGX_SLOPE * end
    scale = reach / ((reach / 0.5) ** power - 1.0) ** (1.0 / power)
    bent = line / (1.0 + (line / scale) ** power) ** (1.0 / power)
    return cast("Doubles", bent)


# AgX: github.com/sobotka/AgX. Log range, pivot, contrast 2 and the limits' powers 3
# and 3.25 are its configuration's; the inset matrix for Rec. 709 primaries is the one that
# Benjamin Wrensch published ("Minimal AgX Implementation", 2023).
AGX_MIDDLE_GREY = 0.18
AGX_STOPS_BELOW = 10.0
AGX_STOPS_ABOVE = 6.5
AGX_SLOPE = 2.0
AGX_TOE_POWER = 3.0
AGX_SHOULDER_POWER = 3.25
_AGX_INSET = np.array(
    [
        [0.842479062253094, 0.0784335999999992, 0.0792237451477643],
        [0.0423282422610123, 0.878468636469772, 0.0791661274605434],
        [0.0423756549057051, 0.0784336, 0.879142973793104],
    ],
    dtype=np.float32,
)
#: 0.5, where the curve puts middle grey, to this power is 0.18 encoded as sRGB.
AGX_CONTRAST = 1.116
AGX_SATURATION = 1.2
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of the Rec. 709 primaries
_AGX_SATURATE = AGX_SATURATION * np.eye(3) + (1.0 - AGX_SATURATION) * _LUMINANCE
_AGX_UNMIX = (np.linalg.inv(_AGX_INSET.astype(np.float64)) @ _AGX_SATURATE).astype(np.float32)


def _encode_srgb(light: Doubles) -> Doubles:
    """IEC 61966-2-1."""
    low = light * 12.92
    high = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    return np.where(light <= 0.0031308, low, high)


def _encode_reinhard(light: Doubles) -> Doubles:
    """Reinhard et al. 2002, equation 3, on each channel."""
    return _encode_srgb(light / (1.0 + light))


def _encode_aces(light: Doubles) -> Doubles:
    """Fit of the ACES reference transform by Krzysztof Narkowicz, 2016.

    The light is clipped where the fit is past 1 (at 11.5), before squares overflow.
    """
    x = np.minimum(light, 1e4)
    return _encode_srgb(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14))


def _encode_linear(light: Doubles) -> Doubles:
    return light


_CURVES: dict[View, Callable[[Doubles], Doubles]] = {
    "aces": _encode_aces,
    "reinhard": _encode_reinhard,
    "srgb": lambda light: _encode_srgb(np.minimum(light, 1.0)),
    "linear": _encode_linear,
}
