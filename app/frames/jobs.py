"""From a render request to a job: which files it needs, their digests, and its work units.

Everything here is plain computation and file reading; the session runs it off its event loop,
because hashing a large scene takes seconds.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from app.frames.digest_cache import DigestCache, HashedFile
from app.values.session_types import RenderRequest
from network.client_core import JobSpec, Unit
from network.messages import AssetEntry
from network.work import BYTES_PER_COMPONENT
from renderer.bucket_size import check_bucket_size
from renderer.buckets import Region, make_buckets
from renderer.channels import count_components, engine_channels, with_channels
from renderer.missing import find_missing
from renderer.scene import SceneError
from renderer.settings import RenderSettings
from renderer.shot_settings import ShotSettings
from renderer.sky_settings import SkySettings

ENGINE = "tracer"
#: One result is one message and lies in memory whole at both ends: all channels together of a
#: 256-pixel bucket (14 MiB) pass, the largest buckets of beauty and alpha (4 MiB) anyway.
MAX_RESULT_BYTES = 16 << 20
ENVIRONMENT_PREFIX = "environment/"
PLATE_PREFIX = "plate/"
_SETTINGS = frozenset(field.name for field in dataclasses.fields(RenderSettings))
#: Groups within the settings, and their fields.
_GROUPS = {
    name: frozenset(field.name for field in dataclasses.fields(kind))
    for name, kind in (("shot", ShotSettings), ("sky", SkySettings))
}


@dataclass(frozen=True)
class PreparedJob:
    """A job, and where this computer has its assets.

    Attributes:
        files: by digest.
        regions: the buckets in handing-out order.
        buckets: of which region each unit is, or is a part; empty: unit i is region i.
    """

    spec: JobSpec
    files: Mapping[str, HashedFile]
    regions: tuple[Region, ...]
    request: RenderRequest
    buckets: tuple[int, ...] = ()

    @property
    def paths(self) -> dict[str, Path]:
        """Where the file of each digest lies."""
        return {digest: file.path for digest, file in self.files.items()}

    def bucket_of(self, unit: Unit) -> int:
        """Return which of the regions a unit of the running job belongs to."""
        return self.buckets[unit.bucket] if self.buckets else unit.bucket


def prepare_job(
    request: RenderRequest,
    digests: DigestCache,
    progress: Callable[[str], None] = lambda _: None,
) -> PreparedJob:
    """Find and hash all files of the request and cut its frame into units.

    Args:
        request: what the artist asked for.
        digests: of files that were hashed before.
        progress: called with a file's label for each block that is read; what it raises ends
            the work.

    Raises:
        SceneError: a file is missing or unreadable; the text names it.
    """
    from renderer.formats import scan_assets  # with Pillow and more: not at the window's start

    files = {asset.label: asset.path for asset in scan_assets(request.scene)}
    scene_label = next(iter(files))
    settings = request.settings
    if request.environment is not None:
        label = free_label(ENVIRONMENT_PREFIX + request.environment.name, files)
        files[label] = request.environment
        settings = replace(settings, environment=label)
    if settings.shot.background == "plate":
        if request.plate is None:
            raise SceneError("the background is a plate, but none is chosen: choose its image")
        label = free_label(PLATE_PREFIX + request.plate.name, files)
        files[label] = request.plate
        settings = replace(settings, shot=replace(settings.shot, plate=label))
    if settings.noise_threshold > 0.0:
        # Who counts samples must know how many a pixel got.
        settings = replace(settings, channels=with_channels(settings.channels, ("samples",)))
    request = replace(request, settings=settings)
    components = count_components(engine_channels(settings.channels))
    entries, hashed = _hash_all(files, digests, progress)
    regions = make_job_regions(request)
    _check_result_size(regions, components)
    spec = JobSpec(
        job=secrets.token_hex(16),
        engine=ENGINE,
        scene=scene_label,
        settings=encode_settings(settings),
        width=settings.width,
        height=settings.height,
        components=components,
        assets=tuple(entries),
        units=tuple(_make_unit(i, region, settings) for i, region in enumerate(regions)),
        audit=request.audit,
        mix_engines=request.mix_engines,
    )
    return PreparedJob(spec, hashed, regions, request)


def free_label(label: str, files: Mapping[str, Path]) -> str:
    """Return a label that the scene itself does not use for one of its files."""
    while label in files:
        label = "~" + label
    return label


def make_job_regions(request: RenderRequest) -> tuple[Region, ...]:
    """Return the buckets of the request in the order in which they are handed out."""
    try:
        check_bucket_size(request.bucket_size)
    except ValueError as error:
        raise SceneError(str(error)) from None
    settings = request.settings
    whole = make_buckets(
        settings.width, settings.height, request.bucket_size, request.order, seed=settings.seed
    )
    if request.reverse:
        whole = whole[::-1]
    return clip_buckets(whole, request) if request.regions else whole


def clip_buckets(buckets: tuple[Region, ...], request: RenderRequest) -> tuple[Region, ...]:
    """Return what the buckets have of the request's regions, as rectangles in their order.

    Raises:
        SceneError: a region is not inside the frame.
    """
    settings = request.settings
    outside = np.ones((settings.height, settings.width), dtype=np.bool_)
    for region in request.regions:
        right, bottom = region.x + region.width, region.y + region.height
        low = min(region.x, region.y) >= 0 and min(region.width, region.height) >= 1
        if not low or right > settings.width or bottom > settings.height:
            raise SceneError(
                f"the region {region.x},{region.y},{region.width},{region.height} is not inside "
                f"the frame of {settings.width} × {settings.height} pixels"
            )
        outside[region.y : bottom, region.x : right] = False
    return tuple(part for bucket in buckets for part in find_missing(bucket, outside))


def _check_result_size(regions: tuple[Region, ...], components: int) -> None:
    size = max(region.pixels for region in regions) * components * BYTES_PER_COMPONENT
    if size > MAX_RESULT_BYTES:
        raise SceneError(
            f"a bucket of all chosen channels has {size >> 20} MiB, more than "
            f"{MAX_RESULT_BYTES >> 20}: choose a smaller bucket size or fewer channels"
        )


def encode_settings(settings: RenderSettings) -> bytes:
    """Return the settings as the opaque bytes that a job message carries."""
    return msgspec.json.encode(settings)


def decode_settings(data: bytes) -> RenderSettings:
    """Return the settings of a job message; names and ranges are checked.

    Raises:
        msgspec.ValidationError: not settings, a value out of range, or a setting that this
            version does not know (leaving it out would render another picture).
    """
    settings = msgspec.json.decode(data, type=RenderSettings)
    named = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    unknown = named.keys() - _SETTINGS
    for name, fields in _GROUPS.items():
        group = msgspec.json.decode(named.get(name, b"{}"), type=dict[str, msgspec.Raw] | None)
        unknown |= (group or {}).keys() - fields
    if unknown:
        raise msgspec.ValidationError(
            f"this server does not know the setting {min(unknown)!r}: install the client's version"
        )
    return settings


def _hash_all(
    files: Mapping[str, Path], digests: DigestCache, progress: Callable[[str], None]
) -> tuple[list[AssetEntry], dict[str, HashedFile]]:
    entries: list[AssetEntry] = []
    hashed: dict[str, HashedFile] = {}
    for label, path in files.items():
        progress(label)
        try:
            file = digests.digest(path, partial(_tell, progress, label))
        except OSError as error:
            raise SceneError(f"cannot read {path}: {error.strerror or error}") from error
        entries.append(AssetEntry(label=label, digest=file.digest, size=file.size))
        hashed[file.digest] = file
    return entries, hashed


def _tell(progress: Callable[[str], None], label: str, _bytes_done: int) -> None:
    progress(label)


def _make_unit(index: int, region: Region, settings: RenderSettings) -> Unit:
    return Unit(
        index=index,
        x=region.x,
        y=region.y,
        width=region.width,
        height=region.height,
        first_sample=0,
        samples=settings.samples,
    )
