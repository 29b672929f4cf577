"""Somebody at a server's computer wants it back, or lends more or less of it."""

import pytest
from job_builder import DIGEST, JOB, OTHER_JOB, PICTURE, WELCOME, make_client_core, make_job
from server_bench import Bench, assign, manifest, of, offer, states, told

from network import instructions as do
from network.instructions import Phase
from network.messages import (
    AssetRequest,
    Assign,
    Availability,
    Canary,
    Cancel,
    EndJob,
    GiveBack,
    Job,
    JobStatus,
    WorkerOpened,
    WorkRequest,
)

AWAY = Availability(True, 2, "somebody works here")
BACK = Availability(False, 2, "")


# -- the server -----------------------------------------------------------------------------------


def busy_bench() -> Bench:
    bench = Bench()
    bench.open()
    for lease in (1, 2, 3):
        bench.say(assign(lease))
    return bench


def test_server_gives_everything_back_at_once_when_it_pauses() -> None:
    bench = busy_bench()

    out = bench.core.set_availability(AWAY, 0.0)

    assert told(out, GiveBack) == [GiveBack(JOB, [1, 2, 3])]
    assert do.ToWorker(Cancel(JOB, [1, 2, 3])) in out
    assert do.ToWorker(EndJob(JOB)) in out
    assert told(out, Availability) == [AWAY]
    assert bench.core.is_idle
    assert not of(out, do.RestartWorker)


def test_paused_server_takes_no_job_and_later_the_same_one() -> None:
    bench = busy_bench()
    bench.core.set_availability(AWAY, 0.0)

    assert bench.say(offer(), manifest()) == []
    assert bench.say(assign(4)) == []  # it was on its way
    assert told(bench.core.set_availability(BACK, 1.0), Availability) == [BACK]
    assert states(bench.say(offer(), manifest())) == ["syncing"]


def test_server_that_pauses_while_files_come_forgives_pieces_that_come_late() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    out = bench.core.assets_found(JOB, (), 0.0)
    assert told(out, AssetRequest)

    bench.core.set_availability(AWAY, 0.0)
    bench.core.set_availability(BACK, 0.0)
    bench.say(offer(), manifest())

    assert told(bench.core.assets_found(JOB, {DIGEST}, 0.0), JobStatus)[-1].state == "opening"


def test_all_clients_lose_their_jobs_when_the_server_pauses() -> None:
    bench = busy_bench()
    bench.core.client_joined(2, "other", 0.0)
    bench.say(offer(OTHER_JOB), manifest(), client=2)

    out = bench.core.set_availability(AWAY, 0.0)

    told_to = [x.client for x in of(out, do.SendTo) if isinstance(x.message, Availability)]
    assert told_to == [1, 2]
    assert bench.core.is_idle


def test_client_that_comes_to_a_paused_server_hears_so() -> None:
    bench = Bench()
    bench.core.set_availability(AWAY, 0.0)

    assert told(bench.core.client_joined(2, "late", 1.0), Availability) == [AWAY]


def test_client_hears_nothing_when_all_is_as_welcome_says() -> None:
    bench = Bench()
    bench.core.set_availability(AWAY, 0.0)
    bench.core.set_availability(BACK, 1.0)

    assert told(bench.core.client_joined(2, "late", 1.0), Availability) == []


def test_other_number_of_threads_starts_the_worker_anew_and_offers_come_again() -> None:
    bench = busy_bench()

    out = bench.core.set_availability(Availability(False, 1, ""), 0.0)

    assert [(x.paused, x.threads) for x in told(out, Availability)] == [(True, 1), (False, 1)]
    assert len(of(out, do.RestartWorker)) == 1
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, {DIGEST}, 0.0)
    assert of(bench.core.worker_ready("engine-a", 0.0), do.OpenWorkerJob)
    out = bench.worker(WorkerOpened(JOB, "", ""))
    assert told(out, WorkRequest) == [WorkRequest(JOB, 3)]  # with two threads it would be 4


def test_worker_that_was_replaced_on_purpose_counts_as_no_death() -> None:
    bench = busy_bench()
    for _ in range(3):
        out = bench.core.set_availability(BACK, 0.0, renew=True)
        assert len(of(out, do.RestartWorker)) == 1
        bench.core.worker_ready("engine-a", 0.0)

    assert of(bench.core.worker_exited("signal 9", 0.0), do.RestartWorker)  # at once


# -- restart servers on render end ----------------------------------------------------------------


def test_server_restarts_its_worker_when_the_client_asks_so_at_the_end() -> None:
    bench = busy_bench()

    assert of(bench.say(EndJob(JOB, True)), do.RestartWorker)


def test_server_restarts_no_worker_for_a_job_that_it_does_not_have() -> None:
    bench = busy_bench()

    assert of(bench.say(EndJob(OTHER_JOB, True)), do.RestartWorker) == []


def test_server_restarts_no_worker_while_another_client_waits() -> None:
    bench = busy_bench()
    bench.core.client_joined(2, "other", 0.0)
    bench.say(offer(OTHER_JOB), manifest(), client=2)

    assert of(bench.say(EndJob(JOB, True)), do.RestartWorker) == []


def test_server_restarts_no_worker_that_is_not_up_yet() -> None:
    bench = busy_bench()
    bench.say(EndJob(JOB, True))
    bench.say(offer(OTHER_JOB), manifest())

    assert of(bench.say(EndJob(OTHER_JOB, True)), do.RestartWorker) == []


