"""`python -m tests.simulation --seeds 2000`: long batches; a failure prints how to replay it."""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
import traceback

from .runs import Plan, run_plan, shrink

#: After so many failures the reason is plain; the rest of the batch is not worth the time.
MAX_SHRUNK = 3
#: Long batches say so often how far they are: about once a minute.
TELL_EVERY = 2_500


def main() -> int:
    arguments = _parse()
    begun_s = time.perf_counter()
    failed = 0
    traces = hashlib.sha256()
    for seed in range(arguments.first, arguments.first + arguments.seeds):
        without = frozenset(int(place) for place in arguments.without.split(",") if place)
        plan = Plan(seed, without, arguments.servers, arguments.units, not arguments.plain)
        done = seed - arguments.first
        if done and done % TELL_EVERY == 0:
            took_s = time.perf_counter() - begun_s
            print(f"{done} seeds, {failed} failed, {took_s:.1f} s", flush=True)
        try:
            traces.update(run_plan(plan).trace.encode())
        except Exception:
            failed += 1
            traceback.print_exc(limit=-3)
            print(f"replay: {plan.command}")
            if failed <= MAX_SHRUNK and not arguments.as_is:
                print(f"reduced: {shrink(plan).command}", flush=True)
    took_s = time.perf_counter() - begun_s
    print(f"{arguments.seeds} seeds, {failed} failed, {took_s:.1f} s, {traces.hexdigest()[:16]}")
    return 1 if failed else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--seeds", type=int, default=2000, metavar="N")
    parser.add_argument("--without", default="", metavar="N,N", help="leave these faults out")
    parser.add_argument("--servers", type=int, default=None, metavar="N", help="at the beginning")
    parser.add_argument("--units", type=int, default=30, metavar="N", help="of the frame")
    parser.add_argument("--plain", action="store_true", help="without the extra trouble")
    parser.add_argument("--as-is", action="store_true", help="do not reduce what fails")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
