import pytest

from network.events import Closed
from network.qt_dialler import explain
from network.redial import LASTING_S, Redial


def test_server_waits_longer_after_each_failed_attempt():
    redial = Redial("studio-2")
    delays = [redial.failed("refused") for _ in range(8)]

    for delay_s, least_s in zip(delays, (1, 2, 4, 8, 16, 32, 60, 60), strict=True):
        assert least_s <= delay_s <= 1.25 * least_s


def test_server_comes_back_soon_after_a_lasting_connection():
    redial = Redial("studio-2")
    for _ in range(8):
        redial.failed("refused")

    assert redial.ended(LASTING_S) <= 1.25


def test_server_does_not_hurry_back_after_a_connection_cut_at_once():
    redial = Redial("studio-2")
    delays = [redial.ended(0.1) for _ in range(3)]

    assert delays[2] >= 4


@pytest.mark.parametrize("code", ["key", "version", "identity"])
def test_server_waits_a_minute_when_only_a_person_can_help(code):
    assert Redial("studio-2").failed(code) >= 60


def test_servers_do_not_dial_all_at_once():
    assert len({Redial(f"node-{i}").failed("refused") for i in range(20)}) == 20


def test_server_that_finds_no_client_says_what_must_run_there():
    event = Closed("refused", "nothing listens at artist-1:20728: is the server started?", False)

    text = explain(event, "artist-1:20728")

    assert "artist-1:20728" in text
    assert "brigade render --accept" in text
    assert "is the server started" not in text


def test_other_reasons_why_a_client_is_away_stay_as_they_are():
    event = Closed("key", "the key is wrong", True)

    assert explain(event, "artist-1:20728") == "the key is wrong"
