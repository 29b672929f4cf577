"""Links that are cut, stuck or slow in the middle of a frame: the pixels are the same."""

import contextlib

import pytest

from app.system.demo import benchmark_scene
from tests.end_to_end.farm import Client, Server, hash_in_process
from tests.end_to_end.proxy import Proxy

pytestmark = [pytest.mark.processes, pytest.mark.slow]

FRAME = ["--width", "240", "--height", "136", "--seed", "7", "--samples", "256"]
BUCKETS = ["--bucket-size", "32", "--no-local"]
WARM_BUCKETS = 4


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return hash_in_process(benchmark_scene(), tmp_path_factory.mktemp("reference"), *FRAME)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "hurt",
    [
        pytest.param(lambda proxy: proxy.reset(), id="reset"),
        pytest.param(lambda proxy: proxy.drop(), id="end"),
        pytest.param(lambda proxy: proxy.truncate(20_000), id="end inside a result"),
        pytest.param(lambda proxy: proxy.pause(), id="pulled cable"),
        pytest.param(lambda proxy: setattr(proxy, "delay_s", 0.2), id="delay"),
    ],
)
def test_frame_is_right_although_a_link_fails(reference, tmp_path, hurt):
    with contextlib.ExitStack() as stack:
        servers = [Server("near"), Server("far")]
        for server in servers:
            stack.callback(server.stop)
        proxy = stack.enter_context(Proxy(servers[1].port))
        where = ["--server", servers[0].address, "--server", proxy.address]
        client = Client(benchmark_scene(), tmp_path / "r.json", *FRAME, *BUCKETS, *where)
        stack.callback(client.stop)
        client.wait_for(lambda: len(client.events("bucket")) >= WARM_BUCKETS, "some buckets")

        hurt(proxy)
        report = client.finish()

    assert report["complete"]
    assert report["frame_sha256"] == reference
