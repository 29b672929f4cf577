"""`python -m tests.fuzz framer|decoder|login|scene|manifest --executions N`

Each input follows from its seed and index. The parsers of files run in a child process whose
memory is limited, so that a crash is told with the input that caused it.
"""

from __future__ import annotations

import argparse
import mmap
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .runner import Found, run

IN_CHILD = ("scene", "manifest")
TARGETS = ("framer", "decoder", "login", *IN_CHILD)
#: What the child may have beyond the programs it begins with.
CHILD_MEMORY_BYTES = 256 << 20
ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    arguments = _parse()
    if arguments.target in IN_CHILD and not arguments.note:
        return _run_child(arguments)
    note = _Note(arguments.note) if arguments.note else None
    if arguments.note:
        _warm_and_limit(arguments.target)
    try:
        outcome = run(
            arguments.target,
            arguments.executions,
            arguments.seed,
            arguments.first,
            note.tell if note else lambda _index: None,
        )
    except Found as found:
        import traceback

        traceback.print_exc(limit=-4)
        print(found)
        return 1
    print(f"{arguments.target}: {outcome}", flush=True)
    return 0


class _Note:
    """A file, mapped into memory, that says after a crash which input it was."""

    def __init__(self, path: str) -> None:
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), 8)

    def tell(self, index: int) -> None:
        self._map[:] = index.to_bytes(8, "big")


def _warm_and_limit(target: str) -> None:
    run(target, 20)
    if sys.platform != "linux":
        return  # no portable limit of memory; Linux's run stands for the others
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    limit = used + CHILD_MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _run_child(arguments: argparse.Namespace) -> int:
    # Each thread of an image's decoder would else reserve 64 MiB of addresses it never uses.
    environment = os.environ | {"MALLOC_ARENA_MAX": "1"}
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(bytes(8))
    command = [sys.executable, "-m", "tests.fuzz", arguments.target, "--note", file.name]
    for name in ("executions", "seed", "first"):
        command += [f"--{name}", str(getattr(arguments, name))]
    child = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    index = int.from_bytes(Path(file.name).read_bytes(), "big")
    os.unlink(file.name)
    if child.returncode not in (0, 1):
        print(f"{arguments.target}: the child ended with {child.returncode} at input {index}")
        print(
            f"replay: python -m tests.fuzz {arguments.target} --seed {arguments.seed} "
            f"--first {index} --executions 1"
        )
    return child.returncode


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--executions", type=int, default=10_000, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="INDEX", help="go on from here")
    parser.add_argument("--note", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
