"""Servers behind one name of a real DNS server: `python -m tests.end_to_end.named_farm FOLDER`.

Runs in a network namespace of its own whose `/etc/resolv.conf` names 127.0.0.1; `test_names.py`
makes one. Prints what was seen as one JSON line. Status 77: the resolver asks somebody else.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from pathlib import Path

from app.system.demo import benchmark_scene
from network.keys import new_key, write_key_file
from tests.end_to_end.farm import Client, Server
from tests.end_to_end.name_server import NameServer

EXIT_OTHER_RESOLVER = 77
NAME = "farm.brigade.test"
ADDRESSES = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
LATE = "127.0.0.5"
PORT = "20727"
SMALL = ("--width", "160", "--height", "96", "--samples", "512", "--bucket-size", "16")
#: More than anybody waits for: it is interrupted when the late one has come.
ENDLESS = ("--width", "640", "--height", "360", "--samples", "65536", "--bucket-size", "16")


def main() -> int:
    """Render over the name, then over a name that changes."""
    folder = Path(sys.argv[1])
    key_file = folder / "farm.key"
    write_key_file(key_file, new_key())
    with contextlib.ExitStack() as stack:
        names = NameServer({NAME: ADDRESSES})
        stack.callback(names.close)
        try:
            known = socket.getaddrinfo(NAME, 1, type=socket.SOCK_STREAM)
        except OSError:
            return EXIT_OTHER_RESOLVER
        assert sorted(str(found[4][0]) for found in known) == sorted(ADDRESSES), known
        for number, address in enumerate((*ADDRESSES, LATE)):
            where = ("--bind", address, "--port", PORT, "--key-file", str(key_file))
            stack.callback(Server(f"pod-{number}", 1, *where).stop)
        over = ("--server", NAME, "--no-local", "--key-file", str(key_file))
        told = {
            **_all_take_part(folder, over, stack),
            **_one_comes_late(folder, over, names, stack),
        }
        print(json.dumps({**told, "asked": names.asked.count(NAME)}))
    return 0


def _all_take_part(folder: Path, over: tuple[str, ...], stack: contextlib.ExitStack) -> dict:
    alone = Client(benchmark_scene(), folder / "alone.json", *SMALL, "--in-process")
    stack.callback(alone.stop)
    reference = alone.finish()["frame_sha256"]
    client = Client(benchmark_scene(), folder / "all.json", *SMALL, *over)
    stack.callback(client.stop)
    report = client.finish()
    return {
        "equal": report["frame_sha256"] == reference and report["complete"],
        "servers": sum(server["buckets"] > 0 for server in report["servers"]),
    }


def _one_comes_late(
    folder: Path, over: tuple[str, ...], names: NameServer, stack: contextlib.ExitStack
) -> dict:
    """The name gets another address in the middle of a frame."""
    names.names = {NAME: ADDRESSES[:1]}
    client = Client(benchmark_scene(), folder / "late.json", *ENDLESS, *over)
    stack.callback(client.stop)
    client.wait_for(lambda: client.events("bucket"), "a bucket of the first address")
    before = {event["server"] for event in client.events("bucket")}
    names.names = {NAME: (*ADDRESSES[:1], LATE)}
    client.wait_for(
        lambda: {event["server"] for event in client.events("bucket")} > before, "the late one"
    )
    client.process.send_signal(signal.SIGINT)
    client.process.wait(60)
    return {"before": len(before), "interrupted": client.process.returncode}


if __name__ == "__main__":
    os.environ.setdefault("BRIGADE_HOME", sys.argv[1])
    sys.exit(main())
