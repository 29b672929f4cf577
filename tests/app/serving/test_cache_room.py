"""Who leaves the asset cache when there is no room, or after how long."""

import errno
import os
from pathlib import Path

import pytest
from cache_bench import JOB, Clock, age, digest_of, files, make_cache, put

from app.serving.asset_cache import KEEP_FREE_BYTES, AssetCache, CacheError
from app.serving.cache_folder import BLOCK_BYTES, IN_USE_S
from app.serving.cache_part import Part
from app.values.cache_limits import CacheLimits

# -- room -------------------------------------------------------------------------------------


def test_least_recently_used_file_leaves_when_room_is_needed(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock, limit=100 * BLOCK_BYTES)
    old, recent = put(cache, b"a" * 40 * BLOCK_BYTES), put(cache, b"b" * 40 * BLOCK_BYTES)
    age(cache, old, clock, 1000)
    age(cache, recent, clock, 500)

    new = put(cache, b"c" * 40 * BLOCK_BYTES)

    assert files(folder) == sorted([recent, new])


def test_use_of_a_file_keeps_it(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock, limit=100 * BLOCK_BYTES)
    first, second = put(cache, b"a" * 40 * BLOCK_BYTES), put(cache, b"b" * 40 * BLOCK_BYTES)
    age(cache, first, clock, 1000)
    age(cache, second, clock, 500)
    cache.find(JOB, [first])
    cache.release(JOB)
    clock.now_s += IN_USE_S + 1

    new = put(cache, b"c" * 40 * BLOCK_BYTES)

    assert files(folder) == sorted([first, new])


def test_files_of_running_jobs_never_leave(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock, limit=100 * BLOCK_BYTES)
    pinned = put(cache, b"a" * 60 * BLOCK_BYTES)
    cache.find(JOB, [pinned])
    age(cache, pinned, clock, 100_000)

    with pytest.raises(CacheError, match="raise --cache-limit"):
        put(cache, b"b" * 60 * BLOCK_BYTES)
    cache.release(JOB)

    put(cache, b"b" * 60 * BLOCK_BYTES)
    assert pinned not in files(folder)


def test_files_on_their_way_count_as_used(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock, limit=100 * BLOCK_BYTES)
    cache.store(digest_of(b"a"), 60 * BLOCK_BYTES, 0, b"a")

    with pytest.raises(CacheError, match="full"):
        cache.store(digest_of(b"b"), 60 * BLOCK_BYTES, 0, b"b")
    cache.close()


def test_cache_leaves_space_on_the_disk(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock, free=KEEP_FREE_BYTES + BLOCK_BYTES)

    put(cache, b"a" * 10)
    with pytest.raises(CacheError, match="free some space there, or choose another folder"):
        put(cache, b"b" * (BLOCK_BYTES + 1))


def test_full_disk_is_told_with_the_way_out(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = make_cache(folder, clock)

    def full(*_args: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "open", full)

    with pytest.raises(CacheError, match=r"the disk of the cache .* is full"):
        put(cache, b"content")


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root may write anywhere")
def test_read_only_folder_is_told(folder: Path, clock: Clock) -> None:
    folder.mkdir(mode=0o500)

    with pytest.raises(CacheError, match="cannot be written"):
        put(make_cache(folder, clock), b"content")


def test_folder_deleted_while_running_is_made_again(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"content")
    cache.path(digest).unlink()
    cache.path(digest).parent.rmdir()
    folder.rmdir()

    assert cache.find(JOB, [digest]).present == frozenset()
    assert put(cache, b"content") == digest


# -- limits -----------------------------------------------------------------------------------


def test_file_that_nobody_used_for_long_leaves(folder: Path, clock: Clock) -> None:
    cache = AssetCache(folder, CacheLimits(age_s=1000.0), clock=clock)
    old, recent, pinned = put(cache, b"old"), put(cache, b"recent"), put(cache, b"pinned")
    cache.find(JOB, [pinned])
    age(cache, old, clock, 1001)
    age(cache, recent, clock, 999)
    age(cache, pinned, clock, 9999)

    cache.expire()

    assert files(folder) == sorted([recent, pinned])


def test_interrupted_file_leaves_with_age(folder: Path, clock: Clock) -> None:
    cache = AssetCache(folder, CacheLimits(age_s=1000.0), clock=clock)
    cache.find(JOB, [digest_of(b"12")])
    cache.store(digest_of(b"12"), 2, 0, b"1")
    cache.release(JOB)
    clock.now_s = os.path.getmtime(next(folder.rglob("*.part"))) + 1001

    AssetCache(folder, CacheLimits(age_s=1000.0), clock=clock).expire()

    assert files(folder) == []


def test_cache_without_limits_keeps_everything(folder: Path, clock: Clock) -> None:
    cache = AssetCache(folder, clock=clock)
    digest = put(cache, b"kept")
    age(cache, digest, clock, 1e8)

    cache.expire()

    assert files(folder) == [digest]


def test_tiny_files_count_as_what_they_take_on_the_disk(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock, limit=10 * BLOCK_BYTES)
    for number in range(10):
        cache.find(f"{number:032x}", [put(cache, b"%d" % number)])

    with pytest.raises(CacheError, match="is full"):
        put(cache, b"one more")


def test_other_files_are_not_touched(folder: Path, clock: Clock) -> None:
    cache = AssetCache(folder, CacheLimits(1, 1.0), clock=clock)
    (folder / "ab").mkdir(parents=True)
    for name in ("ab/notes.txt", "ab/" + "A" * 64, "ab/" + "a" * 64 + ".part", "other"):
        (folder / name).write_text("mine")
    before = files(folder)

    cache.expire()

    assert files(folder) == before


def test_disk_that_fills_up_during_a_file_costs_unused_ones(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = make_cache(folder, clock)
    unused = put(cache, b"unused")
    age(cache, unused, clock, 1000)
    append = Part.append

    def full(part: Part, data: bytes) -> None:
        if cache.path(unused).exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        append(part, data)

    monkeypatch.setattr(Part, "append", full)

    digest = put(cache, b"new")

    assert files(folder) == [digest]


def test_part_holds_all_of_a_piece_or_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / "part"
    part = Part(path, os.open(path, os.O_RDWR | os.O_CREAT), 100)
    part.append(b"12345")
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            part.append(b"67890")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"12345"

    part.append(b"67890")

    assert part.close() == digest_of(b"1234567890")
