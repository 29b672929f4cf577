"""A server core among servers: fed by one, feeding others, and lied to."""

from collections.abc import Sequence

import msgspec
import pytest
from job_builder import DIGEST, JOB, OTHER_JOB

from network import instructions as do
from network.messages import (
    AssetChunk,
    AssetEntry,
    AssetRequest,
    EndJob,
    Job,
    Message,
    PeerExpect,
    PeerFailed,
    PeerServe,
    PeerServed,
)
from network.server_core import ServerCore
from network.server_peers import MAX_SERVED

CLIENT, OTHER_CLIENT, PEER = 1, 2, 7
KEY = b"k" * 32
SIZE = 1000
OFFER = Job(JOB, "tracer", "scene.gltf", b"{}", 640, 480, 4, 4096)
MANIFEST = msgspec.msgpack.encode([AssetEntry("scene.gltf", DIGEST, SIZE)])


class Bench:
    """A core with a client whose job it has."""

    def __init__(self, *, has_files: bool) -> None:
        self.core = ServerCore(threads=2, cache_limit_bytes=10_000)
        self.core.client_joined(CLIENT, "artist", 0.0)
        self.core.client_joined(OTHER_CLIENT, "colleague", 0.0)
        self.core.message(CLIENT, OFFER, MANIFEST, 0.0)
        self.core.assets_found(JOB, {DIGEST} if has_files else (), 0.0)

    def say(self, message: Message, payload: bytes = b"", client: int = CLIENT) -> list:
        return self.core.message(client, message, payload, 0.0)

    def serve(self, ticket: int = 1, client: int = CLIENT, job: str = JOB) -> list:
        return self.say(PeerServe(job, ticket, "192.168.1.7", 20727, KEY), client=client)


def of(orders: Sequence[object], kind: type) -> list:
    return [order for order in orders if isinstance(order, kind)]


def told(orders: Sequence[object], kind: type[Message], client: int = CLIENT) -> list:
    sent = [x for x in of(orders, do.SendTo) if x.client == client]
    return [x.message for x in sent if isinstance(x.message, kind)]


# -- feeding others -----------------------------------------------------------------------------


def test_server_with_all_files_feeds_another() -> None:
    bench = Bench(has_files=True)

    orders = bench.serve()

    digests = frozenset((DIGEST,))
    expected = do.ServePeer(JOB, 1, "192.168.1.7", 20727, digests, KEY)
    assert of(orders, do.ServePeer) == [expected]
    ended = bench.core.peer_served(JOB, 1, "", 1.0)
    assert told(ended, PeerServed) == [PeerServed(JOB, 1, "")]
    assert bench.core.peer_served(JOB, 1, "", 2.0) == []


@pytest.mark.parametrize(
    ("has_files", "client", "job"),
    [(False, CLIENT, JOB), (True, OTHER_CLIENT, JOB), (True, CLIENT, OTHER_JOB)],
)
def test_server_without_the_files_of_that_clients_job_says_so(
    has_files: bool, client: int, job: str
) -> None:
    orders = Bench(has_files=has_files).serve(client=client, job=job)

    assert of(orders, do.ServePeer) == []
    [refusal] = told(orders, PeerServed, client)
    assert refusal.text == "it has not the files of this job"


def test_server_feeds_only_so_many_at_once() -> None:
    bench = Bench(has_files=True)
    for ticket in range(MAX_SERVED):
        assert of(bench.serve(ticket), do.ServePeer)

    orders = bench.serve(99)

    assert [x.text for x in told(orders, PeerServed)] == ["it feeds 8 servers already"]


def test_server_takes_an_introduction_once() -> None:
    bench = Bench(has_files=True)
    bench.serve(5)

    assert [x.text for x in told(bench.serve(5), PeerServed)] == ["this introduction is under way"]


def test_server_stops_feeding_when_the_job_ends() -> None:
    bench = Bench(has_files=True)
    bench.serve()

    orders = bench.say(EndJob(JOB))

    assert of(orders, do.StopServing) == [do.StopServing(JOB)]
    assert bench.core.peer_served(JOB, 1, "", 1.0) == []


# -- being fed ----------------------------------------------------------------------------------


def expect(bench: Bench) -> list:
    return bench.say(PeerExpect(JOB, 3, True))


