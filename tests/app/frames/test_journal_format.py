import struct

import msgspec
import numpy as np
import pytest
from journal_world import (
    COMPONENTS,
    HEIGHT,
    SERVER,
    WIDTH,
    KilledError,
    VirtualDisk,
    World,
    buckets,
    make_pins,
    render,
)

from app.frames.journal_format import HEAD_BYTES, Encoder, JournalError, Piece, read_journal
from app.frames.journal_pins import PinnedAsset, find_difference
from renderer.buckets import Region
from renderer.film import Film
from renderer.missing import find_missing


def write(regions=None) -> tuple[bytes, list[int]]:
    """Return a journal of the regions, and where its records end."""
    disk = VirtualDisk()
    world = World(disk, make_pins())
    world.writer.put(SERVER)
    for region in buckets() if regions is None else regions:
        world.deliver(region)
    world.writer.step(0.0)
    return bytes(disk.data), disk.ends


def load(data: bytes) -> Film:
    film = Film(WIDTH, HEIGHT, COMPONENTS)
    for piece in read_journal(data).pieces:
        start, length = piece.place
        values = np.frombuffer(data[start : start + length], "<f4")
        film.put(piece.region, values.reshape(piece.region.height, piece.region.width, -1))
    return film


def test_journal_gives_back_every_piece_with_who_rendered_it():
    data, _ = write()

    replay = read_journal(data)

    assert replay.pins == make_pins()
    assert [piece.region for piece in replay.pieces] == list(buckets())
    assert replay.servers == {1: SERVER}
    assert replay.engine_classes == ("tracer 1",)
    assert (replay.end, replay.damaged, replay.dropped) == (len(data), 0, 0)
    piece = replay.pieces[0]
    assert (piece.server, piece.samples, piece.render_s, piece.at_s) == (1, 8 * 8 * 4, 0.5, 1.25)
    np.testing.assert_array_equal(load(data).pixels, render(Region(0, 0, WIDTH, HEIGHT)))


def test_journal_cut_at_any_byte_holds_all_records_that_were_whole():
    data, ends = write()
    whole = {0, 1, 2}  # records that hold no pixels: the header twice, the server
    cuts = {end + more for end in ends for more in (-1, 0, 1, HEAD_BYTES)} | {
        *range(0, len(data), 17)
    }
    checked = 0
    for cut in sorted(x for x in cuts if ends[0] <= x <= len(data)):
        records = sum(end <= cut for end in ends) - len(whole) + 1  # header twice is one append
        replay = read_journal(data[:cut])

        assert len(replay.pieces) == max(records, 0)
        assert replay.damaged == 0
        assert replay.end == max(end for end in (ends[0], *ends) if end <= cut)
        checked += 1
    assert checked >= 1000


@pytest.mark.parametrize("cut", [0, 1, HEAD_BYTES - 1, HEAD_BYTES, 100])
def test_journal_without_a_whole_header_says_so(cut):
    data, _ = write()

    with pytest.raises(JournalError, match="no readable header"):
        read_journal(data[:cut])


def test_broken_pixels_lose_nothing_but_themselves():
    data, ends = write()
    broken = bytearray(data)
    broken[ends[5] - 3] ^= 1

    replay = read_journal(bytes(broken))

    lost = buckets()[5 - 2]
    assert [p.region for p in replay.pieces] == [r for r in buckets() if r != lost]
    assert (replay.damaged, replay.dropped) == (1, 0)


def test_broken_head_drops_what_came_before_it_for_a_revocation_may_be_lost():
    data, ends = write()
    broken = bytearray(data)
    broken[ends[5] + 6] ^= 1

    replay = read_journal(bytes(broken))

    assert [piece.region for piece in replay.pieces] == list(buckets()[5:])
    assert (replay.damaged, replay.dropped) == (1, 4)


