"""Channels as pictures: what is no light is shown as people expect to see it.

Directions become colours, distances become grey, ids become colours of their own, and what is
measured goes from blue to red. The numbers themselves are in the files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from renderer.channels import FAR_M, Channel, Show
from renderer.display import Look, to_display

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Transform = Callable[[Floats, Look], Bytes]

#: From the smallest to the largest value, equal steps apart.
_HEAT = np.array([(30, 40, 120), (40, 140, 200), (90, 190, 90), (240, 210, 60), (220, 50, 40)])
_SCALED = (Show.RANGE, Show.NEARNESS, Show.HEAT)


@dataclass(frozen=True)
class Limits:
    """Between which values a channel's picture goes from its first to its last colour."""

    low: float = 0.0
    high: float = 1.0


def find_limits(channel: Channel, pixels: Floats, done: npt.NDArray[np.bool_]) -> Limits:
    """Return the smallest and largest value that a channel has in the frame so far.

    Args:
        channel: what is shown; those that need no limits get 0 to 1.
        pixels: (H, W, components) float32 of the channel.
        done: (H, W) bool, where there are pixels.
    """
    if channel.show not in _SCALED:
        return Limits()
    values = pixels[done]
    values = values[values < FAR_M]
    if not values.size:
        return Limits()
    return Limits(float(values.min()), float(values.max()))


def make_transform(channel: Channel, limits: Limits) -> Transform:
    """Return what makes bytes of a screen of a channel's values.

    The result takes (h, w, components of the channel) and the look, and gives (h, w, 3) uint8.
    The look matters for light only.
    """
    if channel.show is Show.LIGHT:
        return to_display
    show = _SHOWS[channel.show]
    return lambda pixels, _look: show(pixels, limits)


def _show_color(pixels: Floats, _limits: Limits) -> Bytes:
    plain = replace(_PLAIN, view="srgb")
    return to_display(_as_rgb(pixels), plain)


def _show_vector(pixels: Floats, _limits: Limits) -> Bytes:
    return _to_bytes(pixels * np.float32(0.5) + np.float32(0.5))


def _show_range(pixels: Floats, limits: Limits) -> Bytes:
    return _to_bytes(_scale(_as_rgb(pixels), limits))


def _show_nearness(pixels: Floats, limits: Limits) -> Bytes:
    return _to_bytes(np.float32(1.0) - _scale(_as_rgb(pixels), limits))


def _show_heat(pixels: Floats, limits: Limits) -> Bytes:
    place = _scale(pixels[:, :, 0], limits) * (len(_HEAT) - 1)
    steps = np.arange(len(_HEAT))
    mixed = [np.interp(place, steps, _HEAT[:, channel]) for channel in range(3)]
    return (np.stack(mixed, axis=-1) + 0.5).astype(np.uint8)


def _show_ids(pixels: Floats, _limits: Limits) -> Bytes:
    """Mix the ids' colours by how much of the pixel each of them covers."""
    mixed = np.zeros((*pixels.shape[:2], 3), np.float32)
    for rank in range(0, pixels.shape[2], 2):
        bits = np.ascontiguousarray(pixels[:, :, rank]).view(np.uint32)
        mixed += _id_colors(bits) * pixels[:, :, rank + 1, np.newaxis]
    return _to_bytes(mixed)


def _show_servers(pixels: Floats, _limits: Limits) -> Bytes:
    number = pixels[:, :, 0].astype(np.uint32)
    # Spreads neighbouring numbers over all bits, as a hash does.
    return _to_bytes(_id_colors(number * np.uint32(0x9E3779B9)) * (number > 0)[:, :, np.newaxis])


def _id_colors(bits: npt.NDArray[np.uint32]) -> Floats:
    """Return (h, w, 3): a colour of 0.15 to 1 for each id, from three of its bytes."""
    parts = [(bits >> np.uint32(shift)) & np.uint32(0xFF) for shift in (0, 8, 16)]
    shares = np.stack(parts, axis=-1).astype(np.float32) / np.float32(255.0)
    return np.asarray(np.float32(0.15) + np.float32(0.85) * shares)


def _scale(values: Floats, limits: Limits) -> Floats:
    span = max(limits.high - limits.low, 1e-12)
    scaled = (values - np.float32(limits.low)) / np.float32(span)
    return np.asarray(np.clip(scaled, 0.0, 1.0), np.float32)


def _as_rgb(pixels: Floats) -> Floats:
    """Return three components: grey of one, the third 0 where there are two."""
    if pixels.shape[2] == 1:
        return np.repeat(pixels, 3, axis=2)
    if pixels.shape[2] == 2:
        return np.pad(pixels, ((0, 0), (0, 0), (0, 1)))
    return pixels


def _to_bytes(shares: npt.NDArray[np.floating]) -> Bytes:
    return np.asarray(np.clip(shares, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


_PLAIN = Look()
_SHOWS: dict[Show, Callable[[Floats, Limits], Bytes]] = {
    Show.COLOR: _show_color,
    Show.VECTOR: _show_vector,
    Show.RANGE: _show_range,
    Show.NEARNESS: _show_nearness,
    Show.IDS: _show_ids,
    Show.HEAT: _show_heat,
    Show.SERVERS: _show_servers,
}
