"""The simulation itself: it finds planted bugs, reduces failures, and does the same again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .makespan import Farm, run_frame
from .mutants import MUTANTS, Mutant, find
from .runs import Plan, fails, shrink

ROOT = Path(__file__).resolve().parent.parent.parent
#: The last planted bug is found by seed 341; CI need not search for a new place each time.
SEEDS = 400


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_simulation_finds_a_planted_bug(mutant: Mutant) -> None:
    assert find(mutant, SEEDS) is not None


def test_there_are_enough_planted_bugs() -> None:
    assert len(MUTANTS) >= 20
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.slow
def test_simulation_reduces_what_fails() -> None:
    (mutant,) = (x for x in MUTANTS if x.name == "second_half_of_a_unit_is_forgotten")
    with mutant.planted():
        seed = find(mutant, 20)
        assert seed is not None
        plan = shrink(Plan(seed))

        assert fails(plan)
        assert len(plan.without) == 8  # no fault is needed for it
    assert not fails(plan)
    assert plan.command.startswith(f"python -m tests.simulation --first {seed} --seeds 1 --without")


@pytest.mark.slow
def test_simulation_does_the_same_whatever_the_hash_seed() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seeds", "4"]
    traces = set()
    for hash_seed in ("0", "1", "random"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        run = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )
        assert run.returncode == 0, run.stdout + run.stderr
        traces.add(run.stdout.split()[-1])
    assert len(traces) == 1


@pytest.mark.slow
def test_uneven_farm_renders_almost_as_fast_as_a_fluid_would_flow() -> None:
    speeds = tuple(1.0 + 7.0 * number / 15 for number in range(16))

    took_s, bound_s = run_frame(1, Farm(speeds))

    assert took_s <= 1.1 * bound_s
