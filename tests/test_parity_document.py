"""docs/parity.md names tests that exist, and gives a reason for what is not there."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent
TEXT = (TESTS.parent / "docs" / "parity.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| row |"))
]


def test_every_test_that_a_row_names_is_there():
    sources = (path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    there = {name for source in sources for name in re.findall(r"def (test_\w+)\(", source)}

    named = set(re.findall(r"`(test_\w+)`", TEXT))
    assert len(named) > 100
    assert named - there == set()


def test_every_row_names_a_test_or_says_why_it_is_missing():
    assert len(ROWS) > 80
    for what, there, shown_by in (row for row in ROWS if not row[2]):
        assert re.match(r"(no|not yet): .{15}", there), (what, there, shown_by)
