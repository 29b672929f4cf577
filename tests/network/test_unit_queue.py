import pytest

from network.focus import CELLS, FocusGrid, Rectangle
from network.leases import UnitState
from network.scheduler import Scheduler
from network.unit_queue import UnitQueue
from network.unit_tree import UnitTree
from network.work import Unit

SIDE_PX = 64


def make_grid(columns: int = 4, rows: int = 3) -> list[Unit]:
    """Return buckets row by row."""
    return [
        Unit(i, SIDE_PX * (i % columns), SIDE_PX * (i // columns), SIDE_PX, SIDE_PX, 0, 16)
        for i in range(columns * rows)
    ]


def make_queue(columns: int = 4, rows: int = 3) -> UnitQueue:
    return UnitQueue(UnitTree(make_grid(columns, rows), 8))


def take(queue: UnitQueue, number: int) -> list[int | None]:
    return [queue.take(lambda unit: True) for _ in range(number)]


def test_queue_hands_out_in_order_and_first_what_came_back() -> None:
    queue = make_queue()
    assert take(queue, 3) == [0, 1, 2]

    queue.put_first(0, 1)
    queue.put_last(2)

    assert queue.returned() == (0, 1, 2)
    assert take(queue, 4) == [0, 1, 2, 3]


def test_queue_is_empty_when_all_was_taken() -> None:
    queue = make_queue(2, 1)

    assert take(queue, 3) == [0, 1, None]
    assert not queue.has_fresh()


def test_queue_leaves_what_does_not_suit() -> None:
    queue = make_queue()
    take(queue, 2)
    queue.put_first(0, 1)

    assert queue.take(lambda unit: unit == 1) == 1
    assert queue.take(lambda unit: False) == 2  # never handed out: it suits everybody
    assert queue.returned() == (0,)


def test_queue_forgets_a_unit_that_was_never_handed_out() -> None:
    queue = make_queue()
    queue.remove(0)

    assert take(queue, 1) == [1]


def test_focus_on_a_point_hands_out_from_there() -> None:
    queue = make_queue()
    queue.focus(Rectangle(3 * SIDE_PX + 5, 2 * SIDE_PX + 5))  # in bucket 11

    assert take(queue, 4) == [11, 7, 10, 6]


def test_focus_on_a_region_hands_it_out_in_the_usual_order() -> None:
    queue = make_queue()
    queue.focus(Rectangle(SIDE_PX, SIDE_PX, 2 * SIDE_PX, 2 * SIDE_PX))

    assert take(queue, 4) == [5, 6, 9, 10]


def test_focus_can_be_moved_and_taken_away() -> None:
    queue = make_queue()
    queue.focus(Rectangle(200, 150))
    assert take(queue, 1) == [11]
    queue.focus(Rectangle(0, 150))
    assert take(queue, 1) == [8]

    queue.focus(None)

    assert take(queue, 9) == [0, 1, 2, 3, 4, 5, 6, 7, 9]
    queue.focus(Rectangle(0, 0))
    assert take(queue, 2) == [10, None]


def test_focus_goes_before_what_came_back_from_elsewhere() -> None:
    queue = make_queue()
    take(queue, 1)
    queue.put_first(0)
    queue.focus(Rectangle(200, 150))

    assert take(queue, 2) == [11, 10]
    queue.focus(Rectangle(0, 0))
    assert take(queue, 2) == [0, 1]


def test_focus_survives_splitting() -> None:
    books = Scheduler(make_grid(), grain_px=8)
    for server in "ab":
        books.add_server(server)
        books.set_ready(server, True)
    books.focus(Rectangle(200, 150))

    leases = books.request("a", 3, 0.0) + books.request("b", 3, 0.0)

    assert {books.units[lease.unit].bucket for lease in leases} <= {11, 7, 10}
    assert books.count(UnitState.SPLIT) > 0


def test_focus_costs_cells_and_not_buckets() -> None:
    grid = FocusGrid(make_grid(200, 200))

    assert len(grid.order(Rectangle(0, 0))) <= CELLS * CELLS


@pytest.mark.parametrize(("wide", "high"), [(512, 8), (8, 512)])
def test_nearest_flat_or_tall_bucket_goes_first(wide: int, high: int) -> None:
    across, down = 512 // wide, 512 // high
    units = [
        Unit(i, wide * (i % across), high * (i // across), wide, high, 0, 16)
        for i in range(across * down)
    ]
    queue = UnitQueue(UnitTree(units, 8))

    queue.focus(Rectangle(300, 300))

    assert take(queue, 5) == [37, 38, 36, 39, 35]  # pixel 300 is in number 37


def test_empty_focus_is_refused() -> None:
    with pytest.raises(ValueError, match="0 × 5"):
        Rectangle(0, 0, 0, 5)
