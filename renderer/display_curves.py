"""The curves of the views: from linear light to the code of a screen, 0 to 1.

Every view ends in one curve per colour channel, so a curve is a table: the upper 18 bits of a
positive float32 (sign 0, 8 bits of exponent, 10 of mantissa) are the index. A step of the table
is a tenth of a percent, a fifth of what moves an 8-bit value, and a lookup costs nanoseconds.
For 16 bits the entries are interpolated: within a step light is linear in the mantissa's rest.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

MANTISSA_BITS_DROPPED = 13
TABLE_SIZE = 1 << (31 - MANTISSA_BITS_DROPPED)
#: A table is 256 KiB of bytes or 1 MiB of floats: a gamma slider that is dragged leaves some.
KEPT_TABLES = 8

# AgX: github.com/sobotka/AgX. Log range, pivot, contrast 2 and the limits' powers 3
# and 3.25 are its configuration's; the inset matrix for Rec. 709 primaries is the one that
# Benjamin Wrensch published ("Minimal AgX Implementation", 2023).
AGX_MIDDLE_GREY = 0.18
AGX_STOPS_BELOW = 10.0
AGX_STOPS_ABOVE = 6.5
AGX_SLOPE = 2.0
AGX_TOE_POWER = 3.0
AGX_SHOULDER_POWER = 3.25
AGX_INSET = np.array(
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
#: Luminance of the Rec. 709 primaries.
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_SATURATE = AGX_SATURATION * np.eye(3) + (1.0 - AGX_SATURATION) * LUMINANCE
_UNMIX = (np.linalg.inv(AGX_INSET.astype(np.float64)) @ _SATURATE).astype(np.float32)
# For rows of colours. Contiguous: a transposed view costs a matrix product three times the time.
AGX_MIX = np.ascontiguousarray(AGX_INSET.T)
AGX_UNMIX = np.ascontiguousarray(_UNMIX.T)


def table_index(light: Floats) -> Indices:
    """Return each value's place in a table. `light` is finite and not negative, of any shape."""
    # The mask clears the sign of -0.0. Indices of the native width look up three times faster.
    bits = light.view(np.uint32) & np.uint32(0x7FFFFFFF)
    bits >>= np.uint32(MANTISSA_BITS_DROPPED)
    return bits.astype(np.intp)


def interpolate(table: Floats, light: Floats) -> Floats:
    """Look values up between the entries of a `make_value_table`; shapes as `table_index`."""
    bits = light.view(np.uint32) & np.uint32((1 << MANTISSA_BITS_DROPPED) - 1)
    rest = bits.astype(np.float32)
    rest *= np.float32(2.0**-MANTISSA_BITS_DROPPED)
    index = table_index(light)
    low = np.take(table, index)
    index += 1
    return low + rest * (np.take(table, index) - low)


@lru_cache(maxsize=KEPT_TABLES)
def make_byte_table(view: str, gamma: float) -> Bytes:
    """Return the curve of a view but AgX as (TABLE_SIZE,) uint8, for each entry's middle."""
    code = apply_gamma(np.clip(CURVES[view](make_entries(middle=True)), 0.0, 1.0), gamma)
    return (code * 255.0 + 0.5).astype(np.uint8)


@lru_cache(maxsize=KEPT_TABLES)
def make_value_table(view: str) -> Floats:
    """Return the curve of a view as (TABLE_SIZE + 1,) float32, for each entry's begin."""
    return np.clip(CURVES[view](make_entries(middle=False)), 0.0, 1.0).astype(np.float32)


@lru_cache(maxsize=KEPT_TABLES)
def make_middle_table(view: str) -> Floats:
    """Return the curve of a view as (TABLE_SIZE,) float32, for each entry's middle."""
    return np.clip(CURVES[view](make_entries(middle=True)), 0.0, 1.0).astype(np.float32)


def encode_view(light: Floats, view: str, *, fine: bool) -> Floats:
    """Return the codes of a view, about 0 to 1: AgX's may be a little outside.

    Args:
        light: (N, 3) float32, finite and not negative.
        view: of `CURVES`.
        fine: interpolated, for 16 bits; else those that 8 bits are rounded from.
    """
    bent = np.matmul(light, AGX_MIX) if view == "agx" else light
    if fine:
        code = interpolate(make_value_table(view), bent)
    else:
        code = np.take(make_middle_table(view), table_index(bent), mode="wrap")
    return np.matmul(code, AGX_UNMIX) if view == "agx" else code


@lru_cache(maxsize=1)
def make_agx_table() -> Floats:
    """Return AgX's curve, which stands between two matrices, for each entry's middle."""
    return _bend_agx(make_entries(middle=True)).astype(np.float32)


def apply_gamma(code: Doubles, gamma: float) -> Doubles:
    """Brighten the middle of codes 0 to 1; 1 changes nothing."""
    return code if gamma == 1.0 else code ** (1.0 / gamma)


def make_entries(*, middle: bool) -> Doubles:
    """Return each entry's light; infinity and NaN become the largest float."""
    count = TABLE_SIZE + (0 if middle else 1)
    bits = np.arange(count, dtype=np.uint32) << np.uint32(MANTISSA_BITS_DROPPED)
    if middle:
        bits += np.uint32(1 << (MANTISSA_BITS_DROPPED - 1))
    np.minimum(bits, np.float32(np.finfo(np.float32).max).view(np.uint32), out=bits)
    return bits.view(np.float32).astype(np.float64)


def _bend_agx(light: Doubles) -> Doubles:
    """AgX's curve over log2 of the light, from 10 stops below middle grey to 6.5 above."""
    stops = np.log2(np.maximum(light, np.finfo(np.float32).tiny) / AGX_MIDDLE_GREY)
    position = np.clip((stops + AGX_STOPS_BELOW) / (AGX_STOPS_BELOW + AGX_STOPS_ABOVE), 0, 1)
    return np.clip(_agx_sigmoid(position), 0, 1) ** AGX_CONTRAST


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


def encode_srgb(light: Doubles) -> Doubles:
    """IEC 61966-2-1."""
    low = light * 12.92
    high = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    return np.where(light <= 0.0031308, low, high)


def _encode_reinhard(light: Doubles) -> Doubles:
    """Reinhard et al. 2002, equation 3, on each channel."""
    return encode_srgb(light / (1.0 + light))


def _encode_aces(light: Doubles) -> Doubles:
    """Fit of the ACES reference transform by Krzysztof Narkowicz, 2016.

    The light is clipped where the fit is past 1 (at 11.5), before squares overflow.
    """
    x = np.minimum(light, 1e4)
    return encode_srgb(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14))


def _encode_linear(light: Doubles) -> Doubles:
    return light


CURVES: dict[str, Callable[[Doubles], Doubles]] = {
    "agx": _bend_agx,
    "aces": _encode_aces,
    "reinhard": _encode_reinhard,
    "srgb": lambda light: encode_srgb(np.minimum(light, 1.0)),
    "linear": _encode_linear,
}
