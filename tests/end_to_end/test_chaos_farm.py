"""Servers that make trouble on purpose: the frame is right all the same."""

import contextlib

import pytest

from app.system.demo import benchmark_scene
from tests.end_to_end.farm import Client, Server, hash_in_process

pytestmark = [pytest.mark.processes, pytest.mark.slow]

FRAME = ["--width", "200", "--height", "120", "--seed", "7", "--samples", "64"]
BUCKETS = ["--bucket-size", "32", "--no-local"]


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return hash_in_process(benchmark_scene(), tmp_path_factory.mktemp("reference"), *FRAME)


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("chaos", "shows"),
    [("crash:0.2", "crashed"), ("drop:0.2", ""), ("slow:0.5", ""), ("hang:0.2", "")],
)
def test_frame_is_right_whatever_a_server_makes_of_its_buckets(reference, tmp_path, chaos, shows):
    with contextlib.ExitStack() as stack:
        servers = [Server("honest", 1), Server("troubled", 1, "--chaos", chaos)]
        for server in servers:
            stack.callback(server.stop)
        where = [part for server in servers for part in ("--server", server.address)]
        client = Client(benchmark_scene(), tmp_path / "r.json", *FRAME, *BUCKETS, *where)
        stack.callback(client.stop)

        report = client.finish()

    assert report["complete"]
    assert report["frame_sha256"] == reference
    assert any(shows in incident["what"] for incident in report["incidents"]) or not shows


@pytest.mark.timeout(400)
def test_frame_is_right_although_a_server_lies_when_all_buckets_are_compared(reference, tmp_path):
    with contextlib.ExitStack() as stack:
        servers = [Server("one"), Server("two"), Server("liar", 1, "--chaos", "corrupt:0.3")]
        for server in servers:
            stack.callback(server.stop)
        where = [part for server in servers for part in ("--server", server.address)]
        options = [*FRAME, *BUCKETS, *where, "--audit", "100"]
        client = Client(benchmark_scene(), tmp_path / "r.json", *options)
        stack.callback(client.stop)

        report = client.finish()

    assert report["frame_sha256"] == reference
    (incident,) = [x for x in report["incidents"] if "differ" in x["what"]]
    assert incident["server"] == servers[2].address


@pytest.mark.timeout(400)
def test_server_whose_test_picture_is_wrong_renders_nothing(reference, tmp_path):
    with contextlib.ExitStack() as stack:
        servers = [Server("honest", 1), Server("odd", 1, "--chaos", "canary")]
        for server in servers:
            stack.callback(server.stop)
        where = [part for server in servers for part in ("--server", server.address)]
        client = Client(benchmark_scene(), tmp_path / "r.json", *FRAME, *BUCKETS, *where)
        stack.callback(client.stop)

        report = client.finish()

    assert report["frame_sha256"] == reference
    assert {row[4] for row in report["provenance"]} == {1}
    assert any("renders differently" in incident["what"] for incident in report["incidents"])
