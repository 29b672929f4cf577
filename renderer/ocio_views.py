"""Displays and views of OpenColorIO configurations, an optional extra, as LUTs.

A view is baked once into a cube over the axis of stops (`grading.encode_stops`), and goes the way
of every LUT from there: quick, and the same codes in window and files. The library itself would
take a second for a Full HD picture by ACES 2.0.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from renderer.cube_file import LutError
from renderer.grading import decode_stops
from renderer.lut import Lut, make_cube

INSTALL = "pip install 'bucket-brigade[ocio]'"
#: The library's own: ACES 2.0 views, the newest that it knows.
BUILT_IN = "ocio://cg-config-latest"
#: Stands for the configuration that the environment variable OCIO names.
FROM_ENVIRONMENT = "$OCIO"
VARIABLE = "OCIO"
#: 0.06 of an 8-bit code beside ACES 2.0 on average; 3 MB, baked in 0.15 s.
CUBE_SIZE = 65
#: What the film holds, by the names that configurations have for it; roles last.
FILM_SPACES = (
    "Linear Rec.709 (sRGB)",
    "lin_rec709",
    "lin_rec709_srgb",
    "lin_rec709_scene",
    "lin_srgb",
    "Linear Rec.709",
    "Utility - Linear - sRGB",
    "Utility - Linear - Rec.709",
)
#: Of displays and of views that a list shows; a studio's configuration has some dozens.
MAX_NAMES = 500


@dataclass(frozen=True)
class OcioConfig:
    """What there is to choose.

    Attributes:
        name: of the configuration, for people.
        views: names of the views by display, the usual one first.
    """

    name: str
    views: dict[str, tuple[str, ...]]


def find_problem() -> str:
    """Return why OpenColorIO cannot be used here and the way out; "" if it can."""
    try:
        _load()
    except LutError as error:
        return str(error)
    return ""


def default_config() -> str:
    """Return which configuration is meant where none is named: the studio's, or the built-in."""
    return FROM_ENVIRONMENT if os.environ.get(VARIABLE) else BUILT_IN


def list_views(source: str) -> OcioConfig:
    """Return the displays of a configuration.

    Args:
        source: path of an `.ocio` or `.ocioz` file, `BUILT_IN` or `FROM_ENVIRONMENT`.

    Raises:
        LutError: OpenColorIO is not installed, or the configuration cannot be read.
    """
    ocio, config = _open(source)
    try:
        displays = _first(config.getDefaultDisplay(), config.getDisplays())
        views = {
            display: _first(config.getDefaultView(display), config.getViews(display))
            for display in displays
        }
        name = config.getName() or os.path.basename(source)
    except _failures(ocio) as error:
        raise _explain(source, error) from error
    views = {display: names for display, names in views.items() if names}
    if not views:
        raise LutError(f"the OpenColorIO configuration {source} has no display with a view")
    return OcioConfig(name, views)


def bake_view(source: str, display: str, view: str) -> Lut:
    """Return a view as a LUT whose input is `stops`.

    Args:
        source: as for `list_views`.
        display: a name of `OcioConfig.views`, "" for the usual one.
        view: one of its views, "" for the usual one.

    Raises:
        LutError: as for `list_views`, or there is no such display or view.
    """
    known = list_views(source).views
    display = display or next(iter(known))
    if display not in known:
        raise LutError(f"{source} has no display {display!r}; it has: {', '.join(known)}")
    view = view or known[display][0]
    if view not in known[display]:
        has = ", ".join(known[display])
        raise LutError(f"display {display!r} of {source} has no view {view!r}; it has: {has}")
    ocio, config = _open(source)
    axis = decode_stops(np.linspace(0.0, 1.0, CUBE_SIZE))
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    colors = np.ascontiguousarray(np.stack([red, green, blue], axis=-1), dtype=np.float32)
    try:
        transform = ocio.DisplayViewTransform(src=_film_space(config), display=display, view=view)
        config.getProcessor(transform).getDefaultCPUProcessor().applyRGB(colors)
    except _failures(ocio) as error:
        raise _explain(source, error) from error
    finite = np.nan_to_num(colors, nan=0.0, posinf=1.0, neginf=0.0)
    return Lut(f"{view}, {display}", cube=make_cube(finite))


def _film_space(config: Any) -> str:
    """Return the configuration's name for linear Rec. 709."""
    for name in FILM_SPACES:
        space = config.getColorSpace(name)
        if space is not None:
            return str(space.getName())
    raise LutError(
        "the OpenColorIO configuration has no colour space for linear Rec. 709, which pictures "
        f"here are made in; give one of its spaces the alias {FILM_SPACES[1]}"
    )


def _first(usual: str, names: Any) -> tuple[str, ...]:
    listed = list(names)[:MAX_NAMES]
    return tuple(sorted(listed, key=lambda name: name != usual))  # stable


def _open(source: str) -> tuple[Any, Any]:
    ocio = _load()
    path = source
    if source == FROM_ENVIRONMENT:
        path = os.environ.get(VARIABLE, "")
        if not path:
            raise LutError(f"{source} names no configuration: the environment variable is not set")
    try:
        return ocio, ocio.Config.CreateFromFile(path)
    except _failures(ocio) as error:
        raise _explain(source, error) from error


def _failures(ocio: Any) -> tuple[type[Exception], ...]:
    """Return what the library raises; of a missing file it is no kind of its own exception."""
    return ocio.Exception, ocio.ExceptionMissingFile


def _explain(source: str, error: Exception) -> LutError:
    reason = " ".join(str(error).split())[:500]
    return LutError(f"cannot use the OpenColorIO configuration {source}: {reason}")


def _load() -> Any:
    try:
        import PyOpenColorIO
    except ImportError as error:
        if getattr(error, "name", "") == "PyOpenColorIO":
            raise LutError(f"OpenColorIO is not installed: {INSTALL}") from error
        raise LutError(f"OpenColorIO cannot be loaded: {error}") from error
    return PyOpenColorIO
