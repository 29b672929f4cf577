"""Planted bugs in what keeps false pixels out, and in what the artist wants first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import patch

from app.frames.journal_writer import JournalWriter
from network.canaries import Canaries
from network.client_job import ClientJob
from network.client_party import Party
from network.server_core import ServerCore
from network.unit_queue import UnitQueue
from renderer.buckets import Region

from .planting import Wrapper, mutant


@mutant(Canaries, "_oddity")
def wrong_test_pictures_are_taken(right: Wrapper) -> Wrapper:
    return lambda self, record, servers: ""


@mutant(ClientJob, "revoke")
def pixels_of_an_odd_server_are_kept(right: Wrapper) -> Wrapper:
    return lambda self, server: []


@mutant(Party, "_fits")
def engine_classes_are_mixed(right: Wrapper) -> Wrapper:
    return lambda self, record: True


@mutant(ClientJob, "revoke_class")
def pixels_of_the_class_before_are_kept(right: Wrapper) -> Wrapper:
    return lambda self, engine_class: []


@mutant(ServerCore, "client_joined")
def test_picture_is_not_sent_to_who_comes_later(right: Wrapper) -> Wrapper:
    def wrong(self: ServerCore, client: int, name: str, now_s: float) -> Any:
        with patch.object(self._worker, "canary", None):
            return right(self, client, name, now_s)

    return wrong


@mutant(UnitQueue, "_nearest_fresh")
def focus_forgets_what_was_never_handed_out(right: Wrapper) -> Wrapper:
    return lambda self: None


@mutant(UnitQueue, "_by_rank")
def focus_forgets_what_came_back(right: Wrapper) -> Wrapper:
    return lambda self: () if self._ranks else right(self)


@mutant(UnitQueue, "remove")
def unit_near_the_focus_is_handed_out_again(right: Wrapper) -> Wrapper:
    def wrong(self: UnitQueue, unit: int) -> None:
        right(self, unit)
        if self._ranks and unit < len(self._taken):
            self._taken[unit] = 0

    return wrong


@mutant(Party, "begin")
def resumed_frame_takes_any_engine_class(right: Wrapper) -> Wrapper:
    def wrong(self: Party, job: Any, *arguments: Any) -> Any:
        spec = job.spec
        job.spec = replace(spec, engine_class="")
        return right(self, job, *arguments)

    return wrong


@mutant(JournalWriter, "_write")
def journal_forgets_that_pixels_were_false(right: Wrapper) -> Wrapper:
    return lambda self, entry: None if isinstance(entry, Region) else right(self, entry)
