"""The promise on the box, with real processes: the same pixels whoever helped or died."""

import os
import signal
import subprocess
import sys
import time

import pytest

from app.system.demo import benchmark_scene
from tests.end_to_end.farm import (
    FRAME_TIMEOUT_S,
    Client,
    Server,
    command,
    environment,
    hash_in_process,
)

pytestmark = [pytest.mark.processes, pytest.mark.slow]

#: Big enough that a server can be hurt in the middle, small enough for a busy machine.
SIZE = ["--width", "200", "--height", "120", "--seed", "7"]
SAMPLES = 48


def frame_options(samples=SAMPLES):
    return [*SIZE, "--samples", str(samples)]


def server_options(*servers):
    return [part for server in servers for part in ("--server", server.address)]


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Hash of the frame by number of samples, rendered in process."""
    hashes = {}

    def render(samples=SAMPLES):
        if samples not in hashes:
            folder = tmp_path_factory.mktemp("reference")
            options = frame_options(samples)
            hashes[samples] = hash_in_process(benchmark_scene(), folder, *options)
        return hashes[samples]

    return render


def test_local_server_renders_the_reference_bits(reference, farm, tmp_path):
    client = farm(Client, benchmark_scene(), tmp_path / "r.json", *frame_options())

    report = client.finish()

    assert report["frame_sha256"] == reference()
    assert report["complete"]
    assert report["incidents"] == []
    (server,) = report["servers"]
    assert server["name"] == "This computer"
    assert server["buckets"] == report["buckets"]
    assert server["bytes_received"] > 200 * 120 * 16  # every pixel is four floats
    assert report["engine"].startswith("tracer")


@pytest.mark.parametrize(
    "options",
    [
        ["--bucket-size", "16", "--order", "hilbert"],
        ["--bucket-size", "200", "--order", "random"],
        ["--bucket-size", "33", "--order", "checker"],
        ["--bucket-size", "64x16", "--order", "spiral"],
        ["--bucket-size", "13x47", "--order", "random", "--reverse"],
    ],
)
def test_bits_do_not_depend_on_buckets_or_their_order(reference, farm, tmp_path, options):
    client = farm(Client, benchmark_scene(), tmp_path / "r.json", *frame_options(), *options)

    assert client.finish()["frame_sha256"] == reference()


def test_two_servers_and_a_client_share_a_frame(reference, farm, tmp_path):
    one, two = farm(Server, "one"), farm(Server, "two", 2)
    options = [*frame_options(), "--bucket-size", "16", *server_options(one, two)]

    report = farm(Client, benchmark_scene(), tmp_path / "r.json", *options).finish()

    assert report["frame_sha256"] == reference()
    assert len(report["servers"]) == 3
    assert sum(server["buckets"] for server in report["servers"]) == report["buckets"]


def render_while(farm, tmp_path, hurt, servers, samples=160):
    """Start a frame on the servers, call `hurt` when it is on its way, return client and report."""
    options = [*frame_options(samples), "--bucket-size", "16", "--no-local"]
    client = farm(
        Client, benchmark_scene(), tmp_path / "r.json", *options, *server_options(*servers)
    )
    client.wait_for(
        lambda: (
            {event["server"] for event in client.events("bucket")}
            == {server.address for server in servers}
            and len(client.events("bucket")) >= 6
        ),
        "six buckets, some of each server",
    )
    hurt()
    return client, client.finish()


def test_killed_server_costs_time_and_no_pixel(reference, farm, tmp_path):
    one, two = farm(Server, "one"), farm(Server, "two")
    killed_at = []

    def kill():
        two.process.kill()
        killed_at.append(time.monotonic())

    client, report = render_while(farm, tmp_path, kill, [one, two])

    assert report["frame_sha256"] == reference(160)
    (incident,) = report["incidents"]
    assert incident["buckets_given_back"] >= 1
    told = next(
        when
        for line, when in zip(client.out.lines, client.out.times, strict=False)
        if '"event": "incident"' in line
    )
    # Not a bar (those are in tests/benchmarks): it must be noticed by the socket, not by silence.
    assert told - killed_at[0] < 3.0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop a process")
def test_stopped_server_is_noticed_and_its_buckets_are_rendered_elsewhere(
    reference, farm, tmp_path
):
    one, two = farm(Server, "one"), farm(Server, "two")

    _, report = render_while(farm, tmp_path, lambda: two.send_signal(signal.SIGSTOP), [one, two])

    assert report["frame_sha256"] == reference(160)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the worker in /proc")
def test_killed_worker_is_a_failed_bucket_and_a_restarted_worker(reference, farm, tmp_path):
    one = farm(Server, "one")

    def kill_worker():
        for pid in one.worker_pids():
            os.kill(pid, signal.SIGKILL)

    _, report = render_while(farm, tmp_path, kill_worker, [one])

    assert report["frame_sha256"] == reference(160)
    assert one.process.poll() is None
    assert one.log.text().count("is ready") == 2


def test_server_that_starts_late_gets_work(reference, farm, tmp_path):
    one, late = farm(Server, "one"), farm(Server, "late")
    address = late.address
    late.stop()
    options = [*frame_options(400), "--bucket-size", "16", "--no-local", "--server", one.address]
    client = farm(Client, benchmark_scene(), tmp_path / "r.json", *options, "--server", address)
    client.wait_for(lambda: len(client.events("bucket")) >= 3, "three buckets")

    farm(Server, "late", 1, "--port", address.rpartition(":")[2])
    report = client.finish()

    assert report["frame_sha256"] == reference(400)
    assert all(server["buckets"] > 0 for server in report["servers"])


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_server_told_to_stop_gives_its_buckets_back_and_ends(reference, farm, tmp_path):
    one, two = farm(Server, "one"), farm(Server, "two")

    _, report = render_while(farm, tmp_path, lambda: two.send_signal(signal.SIGTERM), [one, two])

    assert report["frame_sha256"] == reference(160)
    assert two.process.wait(15) == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the worker in /proc")
def test_killed_server_leaves_no_worker_behind(farm):
    server = farm(Server, "one")
    (worker,) = server.worker_pids()

    server.process.kill()
    server.process.wait(10)

    deadline = time.monotonic() + 5
    while is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(worker)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_client_with_another_key_is_refused_and_told_why(farm, tmp_path):
    keys = [tmp_path / "a.key", tmp_path / "b.key"]
    for key in keys:
        subprocess.run(command("new-key", str(key)), env=environment(), check=True, timeout=60)
    server = farm(Server, "one", 1, "--key-file", str(keys[0]))

    done = subprocess.run(
        command("test", server.address, "--key-file", str(keys[1])),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=FRAME_TIMEOUT_S,
    )

    assert done.returncode == 1
    assert "✗ key" in done.stdout
    assert "way out" in done.stdout


def test_ladder_passes_on_a_healthy_server(farm):
    server = farm(Server, "one")

    done = subprocess.run(
        command("test", server.address),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=FRAME_TIMEOUT_S,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for step in ("name", "address", "TCP", "version", "key", "benchmark bucket"):
        assert f"✓ {step}" in done.stdout
