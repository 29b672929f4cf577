"""Servers whose links live and that say nothing about the frame any more."""

import pytest
from client_bench import Bench, of, sent
from job_builder import JOB

from network import instructions as do
from network.asset_sources import AssetSources
from network.client_answers import JOB_SILENCE_S
from network.instructions import Phase
from network.messages import EndJob, JobStatus


def test_server_that_never_says_a_word_about_the_frame_is_out_and_told_as_an_incident() -> None:
    bench = Bench("ab")
    bench.start()
    bench.ready("b")

    out = bench.pass_time(JOB_SILENCE_S + 1.0)

    assert bench.phases() == [Phase.FAILED, Phase.RENDERING]
    (incident,) = of(out, do.Happened)
    assert (incident.server, incident.what) == (
        "a",
        "it said nothing about this frame for 11 minutes: see its log",
    )
    assert [x.server for x in sent(out, EndJob)] == ["a"]
    assert bench.core.job is not None


def test_server_that_fetches_files_and_goes_quiet_is_out() -> None:
    bench = Bench("ab")
    bench.start()
    bench.ready("b")
    bench.pass_time(JOB_SILENCE_S - 1.0)
    bench.say("a", JobStatus(JOB, "syncing", 0.1, ""))

    bench.pass_time(JOB_SILENCE_S - 1.0)
    assert bench.phases()[0] is Phase.SYNCING
    bench.pass_time(2.0)

    assert bench.phases()[0] is Phase.FAILED


def test_server_that_waits_for_its_turn_to_be_fed_is_not_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(AssetSources, "keeps_waiting", lambda self, server: server == "b")
    bench = Bench("ab")
    bench.start()

    bench.pass_time(JOB_SILENCE_S + 1.0)

    assert bench.phases() == [Phase.FAILED, Phase.SYNCING]


def test_server_that_waits_for_another_client_may_be_silent() -> None:
    bench = Bench("a")
    bench.start()
    bench.say("a", JobStatus(JOB, "queued", 0.0, "somebody"))

    bench.pass_time(2.0 * JOB_SILENCE_S)

    assert bench.phases() == [Phase.QUEUED]
