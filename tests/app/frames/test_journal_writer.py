import threading

import numpy as np
import pytest
from journal_world import SERVER, VirtualDisk, World, buckets, make_pins, render

from app.frames.journal_format import read_journal
from app.frames.journal_writer import MAX_RETRY_S, JournalThread


@pytest.fixture
def world():
    made = World(VirtualDisk(), make_pins())
    made.writer.put(SERVER)
    return made


def regions_on(disk: VirtualDisk) -> list:
    return [piece.region for piece in read_journal(bytes(disk.data)).pieces]


def test_writer_brings_records_to_the_disk_at_most_once_a_second(world):
    first, second, third = buckets()[:3]
    world.deliver(first)
    assert world.writer.step(0.0) is None
    assert len(world.disk.syncs) == 1

    world.deliver(second)
    assert world.writer.step(0.25) == pytest.approx(0.75)
    world.deliver(third)
    assert world.writer.step(0.9) == pytest.approx(0.1)
    assert len(world.disk.syncs) == 1
    assert world.writer.step(1.0) is None

    assert world.disk.syncs[-1] == len(world.disk.data)
    assert regions_on(world.disk) == [first, second, third]


def test_full_disk_loses_nothing_and_is_told_once(world):
    world.writer.step(0.0)
    world.disk.full = True
    waits = []
    now_s = 1.0
    for region in buckets()[:9]:
        world.deliver(region)
        waits.append(world.writer.step(now_s))
        now_s += waits[-1]

    assert waits == [1, 2, 4, 8, 16, 32, MAX_RETRY_S, MAX_RETRY_S, MAX_RETRY_S]
    assert world.problems == ["No space left on device"]
    world.disk.full = False
    assert world.writer.step(now_s) is None
    assert world.problems == ["No space left on device", ""]
    assert regions_on(world.disk) == list(buckets()[:9])


def test_writer_waits_for_its_time_to_try_again(world):
    world.disk.full = True
    world.writer.step(0.0)
    world.disk.full = False

    assert world.writer.step(0.4) == pytest.approx(0.6)
    assert not world.disk.data


def test_writer_waits_for_memory_as_for_the_disk(world):
    world.writer.step(0.0)
    read, failing = world.writer._read_pixels, [True]

    def read_pixels(region):
        if failing:
            raise MemoryError
        return read(region)

    world.writer._read_pixels = read_pixels
    world.deliver(buckets()[0])
    world.writer.step(1.0)
    assert world.problems == ["not enough memory"]
    failing.clear()
    world.writer.step(2.0)

    assert regions_on(world.disk) == [buckets()[0]]


def test_journal_that_cannot_be_made_is_made_later(world):
    disk, failing = world.disk, [True]

    def open_disk():
        if failing:
            raise PermissionError(13, "Permission denied")
        return disk

    world.writer._open_disk = open_disk
    world.deliver(buckets()[0])
    world.writer.step(0.0)
    assert world.problems == ["Permission denied"]
    failing.clear()

    world.writer.step(1.0)

    assert regions_on(disk) == [buckets()[0]]


def test_pixels_that_were_revoked_while_they_waited_are_never_written(world):
    false = buckets()[0]
    world.deliver(false, render(false) + 1)
    world.revoke(false)
    world.deliver(false)

    world.writer.step(0.0)

    data = bytes(world.disk.data)
    (piece,) = read_journal(data).pieces
    start, length = piece.place
    pixels = np.frombuffer(data[start : start + length], "<f4").reshape(8, 8, 4)
    np.testing.assert_array_equal(pixels, render(false))
    assert (render(false) + 1).tobytes() not in data


def test_thread_writes_what_waits_before_it_ends(world):
    thread = JournalThread(world.writer)
    for region in buckets():
        world.deliver(region)
        thread.wake()

    thread.end(remove=False)
    thread.join()

    assert regions_on(world.disk) == list(buckets())
    assert (world.disk.closed, world.disk.removed) == (True, False)
    assert world.disk.syncs[-1] == len(world.disk.data)


def test_thread_removes_the_journal_of_a_saved_frame_once_told(world):
    thread = JournalThread(world.writer)
    world.deliver(buckets()[0])
    thread.wake()

    thread.end(remove=True)
    thread.end(remove=False)
    thread.join()

    assert (world.disk.closed, world.disk.removed) == (True, True)
    assert not any(t.name == "brigade-journal" for t in threading.enumerate())
