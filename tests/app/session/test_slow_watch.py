"""Servers a, b and c with four threads; each second one reading."""

from app.session.slow_watch import WINDOW_S, Reading, SlowWatch


class Farm:
    def __init__(self) -> None:
        self.watch = SlowWatch()
        self.now_s = 0.0
        self.samples = dict.fromkeys("abc", 0.0)

    def run(self, seconds: int, leases: int = 2, bucket: float = 1000.0, **rates: float) -> dict:
        words: dict[str, str] = {}
        for _ in range(seconds):
            self.now_s += 1.0
            for uid, rate in rates.items():
                self.samples[uid] += rate
            readings = [
                Reading(uid, 4, round(self.samples[uid]), round(self.samples[uid] / bucket), leases)
                for uid in rates
            ]
            words = self.watch.judge(readings, self.now_s)
        return {uid: word for uid, word in words.items() if word}


def test_server_far_below_all_others_is_slow():
    slow = Farm().run(15, a=10_000, b=9_000, c=1_000)

    assert slow == {"c": "each of its threads makes 11% of what those of the others make"}


def test_nobody_is_judged_before_the_window_is_full():
    assert Farm().run(int(WINDOW_S), a=10_000, b=9_000, c=1_000) == {}


def test_server_that_becomes_slow_beside_one_other_is_slow():
    farm = Farm()
    assert farm.run(20, a=10_000, b=5_000) == {}

    slow = farm.run(15, a=10_000, b=500)

    assert list(slow) == ["b"]
    assert "of what it made before" in slow["b"]


def test_hard_part_of_the_picture_makes_nobody_slow():
    farm = Farm()
    farm.run(20, a=10_000, b=9_000, c=8_000)

    assert farm.run(30, a=1_000, b=900, c=800) == {}


def test_weaker_computer_is_not_slow():
    assert Farm().run(30, a=10_000, b=9_000, c=2_500) == {}


def test_server_alone_is_never_slow():
    farm = Farm()
    farm.run(20, a=10_000)

    assert farm.run(30, a=10) == {}


def test_heavy_buckets_are_no_reason_until_several_are_late():
    farm = Farm()
    farm.run(60, bucket=60_000.0, a=10_000, b=9_000, c=9_500)

    assert farm.run(8, bucket=60_000.0, a=10_000, b=9_000, c=0) == {}


def test_server_recovers_when_it_is_well_above_the_line():
    farm = Farm()
    farm.run(15, a=10_000, b=9_000, c=1_000)

    assert list(farm.run(15, a=10_000, b=9_000, c=3_000)) == ["c"]
    assert farm.run(15, a=10_000, b=9_000, c=6_000) == {}


def test_server_without_buckets_is_not_slow():
    farm = Farm()
    farm.run(15, a=10_000, b=9_000, c=1_000)

    assert farm.run(1, leases=0, a=0, b=0, c=0) == {}
