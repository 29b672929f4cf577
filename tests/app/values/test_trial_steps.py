"""Which rung fell when a link ended."""

import pytest

from app.values.ladder import Step
from app.values.trial_steps import (
    COMPUTER,
    CONNECTION,
    KEY,
    NAME,
    RUNGS,
    VERSION,
    explain_end,
    format_steps,
)
from network.errors import CloseCode


@pytest.mark.parametrize(
    ("code", "rung", "way_out"),
    [
        ("name", NAME, "spelling"),
        ("refused", CONNECTION, "TCP port 4000"),
        ("timeout", CONNECTION, "brigade server"),
        ("version", VERSION, "same version"),
        ("key", KEY, "key file"),
        ("unpaired", KEY, "brigade code"),
        ("identity", KEY, "Pair…"),
    ],
)
def test_ladder_names_the_rung_and_its_way_out_when_a_link_ends(code, rung, way_out):
    step = explain_end(code, "why", 4000, NAME)

    assert (step.name, step.ok, step.detail) == (rung, False, "why")
    assert way_out in step.fix


@pytest.mark.parametrize("code", list(CloseCode))
def test_every_code_has_a_rung_and_a_way_out(code):
    step = explain_end(str(code), "", 4000, NAME)

    assert step.name in RUNGS
    assert step.detail
    assert step.fix
    assert "{" not in step.fix


def test_rung_that_was_passed_is_not_blamed_when_the_link_breaks_later():
    assert explain_end("network", "reset", 1, COMPUTER).name == COMPUTER


def test_steps_become_text_for_a_mail():
    steps = [Step(NAME, True, "10.0.0.1"), Step(CONNECTION, False, "refused", "start it")]

    text = format_steps("studio-1", steps)

    assert text.splitlines() == [
        "studio-1",
        "  ok      Name: 10.0.0.1",
        "  FAILED  Connection: refused",
        "          way out: start it",
    ]
