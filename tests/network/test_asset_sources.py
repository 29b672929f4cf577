import pytest
from job_builder import DIGEST, JOB

from network.asset_sources import (
    FED_BY_HOLDER,
    FREE_BYTES,
    IDLE_S,
    MAX_OPEN_REQUESTS,
    AssetSources,
)
from network.instructions import Log, Send, SendAsset
from network.messages import (
    AssetMissing,
    AssetRequest,
    PeerExpect,
    PeerFailed,
    PeerReady,
    PeerServed,
)
from network.upload_slots import FEWEST, REST_S, TRIAL_S, UploadSlots

SIZE = 1 << 30
MIB = 1 << 20
KEY = b"k" * 32


def make(*servers: str, realm: str = "network") -> AssetSources:
    sources = AssetSources(JOB, {DIGEST: SIZE})
    for server in servers:
        sources.add(server, realm)
    return sources


def ask(sources: AssetSources, server: str, offset: int = 0, length: int = MIB, now_s: float = 0.0):
    orders, complaint = sources.request(server, AssetRequest(JOB, DIGEST, offset, length), now_s)
    assert complaint == ""
    return orders


def failed(ticket: int, *, lied: bool = False) -> PeerFailed:
    return PeerFailed(JOB, ticket, lied, "no luck")


def told(orders: list, kind: type) -> list:
    return [order for order in orders if isinstance(order, kind)]


def expected(orders: list) -> list[tuple[str, int]]:
    """Takers that are told of an introduction, and its ticket."""
    sent = [(order.server, order.message) for order in told(orders, Send)]
    return [(server, x.ticket) for server, x in sent if isinstance(x, PeerExpect) and x.comes]


def introduced(sources: AssetSources, orders: list) -> list[tuple[str, str]]:
    """Let the takers be ready; returns holders and takers."""
    pairs: list[tuple[str, str]] = []
    for taker, ticket in expected(orders):
        [order] = sources.ready(taker, PeerReady(JOB, ticket, KEY))
        assert (order.ticket, order.key) == (ticket, KEY)
        pairs.append((order.holder, order.taker))
    return pairs


def test_client_feeds_the_first_servers_and_lets_others_wait() -> None:
    sources = make("a", "b", "c")

    assert ask(sources, "a") == [SendAsset("a", JOB, DIGEST, 0, MIB)]
    assert ask(sources, "b") == [SendAsset("b", JOB, DIGEST, 0, MIB)]
    assert ask(sources, "c") == []


def test_small_requests_need_not_wait() -> None:
    sources = make("a", "b", "c")
    ask(sources, "a")
    ask(sources, "b")

    assert len(told(ask(sources, "c", length=FREE_BYTES - 10), SendAsset)) == 1
    assert len(told(ask(sources, "c", offset=FREE_BYTES, length=10), SendAsset)) == 1
    assert ask(sources, "c", offset=FREE_BYTES + 10, length=1) == []


def test_waiting_server_is_fed_when_another_one_goes() -> None:
    sources = make("a", "b", "c", "d")
    for server in "abcd":
        ask(sources, server)

    orders = sources.remove("b", 1.0)

    assert told(orders, SendAsset) == [SendAsset("c", JOB, DIGEST, 0, MIB)]


def test_server_that_went_quiet_gives_its_place_to_another() -> None:
    sources = make("a", "b", "c")
    for server in "abc":
        ask(sources, server)
    ask(sources, "a", offset=MIB, now_s=IDLE_S - 0.1)

    orders = sources.tick(IDLE_S + 0.1)

    assert told(orders, SendAsset) == [SendAsset("c", JOB, DIGEST, 0, MIB)]
    assert told(ask(sources, "b", offset=MIB, now_s=9.0), SendAsset)  # it is still served


def test_server_that_has_the_scene_feeds_those_that_wait() -> None:
    sources = make("a", "b", "c", "d", "e")
    for server in "abcde":
        ask(sources, server)

    orders = sources.has_all("a", 1.0)

    assert introduced(sources, orders) == [("a", "c"), ("a", "d")]
    assert told(orders, SendAsset) == [SendAsset("e", JOB, DIGEST, 0, MIB)]
    assert ask(sources, "c", offset=MIB) == []  # it asked before it knew


