"""What a server does with scene files: searches that end with their jobs, one job's failures."""

import threading
from collections.abc import Callable, Iterable

import pytest

from app.serving.asset_cache import Found
from app.serving.cache_orders import CacheOrders
from network import instructions as do

JOB, OTHER_JOB, DIGEST = "1" * 32, "2" * 32, "a" * 64
PATIENCE_S = 10.0


class SlowCache:
    """Checks files without end, unless it is told that nobody wants them any more."""

    def __init__(self) -> None:
        self.searching = threading.Event()
        self.ended: list[Exception] = []
        self.released: list[str] = []

    def find(
        self, job: str, digests: Iterable[str], *, fresh: bool, progress: Callable[[float], None]
    ) -> Found:
        if job == OTHER_JOB:
            return Found(frozenset(digests), {})
        self.searching.set()
        pause = threading.Event()
        for _ in range(1000):
            pause.wait(PATIENCE_S / 1000)
            try:
                progress(0.5)
            except Exception as error:
                self.ended.append(error)
                raise
        raise AssertionError("the search was never ended")

    def release(self, job: str) -> None:
        self.released.append(job)

    def close(self) -> None:
        self.released.append("all")


class BrokenCache(SlowCache):
    def find(
        self, job: str, digests: Iterable[str], *, fresh: bool, progress: Callable[[float], None]
    ) -> Found:
        raise PermissionError("not yours")


class NotingCore:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def assets_found(self, job: str, present: object, now_s: float, partial: object) -> list:
        self.told.append(("found", job, present))
        return []

    def assets_searched(self, job: str, fraction: float, now_s: float) -> list:
        return []

    def search_failed(self, job: str, error: str, now_s: float) -> list:
        self.told.append(("failed", job, error))
        return []


@pytest.fixture
def core() -> NotingCore:
    return NotingCore()


def make_orders(core: NotingCore, cache: SlowCache) -> tuple[CacheOrders, Callable]:
    orders = CacheOrders(core, cache, lambda _orders: None)
    performers = orders.performers()
    return orders, lambda order: performers[type(order)](order)


def test_next_job_is_not_kept_waiting_by_the_files_of_one_that_is_over(qtbot, core) -> None:
    cache = SlowCache()
    orders, perform = make_orders(core, cache)
    perform(do.FindAssets(JOB, (DIGEST,)))
    assert cache.searching.wait(PATIENCE_S)

    perform(do.ReleaseAssets(JOB))
    perform(do.FindAssets(OTHER_JOB, (DIGEST,)))

    qtbot.waitUntil(lambda: core.told == [("found", OTHER_JOB, {DIGEST})])
    assert cache.released == [JOB]
    orders.close()


def test_server_that_ends_does_not_check_the_rest_of_the_files(qtbot, core) -> None:
    cache = SlowCache()
    orders, perform = make_orders(core, cache)
    perform(do.FindAssets(JOB, (DIGEST,)))
    assert cache.searching.wait(PATIENCE_S)

    orders.close()

    assert len(cache.ended) == 1
    assert cache.released == ["all"]


def test_cache_that_cannot_be_read_fails_the_job_that_it_is_searched_for(qtbot, core) -> None:
    orders, perform = make_orders(core, BrokenCache())

    perform(do.FindAssets(JOB, (DIGEST, "b" * 64)))

    qtbot.waitUntil(lambda: bool(core.told))
    orders.close()
    assert core.told == [("failed", JOB, "not yours")]
