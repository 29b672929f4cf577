"""Files of earlier jobs that do not count, checks that tell how far they are, and new limits."""

from pathlib import Path

import pytest
from cache_bench import JOB, Clock, age, digest_of, files, make_cache, put

from app.serving.cache_search import STEP, Search, hash_file
from app.serving.server_program import read_limits
from app.values.cache_limits import MAX_SIZE_BYTES, CacheLimits

OTHER_JOB = "2" * 32


def test_file_of_an_earlier_job_does_not_count_until_it_has_come_again(
    folder: Path, clock: Clock
) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"wood")
    old = cache.path(digest).stat().st_ino

    assert cache.find(JOB, [digest], fresh=True).present == frozenset()
    put(cache, b"wood")

    assert cache.path(digest).stat().st_ino != old
    assert cache.find(JOB, [digest], fresh=True).present == {digest}  # the same job, after a break
    assert cache.find(OTHER_JOB, [digest], fresh=True).present == {digest}  # in use by that job
    assert files(folder) == [digest]


def test_interrupted_file_of_an_earlier_job_is_begun_again(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    digest = digest_of(b"0123456789")
    cache.find(JOB, [digest])
    cache.store(digest, 10, 0, b"01234")
    cache.release(JOB)

    assert cache.find(OTHER_JOB, [digest], fresh=True).partial == {}
    assert not cache.store(digest, 10, 0, b"012")
    cache.release(OTHER_JOB)
    assert cache.find(OTHER_JOB, [digest], fresh=True).partial == {digest: 3}  # its own part

    assert cache.store(digest, 10, 3, b"3456789")


def test_file_that_another_job_uses_is_hashed_again_instead(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"wood")
    cache.find(OTHER_JOB, [digest])

    assert cache.find(JOB, [digest], fresh=True).present == {digest}


def test_file_that_comes_again_needs_no_room_beside_itself(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock, limit=6 * 4096)
    content = bytes(4 * 4096)
    digest = put(cache, content)
    cache.find(JOB, [digest], fresh=True)

    assert put(cache, content) == digest
    assert put(cache, b"small") in files(folder)  # what is used was not counted twice


def test_check_tells_how_far_it_is_by_bytes(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    small, large = put(cache, bytes(1 << 20)), put(cache, bytes(3 << 20))
    told: list[float] = []

    cache = make_cache(folder, clock)  # another session, which has hashed nothing yet
    cache.find(JOB, [small, large, "0" * 64], progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) == 4  # a block each
    again: list[float] = []
    cache.find(JOB, [small, large], progress=again.append)

    assert again == []  # this session has hashed them


def test_check_tells_no_more_often_than_anybody_can_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(1 << 10)
    told: list[float] = []
    search = Search([path] * 10_000, told.append)

    for _ in range(10_000):
        search.hash(path)

    assert told[-1] > 1.0 - STEP
    assert len(told) <= 1 / STEP


def test_hash_of_a_large_file_counts_all_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(2_500_000))
    counted: list[int] = []

    assert hash_file(path, counted.append) == digest_of(bytes(2_500_000))
    assert sum(counted) == 2_500_000


def test_lower_limits_take_effect_at_once_and_leave_files_of_running_jobs(
    folder: Path, clock: Clock
) -> None:
    cache = make_cache(folder, clock)
    used, oldest, newer = (put(cache, bytes([n]) * 4096) for n in range(3))
    for digest, seconds in ((used, 9000.0), (oldest, 8000.0), (newer, 7000.0)):
        age(cache, digest, clock, seconds)
    cache.find(JOB, [used])
    age(cache, used, clock, 9000.0)

    cache.set_limits(CacheLimits(2 * 4096))
    assert files(folder) == sorted([used, newer])
    cache.set_limits(CacheLimits(2 * 4096, age_s=3600.0))

    assert files(folder) == [used]


@pytest.mark.parametrize(
    "line", [b"", b"cache 20GB", b"cache huge 1h", b"cash 1GB 1h", b"\xff 1 1"]
)
def test_server_ignores_what_its_parent_never_says(line: bytes, caplog: object) -> None:
    assert read_limits(line) is None


def test_server_reads_limits_as_its_options_have_them() -> None:
    assert read_limits(b"cache 5GB 48h\n") == CacheLimits(5 << 30, 48 * 3600.0)
    assert read_limits(b"cache none none\n") == CacheLimits(MAX_SIZE_BYTES)