def test_every_server_that_has_the_scene_helps() -> None:
    servers = [f"s{i}" for i in range(64)]
    sources = make(*servers)
    for server in servers:
        ask(sources, server)
    having = servers[:FEWEST]
    fed_by_client = FEWEST
    rounds = 0
    fed = set(having)
    while having:
        orders = [order for server in having for order in sources.has_all(server, 1.0)]
        for taker, ticket in expected(orders):
            [pair] = sources.ready(taker, PeerReady(JOB, ticket, KEY))
            orders += sources.served(pair.holder, PeerServed(JOB, ticket, ""), 1.0)
        by_client = [order.server for order in told(orders, SendAsset)]
        fed_by_client += len(by_client)
        having = [taker for taker, _ in expected(orders)] + by_client
        fed |= set(having)
        rounds += 1

    assert fed == set(servers)
    assert rounds <= 5
    assert fed_by_client <= 2 * FEWEST + rounds * FEWEST


def test_holder_feeds_only_so_many_at_once() -> None:
    sources = make("a", *"cdefgh")
    ask(sources, "a")
    sources.has_all("a", 0.0)
    pairs = [pair for server in "cdefgh" for pair in introduced(sources, ask(sources, server))]

    assert len(pairs) == FED_BY_HOLDER
    orders = sources.served("a", PeerServed(JOB, 1, ""), 1.0)
    assert len(introduced(sources, orders)) == 1


@pytest.mark.parametrize("realm", ["loopback", ""])
def test_servers_that_cannot_reach_each_other_are_not_introduced(realm: str) -> None:
    sources = make("a")
    sources.add("b", realm)
    ask(sources, "a")
    sources.has_all("a", 0.0)

    assert ask(sources, "b") == [SendAsset("b", JOB, DIGEST, 0, MIB)]


def test_server_that_nobody_could_feed_gets_its_files_from_the_client() -> None:
    sources = make("a", "b")
    ask(sources, "a")
    sources.has_all("a", 0.0)
    for ticket in (1, 2):
        assert introduced(sources, ask(sources, "b")) == [("a", "b")]
        assert told(sources.failed("b", failed(ticket), 1.0), Log)
        sources.served("a", PeerServed(JOB, ticket, "refused"), 1.0)

    assert ask(sources, "b") == [SendAsset("b", JOB, DIGEST, 0, MIB)]


def test_liar_feeds_nobody_any_more() -> None:
    sources = make("a", "b", "c")
    ask(sources, "a")
    sources.has_all("a", 0.0)
    ask(sources, "b")
    sources.failed("b", failed(1, lied=True), 1.0)

    assert introduced(sources, ask(sources, "c")) == []


def test_server_is_told_when_nobody_will_come() -> None:
    sources = make("a", "b")
    ask(sources, "a")
    sources.has_all("a", 0.0)
    ask(sources, "b")

    orders = sources.served("a", PeerServed(JOB, 1, "nothing listens there"), 1.0)

    assert told(orders, Send) == [Send("b", PeerExpect(JOB, 1, False))]


def test_server_is_told_when_the_one_that_feeds_it_is_lost() -> None:
    sources = make("a", "b")
    ask(sources, "a")
    sources.has_all("a", 0.0)
    ask(sources, "b")

    assert told(sources.remove("a", 1.0), Send) == [Send("b", PeerExpect(JOB, 1, False))]
    assert ask(sources, "b") == [SendAsset("b", JOB, DIGEST, 0, MIB)]


def test_word_about_an_introduction_of_others_changes_nothing() -> None:
    sources = make("a", "b", "c")
    ask(sources, "a")
    sources.has_all("a", 0.0)
    ask(sources, "b")

    assert sources.served("c", PeerServed(JOB, 1, "lie"), 1.0) == []
    assert sources.failed("c", failed(1), 1.0) == []
    assert sources.failed("b", failed(7), 1.0) == []
    assert sources.ready("c", PeerReady(JOB, 1, KEY)) == []
    assert sources.served("nobody", PeerServed(JOB, 99, ""), 1.0) == []


