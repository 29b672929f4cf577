import pytest

from app.session.ping_watch import PingWatch


@pytest.mark.parametrize(
    ("shown_s", "rtt_s", "told"),
    [
        (None, None, False),
        (None, 0.0004, True),
        (0.0004, 0.0009, False),
        (0.010, 0.0115, False),
        (0.010, 0.0125, True),
        (0.010, None, True),
    ],
)
def test_round_trip_is_told_when_the_change_can_be_seen(qapp, shown_s, rtt_s, told):
    heard = []
    watch = PingWatch(lambda: [("a", shown_s, rtt_s)], lambda *values: heard.append(values))

    watch.look()

    assert heard == ([("a", rtt_s)] if told else [])
