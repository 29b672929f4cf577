import socket

import pytest
from PySide6.QtNetwork import QHostAddress

from network.qt_waker import TIMES, QtWaker, broadcast_addresses
from network.wake import MacError, make_magic_packet

MAC = "00:1b:63:84:45:e6"


@pytest.fixture
def ear():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(5)
        yield ear


def make_waker(ear, *targets: str) -> QtWaker:
    return QtWaker(lambda: [QHostAddress(target) for target in targets], ear.getsockname()[1])


def test_packet_is_sent_some_times_to_each_target(qapp, ear):
    assert make_waker(ear, "127.0.0.1").wake(MAC) == ""

    assert [ear.recv(200) for _ in range(TIMES)] == [make_magic_packet(MAC)] * TIMES


def test_packet_goes_to_the_targets_that_there_are(qapp, ear):
    assert make_waker(ear, "::1", "127.0.0.1").wake(MAC) == ""

    assert ear.recv(200) == make_magic_packet(MAC)


def test_waker_says_so_when_there_is_no_network(qapp, ear):
    assert make_waker(ear).wake(MAC)


def test_waker_refuses_what_is_no_address(qapp, ear):
    with pytest.raises(MacError):
        make_waker(ear, "127.0.0.1").wake("studio-1")


def test_broadcasts_go_to_everybody_and_to_each_network(qapp):
    found = [address.toString() for address in broadcast_addresses()]

    assert found[0] == "255.255.255.255"
    assert "127.0.0.1" not in found
