"""What pins a journal to its frame: everything that decides pixels, and what of it differs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

#: Of the records (`journal_format`).
FORMAT = 1


class PinnedAsset(msgspec.Struct, frozen=True, array_like=True):
    """A file of the scene as it was."""

    label: str
    digest: str
    size: int


class Pins(msgspec.Struct, frozen=True, kw_only=True):
    """What a frame was begun with: pixels of another one must never get beside these.

    Attributes:
        settings: of the renderer, as the job's messages carry them (JSON).
        components: floats per pixel of the film.
        started_s: seconds since 1970, for people.
        request: what the artist asked for, to ask for it again (JSON, see `journal_request`).
    """

    format: int = FORMAT
    software: str
    engine: str
    scene: str
    settings: msgspec.Raw
    width: int
    height: int
    components: int
    assets: tuple[PinnedAsset, ...]
    started_s: float = 0.0
    request: msgspec.Raw = msgspec.Raw(b"null")


def find_difference(then: Pins, now: Pins) -> str:
    """Return what of a frame is not as it was when its journal was begun; "" if all is.

    Only what decides pixels counts: bucket size and order may differ.
    """
    if then.software != now.software:
        return f"it was begun with Bucket Brigade {then.software}, this is {now.software}"
    if then.engine != now.engine:
        return f"it was rendered by the engine {then.engine}, not {now.engine}"
    if then.scene != now.scene:
        return f"its scene is {then.scene}, not {now.scene}"
    if words := _differing_asset(then.assets, now.assets):
        return words
    if words := _differing_setting(msgspec.json.decode(then.settings), _plain(now.settings)):
        return words
    sizes = (then.width, then.height, then.components), (now.width, now.height, now.components)
    return "" if sizes[0] == sizes[1] else f"its film has {sizes[0]} values, not {sizes[1]}"


def _plain(settings: msgspec.Raw) -> object:
    return msgspec.json.decode(settings)


def _differing_asset(then: Sequence[PinnedAsset], now: Sequence[PinnedAsset]) -> str:
    before = {asset.label: asset.digest for asset in then}
    after = {asset.label: asset.digest for asset in now}
    for label in before:
        if label not in after:
            return f"the scene does not use {label} any more"
        if before[label] != after[label]:
            return f"the file {label} has changed since"
    added = next((label for label in after if label not in before), "")
    return f"the scene uses {added}, which it did not then" if added else ""


def _differing_setting(then: object, now: object, name: str = "") -> str:
    """Return the first setting that differs, with both values, names of groups before it."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in [*then, *(key for key in now if key not in then)]:
            words = _differing_setting(then.get(key), now.get(key), f"{name}.{key}".strip("."))
            if words:
                return words
        return ""
    return "" if then == now else f"{name} was {_say(then)} then and is {_say(now)} now"


def _say(value: object) -> str:
    """Return a setting's value in few words."""
    text = msgspec.json.encode(value).decode().strip('"')
    return text if len(text) <= 60 else text[:57] + "..."
