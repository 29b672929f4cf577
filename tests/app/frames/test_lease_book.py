from app.frames.lease_book import LeaseBook
from app.values.session_types import BucketInFlight
from renderer.buckets import Region

REGION = Region(0, 0, 8, 8)


def make_book(*leases: tuple[int, str]) -> LeaseBook:
    book = LeaseBook()
    for unit, uid in leases:
        book.add(BucketInFlight(unit, REGION, uid))
    return book


def test_book_counts_the_buckets_of_each_server():
    book = make_book((1, "a"), (2, "a"), (3, "b"))

    assert [book.count(uid) for uid in ("a", "b", "c")] == [2, 1, 0]
    assert book.servers_working == 2


def test_book_shows_the_latest_of_two_holders_and_then_the_one_that_is_left():
    book = make_book((1, "a"), (1, "b"))
    assert book.holder(1).uid == "b"

    assert book.drop(1, "b")
    assert book.holder(1).uid == "a"
    assert book.drop(1, "a")
    assert book.holder(1) is None
    assert book.servers_working == 0


def test_book_ignores_what_a_server_never_had():
    book = make_book((1, "a"))

    assert not book.drop(1, "b")
    assert not book.drop(2, "a")
    assert (book.count("a"), book.count("b")) == (1, 0)


def test_finished_bucket_is_taken_from_all_who_had_it():
    book = make_book((1, "a"), (1, "b"), (2, "b"))

    assert book.drop_all(1) == ["a", "b"]
    assert book.drop_all(1) == []
    assert (book.count("a"), book.count("b"), book.servers_working) == (0, 1, 1)
