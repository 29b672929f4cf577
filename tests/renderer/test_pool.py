"""The render pool, with an engine that only counts."""

import threading

import numpy as np
import pytest

from renderer.buckets import Region
from renderer.pool import TILE_SAMPLES, RenderPool, cut_tiles

UNIT = Region(8, 16, 40, 24)


class CountingEngine:
    """Writes each pixel's place and the samples; can be made to wait or to fail."""

    components = 4
    seconds_component = -1
    least_samples = 0

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)
        self.fail_at = -1
        self.tiles: list[Region] = []

    def render(self, region, first_sample, samples, out):
        self.tiles.append(region)
        self.entered.release()
        assert self.gate.wait(20)
        if len(self.tiles) > self.fail_at >= 0:
            raise ValueError("the lamp broke")
        y, x = np.mgrid[0 : region.height, 0 : region.width]
        out[..., 0] = x + region.x
        out[..., 1] = y + region.y
        out[..., 2] = first_sample
        out[..., 3] = samples


class Results:
    """Collects what a pool reports."""

    def __init__(self) -> None:
        self.done: dict[int, tuple] = {}
        self.order: list[int] = []
        self.changed = threading.Condition()

    def __call__(self, key, pixels, render_s, error):
        with self.changed:
            self.done[key] = (pixels, render_s, error)
            self.order.append(key)
            self.changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.order) >= count, 20)


@pytest.fixture
def engine():
    return CountingEngine()


@pytest.fixture
def results():
    return Results()


def make_pool(engine, results, threads=2, clock=lambda: 0.0):
    return RenderPool(engine, threads, results, clock)


@pytest.mark.parametrize("samples", [1, 64, 5000, 1_000_000])
def test_tiles_cover_a_region_once_and_stay_short(samples):
    tiles = cut_tiles(UNIT, samples)

    seen = np.zeros((24, 40), int)
    for tile in tiles:
        seen[tile.y - 16 : tile.y - 16 + tile.height, tile.x - 8 : tile.x - 8 + tile.width] += 1
    assert (seen == 1).all()
    assert all(tile.pixels == 1 or tile.pixels * samples <= TILE_SAMPLES for tile in tiles)


def test_pool_delivers_a_unit_whole(engine, results):
    pool = make_pool(engine, results)

    pool.submit(5, UNIT, 3, 100)
    results.wait_for(1)
    pool.close()

    pixels, _, error = results.done[5]
    y, x = np.mgrid[16:40, 8:48]
    np.testing.assert_array_equal(pixels[..., 0], x)
    np.testing.assert_array_equal(pixels[..., 1], y)
    assert (pixels[..., 2:] == (3.0, 100.0)).all()
    assert error == ""
    assert pool.tiles_done == len(cut_tiles(UNIT, 100))


def test_pool_renders_units_in_the_order_of_submission(engine, results):
    pool = make_pool(engine, results, threads=1)

    for key in range(5):
        pool.submit(key, UNIT, 0, 50)
    results.wait_for(5)
    pool.close()

    assert results.order == [0, 1, 2, 3, 4]


def test_pool_reports_the_error_of_a_unit_and_goes_on(engine, results):
    engine.fail_at = 0
    pool = make_pool(engine, results)

    pool.submit(1, UNIT, 0, 1)
    results.wait_for(1)
    engine.fail_at = -1
    pool.submit(2, UNIT, 0, 1)
    results.wait_for(2)
    pool.close()

    assert results.done[1][0] is None
    assert results.done[1][2] == "ValueError: the lamp broke"
    assert results.done[2][0] is not None


def test_cancelled_unit_is_never_reported_and_its_tiles_are_dropped(engine, results):
    engine.gate.clear()
    pool = make_pool(engine, results, threads=1)
    pool.submit(1, UNIT, 0, 1000)
    assert engine.entered.acquire(timeout=20)

    pool.cancel(1)
    pool.submit(2, UNIT, 0, 1)
    engine.gate.set()
    results.wait_for(1)
    pool.close()

    assert results.order == [2]
    assert len(engine.tiles) == 1 + len(cut_tiles(UNIT, 1))


def test_pool_waits_until_the_tiles_of_cancelled_units_are_over(engine, results):
    engine.gate.clear()
    pool = make_pool(engine, results, threads=1)
    pool.submit(1, UNIT, 0, 1000)
    assert engine.entered.acquire(timeout=20)
    pool.cancel_all()

    waiter = threading.Thread(target=pool.wait_idle)
    waiter.start()
    assert waiter.is_alive()
    engine.gate.set()
    waiter.join(20)

    assert not waiter.is_alive()
    pool.close()
    assert results.order == []


def test_pool_refuses_a_key_twice_and_empty_units(engine, results):
    engine.gate.clear()
    pool = make_pool(engine, results, threads=1)
    pool.submit(1, UNIT, 0, 1)

    with pytest.raises(ValueError, match="being rendered already"):
        pool.submit(1, UNIT, 0, 1)
    with pytest.raises(ValueError, match="is empty"):
        pool.submit(2, UNIT, 0, 0)
    engine.gate.set()
    results.wait_for(1)
    pool.close()


def test_closed_pool_refuses_units(engine, results):
    pool = make_pool(engine, results)
    pool.close()

    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(1, UNIT, 0, 1)


def test_pool_adds_up_the_seconds_of_its_tiles(engine, results):
    ticks = iter(range(1_000_000))
    pool = make_pool(engine, results, threads=1, clock=lambda: float(next(ticks)))

    pool.submit(1, UNIT, 0, 1000)
    results.wait_for(1)
    pool.close()

    assert results.done[1][1] == len(cut_tiles(UNIT, 1000))


def test_pool_tells_each_pixel_its_share_of_its_tiles_seconds(engine, results):
    ticks = iter(range(1_000_000))
    engine.components, engine.seconds_component = 5, 4
    pool = make_pool(engine, results, threads=1, clock=lambda: float(next(ticks)))

    pool.submit(1, UNIT, 0, 1000)
    results.wait_for(1)
    pool.close()

    seconds = results.done[1][0][:, :, 4]
    assert seconds.sum() == pytest.approx(len(cut_tiles(UNIT, 1000)), rel=1e-5)
    assert seconds.min() > 0.0


def test_pool_cuts_larger_tiles_where_pixels_may_end_early(engine, results):
    engine.least_samples = 16
    pool = make_pool(engine, results)

    pool.submit(1, UNIT, 0, 4096)
    results.wait_for(1)
    pool.close()

    assert len(engine.tiles) == len(cut_tiles(UNIT, 64)) < len(cut_tiles(UNIT, 4096))


def test_pool_needs_a_thread(engine, results):
    with pytest.raises(ValueError, match="at least one thread"):
        make_pool(engine, results, threads=0)