def join(bench: Bench) -> list:
    expect(bench)
    return bench.core.peer_joined(PEER, JOB, 3, 1.0)


def test_server_is_fed_by_another_and_opens_the_scene() -> None:
    bench = Bench(has_files=False)
    assert of(expect(bench), do.ExpectPeer) == [do.ExpectPeer(CLIENT, JOB, 3)]
    orders = bench.core.peer_joined(PEER, JOB, 3, 1.0)
    assert told(orders, AssetRequest, PEER) == [AssetRequest(JOB, DIGEST, 0, SIZE)]
    data = bytes(SIZE)
    stored = bench.core.message(PEER, AssetChunk(JOB, DIGEST, 0), data, 1.0)
    assert of(stored, do.StoreChunk) == [do.StoreChunk(DIGEST, SIZE, 0, data)]
    bench.core.worker_ready("engine-a", 1.0)

    orders = bench.core.asset_stored(DIGEST, "", 2.0)

    assert of(orders, do.CloseClient) == [do.CloseClient(PEER, "done", "thank you")]
    assert of(orders, do.OpenWorkerJob)


@pytest.mark.parametrize("job", [JOB, OTHER_JOB])
def test_server_that_nobody_wants_is_sent_away(job: str) -> None:
    orders = Bench(has_files=False).core.peer_joined(PEER, job, 3, 1.0)

    assert [(x.client, x.code) for x in of(orders, do.CloseClient)] == [(PEER, "done")]


def test_other_server_cannot_act_as_a_client() -> None:
    bench = Bench(has_files=False)
    join(bench)

    orders = bench.core.message(PEER, EndJob(JOB), b"", 1.0)

    assert bench.core.job is not None
    assert [x.text for x in told(orders, PeerFailed)] == ["it sent EndJob"]
    assert of(orders, do.CloseClient)
    assert bench.core.message(PEER, OFFER, MANIFEST, 1.0) == []


def test_server_goes_on_with_the_client_when_the_other_is_lost() -> None:
    bench = Bench(has_files=False)
    join(bench)

    orders = bench.core.client_left(PEER, 2.0)

    assert told(orders, PeerFailed) == [PeerFailed(JOB, 3, False, "its connection ended")]
    assert told(orders, AssetRequest) == [AssetRequest(JOB, DIGEST, 0, SIZE)]


def test_server_leaves_the_other_when_the_job_ends() -> None:
    bench = Bench(has_files=False)
    join(bench)

    orders = bench.say(EndJob(JOB))

    assert do.CloseClient(PEER, "done", "thank you") in orders
    assert of(bench.core.client_left(PEER, 1.5), do.SendTo) == []


def test_server_that_does_not_come_is_given_up_in_time() -> None:
    bench = Bench(has_files=False)
    expect(bench)

    orders = [x for i in range(60) for x in bench.core.tick(i / 4)]

    assert [x.text for x in told(orders, PeerFailed)] == ["it did not come"]
    assert of(orders, do.ForgetPeer) == [do.ForgetPeer(JOB, 3)]


def test_link_of_another_server_that_was_left_ends_without_consequence() -> None:
    bench = Bench(has_files=False)
    bench.say(PeerExpect(JOB, 1, True))
    bench.core.peer_joined(PEER, JOB, 1, 0.0)
    bench.say(PeerExpect(JOB, 1, False))  # ask me again

    assert bench.core.message(PEER, AssetChunk(JOB, DIGEST, 0), bytes(SIZE), 1.0) == []
    assert bench.core.client_left(PEER, 1.0) == []


def test_server_with_all_files_expects_nobody() -> None:
    bench = Bench(has_files=True)

    assert of(bench.say(PeerExpect(JOB, 1, comes=True)), do.ExpectPeer) == []


def test_file_of_an_earlier_server_is_not_held_against_the_one_that_sends_now() -> None:
    bench = Bench(has_files=False)
    bench.say(PeerExpect(JOB, 1, comes=True))
    bench.core.peer_joined(PEER, JOB, 1, 1.0)
    bench.core.message(PEER, AssetChunk(JOB, DIGEST, 0), bytes(SIZE), 1.0)
    bench.say(PeerExpect(JOB, 2, comes=True))  # before the cache has looked at it

    out = bench.core.asset_stored(DIGEST, "its content is not what was announced", 1.0)

    assert told(out, PeerFailed) == []
