"""Kernels called by their address: arguments arrive, code is kept, damage is noticed."""

import subprocess
import sys
import threading
from pathlib import Path

import numba
import numpy as np
import pytest

from renderer import kernel_cache
from renderer.machine_code import Kernel, MachineCodeError, describe, read_code, write_code
from tests.renderer.counting_kernels import RECORD, Inner, Outer, weigh

MODULE = "tests.renderer.counting_kernels"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(kernel_cache, "_folder", tmp_path)
    return tmp_path


def make_outer(count=5):
    numbers = np.arange(count * 3, dtype=np.float32).reshape(count, 3)
    records = np.zeros(count, RECORD)
    records["weight"] = 0.5
    records["kind"] = np.arange(count)
    return Outer(Inner(numbers, records), np.full(count, 7, np.uint32))


def make_out():
    return np.zeros((2, 2), np.float32)


def call(kernel, outer, first):
    out = make_out()
    return kernel.bind(outer, example=(0, out))(first, out), out.tolist()


def test_kernel_gets_every_argument_and_returns_its_number(cache):
    outer = make_outer()

    result, sums = call(Kernel(MODULE, "add_up"), outer, 2)

    rows = outer.inner.numbers[2:]
    assert result == 2005
    assert sums == [[float((rows * [1, 2, 3]).sum()), 1.5], [2.0 + 3.0 + 4.0, 21.0]]


def test_functions_inside_a_kernel_can_still_be_compiled_by_others():
    call(Kernel(MODULE, "add_up"), make_outer(), 0)

    double = numba.njit(lambda number: weigh(number, 1))

    assert double(np.float32(1.5)) == 3.0


def test_second_start_loads_what_the_first_compiled(cache, monkeypatch):
    expected = call(Kernel(MODULE, "add_up"), make_outer(), 1)
    stored = list(cache.glob(f"add_up-*{kernel_cache.CODE_SUFFIX}"))
    monkeypatch.setattr(Kernel, "_compile", lambda *_: pytest.fail("compiled again"))

    again = call(Kernel(MODULE, "add_up"), make_outer(), 1)

    assert again == expected
    assert len(stored) == 1


def test_bound_kernels_of_several_threads_do_not_meet():
    kernel = Kernel(MODULE, "add_up")
    results = {}

    def work(count):
        results[count] = call(kernel, make_outer(count), 0)[0]

    threads = [threading.Thread(target=work, args=(count,)) for count in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == {count: count for count in range(1, 9)}


def test_bound_kernel_keeps_its_arrays_alive():
    bound = Kernel(MODULE, "add_up").bind(make_outer(3), example=(0, make_out()))
    junk = [np.full((3, 3), 99, np.float32) for _ in range(50)]

    out = make_out()
    bound(0, out)

    assert out[0, 0] == (np.arange(9).reshape(3, 3) * [1, 2, 3]).sum()
    assert len(junk) == 50


def test_kernel_that_raises_is_reported():
    kernel = Kernel(MODULE, "fail").bind(make_outer(), example=(0, make_out()))

    with pytest.raises(MachineCodeError, match="bug"):
        kernel(0, make_out())


def test_description_tells_kinds_of_arguments_apart():
    flat = np.zeros((4, 4), np.float32)
    locked = flat.copy()
    locked.flags.writeable = False
    kinds = [flat, flat.T[:2], flat[0], flat.astype(np.int32), locked, 3, (flat,), (flat, flat)]

    assert len({describe((kind,)) for kind in kinds}) == len(kinds)
    assert describe((flat, 3)) == describe((np.ones((9, 2), np.float32), 8))
    with pytest.raises(TypeError):
        describe((1.5,))


def test_damaged_code_is_not_used(cache):
    path = cache / "kernel.code"
    write_code(path, "symbol", b"machine code")
    whole = path.read_bytes()
    assert read_code(path) == ("symbol", b"machine code")

    for damaged in (b"", whole[:5], whole[:20], whole[:-1], whole[:-1] + b"?", b"X" + whole[1:]):
        path.write_bytes(damaged)
        assert read_code(path) is None


def test_warm_start_imports_no_numba():
    """The reason for all this: half a second of imports at every start."""
    script = (
        "import sys; from renderer.engine import TracerEngine; TracerEngine();"
        "print([name for name in ('numba', 'scipy') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "[]"
