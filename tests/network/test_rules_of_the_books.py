"""Small rules of the scheduler's books that larger tests do not tell apart."""

import pytest
from books_builder import make_books, measure, units_of
from job_builder import make_units

from network.canaries import choose_class
from network.client_links import ServerRecord
from network.portions import PATIENCE_S, Portions
from network.scheduler import Scheduler
from network.suspects import POISON_FAILURES, POISON_FAILURES_ANYWHERE
from network.tail import BACKUP_INTERVAL_S
from network.work import Unit, cut_pixels


def test_server_that_failed_a_unit_holds_one_of_the_others_until_it_delivers() -> None:
    books = make_books(units=40)
    (bad,) = books.request("a", 1, 0.0)
    books.fail("a", bad.number)
    (again,) = books.request("b", 1, 0.0)
    assert again.unit == bad.unit
    books.commit("b", again.number, 1.0)  # it was not the unit

    (only,) = books.request("a", 3, 1.0)
    assert units_of(books.request("a", 0, 1.0)) == []
    books.commit("a", only.number, 2.0)

    assert len(books.request("a", 0, 2.0)) == 2


def test_nothing_is_taken_from_a_stuck_server_while_the_frame_is_paused() -> None:
    books = make_books(units=40)
    measure(books, "a", 1.0)
    measure(books, "b", 1.0)
    held = books.request("a", 3, 1.0)
    books.paused = True

    assert books.relieve(100.0) == []
    books.paused = False

    assert units_of(books.relieve(100.0)) == units_of(held[1:])


def test_lease_behind_an_overdue_one_is_expected_in_its_own_time() -> None:
    books = make_books(units=40)
    (late,) = books.request("a", 1, 0.0)
    assert books.give_up_overdue(PATIENCE_S + 1.0)[0] == [late]

    (lease,) = books.request("a", 1, PATIENCE_S + 1.0)

    assert lease.queued_work == books.units[lease.unit].pixel_samples


def test_part_that_was_quick_does_not_make_its_heavy_bucket_light() -> None:
    books = make_books(units=4)
    measure(books, "a", 1.0)
    portions: Portions = books._portions
    portions.refresh(1.0)
    share = books._shares["a"]
    usual = portions.cost(2)

    portions.took(2, share, 10.0)
    heavy = portions.cost(2)
    portions.took(2, share, 2.0)

    assert heavy > 9.0 * usual
    assert portions.cost(2) == heavy


@pytest.mark.parametrize(
    ("servers", "failures"), [("a", POISON_FAILURES), ("ab", POISON_FAILURES_ANYWHERE)]
)
def test_unit_that_only_one_server_failed_gets_more_tries_where_another_could_have_it(
    servers: str, failures: int
) -> None:
    books = make_books(units=1, servers=servers)
    poisoned = []
    for _ in range(failures):
        (lease,) = books.request("a", 1, 0.0)
        failed = books.fail("a", lease.number)
        assert failed is not None
        poisoned.append(failed[1])

    assert poisoned == [False] * (failures - 1) + [True]


def test_fastest_of_the_idle_servers_takes_the_last_unit_over() -> None:
    books = Scheduler(make_units(5), grain_px=0)
    for server in "abc":
        books.add_server(server)
        books.set_ready(server, True, "engine-a")
    for server, seconds in {"a": 4.0, "b": 2.0, "c": 0.5}.items():
        measure(books, server, seconds)
    (rest,) = books.request("c", 1, 4.0)
    (last,) = books.request("a", 1, 4.0)
    books.commit("c", rest.number, 4.5)
    assert books.request("b", 1, 5.0) == []
    assert books.request("c", 1, 5.0) == []

    taken = books.back_up(6.0 + BACKUP_INTERVAL_S)

    assert [(x.server, x.unit) for x in taken] == [("c", last.unit)]


def test_class_of_servers_that_render_differently_is_not_chosen() -> None:
    right = ServerRecord("a", "a", linked=True, engine_class="new", canary=b"1")
    odd = [
        ServerRecord(uid, uid, linked=True, engine_class="old", canary=b"2", odd="false pixels")
        for uid in "bc"
    ]

    assert choose_class([*odd, right], "job") == "new"


def test_pixels_of_a_part_are_those_of_its_place_in_the_unit() -> None:
    whole = Unit(0, x=10, y=20, width=4, height=3, first_sample=0, samples=1)
    part = Unit(7, x=12, y=21, width=2, height=2, first_sample=0, samples=1, whole=0)
    payload = bytes(range(12))  # a byte for each pixel

    assert cut_pixels(payload, whole, part, 1) == bytes([6, 7, 10, 11])
