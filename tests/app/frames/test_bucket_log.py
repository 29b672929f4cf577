import pytest

from app.frames import bucket_log
from app.frames.bucket_log import BucketLog, Outcome
from renderer.buckets import Region

LEFT, RIGHT = Region(0, 0, 100, 50), Region(100, 0, 100, 50)


@pytest.fixture
def book():
    return BucketLog(10.0)


def outcomes(book: BucketLog) -> list[tuple[str, Outcome]]:
    return [(span.uid, span.outcome) for span in book.spans]


def test_span_lasts_from_lease_to_result_in_seconds_of_the_frame(book):
    book.lease(0, "a", LEFT, 11.0)
    assert outcomes(book) == [("a", Outcome.OPEN)]
    book.finish(0, "a", LEFT, 14.5)

    (span,) = book.spans
    assert (span.start_s, span.end_s, span.outcome) == (1.0, 4.5, Outcome.DONE)


def test_pixel_knows_who_rendered_it_and_nobody_where_nothing_arrived(book):
    book.lease(0, "a", LEFT, 11.0)
    book.lease(1, "b", RIGHT, 11.0)
    book.finish(1, "b", RIGHT, 12.0)

    assert book.at(150, 20).uid == "b"
    assert book.at(100, 49).uid == "b"
    assert book.at(99, 20) is None
    assert book.at(150, 50) is None


def test_pixel_knows_the_last_one_when_a_result_was_replaced(book):
    book.finish(0, "liar", LEFT, 11.0)
    book.finish(0, "a", LEFT, 12.0)

    assert book.at(3, 3).uid == "a"


def test_second_server_was_spare_when_the_first_delivers(book):
    book.lease(0, "a", LEFT, 11.0)
    book.lease(0, "b", LEFT, 12.0)
    book.finish(0, "b", LEFT, 13.0)

    assert sorted(outcomes(book), key=str) == sorted(
        [("a", Outcome.SPARE), ("b", Outcome.DONE)], key=str
    )


def test_first_server_lost_it_when_the_second_is_named_again(book):
    book.lease(0, "a", LEFT, 11.0)
    book.lease(0, "b", LEFT, 12.0)
    book.lease(0, "b", LEFT, 13.0)

    assert outcomes(book) == [("a", Outcome.LOST), ("b", Outcome.OPEN)]


def test_bucket_is_lost_by_all_when_it_is_given_back(book):
    book.lease(0, "a", LEFT, 11.0)
    book.release(0, 12.0)
    book.release(7, 12.0)

    assert outcomes(book) == [("a", Outcome.LOST)]
    assert book.at(1, 1) is None


def test_open_spans_end_with_the_frame(book):
    book.lease(0, "a", LEFT, 11.0)
    assert book.seconds(15.0) == 5.0
    book.end(16.0)

    assert outcomes(book) == [("a", Outcome.SPARE)]
    assert book.seconds(99.0) == 6.0


def test_log_stops_to_grow_at_its_limit(book, monkeypatch):
    monkeypatch.setattr(bucket_log, "MAX_SPANS", 2)
    for unit in range(5):
        book.finish(unit, "a", LEFT, 11.0)

    assert len(book.spans) == 2
