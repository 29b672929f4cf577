"""`python -m tests.core_coverage`: fails unless the cores' own tests take every branch of them.

The cores are all of `network/` but the thin shells around sockets (pyproject.toml has the list).
Their unit tests need no window, socket or process and take seconds; what is covered only by
accident, in a simulation or end to end, does not count.
"""

from __future__ import annotations

import sys
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parent.parent
#: Tests of shells, which are no cores.
SHELLS = ("--ignore-glob=*/test_qt_*", "--ignore-glob=*/test_discovery.py")


def main() -> int:
    """Run the tests, print what they missed."""
    recorder = coverage.Coverage(data_file=None, config_file=str(ROOT / "pyproject.toml"))
    recorder.start()
    status = pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", *SHELLS, "tests/network"])
    recorder.stop()
    if status != 0:
        return int(status)
    percent = recorder.report()
    print(f"{percent:.2f} % of the cores' lines and branches")
    return 0 if percent >= 100.0 else 1


if __name__ == "__main__":
    sys.exit(main())
