from __future__ import annotations

import math
import os
import subprocess
import sys

import pytest

from tests.benchmarks import side_by_side

#: Burns about a tenth of a second of a child's processor time, and waits for the child.
BURN = """
import os, subprocess, sys, time
burn = "import time\\nwhile time.process_time() < 0.15: pass"
subprocess.run([sys.executable, "-c", burn], check=True)
print(sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [])
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system has no wait4")


def _python(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_race_counts_time_of_children_and_keeps_each_on_its_core() -> None:
    cores = side_by_side.cores()[:2]
    if len(cores) < 2:
        pytest.skip("two cores are needed")
    for turn in range(2):
        laps = side_by_side.race([_python(BURN), _python("print('quick')")], first_core=turn)
        assert laps[0].core_s >= 0.15
        assert laps[1].out == "quick\n"
        if side_by_side.can_pin():
            assert laps[0].out == f"[{cores[turn]}]\n"
    assert side_by_side.cores()[:2] == cores  # this process may still run anywhere


def test_race_tells_what_a_program_said_when_it_fails() -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        side_by_side.race([_python("import sys; sys.exit('no scene')")])
    assert "no scene" in caught.value.stderr


def test_race_refuses_more_programs_than_cores() -> None:
    commands = [_python("")] * (len(side_by_side.cores()) + 1)
    with pytest.raises(ValueError, match="cannot run at once"):
        side_by_side.race(commands)


def test_means_of_ratios_are_geometric() -> None:
    assert side_by_side.geometric_mean([2.0, 0.5]) == pytest.approx(1.0)
    assert side_by_side.standard_error([1.1, 1.1, 1.1]) == pytest.approx(0.0, abs=1e-12)
    assert side_by_side.standard_error([1.1]) == math.inf
