"""Lines for a reader that comes late, never, or goes."""

import json
import os
import subprocess
import sys
import threading

import pytest

from app.headless import patient_lines
from app.headless.patient_lines import PatientLines, lines_to

PIPE_LIMIT_S = 60


def test_lines_wait_for_a_reader_that_comes_late_and_keep_their_order():
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader:
        with os.fdopen(write, "w") as stream:
            lines = lines_to(stream)
            told = [b"%06d " % number + b"x" * 100 + b"\n" for number in range(3000)]
            for line in told:  # much more than a pipe holds, and nobody reads
                lines.put(line)
            collected: list[bytes] = []
            thread = threading.Thread(target=lambda: collected.extend(reader))
            thread.start()
            lines.close()
        thread.join(PIPE_LIMIT_S)

    assert collected == told


def test_lines_are_given_up_after_a_limit_when_nobody_reads():
    over = threading.Event()
    lines = PatientLines(lambda data: len(data) if over.wait(PIPE_LIMIT_S) else 0)
    lines.put(b"nobody reads this")

    lines.close(0.01)

    over.set()


def test_lines_say_that_their_reader_is_gone():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as stream:
        lines = lines_to(stream)
        lines.put(b"one")
        with pytest.raises(BrokenPipeError):
            lines.close()
        with pytest.raises(BrokenPipeError):
            lines.put(b"two")


def test_lines_make_the_program_wait_when_too_many_wait(monkeypatch):
    monkeypatch.setattr(patient_lines, "MAX_WAITING_BYTES", 10)
    may_write, put = threading.Event(), threading.Event()
    written: list[bytes] = []

    def write(data: bytes) -> int:
        may_write.wait(PIPE_LIMIT_S)
        written.append(data)
        return len(data)

    lines = PatientLines(write)

    def tell() -> None:
        for _ in range(3):
            lines.put(b"0123456789")
        put.set()

    thread = threading.Thread(target=tell)
    thread.start()
    assert not put.wait(0.05)
    may_write.set()
    thread.join(PIPE_LIMIT_S)
    lines.close()
    assert written == [b"0123456789"] * 3


@pytest.mark.slow
def test_render_ends_its_frame_though_nobody_reads_its_lines(tmp_path):
    output, report = tmp_path / "frame.exr", tmp_path / "frame.json"
    command = [sys.executable, "-m", "app.cli", "render", "-o", str(output), "--json"]
    command += ["--report", str(report), "--width", "512", "--height", "512", "--samples", "1"]
    command += ["--bucket-size", "16", "--in-process", "--threads", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        waited = threading.Event()
        for _ in range(1200):
            if report.exists() or process.poll() is not None:
                break
            waited.wait(0.1)
        assert report.exists()
        assert process.stdout is not None
        events = [json.loads(line) for line in process.stdout]
    assert process.returncode == 0
    assert events[-1]["event"] == "finished"
    assert sum(len(json.dumps(event)) for event in events) > 1 << 16
