import dataclasses
import datetime
import json

from app.frames.report_log import KEPT, PATTERN, keep_report
from app.system.paths import log_dir
from app.system.software import software_version
from app.values.session_types import FrameReport

REPORT = FrameReport("ab" * 32, True, 1.0, 0.5, 1e6, "tracer", 0, 8, 8, 4, 8, 8, "spiral", 1, 1)


def test_last_reports_are_kept_and_older_ones_go(tmp_path, monkeypatch):
    monkeypatch.setenv("BRIGADE_HOME", str(tmp_path))
    for number in range(KEPT + 3):
        (log_dir() / f"report-20000101-00000{number}-1-x.json").write_text("{}")

    signed = keep_report(REPORT)

    kept = sorted(log_dir().glob(PATTERN))
    assert len(kept) == KEPT
    assert json.loads(kept[-1].read_text())["frame_sha256"] == "ab" * 32
    assert json.loads(kept[-1].read_text())["ended"] == signed.ended
    assert datetime.datetime.fromisoformat(signed.ended).tzinfo is not None
    assert signed.version == software_version()
    assert dataclasses.replace(signed, ended="", version="") == REPORT


def test_report_that_cannot_be_kept_stops_nothing(tmp_path, monkeypatch):
    (tmp_path / "log").write_text("no folder")
    monkeypatch.setenv("BRIGADE_HOME", str(tmp_path))

    assert keep_report(REPORT).frame_sha256 == REPORT.frame_sha256
