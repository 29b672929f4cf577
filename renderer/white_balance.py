"""White balance: which colour of light the picture shows as white.

A temperature and a tint name the light; Bradford's adaptation takes its white to that of the
screen. What is lit by 3200 K lamps turns neutral at 3200.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

#: The white of Rec. 709 and of every view: nothing is changed.
NEUTRAL_K = 6500.0
#: The fits below hold from candle light to the bluest sky.
MIN_TEMPERATURE_K = 1700.0
MAX_TEMPERATURE_K = 25000.0
#: Beyond, the light has a colour that no lamp has.
MAX_TINT = 150.0
#: Tint per unit of distance from the locus in CIE 1960 (u, v), as camera profiles count it.
TINT_SCALE = 3000.0
#: Lamps glow as black bodies; daylight lies beside their line, a little greener.
LAMP_K, DAYLIGHT_K = 4000.0, 5000.0
#: For the direction of the locus.
LOCUS_STEP_K = 1.0

#: Linear Rec. 709 to CIE XYZ, IEC 61966-2-1.
_RGB_TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
#: XYZ to the sharpened cone responses of Lam 1985, "Bradford".
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


@lru_cache(maxsize=64)
def make_balance(temperature_k: float, tint: float) -> Floats | None:
    """Return the matrix that makes light of this colour white, None where it changes nothing.

    Args:
        temperature_k: of the light, kelvin, `MIN_TEMPERATURE_K` to `MAX_TEMPERATURE_K`.
        tint: how green the light is (below 0: magenta), -150 to 150; the picture turns to the
            other side.

    Returns:
        (3, 3) float32, applied to columns of linear Rec. 709. Light of the colour becomes grey and
        keeps its luminance. Components may come out negative.
    """
    if temperature_k == NEUTRAL_K and tint == 0.0:
        return None
    source = _BRADFORD @ _to_xyz(*_find_uv(temperature_k, tint))
    target = _BRADFORD @ _to_xyz(*_find_uv(NEUTRAL_K, 0.0))
    adapt = np.linalg.inv(_BRADFORD) @ np.diag(target / source) @ _BRADFORD
    matrix: Floats = (np.linalg.inv(_RGB_TO_XYZ) @ adapt @ _RGB_TO_XYZ).astype(np.float32)
    matrix.flags.writeable = False  # the cache hands the same one to everybody
    return matrix


def _find_uv(temperature_k: float, tint: float) -> tuple[float, float]:
    """CIE 1960 chromaticity; the tint goes at right angles to the locus, up to the green."""
    u, v = _locus(temperature_k)
    u1, v1 = _locus(temperature_k + LOCUS_STEP_K)
    du, dv = u1 - u, v1 - v
    length = float(np.hypot(du, dv))
    distance = tint / TINT_SCALE
    # Hotter is towards lower u and v: the locus' left hand is below it, the right one above.
    return u + distance * dv / length, v - distance * du / length


def _locus(temperature_k: float) -> tuple[float, float]:
    """Black bodies up to 4000 K, daylight from 5000 K, between them a blend."""
    share = (temperature_k - LAMP_K) / (DAYLIGHT_K - LAMP_K)
    share = min(1.0, max(0.0, share))
    x = y = 0.0
    if share < 1.0:
        lamp = _black_body_xy(temperature_k)
        x, y = (1.0 - share) * lamp[0], (1.0 - share) * lamp[1]
    if share > 0.0:
        day = _daylight_xy(temperature_k)
        x, y = x + share * day[0], y + share * day[1]
    divisor = -2.0 * x + 12.0 * y + 3.0
    return 4.0 * x / divisor, 6.0 * y / divisor


def _black_body_xy(temperature_k: float) -> tuple[float, float]:
    """Cubic fit of the Planckian locus by Kim et al., US patent 7024034, table 1."""
    t = 1000.0 / temperature_k
    if temperature_k <= 4000.0:
        x = ((-0.2661239 * t - 0.2343589) * t + 0.8776956) * t + 0.179910
    else:
        x = ((-3.0258469 * t + 2.1070379) * t + 0.2226347) * t + 0.240390
    if temperature_k <= 2222.0:
        y = ((-1.1063814 * x - 1.34811020) * x + 2.18555832) * x - 0.20219683
    elif temperature_k <= 4000.0:
        y = ((-0.9549476 * x - 1.37418593) * x + 2.09137015) * x - 0.16748867
    else:
        y = ((3.0817580 * x - 5.87338670) * x + 3.75112997) * x - 0.37001483
    return x, y


def _daylight_xy(temperature_k: float) -> tuple[float, float]:
    """CIE 15:2004, 3.1: the daylight locus from 4000 to 25000 K."""
    t = 1000.0 / temperature_k
    if temperature_k <= 7000.0:
        x = ((-4.6070 * t + 2.9678) * t + 0.09911) * t + 0.244063
    else:
        x = ((-2.0064 * t + 1.9018) * t + 0.24748) * t + 0.237040
    return x, (-3.0 * x + 2.87) * x - 0.275


def _to_xyz(u: float, v: float) -> Doubles:
    """A white of luminance 1."""
    divisor = 2.0 * u - 8.0 * v + 4.0
    x, y = 3.0 * u / divisor, 2.0 * v / divisor
    return np.array([x / y, 1.0, (1.0 - x - y) / y])
