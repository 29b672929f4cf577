import contextlib
import os

import numpy as np
import pytest
from journal_world import COMPONENTS, HEIGHT, SERVER, WIDTH, World, buckets, make_pins, render

from app.frames.journal_file import (
    create_journal,
    journal_beside,
    new_journal_id,
    open_journal,
    set_journal_aside,
)
from app.frames.journal_format import Encoder, JournalError
from renderer.buckets import Region
from renderer.film import Film


@pytest.fixture
def path(tmp_path):
    return journal_beside(tmp_path / "frame.exr")


def write_frame(path, regions) -> None:
    file = create_journal(path)
    world = World(file, make_pins(), Encoder(new_journal_id()))
    world.writer.put(SERVER)
    for region in regions:
        world.deliver(region)
    world.writer.step(0.0)
    file.close()


@pytest.fixture
def file_size_limit():
    """As a full disk: a file may not grow beyond so many bytes."""
    resource = pytest.importorskip("resource")

    @contextlib.contextmanager
    def limit(size):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limit


def test_journal_lies_beside_the_output(path):
    assert path.name == "frame.exr.journal"


def test_journal_gives_the_film_back(path):
    write_frame(path, buckets())
    file = open_journal(path)
    film = Film(WIDTH, HEIGHT, COMPONENTS)

    pieces = file.load(file.replay(), film)

    assert len(pieces) == len(buckets())
    np.testing.assert_array_equal(film.pixels, render(Region(0, 0, WIDTH, HEIGHT)))
    file.close()


def test_torn_tail_is_cut_off_when_the_frame_goes_on(path):
    write_frame(path, buckets()[:3])
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"\xb5BKJ torn")
    journal = open_journal(path)
    replay = journal.replay()

    journal.append(Encoder(replay.id, replay.sequence).revoked([buckets()[0]]))
    journal.close()

    again = open_journal(path)
    regions = [piece.region for piece in again.replay().pieces]
    assert regions == list(buckets()[1:3])
    assert replay.end == size
    again.close()


@pytest.mark.skipif(os.name == "nt", reason="RLIMIT_FSIZE is POSIX")
def test_record_that_did_not_fit_leaves_the_journal_whole(path, file_size_limit):
    write_frame(path, buckets()[:3])
    size = path.stat().st_size
    journal = open_journal(path)
    replay = journal.replay()
    encoder = Encoder(replay.id, replay.sequence)

    with file_size_limit(size + 100), pytest.raises(OSError, match="too large"):
        journal.append(encoder.revoked([buckets()[0]] * 50))
    journal.append(encoder.revoked([buckets()[1]]))
    journal.close()

    again = open_journal(path)
    found = again.replay()
    assert [piece.region for piece in found.pieces] == [buckets()[0], buckets()[2]]
    assert found.damaged == 0
    again.close()


def test_journal_has_one_writer(path):
    file = create_journal(path)

    with pytest.raises(JournalError, match="another program is writing"):
        open_journal(path)
    with pytest.raises(JournalError, match="wait until that render ends"):
        set_journal_aside(path)
    file.close()
    open_journal(path).close()


def test_journal_of_an_unfinished_frame_is_set_aside_and_not_overwritten(path):
    write_frame(path, buckets()[:3])
    kept = path.read_bytes()

    aside = set_journal_aside(path)

    assert aside.name == "frame.exr.journal.old"
    assert aside.read_bytes() == kept
    assert not path.exists()
    assert set_journal_aside(path) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bits")
def test_journal_is_private_for_it_names_files_of_this_computer(path):
    create_journal(path).close()

    assert path.stat().st_mode & 0o077 == 0


def test_empty_journal_says_so(path):
    path.touch()
    file = open_journal(path)

    with pytest.raises(JournalError, match="empty"):
        file.replay()
    file.close()
