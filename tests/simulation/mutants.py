"""Planted bugs: small mistakes put into the cores, each of which the simulation must find.

`python -m tests.simulation.mutants` tells for each by which seed it was found. The mistakes are
patches of methods from outside: the cores know nothing of them.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any
from unittest.mock import patch

from network import client_job
from network.asset_sources import AssetSources
from network.assets import AssetTransfer
from network.client_core import ClientCore
from network.client_job import ClientJob
from network.client_links import Links
from network.client_party import Party
from network.granting import Granting
from network.job_files import JobFiles
from network.job_voice import JobVoice
from network.leases import Share, UnitState
from network.ledger import Ledger
from network.scheduler import Committed, Scheduler
from network.server_core import ServerCore
from network.server_desk import Desk
from network.server_job import ServerJob
from network.unit_tree import UnitTree
from network.worker_life import WorkerLife

from . import truth_mutants  # noqa: F401 - it plants when it is imported
from .planting import MUTANTS, Mutant, Wrapper, mutant
from .runs import Plan, fails

# -- the scheduler ------------------------------------------------------------------------------


@mutant(Scheduler, "remove_server")
def lost_leases_are_not_requeued(right: Wrapper) -> Wrapper:
    def wrong(self: Scheduler, server: str) -> list[Any]:
        with patch.object(Ledger, "requeue", lambda self, unit: None):
            return right(self, server)

    return wrong


@mutant(Scheduler, "drop")
def returned_leases_are_not_requeued(right: Wrapper) -> Wrapper:
    def wrong(self: Scheduler, server: str, numbers: Any) -> list[Any]:
        with patch.object(Ledger, "requeue", lambda self, unit: None):
            return right(self, server, numbers)

    return wrong


@mutant(Ledger, "requeue")
def unit_is_requeued_while_another_server_has_it(right: Wrapper) -> Wrapper:
    def wrong(self: Ledger, unit: int) -> None:
        if self._tree.state(unit) is UnitState.LEASED:
            self._queue.put_first(unit)
            self._tree.move(unit, UnitState.TODO)

    return wrong


@mutant(UnitTree, "unfinished")
def second_result_is_set_again(right: Wrapper) -> Wrapper:
    return lambda self, unit: list(self.leaves(unit))


@mutant(Scheduler, "unit_of")
def anybody_may_deliver_a_lease(right: Wrapper) -> Wrapper:
    def wrong(self: Scheduler, server: str, number: int) -> int | None:
        found = (right(self, holder, number) for holder in [server, *self._shares])
        return next((unit for unit in found if unit is not None), None)

    return wrong


@mutant(Scheduler, "unit_of")
def late_results_are_unknown(right: Wrapper) -> Wrapper:
    def wrong(self: Scheduler, server: str, number: int) -> int | None:
        share = self._shares.get(server)
        return right(self, server, number) if share and number in share.leases else None

    return wrong


@mutant(Scheduler, "commit")
def backups_are_not_ended(right: Wrapper) -> Wrapper:
    def wrong(self: Scheduler, server: str, number: int, now_s: float) -> Committed:
        with patch.object(Ledger, "end", _end_only(number, Ledger.end)):
            return right(self, server, number, now_s)

    return wrong


def _end_only(number: int, right: Wrapper) -> Wrapper:
    return lambda self, lease: right(self, lease) if lease.number == number else None


@mutant(Scheduler, "give_up_overdue")
def overdue_leases_are_never_given_up(right: Wrapper) -> Wrapper:
    return lambda self, now_s: ([], [])


@mutant(Ledger, "has")
def server_gets_a_unit_twice(right: Wrapper) -> Wrapper:
    return lambda self, share, unit: False


@mutant(Ledger, "begin")
def credit_is_never_used_up(right: Wrapper) -> Wrapper:
    def wrong(self: Ledger, share: Share, unit: int, now_s: float) -> Any:
        share.credit += 1
        return right(self, share, unit, now_s)

    return wrong


@mutant(Scheduler, "fail")
def unit_is_poisoned_by_its_first_failure(right: Wrapper) -> Wrapper:
    def wrong(self: Scheduler, server: str, number: int) -> Any:
        with patch("network.suspects.POISON_FAILURES", 1):
            return right(self, server, number)

    return wrong


@mutant(Scheduler, "fail")
def unit_is_never_poisoned(right: Wrapper) -> Wrapper:
    def wrong(self: Scheduler, server: str, number: int) -> Any:
        with (
            patch("network.suspects.POISON_FAILURES", 10**9),
            patch("network.suspects.POISON_FAILURES_ANYWHERE", 10**9),
        ):
            return right(self, server, number)

    return wrong


@mutant(Granting, "_split")
def second_half_of_a_unit_is_forgotten(right: Wrapper) -> Wrapper:
    def wrong(self: Granting, unit: int) -> int:
        first = right(self, unit)
        self._queue.remove(first + 1)
        return first

    return wrong


@mutant(client_job, "cut_pixels")
def part_is_cut_from_the_wrong_corner(right: Wrapper) -> Wrapper:
    def wrong(payload: bytes, whole: Any, part: Any, pixel_bytes: int) -> bytes:
        return payload[: part.pixels * pixel_bytes]

    return wrong


# -- the client ---------------------------------------------------------------------------------


@mutant(ClientJob, "_complaint")
def results_are_not_checked(right: Wrapper) -> Wrapper:
    return lambda self, unit, payload: ""


@mutant(ClientJob, "_released")
def views_are_not_told_of_ended_leases(right: Wrapper) -> Wrapper:
    return lambda self, lease: []


@mutant(ClientCore, "_end_job")
def results_of_older_jobs_are_offences(right: Wrapper) -> Wrapper:
    def wrong(self: ClientCore) -> None:
        right(self)
        self._ended_jobs.clear()

    return wrong


@mutant(ClientCore, "message")
def results_of_older_jobs_count(right: Wrapper) -> Wrapper:
    def wrong(self: ClientCore, server: str, message: Any, payload: bytes, now_s: float) -> Any:
        if self._job is not None and hasattr(message, "lease"):
            fields = {name: getattr(message, name) for name in message.__struct_fields__}
            message = type(message)(**{**fields, "job": self._job.spec.job})
        return right(self, server, message, payload, now_s)

    return wrong


@mutant(Party, "take_back")
def lost_server_is_never_offered_the_job_again(right: Wrapper) -> Wrapper:
    def wrong(self: Party, record: Any) -> int:
        offered = record.offered
        given_back = right(self, record)
        record.offered = offered
        return given_back

    return wrong


@mutant(Links, "down")
def lost_server_is_never_tried_again(right: Wrapper) -> Wrapper:
    def wrong(self: Links, record: Any, *rest: Any) -> str:
        words = right(self, record, *rest)
        record.retry_at_s = None
        return words

    return wrong


@mutant(Party, "_offer_to")
def larger_results_are_not_allowed_for(right: Wrapper) -> Wrapper:
    def wrong(self: Party, record: Any, job: Any) -> None:
        record.result_cap = record.result_cap or 1
        right(self, record, job)
        self._out[:] = [x for x in self._out if type(x).__name__ != "SetResultCap"]

    return wrong


# -- the server ---------------------------------------------------------------------------------


@mutant(ServerCore, "_job_ended")
def ended_job_stays_on_the_server(right: Wrapper) -> Wrapper:
    return lambda self, client, name: None


@mutant(ServerCore, "client_left")
def job_of_a_lost_client_stays(right: Wrapper) -> Wrapper:
    def wrong(self: ServerCore, client: int, now_s: float) -> Any:
        with patch.object(ServerCore, "_drop_job", lambda self, client: None):
            return right(self, client, now_s)

    return wrong


@mutant(Desk, "take")
def units_asked_for_are_not_counted_down(right: Wrapper) -> Wrapper:
    def wrong(self: Desk, assign: Any, now_s: float) -> bool:
        taken = right(self, assign, now_s)
        self._asked += taken
        return bool(taken)

    return wrong


@mutant(WorkerLife, "is_due")
def dead_worker_is_not_started_again(right: Wrapper) -> Wrapper:
    return lambda self, now_s: False


@mutant(ServerCore, "tick")
def hung_worker_is_not_noticed(right: Wrapper) -> Wrapper:
    def wrong(self: ServerCore, now_s: float) -> Any:
        with patch.object(ServerJob, "stuck_s", lambda self, now_s: 0.0):
            return right(self, now_s)

    return wrong


@mutant(ServerJob, "worker_died")
def units_of_a_dead_worker_are_kept(right: Wrapper) -> Wrapper:
    def wrong(self: ServerJob, text: str, now_s: float) -> None:
        with patch.object(JobVoice, "send", _swallow(JobVoice.send)):
            right(self, text, now_s)

    return wrong


def _swallow(right: Wrapper) -> Wrapper:
    """Say of units that failed that they are given back, of no lease."""

    def wrong(self: JobVoice, message: Any, payload: bytes = b"") -> Any:
        if type(message).__name__ == "UnitFailed":
            message = type(message)(message.job, message.unit, 2**31 - 1, True, "")
        return right(self, message, payload)

    return wrong


@mutant(AssetTransfer, "stored")
def file_counts_as_there_when_its_disk_was_full(right: Wrapper) -> Wrapper:
    return lambda self, digest, error: right(self, digest, "")


@mutant(ServerJob, "assets_found")
def first_file_is_never_fetched(right: Wrapper) -> Wrapper:
    def wrong(self: ServerJob, present: Any, partial: Any, now_s: float) -> None:
        first = min((x for x in self.offer.assets if x.size), default=None, key=lambda x: x.label)
        right(self, {*present, first.digest} if first else present, partial, now_s)

    return wrong


@mutant(JobFiles, "stored")
def false_file_of_another_server_is_believed(right: Wrapper) -> Wrapper:
    def wrong(self: JobFiles, digest: str, error: str, now_s: float) -> str:
        return right(self, digest, "" if digest in self._from_peer else error, now_s)


@mutant(AssetSources, "_wait")
def request_that_must_wait_is_forgotten(right: Wrapper) -> Wrapper:
    return lambda self, server, known: None


@mutant(Party, "_make_room")
def last_ones_go_on_when_the_first_are_wanted(right: Wrapper) -> Wrapper:
    return lambda self, job: None


# -- finding them -------------------------------------------------------------------------------


def find(mutant: Mutant, seeds: int) -> int | None:
    """Return the first seed that fails with this mistake."""
    with mutant.planted():
        return next((seed for seed in range(seeds) if fails(Plan(seed))), None)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants")
    parser.add_argument("--seeds", type=int, default=2000, metavar="N")
    parser.add_argument("names", nargs="*", help="only these")
    arguments = parser.parse_args()
    missed = 0
    for planted in MUTANTS:
        if arguments.names and planted.name not in arguments.names:
            continue
        seed = find(planted, arguments.seeds)
        missed += seed is None
        found = "NOT FOUND" if seed is None else f"found by seed {seed}"
        print(f"{planted.name:50} {found}", flush=True)
    print(f"{missed} of {len(arguments.names) or len(MUTANTS)} not found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
