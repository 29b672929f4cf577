"""The end of a frame, and other corners of the books: who takes over what from whom."""

from job_builder import make_units

from network.leases import Lease, UnitState
from network.portions import MAX_HOLDERS, STUCK_MIN_S
from network.scheduler import Scheduler
from network.tail import BACKUP_INTERVAL_S


def make_books(servers: str, units: int, *, side: int = 8, grain_px: int = 0) -> Scheduler:
    books = Scheduler(make_units(units, side=side), grain_px=grain_px)
    for server in servers:
        books.add_server(server)
        books.set_ready(server, True, "engine-a")
    return books


def measure(books: Scheduler, server: str, seconds: float) -> None:
    """Let a server render one unit in that time, starting at 0."""
    (lease,) = books.request(server, 1, 0.0)
    books.commit(server, lease.number, seconds)


def last_unit(books: Scheduler, server: str, now_s: float) -> Lease:
    """Give the server the only unit that is left."""
    (lease,) = books.request(server, 1, now_s)
    assert books.count(UnitState.TODO) == 0
    return lease


def test_third_server_takes_a_unit_over_only_if_it_is_faster_than_both() -> None:
    books = make_books("abcd", units=5)
    for server, seconds in {"a": 1.0, "b": 1.0, "c": 0.9, "d": 0.5}.items():
        measure(books, server, seconds)
    lease = last_unit(books, "a", 1.0)
    books.request("b", 1, 1.0)
    (second,) = books.back_up(5.0)
    assert (second.server, second.unit) == ("b", lease.unit)

    books.request("c", 1, 5.0)
    assert books.back_up(6.0) == []
    books.request("d", 1, 6.0)
    assert [x.server for x in books.back_up(7.0)] == ["d"]


def test_unit_has_at_most_so_many_servers() -> None:
    books = make_books("abcd", units=5)
    for server, seconds in {"a": 8.0, "b": 4.0, "c": 2.0, "d": 0.1}.items():
        measure(books, server, seconds)
    last_unit(books, "a", 10.0)
    for number, server in enumerate("bcd"):
        books.request(server, 1, 10.0)
        got = books.back_up(30.0 + number)
        assert len(got) == (number < MAX_HOLDERS - 1)


def test_idle_server_leaves_a_copy_alone_that_it_may_not_render() -> None:
    books = make_books("ab", units=2)
    measure(books, "a", 1.0)
    measure(books, "b", 1.0)
    books.audit(0, ["a"])  # the unit that a delivered
    (copy,) = books.request("b", 1, 1.0)
    assert books.original(copy.unit) == 0

    books.request("a", 1, 1.0)

    assert books.back_up(60.0) == []


def test_idle_servers_share_the_parts_of_one_slow_unit() -> None:
    books = make_books("abc", units=8, side=256, grain_px=16)
    for server in "abc":
        measure(books, server, 1.0)
    books.request("a", 1, 1.0)
    while books.count(UnitState.TODO):
        for lease in books.request("b", 1, 1.0):
            books.commit("b", lease.number, 1.1)
    for server in "bc":
        assert books.request(server, 1, 1.1) == []

    got = books.back_up(20.0)

    assert {lease.server for lease in got} == {"b", "c"}
    assert len({lease.unit for lease in got}) == len(got)


def test_slow_leases_are_not_looked_for_at_every_request() -> None:
    books = make_books("ab", units=3)
    measure(books, "a", 1.0)
    measure(books, "b", 1.0)
    last_unit(books, "a", 1.0)
    assert books.back_up(1.0) == []
    books.request("b", 1, 60.0)
    assert len(books.back_up(60.0)) == 1

    assert books.back_up(60.0 + BACKUP_INTERVAL_S / 2) == []


def test_server_is_not_stuck_at_a_unit_that_waits_its_turn() -> None:
    books = make_books("ab", units=8)
    measure(books, "a", 1.0)
    measure(books, "b", 1.0)
    first, second = books.request("a", 2, 1.0)
    books.drop("a", [first.number])

    assert books.relieve(1.0 + STUCK_MIN_S) == []
    assert list(books.leases("a")) == [second]


def test_share_has_spent_no_time_at_a_lease_behind_another() -> None:
    books = make_books("ab", units=8)
    measure(books, "a", 1.0)
    first, second = books.request("a", 2, 1.0)
    share = books._shares["a"]

    assert share.at_it_s(first, 3.0) == 2.0
    assert share.at_it_s(second, 3.0) == 0.0


def test_servers_that_are_not_there_have_no_leases_and_need_not_stay() -> None:
    books = make_books("a", units=1)

    books.stop_drain("nobody")

    assert list(books.leases("nobody")) == []
    assert books.remove_server("nobody") == []


def test_unit_of_two_servers_ends_when_the_sooner_of_them_ends() -> None:
    books = make_books("abc", units=4)
    for server, seconds in {"a": 1.0, "b": 10.0, "c": 0.1}.items():
        measure(books, server, seconds)
    lease = last_unit(books, "a", 1.0)
    books.request("b", 1, 5.0)
    assert [x.server for x in books.back_up(5.0)] == ["b"]

    books.request("c", 1, 5.1)

    assert [(x.server, x.unit) for x in books.back_up(5.1)] == [("c", lease.unit)]
