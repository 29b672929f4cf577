from dataclasses import replace

import pytest

from app.serving.lending_file import load_wish, save_wish
from app.values.lending_rules import AWAY_S, LendingWish, describe_idle, why_paused

USED = LendingWish(threads=4, pause_while_used=True)


@pytest.mark.parametrize(
    ("wish", "idle_s", "expected"),
    [
        (LendingWish(), 0.0, ""),
        (LendingWish(paused=True), None, "paused by its user"),
        (USED, 0.0, "somebody works there"),
        (USED, AWAY_S - 1.0, "somebody works there"),
        (USED, AWAY_S, ""),
        (USED, None, ""),
        (replace(USED, paused=True), AWAY_S, "paused by its user"),
    ],
)
def test_computer_is_lent_when_nobody_wants_it(wish, idle_s, expected):
    assert why_paused(wish, idle_s) == expected


def test_pause_says_when_it_ends():
    assert describe_idle(USED, 10.0) == "goes on 5 min after the last key or mouse event"
    assert describe_idle(USED, AWAY_S) == ""
    assert describe_idle(replace(USED, paused=True), 10.0) == ""


@pytest.mark.parametrize("changes", [{"threads": 0}, {"priority": "high"}])
def test_wishes_that_cannot_be_are_refused(changes):
    with pytest.raises(ValueError, match="priority or number of threads"):
        LendingWish(**changes)


def test_wishes_are_remembered_but_not_the_pause(tmp_path):
    path = tmp_path / "server.toml"
    save_wish(path, LendingWish(True, 3, "lowest", True))

    assert load_wish(path, 8) == LendingWish(False, 3, "lowest", True)
    assert load_wish(path, 2).threads == 2


def test_file_that_is_missing_starts_from_the_defaults(tmp_path):
    assert load_wish(tmp_path / "server.toml", 8) == LendingWish(threads=8)


@pytest.mark.parametrize(
    "text", ["nonsense", "lending = 3", "[lending]\nthreads = 'x'", "[lending]\npriority = 'high'"]
)
def test_file_that_is_spoilt_starts_from_the_defaults(tmp_path, text, caplog):
    path = tmp_path / "server.toml"
    path.write_text(text)

    assert load_wish(path, 8) == LendingWish(threads=8)
    assert str(path) in caplog.text
