"""Child processes of the client: how they start, speak and end. The child here is a script."""

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QProcess

from app.serving import worker_process
from app.serving.worker_process import WorkerProcess
from app.session import local_server
from app.session.local_server import LocalServer
from app.system import child_process
from network.framing import encode_frame
from network.keys import format_key
from network.messages import WorkerReady

pytestmark = pytest.mark.processes

WAIT_MS = 20_000
LISTENS = """
import sys
key = sys.stdin.readline().strip()
print('{"event": "listening", "port": %d}' % len(key), flush=True)
sys.stdin.read()
"""
IGNORES_ITS_END = LISTENS + "import time\nwhile True: time.sleep(1)\n"
FAILS = "import sys; print('brigade server: no luck', file=sys.stderr); sys.exit(3)"
WORKER = """
import os, sys
os.write(1, bytes.fromhex("{frame}"))
sys.stdin.buffer.read()
"""


@pytest.fixture
def run_script(monkeypatch):
    """Let the next children run this script instead of our program."""

    def choose(script: str) -> None:
        def make(_arguments, parent):
            return child_process.make_child(["-c", script], parent)

        monkeypatch.setattr(local_server, "make_child", make)
        monkeypatch.setattr(worker_process, "make_child", make)

    return choose


@pytest.fixture
def server(qtbot):
    made = LocalServer(threads=1)
    yield made
    made.close()


def test_local_server_hears_of_other_limits_of_its_cache_while_it_runs(server, qtbot, run_script):
    run_script(LISTENS.replace("sys.stdin.read()", "") + LISTENS.replace("import sys", ""))
    with qtbot.waitSignal(server.listening, timeout=WAIT_MS):
        server.start()

    with qtbot.waitSignal(server.listening, timeout=WAIT_MS) as listening:
        server.limit_cache("20GB", "30d")  # as it is: nothing is said
        server.limit_cache("5GB", "none")

    assert listening.args == [len("cache 5GB none")]
    assert server.running


def test_local_server_gets_the_key_by_its_pipe_and_tells_its_port(server, qtbot, run_script):
    run_script(LISTENS)

    with qtbot.waitSignal(server.listening, timeout=WAIT_MS) as listening:
        server.start()

    assert listening.args == [len(format_key(server.key))]
    assert server.port == len(format_key(server.key))


def test_local_server_ends_when_its_pipe_is_closed_without_blocking(server, qtbot, run_script):
    run_script(LISTENS)
    with qtbot.waitSignal(server.listening, timeout=WAIT_MS):
        server.start()
    process = server._process

    with qtbot.waitSignal(process.finished, timeout=WAIT_MS) as finished:
        server.stop()
        assert not server.running

    assert finished.args[0] == 0


def test_local_server_that_lingers_is_killed(server, qtbot, run_script):
    run_script(IGNORES_ITS_END)
    with qtbot.waitSignal(server.listening, timeout=WAIT_MS):
        server.start()

    process = server._process
    with qtbot.waitSignal(process.finished, timeout=WAIT_MS) as finished:
        server.stop(patience_ms=50)

    assert finished.args[1] == process.ExitStatus.CrashExit


def test_local_server_starts_anew_while_the_old_one_still_ends(server, qtbot, run_script):
    run_script(IGNORES_ITS_END)
    with qtbot.waitSignal(server.listening, timeout=WAIT_MS):
        server.start()
    old = server.pid

    server.stop()
    with qtbot.waitSignal(server.listening, timeout=WAIT_MS):
        server.start()

    assert server.running
    assert server.pid != old


def test_local_server_that_ends_by_itself_is_told_with_its_last_words(server, qtbot, run_script):
    run_script(FAILS)

    with qtbot.waitSignal(server.exited, timeout=WAIT_MS) as exited:
        server.start()

    assert exited.args == ["the local server ended with status 3: brigade server: no luck"]
    assert not server.running


def test_worker_frames_reach_the_front_until_it_is_stopped(qtbot, run_script, tmp_path):
    frame = encode_frame(WorkerReady("tracer1"))
    run_script(WORKER.replace("{frame}", (frame * 3).hex()))
    worker = WorkerProcess(1, tmp_path)
    seen = []

    def take(message, _payload):
        seen.append(message)
        worker.stop()  # as a restart does: what the old worker wrote besides is not heard

    worker.received.connect(take)
    worker.start()
    qtbot.waitUntil(lambda: bool(seen), timeout=WAIT_MS)
    qtbot.wait(50)
    worker.close()

    assert seen == [WorkerReady("tracer1")]


def test_worker_that_is_restarted_for_its_last_word_does_not_take_the_next_one_along(
    qtbot, run_script, tmp_path
):
    run_script(WORKER.replace("{frame}", ""))
    worker = WorkerProcess(1, tmp_path)
    ends = []
    worker.exited.connect(ends.append)
    worker.received.connect(lambda *_: (worker.stop(), worker.start()))
    worker.start()
    old = worker._process
    old.readAllStandardOutput = lambda: QByteArray(encode_frame(WorkerReady("tracer1")))

    worker._on_finished(0, QProcess.ExitStatus.NormalExit)

    assert worker._process not in (None, old)
    assert ends == []
    worker.close()


def test_worker_that_writes_nonsense_is_ended_and_told(qtbot, run_script, tmp_path):
    run_script(WORKER.replace("{frame}", (b"\xff" * 64).hex()))
    worker = WorkerProcess(1, tmp_path)

    with qtbot.waitSignal(worker.exited, timeout=WAIT_MS) as exited:
        worker.start()
    worker.close()

    assert "nonsense" in exited.args[0]
    assert worker.pid == 0


def test_worker_that_crashes_is_told_with_its_signal(qtbot, run_script, tmp_path):
    run_script("import os; os.kill(os.getpid(), 9)")
    worker = WorkerProcess(1, tmp_path)

    with qtbot.waitSignal(worker.exited, timeout=WAIT_MS) as exited:
        worker.start()
    worker.close()

    assert "crashed" in exited.args[0]


def test_worker_that_is_restarted_starts_after_what_is_said_about_its_end(
    qtbot, run_script, tmp_path
):
    frame = encode_frame(WorkerReady("tracer1"))
    run_script(WORKER.replace("{frame}", frame.hex()))
    worker = WorkerProcess(1, tmp_path)
    worker.start()
    first = worker.pid

    worker.restart()
    between = worker.pid
    with qtbot.waitSignal(worker.received, timeout=WAIT_MS):
        pass
    second = worker.pid
    worker.close()

    assert between == 0
    assert second not in (0, first)


def test_worker_that_is_stopped_before_its_restart_stays_away(qtbot, run_script, tmp_path):
    run_script(WORKER.replace("{frame}", ""))
    worker = WorkerProcess(1, tmp_path)

    worker.restart()
    worker.stop()
    QCoreApplication.processEvents()

    assert worker.pid == 0
    worker.close()


def test_lines_are_whole_however_they_arrive():
    lines = child_process.LineBuffer()

    assert lines.take(b"one\ntw") == ["one"]
    assert lines.take(b"o") == []
    assert lines.take(b"\n\n") == ["two"]
    assert lines.take(b"x" * (child_process.MAX_LINE_BYTES + 1)) == [
        "x" * child_process.MAX_LINE_BYTES
    ]
    assert lines.take(b"last") == []
    assert lines.end() == ["last"]
    assert lines.end() == []
