"""Clients that are killed or run out of disk, with real processes; `kills.py` does it for long."""

import contextlib
import json
import subprocess
import sys
import time

import pytest

from app.system.demo import benchmark_scene
from tests.end_to_end.farm import FRAME_TIMEOUT_S, Client, Server, command, environment
from tests.end_to_end.kills import FRAME, Frame, render_reference, run

pytestmark = [pytest.mark.processes, pytest.mark.slow]

#: A frame that nobody waits for the end of; many buckets a second.
SLOW = ["--samples", "4096", "--bucket-size", "8"]
#: Buckets that were in the journal, and their lines not yet out.
MOST_UNTOLD = 4


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return render_reference(tmp_path_factory.mktemp("reference"))


@pytest.mark.timeout(400)
def test_client_killed_again_and_again_ends_with_the_same_pixels(reference):
    with contextlib.ExitStack() as stack:
        server = Server("one")
        stack.callback(server.stop)

        outcome = run(4, 3, ["--no-local", "--server", server.address], reference, 300.0)

    assert outcome.kills == 4
    assert (outcome.different, outcome.unreadable) == (0, 0)
    assert (outcome.lost, outcome.left_over) == (0, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX resource limits")
@pytest.mark.timeout(300)
def test_full_disk_costs_no_pixel_and_leaves_the_old_picture(reference, tmp_path):
    """The system lets no file grow beyond 20,000 bytes: neither journal nor picture."""
    output = tmp_path / "frame.exr"
    output.write_bytes(b"old")
    arguments = ["render", str(benchmark_scene()), "-o", str(output), "--in-process", *FRAME]
    script = (
        "import resource, sys, app.cli;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, resource.RLIM_INFINITY));"
        "sys.exit(app.cli.main(sys.argv[1:]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, *arguments, "--report", str(tmp_path / "r.json")],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=FRAME_TIMEOUT_S,
    )
    report = json.loads((tmp_path / "r.json").read_text())
    assert done.returncode == 1
    assert output.read_bytes() == b"old"
    assert "journal cannot be written: File too large; it is tried again" in done.stderr
    assert "cannot save" in done.stderr
    assert "--resume goes on from there" in done.stderr
    assert (report["complete"], report["frame_sha256"]) == (True, reference)

    subprocess.run(
        command(*arguments, "--resume", "--report", str(tmp_path / "r.json")),
        env=environment(),
        check=True,
        timeout=FRAME_TIMEOUT_S,
    )
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["frame_sha256"] == reference
    assert report["restored_pixels"] > 0
    assert output.stat().st_size > 20_000
    assert sorted(p.name for p in tmp_path.iterdir()) == ["frame.exr", "r.json"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("after_s", [1.3, 2.1, 3.4])
def test_client_that_is_killed_loses_at_most_its_last_second(tmp_path, after_s):
    frame = Frame(tmp_path, [])
    client = Client(benchmark_scene(), frame.report, *FRAME[:4], *SLOW, "--in-process")
    with contextlib.ExitStack() as stack:
        stack.callback(client.stop)
        client.wait_for(lambda: client.events("bucket"), "a bucket")
        time.sleep(after_s)
        killed_s = time.monotonic()
        client.process.kill()
        client.process.wait()
        client.out.join()

    told = [
        at_s
        for line, at_s in zip(client.out.lines, client.out.times, strict=True)
        if '"event": "bucket"' in line and at_s < killed_s
    ]
    old = sum(at_s < killed_s - 1.0 for at_s in told)
    assert old > 0, "nothing that could have been lost"
    kept = len(frame.pieces() or ())
    assert kept >= old, f"{old} buckets were older than a second, the journal has {kept}"
    assert kept <= len(told) + MOST_UNTOLD
