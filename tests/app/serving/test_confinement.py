"""What a confined process can do no more. Each test confines a child: it cannot be undone."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.serving import confinement

ROOT = Path(__file__).resolve().parents[3]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux confines so far")

CONFINED = """
import ctypes, errno, json, os, socket, subprocess, sys, threading
from pathlib import Path
from app.serving.confinement import confine
readable, writable, memory = json.loads(sys.argv[1])
held = confine(readable=map(Path, readable), writable=map(Path, writable), memory_bytes=memory)
def fails(call):
    try:
        call()
    except (OSError, MemoryError) as error:
        return errno.errorcode.get(getattr(error, "errno", None), type(error).__name__)
    return ""
out = {}
"""


def run_confined(script: str, readable=(), writable=(), memory: int = 1 << 33) -> dict:
    argument = json.dumps([[str(x) for x in readable], [str(x) for x in writable], memory])
    done = subprocess.run(
        [sys.executable, "-c", CONFINED + script + "\nprint(json.dumps(out | {'held': held}))",
         argument],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@linux_only
def test_confined_process_reaches_no_network(tmp_path):
    out = run_confined(
        """
families = {"inet": socket.AF_INET, "inet6": socket.AF_INET6, "unix": socket.AF_UNIX}
for name, family in families.items():
    out[name] = fails(lambda: socket.socket(family))
out["pair"] = fails(socket.socketpair)
out["io_uring"] = ctypes.CDLL(None, use_errno=True).syscall(425, 1, bytes(256))
"""
    )

    assert [out[name] for name in ("inet", "inet6", "unix", "pair")] == ["EPERM"] * 4
    assert out["io_uring"] == -1
    assert "no network" in out["held"]


@linux_only
def test_confined_process_starts_no_program_and_kills_nobody():
    out = run_confined(
        """
out["run"] = fails(lambda: subprocess.run(["/bin/true"]))
out["fork"] = fails(os.fork)
out["exec"] = fails(lambda: os.execv("/bin/true", ["true"]))
out["kill"] = fails(lambda: os.kill(os.getppid(), 0))
out["shell"] = os.system("true")
"""
    )

    assert [out[name] for name in ("run", "fork", "exec", "kill")] == ["EPERM"] * 4
    assert out["shell"] != 0
    assert "no programs" in out["held"]


@linux_only
def test_confined_process_still_has_threads_and_imports():
    out = run_confined(
        """
ran = []
threads = [threading.Thread(target=lambda: ran.append(fails(socket.socketpair))) for _ in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
import sqlite3, numpy
out["threads"] = ran
out["sum"] = float(numpy.ones((300, 300)).dot(numpy.ones((300, 300)))[0, 0])
""",
        readable=[ROOT / "docs"],
    )

    assert out["threads"] == ["EPERM"] * 4
    assert out["sum"] == 300.0


@linux_only
def test_confined_process_opens_only_its_folders(tmp_path):
    assets, kernels, home = (tmp_path / name for name in ("assets", "kernels", "home"))
    for folder in (assets, kernels, home):
        folder.mkdir()
        (folder / "file").write_text("content")
    (assets / "link").symlink_to(home / "file")

    out = run_confined(
        f"""
assets, kernels, home = Path({str(assets)!r}), Path({str(kernels)!r}), Path({str(home)!r})
out["asset"] = (assets / "file").read_text()
out["home"] = fails((home / "file").read_text)
out["list"] = fails(lambda: os.listdir(home))
out["link"] = fails((assets / "link").read_text)
out["write asset"] = fails(lambda: (assets / "new").write_text("x"))
out["change asset"] = fails(lambda: open(assets / "file", "a"))
out["remove asset"] = fails((assets / "file").unlink)
out["write home"] = fails(lambda: (home / "new").write_text("x"))
out["kernel"] = fails(lambda: (kernels / "new").write_text("x"))
out["replace"] = fails(lambda: os.replace(kernels / "new", kernels / "file"))
out["null"] = fails(lambda: open("/dev/null", "w"))
""",
        readable=[assets],
        writable=[kernels],
    )

    if any("no Landlock" in words for words in out["held"]):
        pytest.skip("this kernel has no Landlock")
    assert out["asset"] == "content"
    forbidden = (
        "home",
        "list",
        "link",
        "write asset",
        "change asset",
        "remove asset",
        "write home",
    )
    assert [out[name] for name in forbidden] == ["EACCES"] * 7
    assert out["kernel"] == out["replace"] == out["null"] == ""


@linux_only
def test_memory_has_an_end_that_python_survives():
    out = run_confined(
        """
import numpy
out["much"] = fails(lambda: numpy.ones(2 << 30, numpy.uint8))
out["little"] = fails(lambda: numpy.ones(64 << 20, numpy.uint8))
""",
        memory=1 << 30,
    )

    assert out["much"] in ("MemoryError", "_ArrayMemoryError")
    assert out["little"] == ""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such limits")
def test_confined_process_leaves_no_core_dump():
    out = run_confined("import resource; out['core'] = resource.getrlimit(resource.RLIMIT_CORE)")

    assert out["core"] == [0, 0]


def test_default_memory_is_a_share_of_the_computers():
    assert confinement.default_memory_bytes() >= confinement.MIN_MEMORY_BYTES


@linux_only
def test_container_has_the_memory_that_it_was_given(monkeypatch):
    monkeypatch.setattr(confinement, "_container_bytes", lambda: 4 << 30)

    assert confinement.default_memory_bytes() <= int((4 << 30) * confinement.MEMORY_SHARE)


PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", '''
import sys
from app.system.parent_death import die_with_parent
die_with_parent()
print("ready", flush=True)
while True:
    pass  # deep in a kernel: it reads no pipe
'''], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


@linux_only
def test_process_that_reads_nothing_dies_with_its_killed_parent():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())

    parent.send_signal(signal.SIGKILL)
    parent.communicate()

    deadline_s = time.monotonic() + 5.0
    while is_alive(child) and time.monotonic() < deadline_s:
        time.sleep(0.005)
    assert not is_alive(child)


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
