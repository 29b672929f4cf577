"""Pairing with the real programs, and a look for secrets wherever they might have gone."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.farm import FRAME_TIMEOUT_S, Server, command, environment

pytestmark = [pytest.mark.processes, pytest.mark.slow]


def run(home: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment() | {"BRIGADE_HOME": str(home)}, input=stdin,
        capture_output=True, text=True, timeout=FRAME_TIMEOUT_S, check=False,
    )  # fmt: skip


@pytest.fixture
def server():
    server = Server("studio-2")
    yield server
    server.stop()


def command_lines() -> str:
    """What `ps` shows of all processes of this computer."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(found)


def test_client_pairs_renders_and_leaves_no_secret_behind(server, tmp_path):
    home, client = Path(os.environ["BRIGADE_HOME"]), tmp_path / "client"
    shown = run(home, "code")
    code = shown.stdout.split()[2]

    paired = run(client, "pair", server.address, stdin=code.lower() + "\n")
    tried = run(client, "test", server.address)
    ps = command_lines() if sys.platform == "linux" else ""
    listed = run(client, "pair", "--list")
    again = run(tmp_path / "thief", "pair", server.address, stdin=code + "\n")

    assert paired.returncode == 0, paired.stderr
    assert "paired with studio-2" in paired.stdout
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert "studio-2" in listed.stdout
    assert again.returncode == 1
    assert "no pairing code is valid now" in again.stderr
    [entry] = json.loads((client / "config" / "paired-servers.json").read_text())
    key = base64.b64decode(entry["key"])
    local = (home / "config" / "local.key").read_text().strip().partition(":")[2]
    secrets = [code, code.replace("-", ""), entry["key"], key.hex(), local, repr(key)[2:-1]]
    told = [server.log.text(), ps]
    for done in (paired, tried, listed, again):
        told += [done.stdout, done.stderr]
    told += [path.read_text() for folder in (home, client) for path in folder.rglob("*.log*")]
    assert not [secret for secret in secrets for text in told if secret in text]


def test_forgotten_client_is_sent_away(server, tmp_path):
    home, client = Path(os.environ["BRIGADE_HOME"]), tmp_path / "client"
    code = run(home, "code").stdout.split()[2]
    assert run(client, "pair", server.address, stdin=code).returncode == 0
    name = json.loads((home / "config" / "paired-clients.json").read_text())[0]["name"]

    forgot = run(home, "pair", "--forget", name)
    tried = run(client, "test", server.address)

    assert f"forgot client {name}" in forgot.stdout
    assert tried.returncode == 1
    assert "does not know the client's key" in tried.stdout


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("pair", "127.0.0.1:1"), "short", "a pairing code has 10 characters"),
        (("pair", "127.0.0.1:1"), "7K3M-9QXD-2F", "nothing listens at 127.0.0.1:1"),
        (("pair", "bad address:x"), "", "bad address"),
        (("pair", "--forget", "nobody"), "", "'nobody' is not paired"),
    ],
)
def test_pair_says_what_is_wrong(tmp_path, arguments, stdin, words):
    done = run(tmp_path, *arguments, stdin=stdin)

    assert done.returncode == 1
    assert words in done.stderr
