"""What the client itself knows of a bucket's pixels: who delivered them, and what they took."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from network.work import BYTES_PER_COMPONENT, Unit
from renderer.channels import channel_offsets, count_components, engine_channels, film_channels
from renderer.film import Film
from renderer.settings import RenderSettings

Pixels = npt.NDArray[np.float32]


def make_film(settings: RenderSettings) -> Film:
    """Return an empty film for all channels of a frame.

    Raises:
        MemoryError: this computer has no room for it.
    """
    components = count_components(film_channels(settings.channels))
    return Film(settings.width, settings.height, components)


def count_film_bytes(settings: RenderSettings) -> int:
    """Return how large the film of a frame is."""
    components = count_components(film_channels(settings.channels))
    return settings.width * settings.height * components * BYTES_PER_COMPONENT


def add_own_channels(pixels: Pixels, settings: RenderSettings, server: int) -> Pixels:
    """Return a result's pixels with the channels that no server sends behind them.

    Args:
        pixels: (h, w, components of a result).
        settings: of the frame.
        server: number of the server that delivered them, from 1 as in the report.
    """
    wanted = count_components(film_channels(settings.channels))
    if wanted == pixels.shape[2]:
        return pixels
    complete = np.full((*pixels.shape[:2], wanted), server, np.float32)
    complete[:, :, : pixels.shape[2]] = pixels
    return complete


def count_samples(pixels: Pixels, unit: Unit, settings: RenderSettings) -> int:
    """Return how many samples a unit's pixels got together.

    All that were asked for, unless a noise threshold ends pixels early: the frame then has
    channel `samples`.
    """
    if settings.noise_threshold <= 0.0:
        return unit.pixel_samples
    place = channel_offsets(engine_channels(settings.channels))["samples"]
    return int(pixels[:, :, place].sum(dtype=np.float64))
