import pytest
from fake_links import FakeLinks

from app.session.live_rates import LiveRates
from app.values.session_types import ServerEntry


class FakeOrders:
    """A tally whose rates the test says."""

    def __init__(self) -> None:
        self.rates: dict[str, float] = {}
        self.tally = self

    def rate_of(self, uid: str, now_s: float) -> float:
        return self.rates.get(uid, 0.0)


@pytest.fixture
def rig(qtbot):
    links, orders, clock = FakeLinks(), FakeOrders(), [0.0]
    for uid in "abc":
        links.add(ServerEntry(uid, uid), enabled=True)
        links.set_status(uid, threads=4, leases=1)
    rates = LiveRates(links, orders, None, lambda: clock[0])
    return links, orders, clock, rates


def run(rig, seconds: int, **samples: int) -> None:
    links, orders, clock, rates = rig
    for _ in range(seconds):
        clock[0] += 1.0
        for uid, rate in samples.items():
            done = links.status(uid).samples_done + rate
            links.set_status(uid, samples_done=done, buckets_done=done // 100)
            orders.rates[uid] = rate
        rates.read()


def test_rate_of_a_row_falls_while_nothing_is_delivered(rig):
    run(rig, 2, a=1000)
    assert rig[0].status("a").samples_per_s == 1000

    run(rig, 1, a=0)

    assert rig[0].status("a").samples_per_s == 0


def test_row_of_a_slow_server_says_why_until_the_frame_ends(rig):
    run(rig, 15, a=10_000, b=10_000, c=100)
    assert "1% of what those of the others make" in rig[0].status("c").slow
    assert rig[0].status("a").slow == ""

    rig[3].end()

    assert rig[0].status("c").slow == ""


def test_nothing_is_read_between_frames(rig):
    rig[1].tally = None
    before = rig[0].status("a")

    rig[3].read()

    assert rig[0].status("a") == before
