import pytest

from network.awake_clock import AwakeClock
from network.backoff import retry_delay_s
from network.client_words import describe_loss, describe_outcome, describe_retry, join_names
from network.limits import PAUSE_S, TICK_S
from network.pace import Pace, PaceTable


def paced(per_s: float) -> Pace:
    pace = Pace()
    pace.delivered(100, 0.0, 100 / per_s)
    return pace


def test_pace_is_unknown_before_the_first_result() -> None:
    assert Pace().per_s is None


def test_pace_counts_queued_units_one_after_the_other() -> None:
    pace = Pace()
    for number in range(1, 6):
        pace.delivered(100, 0.0, 2.0 * number)  # all assigned at once, done every 2 s

    assert pace.per_s == pytest.approx(50.0)


def test_pace_forgets_how_fast_a_server_once_was() -> None:
    pace = paced(1000.0)
    for number in range(40):
        pace.delivered(100, 10.0 * number, 10.0 * (number + 1))

    assert pace.per_s == pytest.approx(10.0, rel=0.05)


def test_shares_follow_the_paces() -> None:
    table = PaceTable()
    fast, slow, new = paced(30.0), paced(10.0), Pace()
    table.refresh([fast, slow, new], 0.0)

    assert table.share(fast) == pytest.approx(0.5)
    assert table.per_s(new) == pytest.approx(20.0)
    assert table.total == pytest.approx(60.0)
    assert not table.is_stale(0.1)
    assert table.is_stale(PaceTable.INTERVAL_S)
    table.invalidate()
    assert table.is_stale(0.1)


def test_share_of_servers_that_delivered_nothing_is_equal() -> None:
    table = PaceTable()
    paces = [Pace() for _ in range(4)]
    table.refresh(paces, 0.0)

    assert [table.share(pace) for pace in paces] == [0.25] * 4
    assert table.per_s(paces[0]) is None


def test_awake_clock_counts_a_pause_as_one_tick() -> None:
    clock = AwakeClock()
    assert not clock.advance(100.0)
    assert not clock.advance(100.0 + PAUSE_S)
    assert clock.advance(5000.0)

    assert clock.now_s == PAUSE_S + TICK_S
    assert clock.paused_s == 5000.0 - 100.0 - PAUSE_S


def test_awake_clock_never_goes_back() -> None:
    clock = AwakeClock()
    clock.advance(10.0)
    clock.advance(9.0)

    assert clock.now_s == 0.0


def test_retries_of_many_servers_are_spread() -> None:
    delays_s = {retry_delay_s(f"server-{number}", 3) for number in range(100)}

    assert len(delays_s) == 100
    assert 8.0 <= min(delays_s) < max(delays_s) <= 10.0
    assert retry_delay_s("a", 10_000) <= 75.0


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("lost", "", "connection lost"),
        ("lost", "process ended", "connection lost (process ended)"),
        ("silent", "anything", "no sign of life for 5 s"),
        ("shutdown", "", "the server was shut down"),
    ],
)
def test_loss_is_told_in_words(code: str, text: str, words: str) -> None:
    assert describe_loss(code, text) == words


def test_retry_is_told_in_whole_seconds() -> None:
    assert describe_retry("", 3.2) == "trying again in 4 s"
    assert describe_retry("refused", 1.0) == "refused; trying again in 1 s"


@pytest.mark.parametrize(
    ("given_back", "poisoned", "names", "words"),
    [
        (2, 0, ["a", "b"], "2 buckets went back to the queue; a and b go on"),
        (1, 0, ["a"], "1 bucket went back to the queue; a goes on"),
        (0, 0, [], "no bucket was lost; waiting for a server"),
        (1, 1, ["a"], "1 bucket failed too often and will stay empty; a goes on"),
    ],
)
def test_outcome_says_where_the_buckets_went(
    given_back: int, poisoned: int, names: list[str], words: str
) -> None:
    assert describe_outcome(given_back, poisoned, names) == words


def test_many_names_are_counted() -> None:
    assert join_names(["a", "b", "c"]) == "a, b and c go"
    assert join_names(["a", "b", "c", "d"]) == "a, b, c and 1 other go"
    assert join_names(list("abcdef")) == "a, b, c and 3 others go"
