"""Guests of a session over real sockets of loopback: who is counted, who is sent away."""

import sys
import threading
from dataclasses import replace

import pytest

from app.keys.keyring import Keyring
from app.session.guests import Guests
from app.session.name_watch import NameWatch
from app.session.server_links import ServerLinks
from app.values.session_types import DistributedSettings, ServerEntry
from network.addresses import Address
from network.connection import ServerInfo
from network.identity import load_identity
from network.keys import new_key, write_key_file
from network.qt_dialler import QtDialler
from network.qt_listener import QtListener

PATIENCE_MS = 5000
ACCEPT = DistributedSettings(accept="127.0.0.1:0")


class Rig:
    def __init__(self, folder, qtbot):
        self.qtbot = qtbot
        self.key = new_key()
        write_key_file(folder / "farm.key", self.key)
        keyring = Keyring(folder, folder / "farm.key")
        self.links = ServerLinks(keyring, "artist", 1)
        self.addresses = []
        self.guests = Guests(
            self.links, keyring, "artist", find=lambda name, port: tuple(self.addresses)
        )
        self.arrived, self.left, self.failed, self.downs = [], [], [], []
        self.guests.arrived.connect(lambda entry, _: self.arrived.append(entry))
        self.guests.left.connect(self.left.append)
        self.guests.failed.connect(self.failed.append)
        self.links.down.connect(lambda *what: self.downs.append(what))
        self.diallers = []

    def accept(self):
        self.guests.set_wanted(ACCEPT)
        self.qtbot.waitUntil(lambda: self.guests.port > 0, timeout=PATIENCE_MS)

    def dial(self, name="node-1", instance="f00d", fingerprint=b"f" * 32):
        info = ServerInfo(name, "0.1.0", "tracer1", 4, instance, fingerprint)
        dialler = QtDialler(key=self.key, info=info, address=Address("127.0.0.1", self.guests.port))
        dialler.refusals = []
        dialler.refused.connect(lambda _, why: dialler.refusals.append(why))
        dialler.links, dialler.ends = [], []

        def join(link, _event):
            dialler.links.append(link)
            link.closed.connect(dialler.ends.append)

        dialler.peer_joined.connect(join)
        self.diallers.append(dialler)
        dialler.start()
        return dialler

    def close(self):
        for dialler in self.diallers:
            dialler.close()
            for link in dialler.links:
                link.close()
        self.guests.close()
        self.links.close()


@pytest.fixture
def rig(tmp_path, qtbot, monkeypatch):
    monkeypatch.setenv("BRIGADE_HOME", str(tmp_path / "home"))
    rig = Rig(tmp_path, qtbot)
    yield rig
    rig.close()


def test_server_that_dials_in_gets_a_row_of_its_own(rig, qtbot):
    rig.accept()
    rig.dial()
    qtbot.waitUntil(lambda: bool(rig.arrived), timeout=PATIENCE_MS)

    [entry] = rig.arrived
    assert entry.guest
    assert entry.label == "node-1"
    assert rig.links.is_linked(entry.uid)
    assert rig.links.address(entry.uid) == "127.0.0.1 (dialled in)"
    assert rig.guests.uids == {entry.uid}


def test_two_processes_with_one_certificate_get_two_rows(rig, qtbot):
    rig.accept()
    rig.dial(instance="1")
    rig.dial(instance="2")
    qtbot.waitUntil(lambda: len(rig.arrived) == 2, timeout=PATIENCE_MS)

    assert len(rig.guests.uids) == 2


def test_server_that_comes_again_takes_its_row_over(rig, qtbot):
    rig.accept()
    rig.dial()
    qtbot.waitUntil(lambda: bool(rig.arrived), timeout=PATIENCE_MS)
    rig.dial()
    qtbot.waitUntil(lambda: len(rig.arrived) == 2, timeout=PATIENCE_MS)

    assert len(rig.guests.uids) == 1
    assert [code for _, code, _ in rig.downs] == ["lost"]


