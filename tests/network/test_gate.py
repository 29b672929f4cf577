import pytest

from network import limits
from network.gate import Gate, TokenBucket


def test_bucket_gives_its_burst_and_then_its_rate():
    bucket = TokenBucket(10.0, 3.0, 0.0)

    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(0.1), bucket.take(0.1)] == [True, False]
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]


def test_gate_lets_an_honest_client_in():
    gate = Gate()

    decision = gate.arrived(1, "192.0.2.1", 0.0)

    assert (decision.refused, decision.evict, gate.unfinished) == ("", None, 1)
    gate.finished(1)
    gate.finished(1)
    assert gate.unfinished == 0


def test_gate_refuses_one_address_that_connects_too_often():
    gate = Gate()
    outcomes = []
    for number in range(40):
        outcomes.append(gate.arrived(number, "192.0.2.1", 0.0).refused)
        gate.finished(number)

    assert outcomes.count("") == limits.CONNECTIONS_BURST
    assert "per second" in outcomes[-1]
    assert gate.arrived(50, "192.0.2.2", 0.0).refused == ""
    assert gate.arrived(51, "192.0.2.1", 0.2).refused == ""


def test_oldest_unfinished_login_of_an_address_makes_room():
    gate = Gate()
    for number in range(limits.UNFINISHED_PER_ADDRESS):
        assert gate.arrived(number, "192.0.2.1", 0.0).evict is None

    assert gate.arrived(100, "192.0.2.1", 0.0).evict == 0
    assert gate.arrived(101, "192.0.2.2", 0.0).evict is None
    assert gate.unfinished == limits.UNFINISHED_PER_ADDRESS + 1


def test_oldest_unfinished_login_of_all_makes_room():
    gate = Gate()
    for number in range(limits.UNFINISHED_TOTAL):
        assert gate.arrived(number, f"192.0.2.{number}", 0.0).evict is None

    assert gate.arrived(100, "198.51.100.1", 0.0).evict == 0
    assert gate.unfinished == limits.UNFINISHED_TOTAL


def test_1000_silent_strangers_do_not_lock_out_an_honest_client():
    gate = Gate()
    for number in range(1000):
        gate.arrived(number, f"10.0.{number // 250}.{number % 250}", number * 0.001)

    decision = gate.arrived(5000, "192.0.2.1", 1.0)

    assert decision.refused == ""
    assert decision.evict != 5000
    assert gate.unfinished == limits.UNFINISHED_TOTAL


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
def test_addresses_of_one_host_count_as_one(one, other, same):
    gate = Gate()
    for number in range(limits.UNFINISHED_PER_ADDRESS):
        gate.arrived(number, one, 0.0)

    assert (gate.arrived(100, other, 0.0).evict is not None) == same


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_loopback_has_more_room(address):
    gate = Gate()

    for number in range(limits.UNFINISHED_PER_ADDRESS + 1):
        assert gate.arrived(number, address, 0.0).evict is None


def test_failed_logins_silence_an_address_for_a_while():
    gate = Gate()
    for second in range(limits.FAILED_LOGINS):
        assert gate.arrived(second, "192.0.2.1", float(second)).refused == ""
        gate.finished(second)
        gate.failed("192.0.2.1", float(second))

    last_s = limits.FAILED_LOGINS - 1.0
    assert "failed logins" in gate.arrived(10, "192.0.2.1", last_s + 1).refused
    assert gate.arrived(11, "192.0.2.2", last_s + 1).refused == ""
    assert gate.arrived(12, "192.0.2.1", last_s + limits.FAILURE_BAN_S).refused == ""


def test_rare_failed_logins_are_forgiven():
    gate = Gate()
    for minute in range(20):
        gate.failed("192.0.2.1", minute * limits.FAILURE_WINDOW_S / 2)

    assert gate.arrived(1, "192.0.2.1", 600.0).refused == ""


def test_gate_forgets_the_oldest_addresses():
    gate = Gate()
    for number in range(limits.GATE_ADDRESSES + 10):
        gate.failed(f"10.{number // 65536}.{number // 256 % 256}.{number % 256}", 0.0)

    assert len(gate._visitors) == limits.GATE_ADDRESSES


def test_silent_connection_makes_room_before_an_older_one_that_has_come_further():
    gate = Gate()
    progress = {0: 2, 1: 1, 2: 0, 3: 0}
    for number in range(limits.UNFINISHED_TOTAL):
        gate.arrived(number, f"192.0.2.{number}", 0.0)

    evicted = [
        gate.arrived(100 + i, f"198.51.100.{i}", 0.0, lambda n: progress.get(n, 1)).evict
        for i in range(4)
    ]

    assert evicted == [2, 3, 1, 4]


def test_connection_that_has_come_furthest_of_its_address_stays():
    gate = Gate()
    for number in range(limits.UNFINISHED_PER_ADDRESS):
        gate.arrived(number, "192.0.2.1", 0.0)

    decision = gate.arrived(100, "192.0.2.1", 1.0, lambda n: int(n == 0))

    assert decision.evict == 1
