import pytest
from books_builder import make_books, measure, units_of
from job_builder import make_units

from network.leases import UnitState
from network.portions import PATIENCE_S
from network.scheduler import Committed, Scheduler
from network.suspects import POISON_FAILURES

WORK_S = 1.0


def test_server_gets_as_many_units_as_it_asked_for_in_order() -> None:
    books = make_books()

    leases = books.request("a", 2, 0.0)

    assert units_of(leases) == [0, 1]
    assert [lease.server for lease in leases] == ["a", "a"]
    assert books.count(UnitState.LEASED) == 2


def test_server_gets_nothing_before_it_is_ready() -> None:
    books = make_books()
    books.set_ready("a", False)

    assert books.request("a", 2, 0.0) == []
    books.set_ready("a", True)

    assert units_of(books.assign(0.0)) == [0, 1]


def test_nothing_is_handed_out_while_it_is_paused_and_all_that_was_asked_for_then() -> None:
    books = make_books()
    (held,) = books.request("a", 1, 0.0)
    books.paused = True

    assert books.request("a", 2, 0.0) == []
    assert books.request("b", 1, 0.0) == []
    assert books.assign(1.0) == []
    assert books.back_up(1.0) == []
    assert books.relieve(1.0) == []
    assert books.commit("a", held.number, 1.0).parts == [0]
    books.paused = False

    assert sorted(units_of(books.assign(2.0))) == [1, 2, 3]


def test_units_of_a_server_that_is_lost_while_it_is_paused_wait() -> None:
    books = make_books()
    books.request("a", 2, 0.0)
    books.request("b", 1, 0.0)
    books.paused = True
    books.remove_server("a")

    assert books.request("b", 1, 1.0) == []
    books.paused = False

    assert units_of(books.assign(2.0)) == [0]


def test_lost_leases_go_first_and_in_their_old_order() -> None:
    books = make_books(servers="abc")
    books.request("a", 2, 0.0)

    ended = books.remove_server("a")

    assert units_of(ended) == [0, 1]
    assert units_of(books.request("b", 2, 0.0)) == [0, 1]
    assert units_of(books.request("c", 1, 0.0)) == [2]


def test_leases_end_when_a_server_gives_them_back() -> None:
    books = make_books()
    first, second = books.request("a", 2, 0.0)

    assert books.drop("a", [second.number, 77]) == [second]
    assert books.state(first.unit) is UnitState.LEASED
    assert books.state(second.unit) is UnitState.TODO


def test_unit_is_done_when_its_result_is_committed() -> None:
    books = make_books(units=1)
    (lease,) = books.request("a", 1, 0.0)

    assert books.commit("a", lease.number, 1.0) == Committed([0], [lease])
    assert books.is_finished
    assert books.state(0) is UnitState.DONE


def test_commit_ends_the_backup_of_the_unit() -> None:
    books = make_books(units=3)
    measure(books, "a", WORK_S)
    measure(books, "b", WORK_S)
    (slow,) = books.request("a", 1, WORK_S)
    books.request("b", 1, WORK_S)
    (backup,) = books.back_up(WORK_S * 4)

    committed = books.commit("b", backup.number, WORK_S * 5)

    assert (backup.server, backup.unit) == ("b", slow.unit)
    assert committed.useless == [slow, backup]
    assert books.is_finished


def test_late_result_is_known_after_the_server_came_back() -> None:
    books = make_books()
    (lease,) = books.request("a", 1, 0.0)
    books.remove_server("a")
    books.add_server("a")

    assert books.unit_of("a", lease.number) == 0
    assert books.unit_of("b", lease.number) is None
    assert books.unit_of("a", 999) is None
    books.commit("a", lease.number, 9.0)

    assert books.state(0) is UnitState.DONE
    assert units_of(books.request("b", 1, 9.0)) == [1]


def test_failed_unit_goes_to_another_server() -> None:
    books = make_books(units=6)
    (first,) = books.request("a", 1, 0.0)

    assert books.fail("a", first.number) == (first, False)

    assert units_of(books.request("b", 1, 0.0)) == [0]
    assert units_of(books.request("a", 1, 0.0)) == [1]


def test_failed_unit_returns_to_the_same_server_when_there_is_no_other() -> None:
    books = make_books(servers="a")
    (first,) = books.request("a", 1, 0.0)
    books.fail("a", first.number)

    assert units_of(books.request("a", 1, 0.0)) == [0]


@pytest.mark.parametrize("servers", ["a", "ab"])
def test_unit_is_set_apart_after_three_failures(servers: str) -> None:
    books = make_books(units=1, servers=servers)
    for attempt in range(POISON_FAILURES):
        server = servers[attempt % len(servers)]
        (lease,) = books.request(server, 1, 0.0)
        failed = books.fail(server, lease.number)
        assert failed == (lease, attempt == POISON_FAILURES - 1)

    assert books.poisoned() == (0,)
    assert books.is_finished
    assert books.request("a", 1, 0.0) == []


def test_unknown_lease_cannot_fail() -> None:
    books = make_books()

    assert books.fail("a", 5) is None
    assert books.fail("nobody", 5) is None


def test_overdue_unit_goes_to_another_server_and_its_late_result_counts() -> None:
    books = make_books(units=1)
    (lease,) = books.request("a", 1, 0.0)

    assert books.give_up_overdue(PATIENCE_S) == ([], [])
    assert books.give_up_overdue(PATIENCE_S + 1) == ([lease], [])
    (second,) = books.request("b", 1, PATIENCE_S + 1)
    assert second.unit == lease.unit

    assert books.commit("a", lease.number, PATIENCE_S + 2).useless == [lease, second]
    assert books.is_finished


