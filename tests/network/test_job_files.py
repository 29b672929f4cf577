import pytest
from job_builder import DIGEST, JOB, OTHER_DIGEST

from network.assets import MIN_CHUNK_BYTES, WINDOW, TransferError
from network.instructions import (
    CloseClient,
    ExpectPeer,
    ForgetPeer,
    SendTo,
    ServerInstruction,
    StoreChunk,
)
from network.job_files import EXPECT_S, STALL_S, JobFiles
from network.messages import (
    AssetChunk,
    AssetEntry,
    AssetMissing,
    AssetRequest,
    PeerExpect,
    PeerFailed,
    Pong,
)

CLIENT, PEER = 1, 2
SIZE = 10 * MIN_CHUNK_BYTES


class Bench:
    """A server's files, and what it asked whom for."""

    def __init__(self, size: int = SIZE) -> None:
        self.out: list[ServerInstruction] = []
        entries = [AssetEntry("scene.glb", DIGEST, size), AssetEntry("small", OTHER_DIGEST, 5)]
        self.files = JobFiles(JOB, CLIENT, entries, {OTHER_DIGEST}, {}, self.out)
        self.files.advance(0.0)

    def take(self) -> list[ServerInstruction]:
        out = list(self.out)
        self.out.clear()
        return out

    def asked(self, source: int) -> list[AssetRequest]:
        return [
            order.message
            for order in self.take()
            if isinstance(order, SendTo)
            and order.client == source
            and isinstance(order.message, AssetRequest)
        ]

    def introduce(self, ticket: int = 1) -> list[ServerInstruction]:
        self.files.expect(PeerExpect(JOB, ticket, True), 0.0)
        return self.take()

    def join(self, ticket: int = 1) -> list[AssetRequest]:
        self.introduce(ticket)
        assert self.files.peer_joined(PEER, ticket, 1.0)
        return self.asked(PEER)

    def send(self, request: AssetRequest, source: int, now_s: float = 2.0) -> None:
        chunk = AssetChunk(JOB, request.digest, request.offset)
        if source == PEER:
            self.files.peer_message(chunk, bytes(request.length), now_s)
        else:
            self.files.chunk(chunk, bytes(request.length), now_s)

    def failures(self) -> list[PeerFailed]:
        return [
            order.message
            for order in self.take()
            if isinstance(order, SendTo) and isinstance(order.message, PeerFailed)
        ]


def test_server_asks_the_one_that_it_is_introduced_to_instead_of_the_client() -> None:
    bench = Bench()
    assert len(bench.asked(CLIENT)) == WINDOW

    assert bench.introduce() == [ExpectPeer(CLIENT, JOB, 1)]
    assert bench.files.peer_joined(PEER, 1, 1.0)

    requests = bench.asked(PEER)
    assert [request.offset for request in requests][:2] == [0, MIN_CHUNK_BYTES]


def test_pieces_of_both_sources_make_one_file() -> None:
    bench = Bench()
    bench.send(bench.asked(CLIENT)[0], CLIENT)
    bench.take()

    requests = bench.join()

    assert requests[0].offset == MIN_CHUNK_BYTES
    bench.send(requests[0], PEER)
    [store, *_] = bench.take()
    assert store == StoreChunk(DIGEST, SIZE, MIN_CHUNK_BYTES, bytes(MIN_CHUNK_BYTES))


def test_piece_of_the_client_that_was_on_its_way_is_dropped() -> None:
    bench = Bench()
    old = bench.asked(CLIENT)
    bench.introduce()
    bench.send(old[0], CLIENT)

    assert bench.take() == []


def test_piece_of_the_client_that_comes_twice_is_dropped() -> None:
    bench = Bench()
    old = bench.asked(CLIENT)
    bench.introduce()
    bench.files.expect(PeerExpect(JOB, 1, False), 1.0)
    again = bench.asked(CLIENT)
    assert again[0] == old[0]
    bench.send(old[0], CLIENT)
    bench.send(again[0], CLIENT)

    stores = [order for order in bench.take() if isinstance(order, StoreChunk)]
    assert [store.offset for store in stores] == [0]


def test_answers_to_an_earlier_offer_of_the_job_are_dropped() -> None:
    bench = Bench()
    window = bench.asked(CLIENT)
    for request in window:  # as asked for by the job's first life
        bench.send(request, CLIENT)
    following = bench.asked(CLIENT)
    for request in window:
        bench.send(request, CLIENT)
    assert bench.take() == []

    bench.send(following[0], CLIENT)

    [store, *_] = bench.take()
    assert isinstance(store, StoreChunk)
    assert store.offset == following[0].offset


def test_piece_that_nobody_asked_for_is_an_offence_of_a_client_that_introduced_nobody() -> None:
    bench = Bench()

    with pytest.raises(TransferError):
        bench.files.chunk(AssetChunk(JOB, DIGEST, 7), b"12345", 0.0)


