"""What the artist asked for, as a journal keeps it: a window may ask for it again."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.frames.journal_format import JournalError
from app.values.session_types import RenderRequest
from renderer.bucket_size import BucketSize, square
from renderer.buckets import BucketOrder, Region
from renderer.settings import RenderSettings


class _Request(msgspec.Struct, frozen=True):
    scene: str
    settings: RenderSettings
    #: One number for squares, as journals had it before width and height were apart.
    bucket_size: int | tuple[int, int]
    order: BucketOrder
    environment: str | None
    plate: str | None
    audit: float
    regions: tuple[tuple[int, int, int, int], ...] = ()
    mix_engines: bool = False
    reverse: bool = False


def encode_request(request: RenderRequest) -> msgspec.Raw:
    """Return the request as JSON; its files with their whole paths."""
    width_px, height_px = request.bucket_size
    kept = _Request(
        str(request.scene.resolve()),
        request.settings,
        width_px if width_px == height_px else (width_px, height_px),
        request.order,
        _whole(request.environment),
        _whole(request.plate),
        request.audit,
        tuple((r.x, r.y, r.width, r.height) for r in request.regions),
        request.mix_engines,
        request.reverse,
    )
    return msgspec.Raw(msgspec.json.encode(kept))


def decode_request(raw: msgspec.Raw) -> RenderRequest:
    """Return the request of a journal.

    Raises:
        JournalError: another version of the program wrote it.
    """
    try:
        kept = msgspec.json.decode(raw, type=_Request)
    except msgspec.MsgspecError as error:
        raise JournalError(f"it does not say what was asked for: {error}") from error
    size = kept.bucket_size
    return RenderRequest(
        Path(kept.scene),
        kept.settings,
        square(size) if isinstance(size, int) else BucketSize(*size),
        kept.order,
        Path(kept.environment) if kept.environment else None,
        Path(kept.plate) if kept.plate else None,
        kept.audit,
        mix_engines=kept.mix_engines,
        regions=tuple(Region(*region) for region in kept.regions),
        reverse=kept.reverse,
    )


def _whole(path: Path | None) -> str | None:
    return str(path.resolve()) if path is not None else None
