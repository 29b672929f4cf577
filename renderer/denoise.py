"""Denoising a finished picture by Open Image Denoise, an optional extra.

The film keeps its noise: a denoised picture is another array, made by the client, which may be
shown, saved beside the noisy one, or thrown away. It is no part of the promise of equal bits:
the network's weights give slightly different sums on different processors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
#: Called with a share from 0 to 1, now and then, in the thread of the call; False cancels.
OnProgress = Callable[[float], bool]

INSTALL = "pip install 'bucket-brigade[denoise]'"
#: What the auxiliary passes cost, as shares of the whole: each is as large as the beauty's, and
#: the last one reads all three.
AUXILIARY_SHARE = 0.3
#: Large pictures are done in tiles; without a limit Full HD takes 1.5 GB besides the picture.
MAX_MEMORY_MB = 1024


class DenoiseError(Exception):
    """Denoising is not possible; the text says why and the way out."""


class DenoiseCancelledError(Exception):
    """Whoever was told the progress wanted no more."""


@dataclass(frozen=True)
class Guides:
    """Channels without noise, or with less, that say where edges are.

    Attributes:
        albedo: (H, W, 3) float32, 0 to 1.
        normal: (H, W, 3) float32, -1 to 1, 0 where nothing was hit.
    """

    albedo: Floats | None = None
    normal: Floats | None = None


def find_problem() -> str:
    """Return why denoising does not work here and the way out; "" if it works."""
    try:
        _load()
    except DenoiseError as error:
        return str(error)
    return ""


def describe_denoiser() -> str:
    """Return name and version, for the metadata of a file.

    Raises:
        DenoiseError: it is not installed.
    """
    return f"Open Image Denoise {_load().oidn_version()}"


def denoise(
    beauty: Floats,
    guides: Guides = Guides(),
    *,
    threads: int = 0,
    on_progress: OnProgress | None = None,
    clean_guides: bool = True,
) -> Floats:
    """Return a picture with less noise.

    Args:
        beauty: (H, W, 3 or more) float32, linear, of any range, finite; what follows the third
            component (alpha) is left alone.
        guides: of the same size.
        threads: 0 for all cores.
        on_progress: may cancel.
        clean_guides: denoise the guides first, each on its own, so that their noise (depth of
            field, glass) does not come back into the picture.

    Returns:
        (H, W, components of `beauty`) float32; `beauty` itself is not touched.

    Raises:
        DenoiseError: not installed, or the library's own reasons.
        DenoiseCancelledError: `on_progress` returned False.
    """
    library = _load()
    report = on_progress or (lambda _share: True)
    denoised = np.array(beauty, dtype=np.float32)
    try:
        device = library.Device(library.DeviceType.CPU)
        device.num_threads = threads
        images = {n: g for n in ("albedo", "normal") if (g := getattr(guides, n)) is not None}
        begin = 0.0
        for name in tuple(images) if clean_guides else ():
            guide, images[name] = images[name], np.empty(images[name].shape, np.float32)
            stage = _Stage(report, begin, AUXILIARY_SHARE)
            _execute(device.new_filter("RT"), {name: guide}, images[name], stage)
            begin += AUXILIARY_SHARE
        run = device.new_filter("RT")
        run.hdr = True
        run.clean_aux = clean_guides and bool(images)
        images["color"] = beauty[:, :, :3]
        _execute(run, images, denoised[:, :, :3], _Stage(report, begin, 1.0 - begin))
    except library.Error as error:
        if error.code == library.ErrorCode.Cancelled:
            raise DenoiseCancelledError from error
        raise DenoiseError(f"Open Image Denoise: {error}") from error
    return denoised


@dataclass(frozen=True)
class _Stage:
    """Turns one pass's progress into that of the whole."""

    report: OnProgress
    begin: float
    share: float

    def __call__(self, done: float) -> bool:
        return bool(self.report(self.begin + self.share * done))


def _execute(run: Any, images: dict[str, Floats], output: Floats, stage: _Stage) -> None:
    """Run a filter. It reads and writes where the components lie in film and result: no copies."""
    run.max_memory_mb = MAX_MEMORY_MB
    for name, image in images.items():
        run.set_image(name, np.asarray(image, np.float32))
    run.set_image("output", output)
    run.set_progress_monitor(stage)
    try:
        run.execute()
    finally:
        run.set_progress_monitor(None)  # else the filter and its monitor keep each other alive


def _load() -> Any:
    try:
        import mitsuba_oidn
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == "mitsuba_oidn"
        why = "is not installed" if missing else f"cannot be loaded ({error})"
        raise DenoiseError(f"Open Image Denoise {why}; {INSTALL}") from error
    return mitsuba_oidn
