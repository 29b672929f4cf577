import os
import threading

import pytest

import app.serving.kernel_warm_up
from app.serving.kernel_warm_up import LOCK_POLL_S, compile_lock, is_compiled, warm_up
from app.system.file_lock import try_lock


class Engine:
    def __init__(self, work=lambda: None):
        self.work = work
        self.warmed = 0

    def warm_up(self, progress):
        self.work()
        self.warmed += 1


def test_compiled_kernels_are_loaded_without_a_word(tmp_path):
    (tmp_path / "kernels").mkdir()
    (tmp_path / "render_rectangle-1.code").touch()
    engine, told = Engine(), []

    warm_up(engine, tmp_path, lambda *words: told.append(words))

    assert engine.warmed == 1
    assert told == []


def test_first_compile_is_told_second_by_second_until_it_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(app.serving.kernel_warm_up, "TICK_S", 0.001)
    ticked, told = threading.Event(), []

    def progress(text, fraction):
        told.append((text, fraction))
        if len(told) > 3:
            ticked.set()

    engine = Engine(work=lambda: ticked.wait(10))

    warm_up(engine, tmp_path, progress)

    texts = [text for text, _ in told]
    assert texts[0] == "compiling the kernels, once per version"
    assert texts[1] == "compiling the kernels, once per version: 0 s"
    assert told[-1] == ("the kernels are compiled", 1.0)
    assert all(fraction <= 0.95 for _, fraction in told[:-1])


def test_second_process_waits_for_the_first_to_compile(tmp_path):
    order = []
    first_is_in, second_asks = threading.Event(), threading.Event()

    def compile_first():
        first_is_in.set()
        second_asks.wait(10)
        order.append("first compiled")

    first = threading.Thread(
        target=warm_up, args=(Engine(compile_first), tmp_path, lambda *_: None)
    )
    first.start()
    assert first_is_in.wait(10)
    second_asks.set()
    warm_up(Engine(lambda: order.append("second loads")), tmp_path, lambda *_: None)
    first.join(10)

    assert order == ["first compiled", "second loads"]


def test_process_asks_for_the_lock_until_the_other_has_compiled(tmp_path):
    other = os.open(tmp_path / "compiling.lock", os.O_CREAT | os.O_RDWR)
    assert try_lock(other)
    waited = []

    def sleep(seconds):
        waited.append(seconds)
        if len(waited) == 3:
            os.close(other)

    with compile_lock(tmp_path, sleep):
        assert waited == [LOCK_POLL_S] * 3


def test_lock_file_of_a_killed_process_holds_nobody_up(tmp_path):
    (tmp_path / "compiling.lock").write_text("31337")

    with compile_lock(tmp_path, lambda _: pytest.fail("waited for the dead")):
        pass


def test_folder_that_cannot_be_written_is_no_reason_to_wait(tmp_path):
    with compile_lock(tmp_path / "missing", lambda _: pytest.fail("waited for nobody")):
        pass


def test_folder_without_the_tracer_is_not_compiled(tmp_path):
    (tmp_path / "pack_rows-1.code").touch()  # as far as an interrupted compile got

    assert not is_compiled(tmp_path)