def test_server_reached_by_address_and_dialled_in_is_counted_once(rig, qtbot, tmp_path):
    identity = load_identity(tmp_path / "server")
    info = ServerInfo("studio-2", "0.1.0", "tracer1", 4, "f00d", identity.fingerprint)
    listener = QtListener(key=rig.key, identity=identity, info=info)
    listener.listen(("127.0.0.1",), 0)
    entry = ServerEntry("row", "127.0.0.1", listener.port, "by address")
    rig.links.add(entry, enabled=True)
    with qtbot.waitSignal(rig.links.up, timeout=PATIENCE_MS):
        rig.links.connect_server("row")
    rig.accept()
    dialler = rig.dial("studio-2", fingerprint=identity.fingerprint)
    qtbot.waitUntil(lambda: bool(dialler.ends), timeout=PATIENCE_MS)

    assert "as by address" in dialler.ends[0].text
    assert not rig.arrived
    assert rig.links.is_linked("row")
    listener.close()


def test_row_whose_server_has_dialled_in_says_so_and_may_have_it_later(rig, qtbot, tmp_path):
    identity = load_identity(tmp_path / "server")
    rig.accept()
    rig.dial("studio-2", fingerprint=identity.fingerprint)
    qtbot.waitUntil(lambda: bool(rig.arrived), timeout=PATIENCE_MS)
    info = ServerInfo("studio-2", "0.1.0", "tracer1", 4, "f00d", identity.fingerprint)
    listener = QtListener(key=rig.key, identity=identity, info=info)
    listener.listen(("127.0.0.1",), 0)
    rig.links.add(ServerEntry("row", "127.0.0.1", listener.port), enabled=True)
    with qtbot.waitSignal(rig.links.down, timeout=PATIENCE_MS) as blocker:
        rig.links.connect_server("row")
    assert blocker.args[:2] == ["row", "same"]

    with qtbot.waitSignal(rig.links.freed, timeout=PATIENCE_MS) as blocker:
        rig.links.remove(rig.arrived[0].uid)

    assert blocker.args == ["row"]
    listener.close()


def test_guest_that_the_artist_let_go_does_not_get_in_again(rig, qtbot):
    rig.accept()
    rig.dial()
    qtbot.waitUntil(lambda: bool(rig.arrived), timeout=PATIENCE_MS)
    rig.guests.bar(rig.arrived[0].uid)
    dialler = rig.dial()
    qtbot.waitUntil(lambda: bool(dialler.ends), timeout=PATIENCE_MS)

    assert "let this server go" in dialler.ends[0].text
    assert len(rig.arrived) == 1


def test_guests_leave_when_the_door_is_shut(rig, qtbot):
    rig.accept()
    rig.dial()
    qtbot.waitUntil(lambda: bool(rig.arrived), timeout=PATIENCE_MS)

    rig.guests.set_wanted(DistributedSettings())

    assert rig.left == [rig.arrived[0].uid]
    assert rig.guests.port == 0
    assert not rig.guests.uids


def test_door_stays_shut_without_a_key(rig, qtbot, tmp_path):
    rig.guests._door._keyring.farm_key_file = tmp_path / "missing.key"
    rig.guests.set_wanted(ACCEPT)
    qtbot.waitUntil(lambda: bool(rig.failed), timeout=PATIENCE_MS)

    assert rig.guests.port == 0
    assert "missing.key" in rig.failed[0]


def test_port_that_is_taken_is_said(rig, qtbot):
    rig.accept()
    taken = rig.guests.port
    other = Guests(rig.links, rig.guests._door._keyring, "artist")
    with qtbot.waitSignal(other.failed, timeout=PATIENCE_MS) as blocker:
        other.set_wanted(DistributedSettings(accept=f"127.0.0.1:{taken}"))

    assert str(taken) in blocker.args[0]
    other.close()


