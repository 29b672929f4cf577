"""A short run of each fuzz target; the long ones: docs/attacks.md."""

import gc
import random
from collections.abc import Iterator

import pytest

from .mutation import mutated
from .runner import Found, finds_of, make_target, peak_bytes, run, run_one

#: Some two seconds each.
SHORT = {"framer": 20_000, "decoder": 10_000, "login": 6_000, "manifest": 15_000, "scene": 300}


@pytest.fixture
def collected() -> Iterator[None]:
    """Garbage goes during a run, as in the program: else what it keeps counts as growth."""
    gc.enable()
    yield
    gc.disable()  # as tests/conftest.py has it


@pytest.mark.slow
@pytest.mark.parametrize("name", SHORT)
def test_target_withstands_a_short_run(name, collected):
    outcome = run(name, SHORT[name], seed=1)

    assert outcome.executions == SHORT[name]
    assert 0.0 < outcome.slowest_s <= 0.1


@pytest.mark.parametrize(
    ("name", "number"), [(name, i) for name in SHORT for i in range(len(finds_of(name)))]
)
def test_target_withstands_what_once_broke_it(name, number):
    make_target(name).run(random.Random(0), finds_of(name)[number])


def test_inputs_follow_from_their_seed():
    seeds = [b"first", b"second"]

    assert mutated(random.Random(5), seeds) == mutated(random.Random(5), seeds)
    assert len({mutated(random.Random(i), seeds) for i in range(200)}) > 150


class Broken:
    seeds = (b"seed",)

    def run(self, rng, data):
        raise KeyError("x")


def test_find_says_how_to_replay_it():
    with pytest.raises(Found, match=r"python -m tests\.fuzz framer --seed 3 --first 7"):
        run_one(Broken(), "framer", 3, 7)


def test_memory_is_measured():
    assert peak_bytes() >= 0
