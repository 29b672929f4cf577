import os

import pytest
from PySide6.QtCore import QObject, Signal

from app.frames.digest_cache import DigestCache
from app.frames.job_assets import CAN_HOLD
from app.session.asset_sender import MAX_WAITING, AssetSender
from network.instructions import SendAsset
from network.messages import AssetChunk, AssetMissing

JOB = "1" * 32
CONTENT = b"0123456789"


class Links(QObject):
    """Collects what is sent."""

    drained = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.reads = True
        self.number = 1
        self.local = ""
        self.gone: list[tuple[str, str, str]] = []
        self.sent: list[tuple[str, object, bytes]] = []

    def send(self, uid, message, payload=b""):
        self.sent.append((uid, message, payload))

    def name(self, uid):
        return uid.upper()

    def is_local(self, uid):
        return uid == self.local

    def writable(self, uid):
        return self.reads

    def link_number(self, uid):
        return self.number

    def cut(self, uid, code, text):
        self.gone.append((uid, code, text))


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "texture.png"
    path.write_bytes(CONTENT)
    os.utime(path, (1e6, 1e6))
    return path


@pytest.fixture
def sender(qtbot, path):
    file = DigestCache().digest(path)
    sender = AssetSender(Links())
    sender.begin({file.digest: file})
    sender.digest = file.digest
    yield sender
    sender.close()


def fetch(sender, qtbot, offset=0, length=10):
    links = sender._links
    links.sent.clear()
    sender.send(SendAsset("a", JOB, sender.digest, offset, length))
    qtbot.waitUntil(lambda: bool(links.sent))
    return links.sent[0]


def test_pieces_leave_in_the_order_in_which_they_were_asked_for(sender, qtbot):
    for offset in range(10):
        sender.send(SendAsset("a", JOB, sender.digest, offset, 1))

    qtbot.waitUntil(lambda: len(sender._links.sent) == 10)
    assert b"".join(payload for _, _, payload in sender._links.sent) == CONTENT


@pytest.mark.skipif(not CAN_HOLD, reason="open files cannot be replaced there")
def test_file_that_is_saved_during_the_frame_is_sent_as_it_was_and_told(sender, qtbot, path):
    fetch(sender, qtbot)
    (path.parent / "new").write_bytes(b"new content")
    os.replace(path.parent / "new", path)

    server, message, payload = fetch(sender, qtbot)
    with qtbot.waitSignal(sender.changed) as changed:
        sender.end()

    assert (server, type(message), payload) == ("a", AssetChunk, CONTENT)
    assert changed.args == [[path]]


def test_file_that_is_overwritten_is_missing_by_name(sender, qtbot, path):
    fetch(sender, qtbot)
    path.write_bytes(b"9876543210")

    with qtbot.waitSignal(sender.failed) as failed:
        _, message, _ = fetch(sender, qtbot)

    assert isinstance(message, AssetMissing)
    assert "texture.png was overwritten" in message.text
    assert failed.args[0] == "A"


def test_nothing_is_told_about_files_that_stayed(sender, qtbot):
    fetch(sender, qtbot)

    with qtbot.assertNotEmitted(sender.changed, wait=50):
        sender.end()


def test_nothing_is_sent_after_the_end(sender, qtbot):
    sender.end()

    sender.send(SendAsset("a", JOB, sender.digest, 0, 1))

    assert sender._links.sent == []


def ask(sender, count, offset=0):
    for _ in range(count):
        sender.send(SendAsset("a", JOB, sender.digest, offset, 1))


def test_server_that_is_behind_with_reading_gets_nothing_until_it_has_caught_up(sender, qtbot):
    links = sender._links
    links.reads = False
    ask(sender, 3)
    qtbot.wait(50)
    assert links.sent == []

    links.reads = True
    links.drained.emit("a")

    qtbot.waitUntil(lambda: len(links.sent) == 3)


def test_server_that_asks_without_end_and_reads_nothing_is_cut_off(sender, qtbot):
    links = sender._links
    links.reads = False

    ask(sender, MAX_WAITING)
    assert links.gone == []
    ask(sender, 1)

    assert links.gone == [("a", "limit", "it asks for files and does not read them")]
    links.reads = True
    links.drained.emit("a")
    qtbot.wait(50)
    assert links.sent == []


def test_piece_that_was_asked_for_over_an_earlier_link_is_not_sent(sender, qtbot):
    links = sender._links
    links.reads = False
    ask(sender, 2)

    links.number, links.reads = 2, True
    ask(sender, 1, offset=5)

    qtbot.waitUntil(lambda: bool(links.sent))
    qtbot.wait(50)
    assert [payload for _, _, payload in links.sent] == [b"5"]


def test_withheld_file_is_missing_by_name_but_for_this_computer(qtbot, path):
    file = DigestCache().digest(path)
    sender = AssetSender(Links())
    sender.begin({file.digest: file}, [file.digest])
    sender.digest = file.digest

    server, message, _ = fetch(sender, qtbot)
    assert (server, type(message)) == ("a", AssetMissing)
    assert "Transfer missing assets is off" in message.text
    sender._links.local = "a"
    assert fetch(sender, qtbot)[2] == CONTENT
    sender.close()
