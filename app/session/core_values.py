"""The client core's values in the words of film, list and settings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.values.session_types import DistributedSettings, ServerEntry, ServerState
from network import instructions as do
from network.work import JobSpec, Unit
from renderer.buckets import Region

#: Geometry of a glTF file and materials of an OBJ file: as much the scene as the file itself.
SCENE_PARTS = (".bin", ".mtl")
#: What the core calls a phase, as the list says it.
STATE_OF_PHASE = {
    do.Phase.CONNECTING: ServerState.CONNECTING,
    do.Phase.REFUSED: ServerState.REFUSED,
    do.Phase.TIMED_OUT: ServerState.TIMED_OUT,
    do.Phase.NAME_NOT_FOUND: ServerState.NAME_NOT_FOUND,
    do.Phase.WRONG_VERSION: ServerState.WRONG_VERSION,
    do.Phase.WRONG_KEY: ServerState.WRONG_KEY,
    do.Phase.NOT_PAIRED: ServerState.NOT_PAIRED,
    do.Phase.OTHER_IDENTITY: ServerState.OTHER_IDENTITY,
    do.Phase.IDLE: ServerState.IDLE,
    do.Phase.QUEUED: ServerState.QUEUED,
    do.Phase.SYNCING: ServerState.SYNCING,
    do.Phase.OPENING: ServerState.OPENING,
    do.Phase.RENDERING: ServerState.RENDERING,
    do.Phase.DIFFERENT: ServerState.DIFFERENT,
    do.Phase.PAUSED: ServerState.PAUSED,
    do.Phase.FAILED: ServerState.FAILED,
    do.Phase.SAME: ServerState.SAME,
    do.Phase.LOST: ServerState.LOST,
}


def find_fault(unit: Unit, payload: bytes) -> str | None:
    """Return why a result of the right size cannot be used, None if it can."""
    pixels = np.frombuffer(payload, dtype="<f4")
    bad = pixels.size - int(np.count_nonzero(np.isfinite(pixels)))
    return f"{bad} of its values are not finite" if bad else None


def region_of(unit: Unit) -> Region:
    """Return the rectangle of a unit."""
    return Region(unit.x, unit.y, unit.width, unit.height)


def is_wanted(entry: ServerEntry, settings: DistributedSettings) -> bool:
    """Return whether list and options together say that this server renders."""
    if entry.local:
        return (entry.enabled and settings.use_local) or not settings.enabled
    return entry.enabled and settings.enabled


def apply_settings(spec: JobSpec, settings: DistributedSettings) -> JobSpec:
    """Return a job as the options of the farm want it: its files, and whom it may wait for."""
    return replace(
        spec,
        use_cache=settings.use_cached_assets,
        introduce=settings.transfer_assets,
        guests=bool(settings.accept),
    )


def find_withheld(spec: JobSpec) -> frozenset[str]:
    """Return the digests of a job's assets: of all its files but the scene's own."""
    scene = {asset.digest for asset in spec.assets if _is_scene(asset.label, spec.scene)}
    return frozenset(asset.digest for asset in spec.assets) - scene


def _is_scene(label: str, scene: str) -> bool:
    """Whether a file describes the scene: what the exporter wrote, no picture that it refers to."""
    return label == scene or label.lower().endswith(SCENE_PARTS)


def cache_options(settings: DistributedSettings) -> tuple[str, str]:
    """Return the limits of this computer's cache as `brigade server` takes them: size, age."""
    size = f"{settings.cache_gb}GB" if settings.cache_gb else "none"
    return size, f"{settings.cache_hours}h" if settings.cache_hours else "none"
