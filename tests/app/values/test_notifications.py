from app.values import notifications
from app.values.notifications import COALESCE_S, NotificationAggregator, shorten, summarize
from app.values.session_types import Incident


def lost(uid: str, what: str = "connection lost", buckets: int = 2) -> Incident:
    return Incident(1.0, "12:00:00", uid, f"server {uid}", what, buckets, "they go on")


def test_five_servers_make_one_notice_when_they_fail_together():
    pipe = NotificationAggregator()
    for i in range(5):
        pipe.add(lost(str(i)), 10.0 + i * 0.05)

    assert pipe.due_s == 10.0 + COALESCE_S
    assert pipe.take(10.39) is None
    notice = pipe.take(10.41)

    assert notice is not None
    assert notice.raise_dialog
    assert [line.uid for line in notice.lines] == ["0", "1", "2", "3", "4"]
    assert pipe.due_s is None
    assert pipe.take(99.0) is None


def test_same_cause_counts_up_when_a_server_fails_again():
    pipe = NotificationAggregator()
    pipe.add(lost("a"), 0.0)
    pipe.take(1.0)
    pipe.add(lost("a"), 5.0)

    notice = pipe.take(6.0)

    assert notice is not None
    assert not notice.raise_dialog  # known already: shown, but not raised again
    assert [(line.times, line.buckets_given_back) for line in notice.lines] == [(2, 4)]
    assert shorten(notice.lines[0]).what == "connection lost (2 times)"


def test_another_cause_raises_the_dialog_again():
    pipe = NotificationAggregator()
    pipe.add(lost("a"), 0.0)
    pipe.take(1.0)
    pipe.add(lost("a", "out of memory"), 5.0)

    notice = pipe.take(6.0)

    assert notice is not None
    assert notice.raise_dialog
    assert len(notice.lines) == 2


def test_no_dialog_is_raised_when_the_artist_asked_for_silence_until_the_next_render():
    pipe = NotificationAggregator()
    pipe.mute()
    pipe.add(lost("a"), 0.0)
    silent = pipe.take(1.0)
    pipe.begin_render()
    assert pipe.lines == ()
    pipe.add(lost("a"), 2.0)
    loud = pipe.take(3.0)

    assert silent is not None
    assert not silent.raise_dialog
    assert loud is not None
    assert loud.raise_dialog


def test_server_leaves_the_strip_but_not_the_table_when_it_comes_back():
    pipe = NotificationAggregator()
    pipe.add(lost("a"), 0.0)
    pipe.add(lost("b"), 0.0)

    assert pipe.recover("a")
    assert not pipe.recover("a")
    assert not pipe.recover("unknown")
    assert [line.uid for line in pipe.open_lines] == ["b"]
    assert [line.uid for line in pipe.lines] == ["a", "b"]

    pipe.add(lost("a", "lost again"), 1.0)
    assert {line.uid for line in pipe.open_lines} == {"a", "b"}


def test_oldest_lines_go_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(notifications, "MAX_LINES", 3)
    pipe = NotificationAggregator()
    for i in range(5):
        pipe.add(lost(str(i)), 0.0)

    assert [line.uid for line in pipe.lines] == ["2", "3", "4"]


def test_strip_names_servers_and_counts_buckets():
    def sentence(*uids: str, buckets: int = 1) -> str:
        pipe = NotificationAggregator()
        for uid in uids:
            pipe.add(lost(uid, buckets=buckets), 0.0)
        return summarize(pipe.lines)

    assert sentence() == ""
    assert sentence("a") == "server a: connection lost · 1 bucket given back"
    assert sentence("a", buckets=0) == "server a: connection lost"
    assert sentence("a", "b") == "server a and server b failed · 2 buckets given back"
    assert sentence(*"abcde") == (
        "server a, server b and 3 more servers failed · 5 buckets given back"
    )
