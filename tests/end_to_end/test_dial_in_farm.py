"""Servers that dial in, as real processes: `server --connect` and `render --accept`."""

import re
import signal
import subprocess
import sys
import time

import pytest
from farm import (
    FRAME_TIMEOUT_S,
    Client,
    Lines,
    command,
    environment,
    hash_in_process,
    wait_until,
)

from app.system.demo import benchmark_scene
from network.keys import new_key, write_key_file

pytestmark = [pytest.mark.slow, pytest.mark.processes]

FRAME = ("--width", "96", "--height", "64", "--bucket-size", "16", "--samples", "8")


class DiallingServer:
    """A `brigade server --connect` process."""

    def __init__(self, name: str, port: int, key_file, *options: str) -> None:
        arguments = ["server", "--name", name, "--threads", "1", "--key-file", str(key_file)]
        arguments += ["--connect", f"127.0.0.1:{port}", *options]
        self.process = subprocess.Popen(
            command(*arguments), env=environment(), stderr=subprocess.PIPE, text=True
        )
        self.log = Lines(self.process.stderr)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self.log.join()


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "farm.key"
    write_key_file(path, new_key())
    return path


@pytest.fixture
def started():
    things = []
    yield things
    for thing in things:
        thing.stop()


def accepting_client(started, tmp_path, key_file, *options):
    client = Client(
        benchmark_scene(), tmp_path / "report.json", *FRAME, "--no-local",
        "--key-file", str(key_file), "--accept", "127.0.0.1:0", *options,
    )  # fmt: skip
    started.append(client)
    client.wait_for(lambda: client.events("note"), "accepting")
    [port] = re.findall(r"port (\d+)", client.events("note")[0]["text"])
    return client, int(port)


def test_servers_that_dial_in_render_the_frame(started, tmp_path, key_file):
    client, port = accepting_client(started, tmp_path, key_file)
    for name in ("node-1", "node-2"):
        started.append(DiallingServer(name, port, key_file, "--exit-when-idle", "1"))

    report = client.finish()

    assert report["frame_sha256"] == hash_in_process(benchmark_scene(), tmp_path, *FRAME)
    assert {server["name"] for server in report["servers"]} <= {"node-1", "node-2"}
    for server in started[1:]:
        assert server.process.wait(FRAME_TIMEOUT_S) == 0
        assert "--exit-when-idle" in server.log.text()


def test_server_that_was_there_first_dials_until_the_client_comes(started, tmp_path, key_file):
    probe = Client(benchmark_scene(), tmp_path / "p.json", *FRAME, "--no-local",
                   "--key-file", str(key_file), "--accept", "127.0.0.1:0")  # fmt: skip
    started.append(probe)
    probe.wait_for(lambda: probe.events("note"), "accepting")
    port = int(re.findall(r"port (\d+)", probe.events("note")[0]["text"])[0])
    probe.stop()
    server = DiallingServer("early", port, key_file)
    started.append(server)
    wait_until(lambda: "dialling again" in server.log.text(), 60, "a first attempt in vain")

    client = Client(benchmark_scene(), tmp_path / "report.json", *FRAME, "--no-local",
                    "--key-file", str(key_file), "--accept", f"127.0.0.1:{port}")  # fmt: skip
    started.append(client)

    assert client.finish()["complete"]


def test_server_with_another_key_does_not_get_in(started, tmp_path, key_file):
    other = tmp_path / "other.key"
    write_key_file(other, new_key())
    client, port = accepting_client(started, tmp_path, key_file)
    stranger = DiallingServer("stranger", port, other)
    started.append(stranger)
    wait_until(lambda: "dialling again" in stranger.log.text(), 60, "the refusal")

    assert not client.events("server")
    assert "key" in stranger.log.text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_server_told_to_end_gives_its_buckets_back_within_ten_seconds(started, tmp_path, key_file):
    client, port = accepting_client(started, tmp_path, key_file, "--samples", "512")
    server = DiallingServer("leaver", port, key_file)
    started.append(server)
    client.wait_for(lambda: client.events("bucket"), "a first bucket")

    begun_s = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 0

    assert time.monotonic() - begun_s <= 10.0
    started.append(DiallingServer("follower", port, key_file))
    report = client.finish()
    assert report["complete"]
    [incident] = report["incidents"]
    assert (incident["server"], incident["buckets_given_back"]) == ("leaver", 0)