def test_holder_whose_cache_lost_a_file_is_fed_again() -> None:
    sources = make("a")
    ask(sources, "a")
    sources.has_all("a", 0.0)

    assert ask(sources, "a") == [SendAsset("a", JOB, DIGEST, 0, MIB)]


def test_more_open_requests_than_allowed_are_an_offence() -> None:
    sources = make("a", "b", "c")
    ask(sources, "a")
    ask(sources, "b")
    for i in range(MAX_OPEN_REQUESTS):
        ask(sources, "c", offset=i * MIB)

    _, complaint = sources.request("c", AssetRequest(JOB, DIGEST, 0, MIB), 0.0)

    assert complaint == "asks for more of the scene's files than it may at once"


def test_server_that_is_fed_by_another_and_asks_on_without_end_is_an_offender() -> None:
    sources = make("a", "b")
    ask(sources, "a")
    sources.has_all("a", 0.0)
    ask(sources, "b")  # it is told that the other one comes
    for _ in range(MAX_OPEN_REQUESTS):
        assert ask(sources, "b") == []

    _, complaint = sources.request("b", AssetRequest(JOB, DIGEST, 0, MIB), 0.0)

    assert complaint == "asks for more of the scene's files than it may at once"


@pytest.mark.parametrize(
    ("digest", "offset", "text"),
    [("0" * 64, 0, "no such file in this job"), (DIGEST, SIZE, "beyond the end of the file")],
)
def test_request_for_what_is_not_there_is_answered(digest: str, offset: int, text: str) -> None:
    orders, complaint = make("a").request("a", AssetRequest(JOB, digest, offset, 1), 0.0)

    assert orders == [Send("a", AssetMissing(JOB, digest, text))]
    assert complaint == "asks for a file that the job has not"


def test_request_of_a_server_without_the_job_is_dropped() -> None:
    assert make().request("a", AssetRequest(JOB, DIGEST, 0, 1), 0.0) == ([], "")


# -- slots --------------------------------------------------------------------------------------


def trial(slots: UploadSlots, now_s: float, rate: float) -> float:
    """Let bytes flow at a rate until the number of slots is judged."""
    slots.count(int(rate * TRIAL_S))
    slots.tick(now_s + TRIAL_S, waiting=True)
    return now_s + TRIAL_S


def test_slot_that_brings_more_bytes_stays_and_the_next_is_tried() -> None:
    slots = UploadSlots()
    slots.tick(0.0, waiting=True)
    now_s = trial(slots, 0.0, 1e6)
    assert slots.limit == FEWEST + 1

    trial(slots, now_s, 1.5e6)

    assert slots.limit == FEWEST + 2


def test_slot_that_brings_nothing_goes_and_is_not_tried_at_once() -> None:
    slots = UploadSlots()
    slots.tick(0.0, waiting=True)
    now_s = trial(slots, trial(slots, 0.0, 1e8), 1e8)
    assert slots.limit == FEWEST

    now_s = trial(slots, now_s, 1e8)
    assert slots.limit == FEWEST
    trial(slots, now_s + REST_S, 1e8)
    assert slots.limit == FEWEST + 1


def test_no_slot_is_tried_while_nobody_waits() -> None:
    slots = UploadSlots()
    for second in range(100):
        slots.tick(float(second), waiting=False)

    assert slots.limit == FEWEST


def test_server_keeps_waiting_only_while_a_request_of_its_is_open() -> None:
    sources = make("a", "b", "c")
    for server in "abc":
        ask(sources, server)

    assert [sources.keeps_waiting(server) for server in "abc"] == [False, False, True]
    sources.tick(IDLE_S)

    assert not sources.keeps_waiting("c")
    assert not sources.keeps_waiting("never heard of")
