import hashlib
import os
from pathlib import Path

import pytest

from app.frames import digest_cache
from app.frames.digest_cache import (
    HASH_BLOCK_BYTES,
    TIME_GRAIN_S,
    ChangingFileError,
    DigestCache,
    hash_file,
)

LONG_AGO_S = 1_000_000.0


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.bin"
    path.write_bytes(b"first")
    os.utime(path, (LONG_AGO_S, LONG_AGO_S))
    return path


def replace_same_size_and_time(path: Path, content: bytes) -> None:
    other = path.with_name("other")
    other.write_bytes(content)
    os.utime(other, (LONG_AGO_S, LONG_AGO_S))
    os.replace(other, path)


def count_reads(cache: DigestCache, path: Path) -> tuple[str, int]:
    reads: list[int] = []
    return cache.digest(path, reads.append).digest, len(reads)


def test_file_is_read_once_until_it_changes(file: Path) -> None:
    cache = DigestCache()

    assert count_reads(cache, file) == (digest_of(b"first"), 1)
    assert count_reads(cache, file) == (digest_of(b"first"), 0)

    file.write_bytes(b"second")
    assert count_reads(cache, file) == (digest_of(b"second"), 1)


def test_file_replaced_by_one_of_the_same_size_and_time_is_read_again(file: Path) -> None:
    cache = DigestCache()
    cache.digest(file)

    replace_same_size_and_time(file, b"FIRST")

    assert cache.digest(file).digest == digest_of(b"FIRST")


def test_file_written_just_now_is_not_remembered(file: Path) -> None:
    cache = DigestCache(clock=lambda: LONG_AGO_S + TIME_GRAIN_S / 2)

    assert count_reads(cache, file)[1] == 1
    assert count_reads(cache, file)[1] == 1


def test_digests_are_known_to_the_next_program(file: Path, tmp_path: Path) -> None:
    store = tmp_path / "cache" / "digests.json"
    first = DigestCache(store)
    first.digest(file)
    first.save()

    assert count_reads(DigestCache(store), file) == (digest_of(b"first"), 0)
    assert [path.name for path in store.parent.iterdir()] == ["digests.json"]


@pytest.mark.parametrize("content", [b"", b"nonsense", b'[["a",1,2]]', b"\xff", b"[" * 100_000])
def test_store_that_makes_no_sense_is_not_believed(
    file: Path, tmp_path: Path, content: bytes
) -> None:
    store = tmp_path / "digests.json"
    store.write_bytes(content)

    assert count_reads(DigestCache(store), file) == (digest_of(b"first"), 1)


def test_store_that_cannot_be_written_costs_nothing_but_time(file: Path, tmp_path: Path) -> None:
    cache = DigestCache(file / "digests.json")

    assert cache.digest(file).digest == digest_of(b"first")
    cache.save()


def test_file_that_changes_while_it_is_read_is_read_again(file: Path) -> None:
    writes: list[int] = []

    def meddle(_done: int) -> None:
        if not writes:
            writes.append(file.write_bytes(b"changed meanwhile"))

    assert DigestCache().digest(file, meddle).digest == digest_of(b"changed meanwhile")


def test_file_that_never_rests_is_refused_by_name(file: Path) -> None:
    size = 0

    def meddle(_done: int) -> None:
        nonlocal size
        size += 1
        with file.open("ab") as growing:
            growing.write(b"x" * size)

    with pytest.raises(ChangingFileError, match=r"being written.*a\.bin"):
        DigestCache().digest(file, meddle)


def test_cache_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_cache.DigestCache, "MAX_ENTRIES", 2)
    cache = DigestCache()
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_bytes(b"x")
        os.utime(path, (LONG_AGO_S, LONG_AGO_S))
        cache.digest(path)

    assert count_reads(cache, paths[2])[1] == 0
    assert count_reads(cache, paths[0])[1] == 1


def test_hash_equals_sha256_over_several_blocks(tmp_path: Path) -> None:
    data = bytes(range(256)) * (HASH_BLOCK_BYTES // 200)
    (tmp_path / "big.bin").write_bytes(data)

    assert hash_file(tmp_path / "big.bin") == digest_of(data)


def test_digests_that_cannot_be_kept_leave_nothing_behind(file, tmp_path, monkeypatch) -> None:
    store = tmp_path / "known" / "digests.json"
    cache = DigestCache(store)
    cache.digest(file)

    def refuse(*_paths: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", refuse)
    cache.save()

    assert list(store.parent.iterdir()) == []
