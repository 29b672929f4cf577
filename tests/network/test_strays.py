from job_builder import DIGEST, JOB, OTHER_JOB
from server_bench import SCENE, Bench, assign, manifest, offer

from network import instructions as do
from network.messages import AssetChunk, AssetMissing, AssetRequest
from network.strays import STRAYS_AT_ONCE, STRAYS_PER_S, Strays

PIECE = AssetChunk(JOB, DIGEST, 0)
REQUEST = do.SendTo(1, AssetRequest(JOB, DIGEST, 0, 100))


def closings(orders) -> list[str]:
    return [order.text for order in orders if isinstance(order, do.CloseClient)]


def test_each_request_may_be_answered_once():
    strays = Strays()
    strays.asked([REQUEST, REQUEST, do.Log(do.Level.INFO, "")], {1})

    assert strays.answered(1, PIECE) == ""
    assert strays.answered(1, AssetMissing(JOB, DIGEST, "gone")) == ""
    assert "more pieces" in strays.answered(1, PIECE)
    assert strays.answered(1, assign(1)) == ""


def test_requests_to_other_servers_are_not_counted():
    strays = Strays()
    strays.asked([REQUEST], set())

    assert "more pieces" in strays.answered(1, PIECE)


def test_client_that_left_is_owed_nothing():
    strays = Strays()
    strays.asked([REQUEST], {1})
    strays.left(1)

    assert "more pieces" in strays.answered(1, PIECE)


def test_messages_about_ended_jobs_are_forgiven_up_to_their_rate():
    strays = Strays()

    told = [strays.dropped(1, 0.0) for _ in range(STRAYS_AT_ONCE + 1)]
    assert told.count("") == STRAYS_AT_ONCE
    assert "jobs that are over" in told[-1]
    assert strays.dropped(2, 0.0) == ""
    assert strays.dropped(1, 1.5 / STRAYS_PER_S) == ""


def test_server_cuts_off_client_that_pushes_pieces_of_no_job():
    bench = Bench()

    assert closings(bench.say(PIECE, b"x" * 100)) == [
        "sent more pieces of files than it was asked for"
    ]
    assert closings(bench.say(PIECE, b"x" * 100)) == []


def test_server_forgives_answers_for_a_job_that_it_dropped():
    bench = Bench()
    bench.say(offer(), manifest(SCENE))
    requests = [
        order
        for order in bench.core.assets_found(JOB, (), 0.0)
        if isinstance(order, do.SendTo) and isinstance(order.message, AssetRequest)
    ]
    assert len(requests) == 1
    bench.say(offer(OTHER_JOB), manifest(SCENE))  # takes the first one's place

    assert closings(bench.say(PIECE, b"x" * 1000)) == []
    assert len(closings(bench.say(PIECE, b"x" * 1000))) == 1


def test_server_cuts_off_client_that_floods_it_with_orders_of_no_job():
    bench = Bench()

    told = [closings(bench.say(assign(lease))) for lease in range(STRAYS_AT_ONCE + 1)]
    assert told[-2:] == [[], ["sent too much about jobs that are over"]]
