"""One server feeds another, with real sockets on loopback."""

import hashlib
from pathlib import Path

import pytest

from app.serving.asset_cache import AssetCache
from app.serving.peer_exchange import MAX_OPEN_REQUESTS, PeerExchange
from network import instructions as do
from network.connection import ServerInfo
from network.identity import load_identity
from network.login import key_id
from network.messages import AssetChunk, AssetMissing, AssetRequest
from network.qt_link import QtLink
from network.qt_listener import QtListener

JOB = "1" * 32
KEY = b"k" * 32
SERVER_KEY = b"s" * 32
CONTENT = bytes(range(256)) * 40
DIGEST = hashlib.sha256(CONTENT).hexdigest()
INFO = ServerInfo("taker", "1", "engine", 1, "i")
PATIENCE_MS = 5000


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    return load_identity(tmp_path_factory.mktemp("identity") / "private")


class Pair:
    """A holder that has one file, and a taker that listens."""

    def __init__(self, identity, folder: Path) -> None:
        self.cache = AssetCache(folder)
        assert self.cache.store(DIGEST, len(CONTENT), 0, CONTENT)
        self.ended: list[tuple[str, int, str]] = []
        self.holder = PeerExchange(self.cache, "holder", lambda *end: self.ended.append(end))
        self.taker = PeerExchange(AssetCache(folder / "taker"), "taker", lambda *_: None)
        self.listener = QtListener(
            key=SERVER_KEY, identity=identity, info=INFO, find_key=self.taker.find_key
        )
        self.port = self.listener.listen(port=0)
        self.joined: list[tuple[QtLink, object]] = []
        self.heard: list[tuple[object, bytes]] = []
        self.listener.peer_joined.connect(self._on_joined)

    def _on_joined(self, link, event) -> None:
        link.received.connect(lambda message, payload: self.heard.append((message, payload)))
        self.joined.append((link, self.taker.claim(event.key_id)))

    def order(self, key: bytes, port: int = 0, ticket: int = 5) -> do.ServePeer:
        digests = frozenset((DIGEST,))
        return do.ServePeer(JOB, ticket, "127.0.0.1", port or self.port, digests, key)

    def close(self) -> None:
        for link, _ in self.joined:
            link.close()
        self.holder.close()
        self.taker.close()
        self.listener.close()


@pytest.fixture
def pair(identity, tmp_path, qtbot):
    pair = Pair(identity, tmp_path / "cache")
    yield pair
    pair.close()


def bring_together(pair: Pair, qtbot) -> QtLink:
    pair.holder.serve(pair.order(pair.taker.expect(JOB, 5)))
    qtbot.waitUntil(lambda: bool(pair.joined), timeout=PATIENCE_MS)
    link, claimed = pair.joined[0]
    assert claimed == (JOB, 5)
    return link


def test_holder_dials_and_answers_requests(pair, qtbot):
    link = bring_together(pair, qtbot)

    link.send(AssetRequest(JOB, DIGEST, 256, 512))
    link.send(AssetRequest(JOB, DIGEST, 0, 10))

    qtbot.waitUntil(lambda: len(pair.heard) == 2, timeout=PATIENCE_MS)
    assert pair.heard[0] == (AssetChunk(JOB, DIGEST, 256), CONTENT[256:768])
    assert pair.heard[1] == (AssetChunk(JOB, DIGEST, 0), CONTENT[:10])


def test_holder_tells_the_end_without_words_when_the_taker_is_done(pair, qtbot):
    link = bring_together(pair, qtbot)

    link.close("done", "thank you")

    qtbot.waitUntil(lambda: bool(pair.ended), timeout=PATIENCE_MS)
    assert pair.ended == [(JOB, 5, "")]


def test_holder_gives_no_file_but_those_of_the_job(pair, qtbot):
    link = bring_together(pair, qtbot)
    other = b"a file of another job"
    digest = hashlib.sha256(other).hexdigest()
    pair.cache.store(digest, len(other), 0, other)

    link.send(AssetRequest(JOB, digest, 0, 5))
    link.send(AssetRequest("2" * 32, DIGEST, 0, 5))

    qtbot.waitUntil(lambda: len(pair.heard) == 2, timeout=PATIENCE_MS)
    assert all(isinstance(message, AssetMissing) for message, _ in pair.heard)


def test_holder_says_so_when_its_file_is_gone(pair, qtbot):
    link = bring_together(pair, qtbot)
    pair.cache.path(DIGEST).unlink()

    link.send(AssetRequest(JOB, DIGEST, 0, 5))

    qtbot.waitUntil(lambda: bool(pair.heard), timeout=PATIENCE_MS)
    [(message, _)] = pair.heard
    assert isinstance(message, AssetMissing)
    assert "cannot be read" in message.text


def test_holder_leaves_a_taker_that_floods_it(pair, qtbot):
    link = bring_together(pair, qtbot)

    for _ in range(4 * MAX_OPEN_REQUESTS):
        link.send(AssetRequest(JOB, DIGEST, 0, 1))

    qtbot.waitUntil(lambda: bool(pair.ended), timeout=PATIENCE_MS)
    assert pair.ended == [(JOB, 5, "asks for something else than pieces of files")]


def test_key_of_an_introduction_opens_once(pair, qtbot):
    key = pair.taker.expect(JOB, 5)
    pair.holder.serve(pair.order(key))
    qtbot.waitUntil(lambda: bool(pair.joined), timeout=PATIENCE_MS)

    pair.holder.serve(pair.order(key, ticket=6))

    qtbot.waitUntil(lambda: bool(pair.ended), timeout=PATIENCE_MS)
    assert pair.ended == [(JOB, 6, "it could not be reached or did not let us in")]
    assert len(pair.joined) == 1


def test_key_of_an_introduction_that_is_over_opens_nothing(pair, qtbot):
    key = pair.taker.expect(JOB, 5)
    pair.taker.forget(do.ForgetPeer(JOB, 5))

    pair.holder.serve(pair.order(key))

    qtbot.waitUntil(lambda: bool(pair.ended), timeout=PATIENCE_MS)
    assert not pair.joined


def test_login_with_an_introductions_key_is_never_taken_for_a_clients(pair):
    key = pair.taker.expect(JOB, 5)
    assert pair.taker.find_key(key_id(key)) == key
    pair.taker.forget(do.ForgetPeer(JOB, 5))  # while the login is under way

    assert pair.taker.claim(key_id(key)) == (JOB, 5)
    assert pair.taker.claim(key_id(SERVER_KEY)) is None


def test_holder_that_reaches_nobody_does_not_tell_why(pair, qtbot):
    pair.listener.close()

    pair.holder.serve(pair.order(KEY))

    qtbot.waitUntil(lambda: bool(pair.ended), timeout=PATIENCE_MS)
    assert pair.ended == [(JOB, 5, "it could not be reached or did not let us in")]


def test_holder_stops_when_the_job_ends(pair, qtbot):
    link = bring_together(pair, qtbot)

    with qtbot.waitSignal(link.closed, timeout=PATIENCE_MS):
        pair.holder.stop(do.StopServing(JOB))

    assert pair.ended == []