# -- the client -----------------------------------------------------------------------------------


class Farm:
    """A client with servers a and b at work on six buckets, two each."""

    def __init__(self) -> None:
        self.core = make_client_core()
        for server in "ab":
            self.core.add_server(server, f"node-{server}", 0.0)
            self.core.link_up(server, WELCOME, 0.0)
            self.core.message(server, Canary("engine-a"), PICTURE, 0.0)
        self.core.start(make_job(6), 0.0)
        for server in "ab":
            self.core.message(server, JobStatus(JOB, "ready", 1.0, ""), b"", 0.0)
            self.core.message(server, WorkRequest(JOB, 2), b"", 0.0)

    def lend(self, paused: bool, threads: int = 4, now_s: float = 0.0, server: str = "a") -> list:
        message = Availability(paused, threads, "somebody works there" if paused else "")
        return self.core.message(server, message, b"", now_s)

    def record(self, server: str = "a"):
        return next(x for x in self.core.servers() if x.uid == server)


def sent(orders: list, kind: type) -> list[do.Send]:
    return [x for x in orders if isinstance(x, do.Send) and isinstance(x.message, kind)]


def test_buckets_of_a_paused_server_go_to_others_and_nobody_is_blamed() -> None:
    farm = Farm()

    out = farm.lend(paused=True)
    out += farm.core.message("b", WorkRequest(JOB, 4), b"", 0.0)

    assert len([x for x in out if isinstance(x, do.Released)]) == 2
    assert {x.server for x in sent(out, Assign)} == {"b"}
    assert len(sent(out, Assign)) == 4
    assert not [x for x in out if isinstance(x, do.Happened)]
    assert (farm.record().phase, farm.record().detail) == (Phase.PAUSED, "somebody works there")


def test_paused_server_is_offered_the_job_again_when_it_goes_on() -> None:
    farm = Farm()
    farm.lend(paused=True)

    out = farm.lend(paused=False, threads=2)

    assert [x.server for x in sent(out, Job)] == ["a"]
    assert farm.record().threads == 2
    assert farm.record().phase is Phase.SYNCING


def test_paused_server_stays_paused_when_the_job_ends_and_the_next_begins() -> None:
    farm = Farm()
    farm.lend(paused=True)

    farm.core.stop(1.0)
    assert farm.record().phase is Phase.PAUSED
    out = farm.core.start(make_job(6, OTHER_JOB), 2.0)

    assert [x.server for x in sent(out, Job)] == ["b"]
    assert farm.record().phase is Phase.PAUSED


def test_frame_waits_when_all_servers_are_paused() -> None:
    farm = Farm()

    out = farm.lend(paused=True) + farm.lend(paused=True, server="b")
    out += farm.core.tick(60.0)

    assert not [x for x in out if isinstance(x, do.JobDone)]
    assert farm.core.job is not None


def test_server_that_comes_back_after_a_lost_link_is_not_paused_any_more() -> None:
    farm = Farm()
    farm.lend(paused=True)
    farm.core.link_down("a", "lost", "", 1.0)
    farm.core.retry_now("a", 1.0)

    out = farm.core.link_up("a", WELCOME, 1.0)

    assert [x.server for x in sent(out, Job)] == ["a"]


def test_server_that_changes_its_mind_without_end_is_cut_off() -> None:
    farm = Farm()

    for turn in range(20):
        out = farm.lend(paused=turn % 2 == 0)

    assert not farm.record().linked
    assert farm.record().phase is Phase.FAILED
    assert out == []


@pytest.mark.parametrize("restart", [True, False])
def test_client_asks_for_fresh_workers_at_the_end_when_it_is_told_to(restart: bool) -> None:
    farm = Farm()
    farm.core.set_restart_servers(restart)

    out = farm.core.stop(1.0)

    assert [x.message for x in sent(out, EndJob)] == [EndJob(JOB, restart)] * 2


def test_queued_job_names_the_client_whose_job_runs() -> None:
    bench = busy_bench()
    bench.core.client_joined(2, "mira", 0.0)

    out = bench.say(offer(OTHER_JOB), manifest(), client=2)

    assert [(x.state, x.text) for x in told(out, JobStatus)] == [("queued", "artist")]


def test_nothing_is_told_when_nothing_changes() -> None:
    bench = busy_bench()

    assert bench.core.set_availability(BACK, 0.0) == []
    assert bench.core.job is not None


def test_other_number_of_threads_is_noted_without_a_pause() -> None:
    farm = Farm()

    assert sent(farm.lend(paused=False, threads=2), Job) == []
    assert farm.record().threads == 2
    assert farm.record().phase is Phase.RENDERING


def test_server_that_failed_the_job_stays_failed_whatever_its_user_does() -> None:
    farm = Farm()
    farm.core.message("a", JobStatus(JOB, "failed", 0.0, "no such engine"), b"", 0.0)

    farm.lend(paused=True)
    assert farm.record().phase is Phase.FAILED
    out = farm.lend(paused=False)

    assert sent(out, Job) == []
    assert farm.record().phase is Phase.FAILED


def test_server_that_pauses_without_a_bucket_in_hand_gives_none_back() -> None:
    farm = Farm()
    farm.core.stop(0.0)

    out = farm.lend(paused=True)

    assert not [x for x in out if isinstance(x, do.Released)]
    assert farm.record().phase is Phase.PAUSED
