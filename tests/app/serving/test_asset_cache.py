"""The asset cache of a server: what it takes, finds and refuses, and goes on with."""

import os
from pathlib import Path

import pytest
from cache_bench import JOB, Clock, digest_of, files, make_cache, put

from app.serving.asset_cache import CacheError
from app.serving.cache_folder import IN_USE_S
from app.serving.cache_search import hash_file


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


def test_hash_file_returns_the_hash_of_the_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")

    # FIPS 180-2, appendix B.1
    assert hash_file(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


# -- interrupted transfers --------------------------------------------------------------------


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
