import json
from dataclasses import replace
from pathlib import Path

import msgspec

from app.saving.image_metadata import provenance_for
from app.values.provenance import COLUMNS, Origin, Provenance
from app.values.session_types import FrameReport
from network.work import Unit
from renderer.buckets import Region

LEFT, RIGHT = Region(0, 0, 8, 8), Region(8, 0, 8, 4)
REPORT = FrameReport("ab", True, 1.0, 0.1, 1.0, "e", 1, 16, 8, 1, 8, 8, "spiral", 2, 2)


def make() -> Provenance:
    made = Provenance()
    made.commit(RIGHT, Origin(2, 3, 1.23456, 0.5))
    made.commit(LEFT, Origin(1, 1, 0.5, 0.25))
    return made


def test_rows_tell_who_rendered_what_from_the_top_left() -> None:
    rows = make().rows()

    assert rows == ((0, 0, 8, 8, 1, 1, 0.5, 0.25, False), (8, 0, 8, 4, 2, 3, 1.235, 0.5, False))
    assert len(rows[0]) == len(COLUMNS)


def test_audited_piece_says_so() -> None:
    made = make()
    made.confirm(Unit(7, 8, 0, 8, 4, 0, 16))
    made.confirm(Unit(9, 64, 64, 8, 8, 0, 16))  # revoked meanwhile

    assert [row[-1] for row in made.rows()] == [False, True]


def test_revoked_piece_is_gone_until_it_comes_again() -> None:
    made = make()
    made.revoke(LEFT)
    made.revoke(LEFT)

    assert [row[4] for row in made.rows()] == [2]


def test_exr_files_hold_the_rows_and_others_do_not() -> None:
    report = replace(REPORT, provenance=make().rows())

    found = provenance_for(Path("a.EXR"), report)

    assert json.loads(str(found["provenance"]))[0] == list(COLUMNS)
    assert json.loads(str(found["provenance"]))[2][4] == 2
    assert provenance_for(Path("a.png"), report) == {}
    assert provenance_for(Path("a.exr"), None) == {}


def test_rows_survive_the_report_file() -> None:
    report = replace(REPORT, provenance=make().rows())

    again = msgspec.json.decode(msgspec.json.encode(report), type=FrameReport)

    assert again.provenance == report.provenance
