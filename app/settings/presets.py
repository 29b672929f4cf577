"""Render presets: how large and how well, by name; what is rendered stays the scene's affair."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import tomlkit

from app.servers.server_file import write_atomically
from app.settings.preferences import MAX_FILE_BYTES, SQUARE_BEFORE, read_options
from app.values.render_options import RenderOptions

log = logging.getLogger("brigade.window")

#: What a preset holds. Camera, lens, light and background belong to a scene and stay.
FIELDS = (
    "width", "height", "percent", "samples", "noise_threshold", "min_samples", "max_depth",
    "roulette_depth", "diffuse_depth", "glossy_depth", "transmission_depth", "transparent_depth",
    "clamp", "clamp_indirect", "channels", "pixel_filter", "filter_width_px", "bucket_width",
    "bucket_height", "order", "reverse",
)  # fmt: skip
MAX_PRESETS = 100
MAX_NAME = 60
_STANDARD = RenderOptions()
#: They are always there, cannot be written over, and show what presets are for.
BUILT_IN: Mapping[str, RenderOptions] = {
    "Draft": replace(_STANDARD, percent=50, samples=16, max_depth=4, clamp_indirect=10.0),
    "Standard": _STANDARD,
    "Final": replace(
        _STANDARD,
        width=1920,
        height=1080,
        samples=1024,
        noise_threshold=0.03,
        max_depth=16,
        channels=("albedo", "normal"),
    ),
}


def apply_preset(options: RenderOptions, preset: RenderOptions) -> RenderOptions:
    """Return the options with the preset's fields."""
    return replace(options, **{name: getattr(preset, name) for name in FIELDS})


def is_applied(options: RenderOptions, preset: RenderOptions) -> bool:
    """Return whether the options have the preset's fields."""
    return all(getattr(options, name) == getattr(preset, name) for name in FIELDS)


class Presets:
    """The presets of one file, and the built-in ones.

    Args:
        path: a TOML file, a table per preset; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own: dict[str, RenderOptions] = {}
        self._read()

    @property
    def all(self) -> dict[str, RenderOptions]:
        """Every preset by name: the built-in ones, then the artist's in their order."""
        return {**BUILT_IN, **self._own}

    @property
    def own(self) -> tuple[str, ...]:
        """Names that the artist gave."""
        return tuple(self._own)

    def save(self, name: str, options: RenderOptions) -> None:
        """Keep these options under a name; one that is there is written over.

        Raises:
            ValueError: the name cannot be used; the text says why.
            ServerFileError: the file cannot be written.
        """
        name = name.strip()
        if not name or len(name) > MAX_NAME or not name.isprintable():
            raise ValueError(f"a preset needs a name of 1 to {MAX_NAME} letters")
        if name in BUILT_IN:
            raise ValueError(f"{name} is built in; choose another name")
        if name not in self._own and len(self._own) >= MAX_PRESETS:
            raise ValueError(f"there are {MAX_PRESETS} presets already; delete one first")
        self._write({**self._own, name: apply_preset(RenderOptions(), options)})

    def delete(self, name: str) -> None:
        """Forget a preset of the artist's.

        Raises:
            ServerFileError: the file cannot be written.
        """
        self._write({key: value for key, value in self._own.items() if key != name})

    def _write(self, own: dict[str, RenderOptions]) -> None:
        document = tomlkit.document()
        document.add(tomlkit.comment("Render presets of Bucket Brigade."))
        for name, options in own.items():
            values = asdict(options)
            document[name] = {field: values[field] for field in FIELDS}
        write_atomically(self._path, tomlkit.dumps(document))
        self._own = own

    def _read(self) -> None:
        try:
            if self._path.stat().st_size > MAX_FILE_BYTES:
                raise ValueError("it is too large")
            data = tomllib.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError, RecursionError) as error:
            log.warning("no presets of your own: cannot read %s: %s", self._path, error)
            return
        for name, table in list(data.items())[:MAX_PRESETS]:
            if isinstance(table, dict) and name not in BUILT_IN and len(name) <= MAX_NAME:
                known = (*FIELDS, SQUARE_BEFORE)
                chosen = {key: value for key, value in table.items() if key in known}
                self._own[name] = read_options(self._path, chosen)
