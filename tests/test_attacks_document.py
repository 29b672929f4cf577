"""docs/attacks.md names tests that exist, and all 32 attacks."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
TEXT = (TESTS.parent / "docs" / "attacks.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|(.*)$", TEXT, re.MULTILINE)


def test_every_attack_has_its_row():
    assert [int(number) for number, _ in ROWS] == list(range(1, 33))


@pytest.mark.parametrize(("number", "row"), ROWS, ids=[number for number, _ in ROWS])
def test_attack_names_tests_that_exist(number, row):
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", row)

    assert named
    for file, test in named:
        assert f"def {test}(" in (TESTS / file).read_text(encoding="utf-8"), (file, test)
