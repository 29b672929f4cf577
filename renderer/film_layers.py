"""From the film to the layers of an image file, and from passes to one film."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from renderer.channels import (
    ALPHA,
    BEAUTY,
    RANKS,
    Channel,
    Merge,
    channel_offsets,
    count_components,
)
from renderer.cryptomatte import Matte, merge_ranks
from renderer.layers import Layer

Floats = npt.NDArray[np.float32]
#: Colours and directions lose nothing that is seen as half floats; numbers would.
_HALF_OK = frozenset(("albedo", "normal", "direct", "indirect", "emission", "background"))
_PAIRS_PER_LAYER = 2


def film_layers(
    pixels: Floats,
    channels: Sequence[Channel],
    manifests: Mapping[Matte, Mapping[str, str]] | None = None,
) -> dict[str, Layer]:
    """Return all channels but beauty and alpha as layers of a file, without copying.

    Args:
        pixels: (H, W, components of the channels) float32.
        channels: of the film, in its order.
        manifests: what `cryptomatte.make_attributes` says of the mattes among them.

    Raises:
        ValueError: the film is not of these channels.
    """
    if pixels.shape[2] != count_components(channels):
        names = ", ".join(channel.name for channel in channels)
        raise ValueError(f"a film of {pixels.shape[2]} components is not one of {names}")
    layers: dict[str, Layer] = {}
    offsets = channel_offsets(channels)
    for channel in channels:
        first = offsets[channel.name]
        own = pixels[:, :, first : first + len(channel.components)]
        if channel.merge is Merge.RANKS:
            matte = Matte(channel.name)
            layers |= _matte_layers(own, matte, (manifests or {}).get(matte, {}))
        elif channel not in (BEAUTY, ALPHA):
            half_ok = channel.name in _HALF_OK
            layers[channel.name] = Layer(own, channel.components, half_ok=half_ok)
    return layers


def _matte_layers(pixels: Floats, matte: Matte, manifest: Mapping[str, str]) -> dict[str, Layer]:
    """Return `CryptoObject00` and so on: two pairs of id and coverage in each."""
    layers: dict[str, Layer] = {}
    step = 2 * _PAIRS_PER_LAYER
    for number in range(RANKS // _PAIRS_PER_LAYER):
        own = pixels[:, :, number * step : (number + 1) * step]
        attributes = manifest if number == 0 else {}
        layers[f"{matte.layer}{number:02}"] = Layer(own, tuple("RGBA"), attributes=attributes)
    return layers


def merge_passes(
    channels: Sequence[Channel], parts: Sequence[Floats], samples: Sequence[int]
) -> Floats:
    """Return what all samples together give, from the results of ranges of them.

    Args:
        channels: of the results.
        parts: in the order of their samples, each (H, W, components) float32.
        samples: of each part, per pixel.
    """
    merged = np.empty((*parts[0].shape[:2], count_components(channels)), np.float32)
    weights = [count / sum(samples) for count in samples]
    offsets = channel_offsets(channels)
    for channel in channels:
        place = slice(offsets[channel.name], offsets[channel.name] + len(channel.components))
        own = [part[:, :, place] for part in parts]
        merged[:, :, place] = _merge_channel(channel.merge, own, weights)
    return merged


def _merge_channel(
    merge: Merge, parts: Sequence[Floats], weights: Sequence[float]
) -> npt.NDArray[np.floating]:
    if merge is Merge.FIRST:
        return parts[0]
    if merge is Merge.ANY:
        return parts[-1]
    if merge is Merge.RANKS:
        return merge_ranks(parts, weights)
    stack = np.array(parts, np.float64)
    if merge is Merge.SUM:
        return np.asarray(stack.sum(axis=0))
    if merge is Merge.ERROR:
        return np.asarray(np.sqrt(np.tensordot(np.square(weights), stack**2, axes=1)))
    return np.asarray(np.tensordot(weights, stack, axes=1))
