"""A kernel that two processes compile: what they say, what is taken over, and what may fail."""

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numba
import numpy as np
import pytest

from renderer import kernel_cache, kernel_helper, kernel_takeover
from renderer.kernel_helper import Helper
from renderer.kernel_parts import (
    MAX_TEXT_BYTES,
    PartError,
    read_arguments,
    read_message,
    write_arguments,
    write_message,
)
from renderer.kernels import beside
from renderer.machine_code import Kernel, describe
from tests.renderer import counting_beside
from tests.renderer.counting_kernels import RECORD, Inner, Outer

MODULE = "tests.renderer.counting_beside"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(kernel_cache, "_folder", tmp_path)
    monkeypatch.setattr(kernel_helper, "_cores", lambda: 2)
    for function in (counting_beside.mark, counting_beside.count, counting_beside.measure):
        function.overloads.clear()  # what another test compiled
    yield tmp_path
    kernel_helper.stop()


def make_outer():
    numbers = np.full((2, 3), 1.5, np.float32)
    return Outer(Inner(numbers, np.zeros(2, RECORD)), np.zeros(7, np.uint32))


def measure():
    out = np.zeros((1, 1), np.float32)
    result = Kernel(MODULE, "measure", MODULE)(make_outer(), out)
    return result, float(out[0, 0])


def watch_takeover(monkeypatch):
    """Return a list that gets the name of each function that is taken over."""
    taken = []
    make = kernel_takeover._make_overload

    def make_and_tell(dispatcher, *rest):
        taken.append(dispatcher.__name__)
        return make(dispatcher, *rest)

    monkeypatch.setattr(kernel_takeover, "_make_overload", make_and_tell)
    return taken


def test_kernel_of_two_processes_does_what_one_of_one_does(monkeypatch):
    alone = measure()
    for function in (counting_beside.mark, counting_beside.count, counting_beside.measure):
        function.overloads.clear()
    for path in kernel_cache.folder().iterdir():
        path.unlink()
    taken = watch_takeover(monkeypatch)

    kernel_helper.start("measure", MODULE)
    together = measure()

    assert alone == together == (705, 3.0)
    assert taken == ["mark"]  # and not the one whose result a part cannot tell


def test_first_process_compiles_all_when_the_second_one_dies(monkeypatch, caplog):
    taken = watch_takeover(monkeypatch)
    dying = Helper([sys.executable, "-c", "import sys; sys.stdin.buffer.read(4)"])
    monkeypatch.setattr(kernel_helper, "_helper", dying)

    assert measure() == (705, 3.0)

    assert taken == []
    assert "one process compiles all the kernels" in caplog.text


def test_first_process_compiles_all_when_the_second_one_sends_rubbish(monkeypatch, caplog):
    script = (
        "import sys; from renderer.kernel_parts import *; read_message(sys.stdin.buffer);"
        "write_message(sys.stdout.buffer, [], b'BC rubbish')"
    )
    monkeypatch.setattr(kernel_helper, "_helper", Helper([sys.executable, "-c", script]))

    assert measure() == (705, 3.0)
    assert "damaged" in caplog.text


def test_no_second_process_where_it_may_not_start_or_has_nothing_to_do(monkeypatch, cache, caplog):
    caplog.set_level("INFO")

    def refuse(_command):
        raise PermissionError("confined")

    with monkeypatch.context() as context:
        context.setattr(kernel_helper, "Helper", refuse)
        kernel_helper.start()
        assert "no second one starts (confined)" in caplog.text
        context.setattr(kernel_helper, "Helper", lambda _: pytest.fail("started"))
        context.setattr(kernel_helper, "_cores", lambda: 1)
        kernel_helper.start()
        context.setattr(kernel_helper, "_cores", lambda: 2)
        (cache / "render_rectangle-1.code").touch()
        kernel_helper.start()
    assert kernel_helper.take() is None


def test_second_process_ends_with_the_first():
    """However that one ended: nothing but the end of its pipe tells."""
    script = (
        "import os, sys; from renderer.kernel_helper import Helper;"
        f"helper = Helper([sys.executable, '-m', 'renderer.kernel_helper_main', {MODULE!r}]);"
        "print(helper._process.pid, flush=True); os._exit(1)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    pid = int(run.stdout)

    assert ends(pid)


def ends(pid, patience_s=20.0):
    """Wait until a process that is not our child is gone."""
    began = time.monotonic()
    while time.monotonic() - began < patience_s:
        try:
            os.kill(pid, 0)
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_arguments_are_told_as_numba_sees_them():
    locked = np.zeros(3, np.float32)
    locked.flags.writeable = False
    lanes = np.zeros(1, np.dtype([("x", "<f4", (16,)), ("kind", "<i4", (16,))]))
    arguments = (make_outer(), Inner(locked, lanes))

    told = read_arguments(json.loads(json.dumps(write_arguments(arguments))))

    assert describe(told) == describe(arguments)
    assert [numba.typeof(one) for one in told] == [numba.typeof(one) for one in arguments]


def test_arguments_that_cannot_be_told_are_refused():
    padded = np.dtype({"names": ["x"], "formats": ["<f4"], "offsets": [4], "itemsize": 8})

    for argument in (1.5, "text", (1, 2), np.zeros(1, padded)):
        with pytest.raises(PartError):
            write_arguments((argument,))


@pytest.mark.parametrize("name", ["subprocess.Popen", "absent.Kind", "builtins.tuple"])
def test_message_cannot_make_anything_but_named_tuples(name):
    module, kind = name.split(".")

    with pytest.raises(PartError, match="no named tuple"):
        read_arguments([{"module": module, "name": kind, "items": []}])


def test_damaged_messages_are_refused():
    stream = io.BytesIO()
    write_message(stream, ["question"], b"data")
    whole = stream.getvalue()
    assert read_message(io.BytesIO(whole)) == (["question"], b"data")

    too_long = (MAX_TEXT_BYTES + 1).to_bytes(4, "little") + bytes(4)
    for damaged in (b"", whole[:5], whole[:12], whole[:-1], too_long):
        with pytest.raises(ValueError, match=r"process|message|delimiter|Unterminated"):
            read_message(io.BytesIO(damaged))


def test_tracer_calls_what_its_second_process_compiles():
    """A root that nobody calls, or with other types, would be compiled for nothing."""
    sources = [path.read_text() for path in (ROOT / "renderer/kernels").glob("*.py")]

    for root in beside.ROOTS:
        name = root.__name__
        calls = sum(source.count(f"{name}(") - source.count(f"def {name}(") for source in sources)
        assert calls >= 2, name