@pytest.mark.parametrize(
    ("at_s", "joined", "words"),
    [(EXPECT_S, False, "it did not come"), (1.0 + STALL_S, True, "it sent nothing for 10 s")],
)
def test_server_asks_the_client_again_when_the_other_is_late(
    at_s: float, joined: bool, words: str
) -> None:
    bench = Bench()
    if joined:
        bench.join()
    else:
        bench.introduce()
    bench.take()
    bench.files.tick(at_s - 0.1)
    assert bench.take() == []

    bench.files.tick(at_s)

    out = bench.take()
    assert SendTo(CLIENT, PeerFailed(JOB, 1, False, words)) in out
    end = CloseClient(PEER, "done", "thank you") if joined else ForgetPeer(JOB, 1)
    assert end in out
    assert SendTo(CLIENT, AssetRequest(JOB, DIGEST, 0, MIN_CHUNK_BYTES)) in out


def test_server_asks_the_client_again_when_the_other_ends() -> None:
    bench = Bench()
    requests = bench.join()
    bench.send(requests[0], PEER)
    bench.take()

    bench.files.peer_left(3.0)

    assert bench.files.peer is None
    out = bench.take()
    assert SendTo(CLIENT, PeerFailed(JOB, 1, False, "its connection ended")) in out
    first = next(x.message for x in out if isinstance(x, SendTo) and x.message != out[0].message)
    assert first.offset == MIN_CHUNK_BYTES  # what came is kept


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (AssetMissing(JOB, DIGEST, "gone"), "it lacks 'scene.glb'"),
        (Pong(1), "it sent Pong"),
        (AssetChunk(JOB, DIGEST, 77), "it sent another piece of a file than it was asked for"),
    ],
)
def test_other_server_that_sends_anything_else_is_left(message, words: str) -> None:
    bench = Bench()
    bench.join()

    bench.files.peer_message(message, b"", 2.0)

    assert bench.failures() == [PeerFailed(JOB, 1, False, words)]


def test_file_of_a_liar_is_fetched_from_the_client_as_a_whole() -> None:
    bench = Bench(size=100)
    [request] = bench.join()
    bench.send(request, PEER)
    bench.take()

    assert bench.files.stored(DIGEST, "its content is not what was announced", 3.0) == ""

    out = bench.take()
    [lied] = [x.message for x in out if isinstance(x, SendTo) and isinstance(x.message, PeerFailed)]
    assert lied.lied
    assert SendTo(CLIENT, AssetRequest(JOB, DIGEST, 0, 100)) in out


def test_false_file_of_the_client_fails_the_job() -> None:
    bench = Bench(size=100)
    bench.send(bench.asked(CLIENT)[0], CLIENT)

    assert bench.files.stored(DIGEST, "wrong", 3.0) == "cannot store 'scene.glb': wrong"


def test_other_server_is_thanked_when_all_is_there() -> None:
    bench = Bench(size=100)
    [request] = bench.join()
    bench.send(request, PEER)
    bench.take()

    assert bench.files.stored(DIGEST, "", 3.0) == ""

    assert bench.files.is_complete
    assert bench.take() == [CloseClient(PEER, "done", "thank you")]


def test_server_without_need_expects_nobody() -> None:
    bench = Bench(size=100)
    bench.send(bench.asked(CLIENT)[0], CLIENT)
    bench.files.stored(DIGEST, "", 3.0)
    bench.take()

    assert bench.introduce() == []
    assert not bench.files.peer_joined(PEER, 1, 1.0)


def test_newer_introduction_replaces_the_older_one() -> None:
    bench = Bench()
    bench.introduce(1)

    out = bench.introduce(2)

    assert ForgetPeer(JOB, 1) in out
    assert ExpectPeer(CLIENT, JOB, 2) in out
    assert not bench.files.peer_joined(PEER, 1, 1.0)
    assert bench.files.peer_joined(PEER, 2, 1.0)


def test_withdrawal_of_another_introduction_changes_nothing() -> None:
    bench = Bench()
    bench.introduce(2)

    bench.files.expect(PeerExpect(JOB, 1, False), 1.0)

    assert bench.take() == []


def test_job_that_ends_expects_nobody() -> None:
    bench = Bench()
    bench.introduce()
    bench.files.end()

    assert bench.take() == [ForgetPeer(JOB, 1)]


def test_nothing_is_asked_for_while_the_other_server_is_on_its_way() -> None:
    bench = Bench()
    bench.introduce()

    bench.files.written(1.0)

    assert bench.take() == []


def test_file_without_bytes_is_stored_without_asking() -> None:
    out: list[ServerInstruction] = []
    files = JobFiles(JOB, CLIENT, [AssetEntry("empty", DIGEST, 0)], (), {}, out)

    files.advance(0.0)

    assert out == [StoreChunk(DIGEST, 0, 0, b"")]
