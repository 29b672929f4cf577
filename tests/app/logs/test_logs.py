"""Lines cannot be forged, files rotate, and a log that cannot be written stops nothing."""

import logging
import platform
import sys
import threading

import pytest

from app.logs import logs
from app.logs.logs import PatientFileHandler, escape_controls, set_up_logging
from app.system.software import software_version


@pytest.fixture(autouse=True)
def _restored_logging(monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logger = logging.getLogger(logs.LOGGER)
    propagate = logger.propagate
    yield
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.propagate = propagate


@pytest.fixture
def log():
    return logging.getLogger("brigade.client")


def test_log_file_gets_debug_lines_and_the_console_warnings(tmp_path, log, capsys):
    set_up_logging(tmp_path / "deep" / "client.log")

    log.debug("asked %s", "studio-2")
    log.warning("lost %s", "studio-2")

    lines = (tmp_path / "deep" / "client.log").read_text(encoding="utf-8").splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == [
        "DEBUG   brigade.client: asked studio-2",
        "WARNING brigade.client: lost studio-2",
    ]
    assert capsys.readouterr().err == "WARNING: lost studio-2\n"


def test_one_record_is_one_line_whatever_a_server_calls_itself(tmp_path, log):
    set_up_logging(tmp_path / "client.log", console_level=None)

    log.info("connected to %s", "evil\n2026-01-01 00:00:00 INFO brigade: \x1b[2J\u202eok\r")

    (line,) = (tmp_path / "client.log").read_text(encoding="utf-8").splitlines()
    assert line.endswith(r"evil\n2026-01-01 00:00:00 INFO brigade: \x1b[2J\u202eok\r")


def test_log_begins_with_version_system_and_command(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/opt/brigade", "render", "my room.glb", "--samples", "4"])
    set_up_logging(tmp_path / "client.log", console_level=None)

    logs.log_start()

    (line,) = (tmp_path / "client.log").read_text(encoding="utf-8").splitlines()
    assert f"Bucket Brigade {software_version()}, Python {platform.python_version()}" in line
    assert platform.release() in line
    assert line.endswith(": brigade render 'my room.glb' --samples 4")


def test_traceback_lines_begin_with_a_bar(tmp_path, log):
    set_up_logging(tmp_path / "client.log", console_level=None)

    try:
        raise ValueError("first\nsecond \x1b[2J")
    except ValueError:
        log.exception("failed")

    head, *trace = (tmp_path / "client.log").read_text(encoding="utf-8").splitlines()
    assert head.endswith("failed")
    assert all(line.startswith("    | ") for line in trace)
    assert trace[-1] == r"    | second \x1b[2J"


def test_endless_line_is_cut(tmp_path, log):
    set_up_logging(tmp_path / "client.log", console_level=None)

    log.info("x" * 1_000_000)

    assert (tmp_path / "client.log").stat().st_size <= logs.MAX_LINE_CHARACTERS + 1


def test_files_rotate_and_the_oldest_goes(tmp_path, log, monkeypatch):
    monkeypatch.setattr(logs, "MAX_FILE_BYTES", 300)
    set_up_logging(tmp_path / "client.log", console_level=None)

    for number in range(100):
        log.info("line %d", number)

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["client.log"] + [f"client.log.{n}" for n in range(1, logs.FILES)]
    assert all(path.stat().st_size <= 300 for path in tmp_path.iterdir())
    assert "line 99" in (tmp_path / "client.log").read_text(encoding="utf-8")


def test_log_that_cannot_be_written_says_so_once_and_stops_nothing(tmp_path, log, capsys):
    (tmp_path / "file").write_text("in the way")
    set_up_logging(tmp_path / "file" / "client.log", console_level=None)

    log.info("one")
    log.info("two")

    (handler,) = logging.getLogger(logs.LOGGER).handlers
    assert isinstance(handler, PatientFileHandler)
    assert handler.lost_lines == 2
    assert capsys.readouterr().err.count("cannot write the log") == 1


def test_setting_up_again_replaces_the_handlers(tmp_path, log):
    set_up_logging(tmp_path / "a.log", console_level=None)
    set_up_logging(tmp_path / "b.log", console_level=None)

    log.info("hello")

    assert not (tmp_path / "a.log").exists()
    assert len(logging.getLogger(logs.LOGGER).handlers) == 1


def test_uncaught_errors_are_logged_from_any_thread(tmp_path):
    set_up_logging(tmp_path / "client.log", console_level=None)

    def fail() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        raise RuntimeError("in a slot")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)

    text = (tmp_path / "client.log").read_text(encoding="utf-8")
    assert "not caught: in a thread" in text
    assert "not caught: in a slot" in text


@pytest.mark.parametrize("text", ["plain", "Küche – 日本", ""])
def test_readable_text_stays_as_it_is(text):
    assert escape_controls(text) == text
