"""Servers that feed servers, as the client's core hears of it; and who leaves in the middle."""

from dataclasses import replace

from client_bench import Bench, of, sent
from job_builder import DIGEST, JOB, WELCOME, make_job

from network import instructions as do
from network.asset_sources import AssetSources
from network.messages import (
    AssetEntry,
    AssetRequest,
    Job,
    JobStatus,
    PeerExpect,
    PeerFailed,
    PeerReady,
    PeerServe,
    PeerServed,
)

SIZE = 1 << 30
MIB = 1 << 20
KEY = b"k" * 32


def make_pair() -> tuple[AssetSources, int]:
    """A holder h and a taker t that it is to feed; returns them and the ticket."""
    sources = AssetSources(JOB, {DIGEST: SIZE})
    for server in "hxyt":
        sources.add(server, "network")
    for server in "xyt":  # two are fed by the client, the third waits
        sources.request(server, AssetRequest(JOB, DIGEST, 0, MIB), 0.0)
    out = sources.has_all("h", 0.0)
    (expect,) = (x.message for x in out if isinstance(x, do.Send))
    assert isinstance(expect, PeerExpect)
    return sources, expect.ticket


def test_holder_may_feed_another_when_its_taker_leaves_the_job() -> None:
    sources, ticket = make_pair()

    sources.remove("t", 1.0)

    sources.add("u", "network")
    (order,) = sources.request("u", AssetRequest(JOB, DIGEST, 0, MIB), 1.0)[0]
    assert isinstance(order, do.Send)
    assert order.message == PeerExpect(JOB, ticket + 1, True)
    assert sources.served("h", PeerServed(JOB, ticket, "lost"), 2.0) == []


def test_taker_is_told_to_ask_the_client_when_its_holder_leaves_the_job() -> None:
    sources, ticket = make_pair()

    (order,) = sources.remove("h", 1.0)

    assert order == do.Send("t", PeerExpect(JOB, ticket, False))


def test_server_that_is_no_part_of_the_job_has_no_files() -> None:
    sources, _ = make_pair()

    assert sources.has_all("stranger", 0.0) == []
    assert sources.remove("stranger", 0.0) == []


def test_client_passes_on_what_servers_say_about_feeding_each_other() -> None:
    bench = Bench("")
    for server in "abcd":
        bench.core.add_server(server, server, 0.0)
        bench.core.link_up(server, WELCOME, 0.0, "network")
    bench.start(make_job(4, assets=(AssetEntry("scene.gltf", DIGEST, SIZE),)))
    for server in "bcd":
        bench.say(server, AssetRequest(JOB, DIGEST, 0, MIB))
    out = bench.say("a", JobStatus(JOB, "opening", 0.0, ""))
    ((taker, expect),) = ((x.server, x.message) for x in sent(out, PeerExpect))
    assert (taker, expect.comes) == ("d", True)

    out = bench.say("d", PeerReady(JOB, expect.ticket, KEY))
    assert of(out, do.Introduce) == [do.Introduce(JOB, expect.ticket, "a", "d", KEY)]

    out = bench.say("d", PeerFailed(JOB, expect.ticket, False, "nobody came"))
    assert [x.text for x in of(out, do.Log)] == ["d got no files from a: nobody came"]
    assert bench.say("a", PeerServed(JOB, expect.ticket, "refused")) == []


def test_servers_feed_nobody_when_the_client_transfers_no_assets() -> None:
    bench = Bench("")
    for server in "abcd":
        bench.core.add_server(server, server, 0.0)
        bench.core.link_up(server, WELCOME, 0.0, "network")
    job = make_job(4, assets=(AssetEntry("scene.gltf", DIGEST, SIZE),))
    out = bench.start(replace(job, introduce=False, use_cache=False))
    assert [x.message.use_cache for x in sent(out, Job)] == [False] * 4
    for server in "bcd":
        bench.say(server, AssetRequest(JOB, DIGEST, 0, MIB))

    out = bench.say("a", JobStatus(JOB, "opening", 0.0, ""))

    assert sent(out, PeerExpect) == []


def test_secret_keys_of_introductions_stay_out_of_logs() -> None:
    texts = (repr(PeerServe(JOB, 7, "host", 1, KEY)), repr(PeerReady(JOB, 7, KEY)))

    assert all("kkkk" not in text and "key=..." in text and "7" in text for text in texts)
