"""What a render server refuses before it listens."""

import argparse
import signal
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject

from app.keys.server_keys import FrontKeys
from app.serving import server_program
from app.serving.server_flags import add_options
from app.serving.server_setup import StartError, _addresses, _find_cache, _find_keys
from network.addresses import EVERYWHERE, LOOPBACK
from network.credentials import CODE_ID


def parse(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return parser.parse_args(arguments)


@pytest.mark.parametrize(
    ("arguments", "addresses"),
    [
        ([], LOOPBACK),
        (["--bind", "localhost"], LOOPBACK),
        (["--bind", "192.168.1.4"], ("192.168.1.4",)),
        (["--bind", "fd00::4"], ("fd00::4",)),
        (["--lan"], EVERYWHERE),
    ],
)
def test_server_listens_where_it_is_told(arguments, addresses):
    assert _addresses(parse(*arguments)) == addresses


def test_server_says_that_bind_takes_an_address():
    with pytest.raises(StartError, match="IP address of this computer, not 'studio-2'"):
        _addresses(parse("--bind", "studio-2"))


def test_server_makes_the_cache_that_it_is_told_to_use(tmp_path):
    folder = tmp_path / "a" / "cache"

    assert _find_cache(parse("--cache-dir", str(folder))) == folder
    assert list(folder.iterdir()) == []


def test_server_refuses_a_cache_that_cannot_be_written(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")

    with pytest.raises(StartError, match="choose another with --cache-dir"):
        _find_cache(parse("--cache-dir", str(blocker / "cache")))


def test_server_on_the_network_without_a_key_lets_nobody_in_until_somebody_pairs(caplog):
    with caplog.at_level("INFO"):
        keys = _find_keys(parse("--lan"))

    assert isinstance(keys, FrontKeys)
    assert keys.shared is None
    assert keys.find(b"") is keys.find(CODE_ID) is None
    assert "brigade code" in caplog.text


def test_server_on_loopback_shares_the_key_of_this_user():
    keys = _find_keys(parse())

    assert keys.shared is not None
    assert keys.find(b"") is not None


def test_server_dials_in_with_a_key_file_only():
    with pytest.raises(StartError, match="--key-file"):
        _find_keys(parse("--connect", "artist-1"))


def test_server_names_a_key_file_that_it_cannot_use(tmp_path):
    with pytest.raises(StartError, match=r"farm\.key"):
        _find_keys(parse("--lan", "--key-file", str(tmp_path / "farm.key")))


def test_what_nobody_caught_in_a_server_is_logged_and_fails_its_jobs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    logged: list[BaseException] = []
    failed: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: logged.append(error))
    server_program._fail_jobs_on_bugs(SimpleNamespace(broke=failed.append))
    bug, interrupt = KeyError("client"), KeyboardInterrupt()

    sys.excepthook(KeyError, bug, None)
    sys.excepthook(KeyboardInterrupt, interrupt, None)

    assert logged == [bug, interrupt]
    assert failed == [bug]


@pytest.fixture
def handlers() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
def test_first_signal_drains_the_server_and_the_second_ends_it(qtbot) -> None:
    did: list[str] = []
    application = QObject()
    application.exit = lambda _status: did.append("quit")
    front = SimpleNamespace(drain=lambda: did.append("drain"))
    server_program._stop_on_signals(application, front, child=False)

    signal.raise_signal(signal.SIGTERM)
    assert did == []  # it may be in the middle of what the core decides
    qtbot.waitUntil(lambda: did == ["drain"])

    signal.raise_signal(signal.SIGINT)
    qtbot.waitUntil(lambda: did == ["drain", "quit"])


@pytest.mark.usefixtures("handlers")
def test_ctrl_c_in_the_client_s_terminal_does_not_end_its_local_server(qtbot) -> None:
    application = QObject()
    server_program._stop_on_signals(application, SimpleNamespace(drain=None), child=True)

    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
