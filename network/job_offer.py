"""A job as a client offers it to a server, checked before anything is done for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from network.assets import ManifestError, decode_manifest
from network.messages import AssetEntry, Job, Message
from network.work import ClientId


@dataclass(frozen=True, slots=True)
class JobOffer:
    """A job as its client offered it, checked.

    Attributes:
        again: it was offered before over this link: old answers may still come.
    """

    client: ClientId
    client_name: str
    message: Job
    assets: tuple[AssetEntry, ...]
    again: bool = False


def check_offer(
    message: Job, manifest: bytes, cache_limit_bytes: int, engines: Collection[str]
) -> tuple[AssetEntry, ...]:
    """Return the files of a job.

    Args:
        message: what the client said.
        manifest: its payload.
        cache_limit_bytes: most that the files may take.
        engines: names of those that the worker has; empty for any.

    Raises:
        ManifestError: no honest client says so, or this server cannot take the job.
    """
    assets = decode_manifest(manifest, message.scene, cache_limit_bytes)
    if engines and message.engine not in engines:
        known = ", ".join(sorted(engines))
        text = f"this server has no engine {message.engine!r}, only {known}"
        raise ManifestError(text, hostile=False)
    return assets


def job_named_in(message: Message) -> str:
    """Return the job that a message is about, "" if it is about none."""
    name: str = getattr(message, "job", "")
    return name