def test_name_is_not_looked_up_again_while_nobody_answers(rig, qtbot, monkeypatch):
    asked, answer = [], threading.Event()

    def find(name, port):
        asked.append(name)
        answer.wait(PATIENCE_MS / 1000)
        raise OSError("no name server")

    watch = NameWatch(rig.links, rig.guests._door._keyring, "artist", find)
    watch.set_rows([ServerEntry("row", "farm.test", 1)])
    monkeypatch.setattr(watch._book, "due", lambda _now_s: ["row"])
    watch._tick()
    qtbot.waitUntil(lambda: asked == ["farm.test"])
    watch._tick()
    answer.set()
    qtbot.waitUntil(lambda: not watch._asked)
    assert asked == ["farm.test"]

    watch._tick()

    qtbot.waitUntil(lambda: len(asked) == 2)
    watch.close()


@pytest.fixture
def named(rig, qtbot, tmp_path):
    """A row whose name has three addresses, and the one guest behind them."""
    listeners = []
    port = 0
    for number, addresses in enumerate([("127.0.0.1", "127.0.0.3"), ("127.0.0.2",)]):
        identity = load_identity(tmp_path / str(number))
        info = ServerInfo(f"pod-{number}", "0.1.0", "", 1, f"f{number}", identity.fingerprint)
        listener = QtListener(key=rig.key, identity=identity, info=info)
        port = listener.listen(addresses, port)
        listeners.append(listener)
    row = ServerEntry("row", "localhost", port)
    rig.links.add(row, enabled=True)
    with qtbot.waitSignal(rig.links.up, timeout=PATIENCE_MS):
        rig.links.connect_server("row")
    rig.addresses[:] = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
    rig.guests.set_wanted(DistributedSettings(), [row])

    qtbot.waitUntil(lambda: bool(rig.arrived), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not rig.guests._names._dialling, timeout=PATIENCE_MS)

    yield row
    for listener in listeners:
        listener.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_name_with_many_addresses_offers_every_server_behind_it_once(rig, named):
    assert [(entry.label, entry.address) for entry in rig.arrived] == [("pod-1", "127.0.0.2")]

    rig.guests.set_wanted(DistributedSettings(), [replace(named, name="farm")])
    assert rig.left == []
    rig.guests.set_wanted(DistributedSettings(), [])

    assert rig.left == [rig.arrived[0].uid]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
@pytest.mark.parametrize("change", [{"address": "other"}, {"port": 1}, {"all_addresses": False}])
def test_servers_behind_a_name_leave_with_it_when_its_row_is_edited(rig, named, change):
    rig.guests.set_wanted(DistributedSettings(), [replace(named, **change)])

    assert rig.left == [rig.arrived[0].uid]


def test_row_of_a_guest_that_is_dismissed_goes_and_does_not_come_back(rig, qtbot):
    rig.accept()
    rig.dial()
    qtbot.waitUntil(lambda: bool(rig.arrived), timeout=PATIENCE_MS)
    uid = rig.arrived[0].uid

    rig.guests.dismiss(uid)
    dialler = rig.dial()
    qtbot.waitUntil(lambda: bool(dialler.ends), timeout=PATIENCE_MS)

    assert rig.left == [uid]
    assert rig.guests.uids == frozenset()


def test_row_of_a_guest_stays_for_its_whole_time_after_each_loss(rig, qtbot):
    rig.accept()
    rig.dial()
    qtbot.waitUntil(lambda: bool(rig.arrived), timeout=PATIENCE_MS)
    uid = rig.arrived[0].uid
    rig.guests.note_down(uid)  # it comes again, and is lost again just before that is forgotten
    rig.guests.note_down(uid)
    rig.links.disconnect_server(uid, "done", "")

    rig.guests._forget_absent(uid, 1)
    assert rig.left == []
    rig.guests._forget_absent(uid, 2)

    assert rig.left == [uid]


def test_guest_that_is_admitted_again_gets_its_row_back(rig, qtbot):
    rig.accept()
    rig.dial()
    qtbot.waitUntil(lambda: bool(rig.arrived), timeout=PATIENCE_MS)
    uid = rig.arrived[0].uid
    rig.guests.bar(uid)
    rig.guests.admit(uid)

    rig.dial()
    qtbot.waitUntil(lambda: len(rig.arrived) == 2, timeout=PATIENCE_MS)

    assert rig.guests.uids == {uid}
