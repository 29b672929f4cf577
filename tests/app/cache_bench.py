"""A server's asset cache on a bench: a clock that is told, and as much disk as is told."""

import hashlib
import os
from pathlib import Path

from app.serving.asset_cache import AssetCache
from app.values.cache_limits import CacheLimits

JOB = "1" * 32
PLENTY = 1 << 40


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Clock:
    def __init__(self) -> None:
        self.now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


def make_cache(folder: Path, clock: Clock, limit: int = PLENTY, free: int = PLENTY) -> AssetCache:
    return AssetCache(folder, CacheLimits(limit), clock=clock, free_bytes=lambda _: free)


def put(cache: AssetCache, content: bytes) -> str:
    digest = digest_of(content)
    assert cache.store(digest, len(content), 0, content)
    return digest


def age(cache: AssetCache, digest: str, clock: Clock, seconds: float) -> None:
    used_s = clock.now_s - seconds
    os.utime(cache.path(digest), (used_s, used_s))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())
