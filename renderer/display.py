"""From linear light to the bytes of a screen: exposure, white balance, tone mapping, encoding."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from renderer import display_curves as curves
from renderer.false_colour import show_zones
from renderer.grading import Grade, grade_light
from renderer.white_balance import (
    MAX_TEMPERATURE_K,
    MAX_TINT,
    MIN_TEMPERATURE_K,
    NEUTRAL_K,
    make_balance,
)

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]

#: How the picture is seen. `srgb` and `linear` clip at 1, the next ones bend highlights,
#: `false-colour` shows zones of exposure (`false_colour.ZONES`).
View = Literal["agx", "aces", "reinhard", "srgb", "linear", "false-colour"]
VIEWS: tuple[View, ...] = get_args(View)
#: Of the window and of 8-bit files: highlights fade to white without turning to another hue.
DEFAULT_VIEW: View = "agx"

#: Pixels worked on at a time: the intermediate arrays of this many stay in the L2 cache.
CHUNK_PIXELS = 1 << 14
#: White in every view. The limits together keep exposed and balanced light finite in float32.
MAX_LIGHT = np.float32(1e28)
MAX_EXPOSURE_EV = 24.0
#: Beyond, a picture is black or white.
MIN_GAMMA, MAX_GAMMA = 0.1, 10.0


@dataclass(frozen=True)
class Look:
    """How light becomes a picture; it never touches the film.

    Attributes:
        view: the tone mapping.
        exposure_ev: stops; +1 doubles the light.
        temperature_k: colour of the light that is shown white, kelvin; 6500 changes nothing.
        tint: how green that light is, -150 to 150; above 0 the picture turns to magenta.
        gamma: of the finished picture; above 1 its middle is brighter, black and white stay.
        grade: a LUT before the gamma; false colour, which is no picture, goes without.

    Raises:
        ValueError: a value is out of range; the text names it.
    """

    view: View = DEFAULT_VIEW
    exposure_ev: float = 0.0
    temperature_k: float = NEUTRAL_K
    tint: float = 0.0
    gamma: float = 1.0
    grade: Grade | None = None

    def __post_init__(self) -> None:
        parse_view(self.view)
        for name, value, low, high in (
            ("exposure", self.exposure_ev, -math.inf, math.inf),
            ("white balance temperature", self.temperature_k, MIN_TEMPERATURE_K, MAX_TEMPERATURE_K),
            ("white balance tint", self.tint, -MAX_TINT, MAX_TINT),
            ("gamma", self.gamma, MIN_GAMMA, MAX_GAMMA),
        ):
            if not low <= value <= high:  # NaN too
                raise ValueError(f"{name} must be between {low:g} and {high:g}, not {value:g}")


def parse_view(text: str) -> View:
    """Return the view of this name.

    Raises:
        ValueError: there is no such view; the text lists those there are.
    """
    name = text.strip().lower()
    if name not in VIEWS:
        raise ValueError(f"there is no view {text!r}; choose one of: {', '.join(VIEWS)}")
    return name


NEUTRAL = Look()


def to_display(
    pixels: npt.NDArray[np.floating[Any]], look: Look = NEUTRAL, threads: int = 1
) -> Bytes:
    """Return the picture as a screen shows it.

    Args:
        pixels: (h, w, C >= 3), linear Rec. 709, premultiplied by alpha. Components after the
            third are ignored: what is transparent is seen before black. What is negative or
            NaN is black.
        look: how light becomes bytes.
        threads: to share the rows among; the bytes are the same for any number.

    Returns:
        (h, w, 3) uint8, sRGB-encoded (but for view `linear`), C-contiguous.
    """
    shown = np.empty((*pixels.shape[:2], 3), dtype=np.uint8)
    show = {"agx": _show_agx, "false-colour": _show_zones}.get(look.view, _show_by_curve)
    if look.grade is not None and look.view != "false-colour":
        show = _show_graded
    _by_chunks(pixels, shown, look, partial(show, look=look), threads)
    return shown


def to_display_16(
    pixels: npt.NDArray[np.floating[Any]], look: Look = NEUTRAL, threads: int = 1
) -> Words:
    """Return the same as `to_display` with 16 bits per component, exact to one code."""
    shown = np.empty((*pixels.shape[:2], 3), dtype=np.uint16)
    _by_chunks(pixels, shown, look, partial(_show_16, look=look), threads)
    return shown


def _by_chunks(
    pixels: npt.NDArray[Any], shown: npt.NDArray[Any], look: Look, show: Any, threads: int
) -> None:
    """Fill `shown` by `show(light, out)`, some rows at a time."""
    height, width = pixels.shape[:2]
    rows = max(1, CHUNK_PIXELS // max(1, width))
    # One component more is cheaper than leaving it out: runs of three are slow to copy.
    used = min(4, pixels.shape[2])
    balance = make_balance(look.temperature_k, look.tint)
    matrix = np.zeros((used, 3), dtype=np.float32)
    matrix[:3] = np.eye(3) if balance is None else balance.T
    matrix *= np.float32(2.0 ** min(look.exposure_ev, MAX_EXPOSURE_EV))

    def fill(row: int) -> None:
        chunk = pixels[row : row + rows, :, :used]
        light = np.empty(chunk.shape, dtype=np.float32)
        np.fmax(chunk, np.float32(0.0), out=light, casting="same_kind")
        np.fmin(light, MAX_LIGHT, out=light)
        exposed = light.reshape(-1, used) @ matrix
        if balance is not None:
            np.fmax(exposed, np.float32(0.0), out=exposed)
        show(exposed, shown[row : row + rows].reshape(-1, 3))

    starts = range(0, height, rows)
    if threads <= 1 or len(starts) < 2:
        for row in starts:
            fill(row)
    else:
        with ThreadPoolExecutor(threads, thread_name_prefix="brigade-display") as executor:
            list(executor.map(fill, starts))


def _show_by_curve(light: Floats, out: Bytes, look: Look) -> None:
    table = curves.make_byte_table(look.view, look.gamma)
    # Every index is inside; any mode but "raise" lets numpy write straight into `out`.
    np.take(table, curves.table_index(light), out=out, mode="wrap")


def _show_zones(light: Floats, out: Bytes, look: Look) -> None:
    """Zones keep the colours of their legend: no gamma."""
    out[...] = show_zones(light)


def _show_agx(light: Floats, out: Bytes, look: Look) -> None:
    """AgX by Troy Sobotka: mix the channels a little, bend each, unmix.

    The mix is what takes bright saturated colours to white instead of to a hue of their own.
    The base look is flat, made to be graded; ours has the contrast that shows middle grey as
    view `srgb` does, and a little more saturation.
    """
    mixed = np.matmul(light, curves.AGX_MIX)
    np.take(curves.make_agx_table(), curves.table_index(mixed), out=light, mode="wrap")
    code = np.matmul(light, curves.AGX_UNMIX, out=mixed)
    _to_codes(code, look.gamma, 255.0)
    out[...] = code  # truncates, which rounds: a half is added


def _show_graded(light: Floats, out: Bytes, look: Look) -> None:
    assert look.grade is not None
    code = grade_light(light, look.view, look.grade, fine=False)
    _to_codes(code, look.gamma, 255.0)
    out[...] = code


def _show_16(light: Floats, out: Words, look: Look) -> None:
    if look.view == "false-colour":
        out[...] = show_zones(light)
        out *= np.uint16(257)
        return
    if look.grade is None:
        code = curves.encode_view(light, look.view, fine=True)
    else:
        code = grade_light(light, look.view, look.grade, fine=True)
    _to_codes(code, look.gamma, 65535.0)
    out[...] = code


def _to_codes(code: Floats, gamma: float, white: float) -> None:
    """Turn 0 to 1 into 0.5 to white + 0.5, in place."""
    np.clip(code, 0.0, 1.0, out=code)
    if gamma != 1.0:
        np.power(code, np.float32(1.0 / gamma), out=code)
    code *= np.float32(white)
    code += np.float32(0.5)
