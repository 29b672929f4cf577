"""Units that shrink towards the end of a frame, and backups of the slowest."""

from books_builder import make_books, measure, units_of
from job_builder import make_units

from network.leases import Lease, UnitState
from network.scheduler import Committed, Scheduler
from network.server_desk import TILE_PIXELS

WORK_S = 1.0


def make_large_books(units: int = 4, side: int = 256) -> Scheduler:
    books = Scheduler(make_units(units, side=side))
    for server in "ab":
        books.add_server(server)
        books.set_ready(server, True)
    return books


def leave_one_lease() -> tuple[Scheduler, Lease]:
    """Return books in which b has rendered everything but one lease of a, and idles."""
    books = make_large_books(units=8)
    measure(books, "a", WORK_S)
    measure(books, "b", WORK_S)
    (slow,) = books.request("a", 1, 1.0)
    while books.count(UnitState.TODO):
        for lease in books.request("b", 1, 1.0):
            books.commit("b", lease.number, 1.1)
    assert books.request("b", 1, 1.1) == []
    return books, slow


def test_units_shrink_towards_the_end_and_their_parts_cover_them() -> None:
    books = make_large_books()
    measure(books, "a", WORK_S)
    measure(books, "b", WORK_S)

    left = [books.units[part].pixels for unit in range(4) for part in books.unfinished(unit)]
    sizes = []
    while books.count(UnitState.TODO):
        for lease in books.request("a", 1, 1.0):
            sizes.append(books.units[lease.unit].pixels)
            books.commit("a", lease.number, 1.0)

    assert max(sizes) > sizes[-1] == TILE_PIXELS
    assert sum(sizes) == sum(left)


def test_idle_server_takes_a_part_of_the_slowest_lease() -> None:
    books, slow = leave_one_lease()

    (part,) = books.back_up(20.0)

    assert books.state(slow.unit) is UnitState.SPLIT
    assert part.server == "b"
    assert part.unit in books.unfinished(slow.unit)


def test_holder_of_a_split_unit_gets_none_of_its_parts() -> None:
    books, _ = leave_one_lease()
    books.back_up(20.0)

    assert books.count(UnitState.TODO) > 0
    assert books.request("a", 1, 20.0) == []


def test_late_result_of_a_split_unit_sets_its_open_parts_only() -> None:
    books, slow = leave_one_lease()
    (part,) = books.back_up(20.0)
    books.commit("b", part.number, 20.1)
    left = books.unfinished(slow.unit)

    committed = books.commit("a", slow.number, 21.0)

    assert left
    assert part.unit not in left
    assert committed == Committed(left, [slow], attempt=1)
    assert books.is_finished


def test_lease_of_a_split_unit_ends_when_all_its_parts_are_done() -> None:
    books, slow = leave_one_lease()
    leases = books.back_up(20.0)
    ended: list[Lease] = []
    while leases:
        ended += books.commit("b", leases[0].number, 20.1).useless
        leases = books.request("b", 1, 20.1)

    assert slow in ended
    assert books.is_finished
    assert list(books.leases()) == []


def test_failure_of_a_split_unit_poisons_nothing() -> None:
    books, slow = leave_one_lease()
    books.back_up(20.0)

    assert books.fail("a", slow.number) == (slow, False)
    assert books.poisoned() == ()
    books.remove_server("b")
    assert units_of(books.request("a", 1, 20.0)) != []


def test_unit_that_failed_is_not_split() -> None:
    books = make_large_books(units=1)
    (lease,) = books.request("a", 1, 0.0)
    books.fail("a", lease.number)
    size = books.units[lease.unit].pixels

    assert [books.units[x.unit].pixels for x in books.request("b", 1, 0.0)] == [size]


def test_server_on_probation_holds_one_unit_until_it_delivers_one() -> None:
    books = make_books(units=40, servers="a")
    books.add_server("b", probation=True)
    books.set_ready("b", True)

    (lease,) = books.request("b", 4, 0.0)
    assert books.request("b", 0, 0.0) == []
    books.commit("b", lease.number, 1.0)

    assert len(books.request("b", 0, 1.0)) > 1


def test_server_that_failed_a_unit_is_on_probation() -> None:
    books = make_books(units=40)
    first, *rest = books.request("a", 3, 0.0)
    books.drop("a", [lease.number for lease in rest])
    books.fail("a", first.number)

    assert len(books.request("a", 3, 0.0)) == 1


def test_draining_server_keeps_what_it_has_in_hand_and_gets_no_more() -> None:
    books = make_books(units=40)
    leases = books.request("a", 4, 0.0)

    ended = books.drain("a", threads=2)

    assert ended == leases[2:]  # a unit is one tile here
    assert list(books.leases("a")) == leases[:2]
    assert books.request("a", 4, 0.0) == []
    assert books.drain("nobody", threads=2) == []


def test_suspect_is_rendered_alone_so_that_its_neighbours_are_not_suspected() -> None:
    books = make_books(units=40)
    (first,) = books.request("a", 1, 0.0)
    (held,) = books.request("b", 1, 0.0)
    books.fail("a", first.number)
    (other,) = books.request("b", 1, 0.0)
    assert other.unit != first.unit
    books.commit("b", held.number, 1.0)
    books.commit("b", other.number, 1.0)

    assert units_of(books.request("b", 3, 1.0)) == [first.unit]


def test_all_waiting_parts_of_a_bucket_are_set_apart_together() -> None:
    books, slow = leave_one_lease()
    (part,) = books.back_up(20.0)
    books.fail("b", part.number)
    books.remove_server("b")
    books.fail("a", slow.number)
    (again,) = books.assign(20.0) or books.request("a", 1, 20.0)

    assert books.fail("a", again.number) == (again, True)
    bucket = books.units[slow.unit].bucket
    assert {books.units[unit].bucket for unit in books.poisoned()} == {bucket}
    assert books.count(UnitState.TODO) == 0


def test_failed_part_is_tried_again_there_when_the_others_have_the_whole_already() -> None:
    """Found by the simulation (seed 359): both waited for each other, minutes long."""
    books, slow = leave_one_lease()
    (part,) = books.back_up(20.0)
    books.fail("b", part.number)

    again = books.assign(20.0) or books.request("b", 1, 20.0)

    assert [books.units[lease.unit].bucket for lease in again] == [books.units[slow.unit].bucket]
    assert again[0].server == "b"
