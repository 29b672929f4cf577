import errno
import hashlib
import os
import shutil
from pathlib import Path

import pytest

from app.serving.asset_cache import (
    KEEP_FREE_BYTES,
    MAX_OPEN_PARTS,
    AssetCache,
    CacheError,
    hash_file,
)
from app.serving.cache_folder import BLOCK_BYTES, IN_USE_S
from app.serving.cache_part import Part
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


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


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


def test_cache_stores_a_file_in_pieces(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    content = b"abcdefghij"
    digest = digest_of(content)

    assert not cache.store(digest, 10, 0, content[:4])
    assert not cache.path(digest).exists()
    assert cache.store(digest, 10, 4, content[4:])

    assert cache.path(digest).read_bytes() == content
    assert cache.path(digest).parent.name == digest[:2]
    assert files(folder) == [digest]


def test_cache_stores_an_empty_file(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)

    digest = put(cache, b"")

    assert cache.find(JOB, [digest]).present == {digest}


def test_cache_finds_what_it_has(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"here")
    other = digest_of(b"not here")

    found = make_cache(folder, clock).find(JOB, [digest, other])

    assert found.present == {digest}
    assert found.partial == {}


@pytest.mark.parametrize("name", ["", "ab", "../" + "a" * 61, "A" * 64, "a" * 63 + "\n", "a" * 65])
def test_cache_makes_no_path_of_anything_but_a_digest(
    folder: Path, clock: Clock, name: str
) -> None:
    with pytest.raises(ValueError, match="64 lower-case hex"):
        make_cache(folder, clock).path(name)


def test_file_with_another_content_than_announced_is_refused(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)

    with pytest.raises(CacheError, match="changed on the client"):
        cache.store(digest_of(b"right"), 5, 0, b"wrong")

    assert files(folder) == []


@pytest.mark.parametrize(("offset", "data"), [(3, b"x"), (0, b"123456")])
def test_piece_out_of_place_is_refused(
    folder: Path, clock: Clock, offset: int, data: bytes
) -> None:
    cache = make_cache(folder, clock)

    with pytest.raises(CacheError, match="out of order"):
        cache.store(digest_of(b"12345"), 5, offset, data)

    assert files(folder) == []


def test_damaged_file_is_deleted_at_its_first_use_in_a_session(folder: Path, clock: Clock) -> None:
    content = bytes(5000)
    cache = make_cache(folder, clock)
    digest = put(cache, content)
    for place in (0, 2500, 4999):
        damaged = bytearray(content)
        damaged[place] ^= 1
        cache.path(digest).write_bytes(damaged)

        assert make_cache(folder, clock).find(JOB, [digest]).present == frozenset()
        assert files(folder) == []


def test_truncated_file_is_fetched_again(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"complete")
    cache.path(digest).write_bytes(b"comp")
    later = make_cache(folder, clock)

    assert later.find(JOB, [digest]).present == frozenset()
    assert put(later, b"complete") == digest


def test_file_deleted_during_the_session_is_fetched_again(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"gone")
    cache.path(digest).unlink()

    assert cache.find(JOB, [digest]).present == frozenset()
    assert put(cache, b"gone") == digest
    assert cache.path(digest).read_bytes() == b"gone"


@pytest.mark.skipif(os.name == "nt", reason="needs a privilege on Windows")
def test_planted_link_is_removed_and_not_followed(
    folder: Path, clock: Clock, tmp_path: Path
) -> None:
    cache = make_cache(folder, clock)
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    digest = digest_of(b"secret")
    cache.path(digest).parent.mkdir(parents=True)
    cache.path(digest).symlink_to(secret)

    assert cache.find(JOB, [digest]).present == frozenset()
    assert not cache.path(digest).is_symlink()
    assert secret.read_bytes() == b"secret"


# -- interrupted transfers ----------------------------------------------------------------------


def test_interrupted_file_goes_on_in_the_same_session(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    digest = digest_of(b"0123456789")
    cache.find(JOB, [digest])
    cache.store(digest, 10, 0, b"01234")
    cache.release(JOB)

    assert cache.find(JOB, [digest]).partial == {digest: 5}
    assert cache.store(digest, 10, 5, b"56789")
    assert files(folder) == [digest]


def test_interrupted_file_goes_on_in_another_session(folder: Path, clock: Clock) -> None:
    first = make_cache(folder, clock)
    digest = digest_of(b"0123456789")
    first.find(JOB, [digest])
    first.store(digest, 10, 0, b"01234")
    first.release(JOB)
    clock.now_s = os.path.getmtime(next(folder.rglob("*.part"))) + IN_USE_S + 1
    second = make_cache(folder, clock)

    assert second.find(JOB, [digest]).partial == {digest: 5}
    assert second.store(digest, 10, 5, b"56789")
    assert second.path(digest).read_bytes() == b"0123456789"


def test_part_that_another_server_is_writing_is_left_alone(folder: Path, clock: Clock) -> None:
    first = make_cache(folder, clock)
    digest = digest_of(b"0123456789")
    first.find(JOB, [digest])
    first.store(digest, 10, 0, b"01234")
    clock.now_s = os.path.getmtime(next(folder.rglob("*.part"))) + 1.0
    second = make_cache(folder, clock)

    assert second.find(JOB, [digest]).partial == {}
    assert second.store(digest, 10, 0, b"0123456789")
    assert first.store(digest, 10, 5, b"56789")
    assert files(folder) == [digest]


def test_damaged_part_is_refused_at_the_end_and_begun_again(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    digest = digest_of(b"0123456789")
    cache.find(JOB, [digest])
    cache.store(digest, 10, 0, b"0X234")

    with pytest.raises(CacheError):
        cache.store(digest, 10, 5, b"56789")

    assert cache.store(digest, 10, 0, b"0123456789")


def test_transfer_begun_again_from_the_start_replaces_its_part(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    digest = digest_of(b"0123456789")
    cache.store(digest, 10, 0, b"XXXXX")

    assert not cache.store(digest, 10, 0, b"01234")
    assert cache.store(digest, 10, 5, b"56789")


# -- room ---------------------------------------------------------------------------------------


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


def test_hash_file_returns_the_hash_of_the_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")

    # FIPS 180-2, appendix B.1
    assert hash_file(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


# -- limits -------------------------------------------------------------------------------------


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


# -- folders that cannot be used ----------------------------------------------------------------


def test_cache_goes_on_elsewhere_when_its_folder_cannot_be_written(
    folder: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    cache = make_cache(folder, clock)
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("a file in the place of the folder")

    digest = put(cache, b"content")

    assert cache.path(digest).read_bytes() == b"content"
    assert folder not in cache.path(digest).parents
    assert cache.find(JOB, [digest]).present == {digest}
    assert "new files go to" in caplog.text
    spare = cache.path(digest)
    cache.close()
    assert not spare.exists()


def test_files_of_a_folder_that_became_read_only_are_still_used(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"content")

    def read_only(*_args: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "utime", read_only)

    assert cache.find(JOB, [digest]).present == {digest}


# -- attacks ------------------------------------------------------------------------------------


def test_file_replaced_during_the_session_is_noticed(
    folder: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"content")
    cache.path(digest).unlink()
    cache.path(digest).write_bytes(b"CONTENT")

    assert cache.find(JOB, [digest]).present == frozenset()
    assert files(folder) == []
    assert "is damaged: deleted, fetched again" in caplog.text


@pytest.mark.skipif(os.name == "nt", reason="needs other rights on Windows")
def test_file_with_a_second_name_is_not_used(folder: Path, clock: Clock, tmp_path: Path) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"content")
    os.link(cache.path(digest), tmp_path / "second")

    assert cache.find(JOB, [digest]).present == frozenset()
    assert (tmp_path / "second").read_bytes() == b"content"


@pytest.mark.skipif(os.name == "nt", reason="needs a privilege on Windows")
def test_planted_link_to_a_folder_is_not_followed(
    folder: Path, clock: Clock, tmp_path: Path
) -> None:
    cache = make_cache(folder, clock)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    digest = digest_of(b"content")
    folder.mkdir()
    (folder / digest[:2]).symlink_to(elsewhere)

    put(cache, b"content")

    assert list(elsewhere.iterdir()) == []
    assert not (folder / digest[:2]).is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="needs a privilege on Windows")
def test_planted_part_is_neither_followed_nor_resumed(
    folder: Path, clock: Clock, tmp_path: Path
) -> None:
    cache = make_cache(folder, clock)
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    digest = digest_of(b"content")
    (folder / digest[:2]).mkdir(parents=True)
    link = folder / digest[:2] / f"{digest}.{'0' * 16}.part"
    link.symlink_to(target)
    second = folder / digest[:2] / f"{digest}.{'1' * 16}.part"
    os.link(target, second)

    assert cache.find(JOB, [digest]).partial == {}
    put(cache, b"content")
    assert target.read_bytes() == b"precious"


@pytest.mark.skipif(os.name == "nt", reason="needs a privilege on Windows")
def test_link_is_not_followed_when_files_are_sent_on(
    folder: Path, clock: Clock, tmp_path: Path
) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"content")
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret!")
    cache.path(digest).unlink()
    cache.path(digest).symlink_to(secret)

    with pytest.raises(CacheError, match="cannot be read"):
        cache.read(digest, 0, 7)


def test_cache_has_only_so_many_files_on_their_way(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    for number in range(MAX_OPEN_PARTS):
        cache.store(digest_of(b"%d" % number), 10, 0, b"x")

    with pytest.raises(CacheError, match="files on their way at once"):
        cache.store(digest_of(b"one more"), 10, 0, b"x")
    cache.close()