def test_one_broken_copy_of_the_header_does_no_harm():
    data, ends = write()
    for place in (3, HEAD_BYTES + 5, ends[0] // 2 + 40):
        broken = bytearray(data)
        broken[place] ^= 1

        assert len(read_journal(bytes(broken)).pieces) == len(buckets())


def test_no_single_broken_byte_lets_a_wrong_pixel_through():
    data, _ = write(buckets()[:6])
    for place in range(0, len(data), 7):
        broken = bytearray(data)
        broken[place] ^= 0x41
        film = load(bytes(broken))

        expected = np.where(film.done[..., None], render(Region(0, 0, WIDTH, HEIGHT)), 0.0)
        np.testing.assert_array_equal(film.pixels, expected)


def test_pixels_of_an_unknown_server_do_not_count():
    data, ends = write()
    broken = bytearray(data)
    broken[ends[1] - 1] ^= 1  # the server's record

    replay = read_journal(bytes(broken))

    assert replay.pieces == []
    assert replay.dropped == len(buckets())


def test_record_of_another_journal_is_no_record():
    data, ends = write()
    stranger = Encoder(b"stranger", sequence=1000)
    piece = Piece(Region(0, 0, 8, 8), 1, 4, 0.0, 0.0)
    record = stranger.pixels(piece, np.ones((8, 8, 4), np.float32).tobytes())

    replay = read_journal(data[: ends[3]] + record + data[ends[3] :])

    assert replay.damaged == 1
    assert all(p.place[0] != ends[3] + len(record) for p in replay.pieces)
    assert load(data[: ends[3]] + record + data[ends[3] :]).pixels.max() <= load(data).pixels.max()


def test_revoked_pixels_do_not_count_until_better_ones_come():
    disk = VirtualDisk()
    world = World(disk, make_pins())
    world.writer.put(SERVER)
    first, second = buckets()[:2]
    world.deliver(first, render(first) + 1)
    world.deliver(second)
    world.writer.step(0.0)
    world.revoke(first)
    world.writer.step(0.1)
    between = bytes(disk.data)
    world.deliver(first)
    world.writer.step(0.2)

    assert [piece.region for piece in read_journal(between).pieces] == [second]
    np.testing.assert_array_equal(load(bytes(disk.data)).read(first), render(first))


def test_revocation_of_a_part_takes_the_whole_piece():
    data, _ = write()
    encoder = Encoder(b"identity", sequence=500)

    replay = read_journal(data + encoder.revoked([Region(4, 4, 8, 2)]))

    gone = {Region(0, 0, 8, 8), Region(8, 0, 8, 8)}
    assert {piece.region for piece in replay.pieces} == set(buckets()) - gone


def test_journal_of_a_later_version_is_refused():
    encoder = Encoder(b"identity")

    with pytest.raises(JournalError, match="another version"):
        read_journal(encoder.header(make_pins(format=2)))


def test_unknown_kinds_of_records_are_passed_over():
    encoder = Encoder(b"identity")
    header = encoder.header(make_pins())
    other = encoder._record(99, b"for a later version")  # type: ignore[arg-type]

    assert read_journal(header + other + encoder.server(SERVER)).servers == {1: SERVER}


@pytest.mark.parametrize("rounds", [40])
def test_frame_killed_again_and_again_ends_with_the_same_pixels(rounds):
    """The program dies at every few bytes, is started again, and dies a bit later."""
    reference = render(Region(0, 0, WIDTH, HEIGHT))
    deaths = 0
    for step in range(1, rounds + 1):
        data = b""
        while True:
            disk = VirtualDisk(data, room=2200 + 97 * step)
            try:
                film = finish(disk)
            except KilledError:
                deaths += 1
                data = bytes(disk.data)
                continue
            break
        np.testing.assert_array_equal(film.pixels, reference)
    assert deaths >= 100


def finish(disk: VirtualDisk) -> Film:
    """Resume from the disk and render what is missing, as a session does; return the film."""
    try:
        replay = read_journal(bytes(disk.data))
    except JournalError:
        disk.data.clear()
        world = World(disk, make_pins())
        world.writer.put(SERVER)
    else:
        world = World(disk, None, Encoder(replay.id, replay.sequence))
        old = load(bytes(disk.data))
        del disk.data[replay.end :]
        for piece in replay.pieces:
            world.film.put(piece.region, old.read(piece.region))
        if SERVER.number not in replay.servers:
            world.writer.put(SERVER)
    for bucket in buckets():
        for region in find_missing(bucket, world.film.done):
            world.deliver(region)
            world.writer.step(0.0)
    return world.film


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"software": "1.1"}, "begun with Bucket Brigade 1.0, this is 1.1"),
        ({"engine": "other"}, "engine tracer, not other"),
        ({"scene": "hall.glb"}, "scene is room.glb, not hall.glb"),
        ({"settings": msgspec.Raw(b'{"samples":8,"shot":{"lens":"thin"}}')}, "samples was 4 then"),
        ({"settings": msgspec.Raw(b'{"samples":4,"shot":{"lens":"x"}}')}, "shot.lens was thin"),
        ({"assets": (PinnedAsset("room.glb", "00", 12),)}, "room.glb has changed"),
        ({"assets": make_pins().assets[:1]}, "does not use wood.png any more"),
        ({"assets": (*make_pins().assets, PinnedAsset("x.png", "", 1))}, "uses x.png, which"),
    ],
)
def test_journal_of_another_frame_is_told_apart_by_name(changes, words):
    assert words in find_difference(make_pins(), make_pins(**changes))


def test_time_and_bucket_size_make_no_other_frame():
    later = make_pins(started_s=5.0, request=msgspec.Raw(b'{"bucket_size":16}'))

    assert find_difference(make_pins(), later) == ""


def test_hostile_lengths_are_torn_tails_and_no_memory():
    encoder = Encoder(b"identity")
    header = encoder.header(make_pins())
    head = bytearray(encoder.server(SERVER)[:HEAD_BYTES])
    struct.pack_into("<I", head, 12, 0xFFFFFFFF)

    assert read_journal(header + bytes(head)).pieces == []
    assert read_journal(header).end == len(header)
