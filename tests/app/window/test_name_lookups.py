"""Names of thousands of rows are looked up a few at a time, and only while somebody asks."""

import pytest

from app.values.session_types import ServerEntry
from app.widgets.server_cells import NameLookup
from app.window.name_lookups import AT_ONCE, NameLookups


class Rig:
    """`answers` holds the look-ups that run, by name."""

    def __init__(self):
        self.answers = {}
        self.told = {}
        self.listed = {}
        self.lookups = NameLookups(self, self.told.__setitem__, self.is_same)

    def is_same(self, entry):
        return self.listed.get(entry.uid) == entry.address

    def resolve(self, name, done):
        assert name not in self.answers
        self.answers[name] = done

    def look_up(self, *entries):
        self.listed.update({entry.uid: entry.address for entry in entries})
        self.lookups.look_up(entries)

    def answer(self, name, *addresses, problem=""):
        self.answers.pop(name)(addresses, problem)


@pytest.fixture
def rig(qapp):
    return Rig()


def rows(count):
    return [ServerEntry(f"u{number}", f"node-{number}") for number in range(count)]


def test_few_look_ups_run_at_a_time_and_all_are_done(rig):
    rig.look_up(*rows(100))

    assert all(lookup.running for lookup in rig.told.values())
    assert len(rig.answers) == AT_ONCE
    for number in range(100):
        rig.answer(f"node-{number}", f"10.0.0.{number}")
        assert len(rig.answers) <= AT_ONCE
    assert rig.told == {f"u{n}": NameLookup((f"10.0.0.{n}",)) for n in range(100)}


def test_addresses_stand_for_themselves(rig):
    rig.look_up(ServerEntry("a", "10.0.0.7"), ServerEntry("b", "fe80::1%eth0"))

    assert not rig.answers
    assert rig.told["a"] == NameLookup(("10.0.0.7",))
    assert rig.told["b"] == NameLookup(("fe80::1%eth0",))


def test_rows_that_went_are_not_looked_up(rig):
    rig.look_up(*rows(100))
    rig.listed.clear()
    told = dict(rig.told)

    for name in list(rig.answers):
        rig.answer(name, "10.0.0.1")

    assert not rig.answers
    assert rig.told == told


def test_older_addresss_answer_is_not_taken_for_the_new_one(rig):
    rig.look_up(ServerEntry("a", "old"))
    rig.look_up(ServerEntry("a", "new"))

    rig.answer("old", "10.0.0.1")
    assert rig.told["a"].running
    rig.answer("new", problem="new: Host not found")
    assert rig.told["a"] == NameLookup((), "new: Host not found")


def test_resolver_may_answer_before_it_returns(rig):
    rig.resolve = lambda name, done: done((f"{name}!",), "")

    rig.look_up(*rows(5000))

    assert rig.told == {f"u{n}": NameLookup((f"node-{n}!",)) for n in range(5000)}


def test_nothing_more_is_looked_up_when_the_window_stops(rig):
    rig.look_up(*rows(100))
    rig.lookups.stop()

    for name in list(rig.answers):
        rig.answer(name, "10.0.0.1")
    assert not rig.answers
