"""The bundle of logs: what is in it, and above all what is not."""

import logging
import zipfile

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from app.keys.keyring import Keyring
from app.logs.log_bundle import BundleError, gather_local, name_server_parts, write_bundle
from app.logs.log_collector import LogCollector
from app.logs.log_files import make_redactor, read_end, read_log_end
from app.logs.logs import set_up_logging
from app.logs.redaction import Redactor
from app.system.paths import config_dir, log_dir
from app.values.session_types import ServerEntry
from network.connection import ServerInfo
from network.identity import load_identity
from network.keys import format_key, new_key, write_key_file
from network.messages import LogRequest, LogText
from network.qt_listener import QtListener

PATIENCE_MS = 5000


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BRIGADE_HOME", str(tmp_path / "home"))
    yield
    logger = logging.getLogger("brigade")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def test_bundle_holds_logs_and_settings_and_none_of_the_planted_secrets(tmp_path):
    farm, local = new_key(), new_key()
    chosen = tmp_path / "chosen.key"
    write_key_file(chosen, farm)
    write_key_file(config_dir() / "local.key", local)
    load_identity(config_dir() / "identity")
    (config_dir() / "servers.toml").write_text(f'# {format_key(farm)}\n[distributed]\nkey="x"\n')
    (log_dir() / "client.log").write_text(f"line one {farm.hex()}\nline two {local.hex()}\n")
    (log_dir() / "report-1.json").write_text('{"complete": true}')
    redactor = make_redactor(chosen)
    server_log = f"their line, {format_key(new_key())}, code 7K3M-9QXD-2F\n"
    parts = gather_local(redactor) | name_server_parts({"u": server_log}, {"u": "studio-2"})

    write_bundle(tmp_path / "out.zip", parts, redactor)

    with zipfile.ZipFile(tmp_path / "out.zip") as bundle:
        texts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert set(texts) == {
        "versions.txt",
        "client/client.log",
        "settings/servers.toml",
        "reports/report-1.json",
        "servers/studio-2.log",
    }
    everything = "\n".join(texts.values())
    for secret in (farm.hex(), local.hex(), "brigade-key-1:A", "7K3M-9QXD-2F", "PRIVATE KEY"):
        assert secret not in everything
    assert "line two" in texts["client/client.log"]
    assert "their line" in texts["servers/studio-2.log"]


def test_bundle_can_be_read_by_its_owner_only(tmp_path):
    write_bundle(tmp_path / "out.zip", {"a.txt": "a"}, Redactor())

    assert (tmp_path / "out.zip").stat().st_mode & 0o077 == 0


def test_bundle_that_cannot_be_written_leaves_nothing_and_says_why(tmp_path):
    with pytest.raises(BundleError, match=r"out\.zip"):
        write_bundle(tmp_path / "missing" / "out.zip", {"a.txt": "a"}, Redactor())

    assert list(tmp_path.glob("**/*.part")) == []


def test_links_among_the_logs_are_not_followed(tmp_path):
    (tmp_path / "private.txt").write_text("mine")
    (log_dir() / "client.log").symlink_to(tmp_path / "private.txt")

    assert "client/client.log" not in gather_local(Redactor())


def test_servers_of_one_name_keep_their_logs_apart_and_paths_stay_inside():
    parts = name_server_parts(
        {"a": "1", "b": "2", "c": "3"}, {"a": "node", "b": "node", "c": "../../etc/passwd"}
    )

    assert parts["servers/node.log"] == "1"
    assert parts["servers/node-2.log"] == "2"
    assert all(name.count("/") == 1 and "..log" not in name for name in parts)


def test_end_of_a_log_begins_with_a_whole_line(tmp_path):
    path = tmp_path / "a.log"
    path.write_text("".join(f"line {i}\n" for i in range(100)))

    assert read_end(path, 20).startswith("line 9")
    assert read_end(tmp_path / "missing.log", 20) == ""


