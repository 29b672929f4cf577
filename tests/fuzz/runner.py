"""Runs a target over many inputs, watches time and memory of each, and says how to replay."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .mutation import mutated

#: Processor time of one input: the other programs of the machine do not count.
MAX_INPUT_S = 0.1
#: A garbage collection or a page that is touched first may fall into any input: one that is
#: slow only once is not to blame.
TRIES_OF_SLOW = 3
#: Growth of the process over all inputs together.
MAX_GROWTH_BYTES = {"framer": 64 << 20, "decoder": 64 << 20, "login": 64 << 20}
MAX_PARSER_GROWTH_BYTES = 256 << 20
WARM_UP = 200
FINDS = Path(__file__).parent / "finds"


class Target(Protocol):
    """Something that reads bytes of others."""

    seeds: Sequence[bytes]

    def run(self, rng: random.Random, data: bytes) -> None:
        """Read the input; raise if that went wrong."""


@dataclass
class Outcome:
    """What a run has shown; times in seconds of the processor."""

    executions: int
    elapsed_s: float
    slowest_s: float
    slowest_index: int
    growth_bytes: int

    def __str__(self) -> str:
        return (
            f"{self.executions:,} executions in {self.elapsed_s:.0f} s "
            f"({self.executions / max(self.elapsed_s, 1e-9):,.0f}/s), slowest input "
            f"{self.slowest_s * 1000:.1f} ms (index {self.slowest_index}), "
            f"memory +{self.growth_bytes / 2**20:.1f} MiB, 0 finds"
        )


class Found(Exception):
    """An input that broke its target."""


def make_target(name: str) -> Target:
    """Return a target by its name; imports only what that one needs."""
    if name in ("scene", "manifest"):
        from . import file_targets

        return {"scene": file_targets.SceneFiles, "manifest": file_targets.Manifest}[name]()
    from . import wire_targets

    kinds = {
        "framer": wire_targets.Framer,
        "decoder": wire_targets.Decoder,
        "login": wire_targets.Login,
    }
    return kinds[name]()


def finds_of(name: str) -> list[bytes]:
    """Return the inputs that once broke this target: seeds for ever."""
    return [path.read_bytes() for path in sorted((FINDS / name).glob("*"))]


def make_input(target: Target, name: str, seed: int, index: int) -> tuple[random.Random, bytes]:
    """Return the input of this number, and the chance that its run goes on with."""
    rng = random.Random((seed << 40) + index)
    return rng, mutated(rng, target.seeds)


def run(
    name: str,
    executions: int,
    seed: int = 0,
    first: int = 0,
    note: Callable[[int], None] = lambda _index: None,
) -> Outcome:
    """Run a target.

    Args:
        name: of the target.
        executions: how many inputs.
        seed: of all of them.
        first: index of the first.
        note: told the index before each input.

    Raises:
        Found: an input broke the target; the text says how to replay it.
    """
    target = make_target(name)
    target.seeds = [*target.seeds, *finds_of(name)]
    for data in finds_of(name):
        target.run(random.Random(0), data)
    slowest_s, slowest_index = 0.0, 0
    before = 0
    begun_s = time.perf_counter()
    for index in range(first, first + executions):
        note(index)
        if index == first + min(WARM_UP, executions - 1):
            before = peak_bytes()
        took_s = run_one(target, name, seed, index)
        if took_s > slowest_s:
            slowest_s, slowest_index = took_s, index
    elapsed_s = time.perf_counter() - begun_s
    growth = peak_bytes() - before
    if growth > MAX_GROWTH_BYTES.get(name, MAX_PARSER_GROWTH_BYTES):
        raise Found(f"{name}: memory grew by {growth:,} bytes over {executions} inputs")
    return Outcome(executions, elapsed_s, slowest_s, slowest_index, growth)


def run_one(target: Target, name: str, seed: int, index: int) -> float:
    """Run one input; return its processor time.

    Raises:
        Found: it broke the target or took too long.
    """
    replay = f"replay: python -m tests.fuzz {name} --seed {seed} --first {index} --executions 1"
    took_s = MAX_INPUT_S
    for _ in range(TRIES_OF_SLOW):
        rng, data = make_input(target, name, seed, index)
        begun_s = time.process_time()
        try:
            target.run(rng, data)
        except Exception as error:
            text = f"{name}: {type(error).__name__}: {error}\n{replay}"
            raise Found(text) from error
        took_s = time.process_time() - begun_s
        if took_s <= MAX_INPUT_S:
            return took_s
    raise Found(f"{name}: one input takes {took_s * 1000:.0f} ms\n{replay}")


def peak_bytes() -> int:
    """Return the largest size that this process had in memory; 0 where nobody tells (Windows)."""
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
