"""`python -m tests.simulation --seeds 2000`: long batches; a failure prints how to replay it."""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from .runs import run_seed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=2000)
    arguments = parser.parse_args()
    begun_s = time.perf_counter()
    failed = 0
    for seed in range(arguments.first, arguments.first + arguments.seeds):
        try:
            run_seed(seed)
        except Exception:
            failed += 1
            traceback.print_exc(limit=-3)
            print(f"replay: python -m tests.simulation --first {seed} --seeds 1")
    took_s = time.perf_counter() - begun_s
    print(f"{arguments.seeds} seeds, {failed} failed, {took_s:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