def test_hopelessly_overdue_lease_ends_and_the_unit_gets_more_patience() -> None:
    books = make_books(units=1, servers="a")
    (lease,) = books.request("a", 2, 0.0)
    books.give_up_overdue(PATIENCE_S + 1)
    assert books.assign(PATIENCE_S + 1) == []  # never twice at once on one server

    overdue, ended = books.give_up_overdue(2 * PATIENCE_S + 1)

    assert (overdue, ended) == ([], [lease])
    (again,) = books.assign(2 * PATIENCE_S + 1)
    assert again.patience == 2.0


def test_tail_is_shared_by_pace() -> None:
    books = make_books(units=12)
    measure(books, "a", WORK_S)
    measure(books, "b", WORK_S / 9)

    books.request("a", 10, WORK_S)
    books.request("b", 10, WORK_S)

    assert len(list(books.leases("a"))) == 1
    assert len(list(books.leases("b"))) == 9


def test_idle_server_backs_up_a_lease_that_it_would_end_sooner() -> None:
    books = make_books(units=4)
    measure(books, "a", 10 * WORK_S)
    measure(books, "b", WORK_S)
    (slow,) = books.request("a", 1, 10.0)
    (quick,) = books.request("b", 2, 10.0)
    assert books.back_up(10.5) == []  # b is busy

    books.commit("b", quick.number, 11.0)

    assert [(x.server, x.unit) for x in books.back_up(11.0)] == [("b", slow.unit)]
    assert books.back_up(11.0) == []


def test_units_behind_a_heavy_one_go_elsewhere() -> None:
    books = make_books(units=40)
    measure(books, "a", WORK_S)
    measure(books, "b", WORK_S)
    heavy, *waiting = books.request("a", 3, WORK_S)
    assert books.relieve(2 * WORK_S) == []

    assert books.relieve(4 * WORK_S) == waiting

    assert list(books.leases("a")) == [heavy]
    assert books.assign(4 * WORK_S) == []  # nothing more for a while it is at it
    assert units_of(books.request("b", 2, 4 * WORK_S)) == units_of(waiting)
    books.commit("a", heavy.number, 5 * WORK_S)
    assert books.request("a", 1, 5 * WORK_S) != []


@pytest.mark.parametrize("other", ["none", "not ready", "draining"])
def test_server_keeps_what_waits_behind_a_heavy_unit_when_nobody_else_could_take_it(
    other: str,
) -> None:
    books = make_books(servers="a" if other == "none" else "ab")
    measure(books, "a", WORK_S)
    if other == "not ready":
        books.set_ready("b", False)
    elif other == "draining":
        books.drain("b", 1)
    books.request("a", 3, WORK_S)

    assert books.relieve(10 * WORK_S) == []


def test_lost_results_do_not_use_up_credit_after_the_scene_was_opened_again() -> None:
    books = make_books(units=4, servers="ab")
    held = books.request("a", 2, 0.0)
    books.fail("a", held[0].number)  # from now on it holds one unit at a time
    books.set_ready("a", False, now_s=6.0)

    lost = books.set_ready("a", True, now_s=7.0)

    assert lost == [held[1]]
    assert units_of(books.request("a", 1, 7.0)) != []


def test_units_that_were_on_their_way_stay_with_the_server_that_opens_the_scene_again() -> None:
    books = make_books(units=4, servers="ab")
    held = books.request("a", 2, 2.0)
    books.set_ready("a", False, now_s=6.0)

    assert books.set_ready("a", True, now_s=30.0) == []
    assert list(books.leases("a")) == held


def test_server_that_is_ready_keeps_its_units_when_it_says_so_again() -> None:
    books = make_books()
    held = books.request("a", 2, 0.0)

    assert books.set_ready("a", True) == []
    assert list(books.leases("a")) == held


def test_nothing_is_backed_up_while_units_are_left() -> None:
    books = make_books(units=9)
    measure(books, "a", WORK_S)
    measure(books, "b", WORK_S)
    books.request("a", 1, WORK_S)

    assert books.back_up(100.0) == []


def test_lease_numbers_go_on_from_where_the_last_job_ended() -> None:
    books = Scheduler(make_units(2), first_lease=40)
    books.add_server("a")
    books.set_ready("a", True)

    assert [lease.number for lease in books.request("a", 2, 0.0)] == [40, 41]
    assert books.next_lease == 42


def test_only_so_many_ended_leases_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("network.ledger.MAX_PAST_LEASES", 2)
    books = make_books(servers="a")
    numbers = [lease.number for _ in range(3) for lease in books.request("a", 1, 0.0)]
    for number in numbers:
        books.drop("a", [number])

    assert [books.unit_of("a", number) for number in numbers] == [None, 1, 2]


def test_servers_that_are_not_there_have_nothing_to_drop() -> None:
    assert make_books().drop("nobody", [1]) == []


@pytest.mark.slow
def test_books_of_a_huge_frame_keep_up() -> None:
    """200,000 units over 1,000 servers: the work per event must not grow with either."""
    books = Scheduler(make_units(200_000))
    servers = [f"s{number}" for number in range(1000)]
    for server in servers:
        books.add_server(server)
        books.set_ready(server, True)
    now_s = 0.0
    for server in servers:
        books.request(server, 2, now_s)
    for _ in range(20):
        for server in servers:
            now_s += 0.001
            lease = next(books.leases(server))
            books.commit(server, lease.number, now_s)
            books.request(server, 1, now_s)
        books.give_up_overdue(now_s)

    assert books.count(UnitState.DONE) == 20_000