def test_server_sends_the_end_of_its_log_within_the_limit_and_without_its_key(tmp_path):
    key = new_key()
    write_key_file(tmp_path / "farm.key", key)
    set_up_logging(tmp_path / "server.log", None)
    for number in range(200):
        logging.getLogger("brigade.server").info("line %d %s", number, key.hex())

    text = read_log_end(4000, tmp_path / "farm.key")

    assert len(text) <= 4000
    assert b"line 199" in text
    assert key.hex().encode() not in text


def test_collector_asks_servers_and_says_who_could_not_be_asked(tmp_path, qtbot):
    key = new_key()
    write_key_file(tmp_path / "farm.key", key)
    info = ServerInfo("studio-2", "0.1.0", "", 1, "f00d")
    listener = QtListener(key=key, identity=load_identity(tmp_path / "server"), info=info)
    listener.listen(("127.0.0.1",), 0)

    def serve(link, _event):
        link.setParent(None)
        links.append(link)
        link.received.connect(
            lambda message, _: isinstance(message, LogRequest) and link.send(LogText(), b"a line\n")
        )

    links = []
    listener.peer_joined.connect(serve)
    entries = [
        ServerEntry("up", "127.0.0.1", listener.port),
        ServerEntry("down", "127.0.0.1", 1),
        ServerEntry("in", "10.0.0.1", 0, guest=True),
    ]
    collector = LogCollector(entries, Keyring(tmp_path, tmp_path / "farm.key"), "artist")
    with qtbot.waitSignal(collector.collected, timeout=PATIENCE_MS) as blocker:
        collector.start()

    logs = blocker.args[0]
    assert logs["up"] == "a line\n"
    assert logs["down"].startswith("no log: nothing listens")
    assert logs["in"].startswith("no log: it dialled in")
    listener.close()


def test_collector_counts_those_that_answered_or_failed(qtbot, tmp_path):
    entries = [ServerEntry(name, "10.0.0.1", 0, guest=True) for name in ("a", "b")]
    collector = LogCollector(entries, Keyring(tmp_path), "artist")
    counts = []
    collector.progressed.connect(lambda asked, of: counts.append((asked, of)))
    with qtbot.waitSignal(collector.collected, timeout=PATIENCE_MS):
        collector.start()

    assert counts[-1] == (2, 2)


def test_collector_says_nothing_more_when_it_is_cancelled(qtbot, tmp_path):
    key = new_key()
    write_key_file(tmp_path / "farm.key", key)
    collector = LogCollector(
        [ServerEntry("down", "127.0.0.1", 1)], Keyring(tmp_path, tmp_path / "farm.key"), "artist"
    )
    told = []
    collector.collected.connect(told.append)
    collector.start()
    QCoreApplication.processEvents()
    collector.cancel()
    collector.deleteLater()
    for _ in range(20):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    assert told == []
    assert not shiboken6.isValid(collector)


class FakeGuests(QObject):
    """A session to which some servers have dialled in."""

    log_received = Signal(str, str)

    def __init__(self, there):
        super().__init__()
        self.there, self.asked = there, []

    def ask_log(self, uid):
        self.asked.append(uid)
        return uid in self.there


def test_servers_that_dialled_in_are_asked_over_their_own_links(tmp_path, qtbot):
    guests = FakeGuests({"a"})
    entries = [ServerEntry(uid, "10.0.0.9", port=0, guest=True) for uid in "ab"]
    collector = LogCollector(entries, Keyring(tmp_path), "artist", None, guests)
    guests_answer = lambda *_: guests.log_received.emit("a", "a line")  # noqa: E731
    with qtbot.waitSignal(collector.collected, timeout=5000) as collected:
        collector.progressed.connect(guests_answer)
        collector.start()

    assert guests.asked == ["a", "b"]
    assert collected.args[0]["a"] == "a line"
    assert collected.args[0]["b"] == "no log: it dialled in, and is not there now\n"
