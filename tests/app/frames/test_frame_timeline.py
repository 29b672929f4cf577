import pytest

from app.frames.frame_timeline import MAX_SPANS, FrameTimeline, judge_worth
from app.values.session_types import ServerReport, ServerState, Span


def describe(timeline: FrameTimeline, samples: int = 0) -> ServerReport:
    return timeline.describe("a", ServerReport("a", ""), samples)


def test_time_line_tells_when_a_server_got_ready_worked_and_idled():
    timeline = FrameTimeline()
    timeline.set_state("a", ServerState.SYNCING, 0.0)
    timeline.set_state("a", ServerState.RENDERING, 2.0)
    timeline.set_leases("a", 2, 2.5)
    timeline.set_leases("a", 0, 6.0)
    timeline.set_leases("a", 1, 7.0)
    timeline.set_state("a", ServerState.LOST, 8.0)
    timeline.end(10.0)

    server = describe(timeline, samples=900)

    assert server.spans == (
        Span(0.0, 2.0, "getting ready"),
        Span(2.0, 2.5, "idle"),
        Span(2.5, 6.0, "working"),
        Span(6.0, 7.0, "idle"),
        Span(7.0, 8.0, "working"),
        Span(8.0, 10.0, "away"),
    )
    assert (server.working_s, server.idle_s) == (4.5, 1.5)
    assert server.samples_per_s == 200.0


def test_gaps_of_the_network_are_no_gaps_but_count():
    timeline = FrameTimeline()
    timeline.set_state("a", ServerState.RENDERING, 0.0)
    for second in range(5):
        timeline.set_leases("a", 1, float(second))
        timeline.set_leases("a", 0, second + 0.99)
    timeline.end(5.0)

    server = describe(timeline)

    assert [span.what for span in server.spans] == ["working", "idle"]
    assert server.idle_s == pytest.approx(0.05)


@pytest.mark.parametrize(
    "states", [(ServerState.RENDERING,), (ServerState.RENDERING, ServerState.LOST)]
)
def test_time_line_stays_short_however_restless_a_server_is(states):
    timeline = FrameTimeline()
    for step in range(5000):
        timeline.set_state("a", states[step % len(states)], step * 1.0)
        timeline.set_leases("a", step % 2, step + 0.5)
    timeline.end(5000.0)

    assert len(describe(timeline).spans) <= MAX_SPANS


def test_server_is_worth_its_part_of_the_pace_and_all_are_compared_with_the_fastest():
    span = (Span(1.0, 11.0, "working"),)
    fast = ServerReport("f", "", pixels=60, samples_per_s=30.0, working_s=10.0, spans=span)
    slow = ServerReport("s", "", pixels=20, samples_per_s=10.0, working_s=10.0, spans=span)

    (one, two), speed_up = judge_worth((fast, slow))

    assert (one.share, two.share) == (0.75, 0.25)
    assert (one.worth, two.worth) == (0.75, 0.25)
    assert speed_up == pytest.approx(400 / 30 / 10)


def test_nobody_who_worked_gives_no_speed_up():
    assert judge_worth((ServerReport("a", ""),))[1] == 0.0
