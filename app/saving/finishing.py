"""From a rendered film to what is saved: denoising by the client, and the file's layers.

The film is never touched: a denoised beauty is another array, and the noisy one goes into the
file beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from app.saving.image_metadata import Metadata
from renderer.channels import channel_offsets, film_channels, with_channels
from renderer.denoise import Guides, OnProgress, denoise, describe_denoiser
from renderer.layers import Layer
from renderer.settings import RenderSettings

Floats = npt.NDArray[np.float32]
#: Channels without light that tell the denoiser where edges are.
GUIDES = ("albedo", "normal")
#: Name of the layer that keeps the beauty as it was rendered.
NOISY = "noisy"


@dataclass(frozen=True)
class Finished:
    """What goes into a file.

    Attributes:
        pixels: (H, W, 3 or more) float32: the beauty, and alpha where there is one.
        layers: what an EXR file holds besides.
        notes: for the metadata.
    """

    pixels: Floats
    layers: Mapping[str, Layer]
    notes: Metadata = field(default_factory=dict)


def ask_for_guides(settings: RenderSettings) -> RenderSettings:
    """Return the settings with the channels that denoising profits from."""
    return replace(settings, channels=with_channels(settings.channels, GUIDES))


def denoise_film(
    film: Floats, settings: RenderSettings, threads: int = 0, on_progress: OnProgress | None = None
) -> Floats:
    """Return the beauty (and alpha) of a complete film with less noise.

    Args:
        film: (H, W, components of the settings' channels) float32; it is not touched.
        settings: of the frame.
        threads: 0 for all cores.
        on_progress: is told shares from 0 to 1; cancels by returning False.

    Raises:
        DenoiseError: it is not installed, or failed.
        DenoiseCancelledError: `on_progress` returned False.
    """
    offsets = channel_offsets(film_channels(settings.channels))
    places = {name: offsets[name] for name in GUIDES if name in offsets}
    found = {name: film[:, :, place : place + 3] for name, place in places.items()}
    return denoise(film[:, :, :4], Guides(**found), threads=threads, on_progress=on_progress)


def finish(film: Floats, denoised: Floats | None, layers: Mapping[str, Layer]) -> Finished:
    """Return what is saved of a film.

    Args:
        film: (H, W, 3 or more) float32.
        denoised: what `denoise_film` made of it, if it shall be the picture.
        layers: the other channels.
    """
    if denoised is None:
        return Finished(film, layers)
    noisy = Layer(film[:, :, :3], ("R", "G", "B"), half_ok=True)
    return Finished(denoised, {**layers, NOISY: noisy}, {"denoiser": describe_denoiser()})
