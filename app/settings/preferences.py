"""`settings.toml`: what the window remembers between two starts.

A value that cannot be used falls back to its default and is told; the file never stops a start.
"""

from __future__ import annotations

import logging
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import tomlkit

from app.saving.frame_stamp import DEFAULT_STAMP
from app.servers.server_file import write_atomically
from app.values.render_options import RenderOptions

log = logging.getLogger("brigade.window")

#: As many as a menu shows at a glance.
MAX_RECENT = 10
MAX_FILE_BYTES = 1 << 20
MAX_TEXT = 4096
#: The side of a bucket in files from when buckets were square.
SQUARE_BEFORE = "bucket_size"


@dataclass(frozen=True)
class Preferences:
    """Everything stored besides the server list and the window's geometry.

    Attributes:
        options: the render settings panel.
        view: name of the view transform.
        outlines: name of the bucket outlines.
        color_scheme: "auto", "light" or "dark".
        language: code of `app.system.translation.LANGUAGES`, "" for the system's.
        keys: keys that the artist gave to actions instead of theirs, by action.
        recent: scene files, the newest first.
        save_folder: where the last image was saved.
        temperature_k, tint, gamma: of the look.
        toasts: the desktop tells of ends and failures while the window is not in front.
        denoise: the picture is denoised once it is complete.
        image_kind: the save dialog's last type of file.
        stamp_on, stamp: whether pictures get a frame stamp, and its pattern.
        lut: the LUT that was used last, as `app.values.lut_choice` writes it; "" for none.
        lut_on: whether the picture is seen through it.
        lut_sha256: of its file, as it was used.
        lut_input, lut_strength: what goes into it; percent.
        recent_luts: the newest first.
        image_alpha, exr_compression, exr_parts, jpeg_quality: see `OutputOptions`.
    """

    options: RenderOptions = field(default_factory=RenderOptions)
    exposure_ev: float = 0.0
    view: str = "agx"
    outlines: str = "server"
    color_scheme: str = "auto"
    language: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    recent: tuple[str, ...] = ()
    save_folder: str = ""
    temperature_k: int = 6500
    tint: float = 0.0
    gamma: float = 1.0
    toasts: bool = True
    denoise: bool = False
    image_kind: str = ""
    stamp_on: bool = False
    stamp: str = DEFAULT_STAMP
    image_alpha: bool = False
    exr_compression: str = "zip"
    exr_parts: bool = False
    jpeg_quality: int = 95
    lut: str = ""
    lut_on: bool = False
    lut_sha256: str = ""
    lut_input: str = "display"
    lut_strength: int = 100
    recent_luts: tuple[str, ...] = ()


def load_preferences(path: Path) -> Preferences:
    """Return what is stored; defaults for what is missing or wrong, which is logged."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ValueError("it is too large")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, RecursionError) as error:
        log.warning("settings start from their defaults: cannot read %s: %s", path, error)
        return Preferences()
    window = data.get("window")
    chosen = _choose(path, Preferences(), window if isinstance(window, dict) else {})
    render = data.get("render")
    options = read_options(path, render if isinstance(render, dict) else {})
    for name in ("recent", "recent_luts"):
        chosen[name] = tuple(r for r in chosen[name] if isinstance(r, str))[:MAX_RECENT]
    chosen.pop("options", None)
    return Preferences(options=options, **chosen)


def read_options(path: Path, table: dict[str, Any]) -> RenderOptions:
    """Return the render options of a table; what cannot be used is logged and left out.

    Args:
        path: the table's file, for the log.
        table: values by the names of the options' fields.
    """
    if SQUARE_BEFORE in table:
        side = table[SQUARE_BEFORE]
        table = {"bucket_width": side, "bucket_height": side, **table}
    return RenderOptions(**_repair(path, _choose(path, RenderOptions(), table)))


def save_preferences(path: Path, preferences: Preferences) -> None:
    """Write what is to be remembered.

    Raises:
        ServerFileError: the file cannot be written.
    """
    window = {k: v for k, v in asdict(preferences).items() if k != "options"}
    for name in ("recent", "recent_luts"):
        window[name] = list(window[name])
    document = tomlkit.document()
    document.add(tomlkit.comment("What the window of Bucket Brigade remembers."))
    document["window"] = window
    document["render"] = asdict(preferences.options)
    write_atomically(path, tomlkit.dumps(document))


def add_recent(recent: tuple[str, ...], path: str) -> tuple[str, ...]:
    """Return the list with this one on top, once."""
    return (path, *(r for r in recent if r != path))[:MAX_RECENT]


def _repair(path: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Return render options that go together: one that spoils them is left out, or several."""
    problem = _problem(options)
    if not problem:
        return options
    for name in options:
        others = {key: value for key, value in options.items() if key != name}
        if not _problem(others):
            log.warning("%s: %s starts from its default: %s", path, name, problem)
            return others
    kept: dict[str, Any] = {}
    for name, value in options.items():
        problem = _problem({**kept, name: value})
        if problem:
            log.warning("%s: %s starts from its default: %s", path, name, problem)
        else:
            kept[name] = value
    return kept


def _problem(options: dict[str, Any]) -> str:
    """Return why there is nothing to render with these options, "" if there is."""
    try:
        RenderOptions(**options).to_request(Path())
    except ValueError as error:
        return str(error)
    return ""


def _choose(path: Path, defaults: Any, table: dict[str, Any]) -> dict[str, Any]:
    """Return the table's values that have the type of their default."""
    chosen: dict[str, Any] = {}
    for entry in fields(defaults):
        default = getattr(defaults, entry.name)
        value = table.get(entry.name, default)
        if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if isinstance(default, tuple) and isinstance(value, list):
            value = tuple(value)
        long = isinstance(value, str) and len(value) > MAX_TEXT
        if type(value) is not type(default) or long:
            log.warning("%s: %s is not usable: %r", path, entry.name, value)
            value = default
        chosen[entry.name] = value
    return chosen
