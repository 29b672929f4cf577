import dataclasses
import json

import pytest

from app.cli import main
from app.headless.headless_saving import write_report
from app.headless.report_text import LINE_COLUMNS, draw_spans, find_gaps, format_report, read_report
from app.values.session_types import FrameReport, Incident, ServerReport, Span

SPANS = (
    Span(0.0, 2.0, "getting ready"),
    Span(2.0, 6.0, "working"),
    Span(6.0, 8.0, "away"),
    Span(8.0, 10.0, "working"),
)


@pytest.fixture
def report():
    server = ServerReport(
        "studio-2", "10.0.0.2", 8, pixels=512, share=1.0, samples_per_s=2e6, worth=1.0,
        working_s=6.0, lost=1, spans=SPANS,
    )  # fmt: skip
    return FrameReport(
        frame_sha256="ab12", complete=True, wall_s=10.0, first_bucket_s=2.1, samples_per_s=256.0,
        engine="tracer1", seed=0, width=64, height=32, samples=4, bucket_width=16,
        bucket_height=8, order="spiral", buckets=8, buckets_done=8, servers=(server,),
        restored_pixels=512, earlier_s=61.0,
        incidents=(Incident(6.0, "12:00:06", "b", "studio-2", "connection lost", 2, "2 go on"),),
        speed_up=1.5, job="0123456789abcdef" * 2, scene="room.glb",
        ended="2026-01-02T03:04:05+01:00", version="0.9",
    )  # fmt: skip


def test_report_command_prints_what_render_wrote(report, tmp_path, capsys):
    path = tmp_path / "r.json"
    write_report(path, report)

    assert main(["report", str(path)]) == 0

    text = capsys.readouterr().out
    assert "buckets of 16 × 8 px, spiral" in text
    assert "complete: 8 of 8 buckets in 10 s" in text
    assert "resumed: 25% of the pixels were there before, from 1:01" in text
    assert "room.glb, job 01234567 in the logs" in text
    assert "ended 2026-01-02T03:04:05+01:00, Bucket Brigade 0.9" in text
    assert "away 6.0 to 8.0 s" in text
    assert "12:00:06 studio-2: connection lost; 2 go on" in text


def test_report_is_read_back_as_it_was(report, tmp_path):
    write_report(tmp_path / "r.json", report)

    assert read_report(tmp_path / "r.json") == report


def test_report_says_how_much_longer_the_frame_takes_without_a_server(report):
    studio = dataclasses.replace(report.servers[0], worth=0.8)  # 2 Ms/s for 6 of the 10 s
    slow = ServerReport("studio-3", "10.0.0.3", 1, samples_per_s=5e5, working_s=2.0, worth=0.2)
    lines = list(format_report(dataclasses.replace(report, servers=(studio, slow))))

    assert " 80%    +240% " in next(line for line in lines if line.startswith("studio-2"))
    assert " 20%      +5% " in next(line for line in lines if line.startswith("studio-3"))
    assert any(line.startswith("without: how much longer") for line in lines)
    assert any(line.startswith("1.50 times as fast as the fastest") for line in lines)


def test_only_server_of_a_report_has_nobody_to_do_its_work(report):
    lines = list(format_report(report))

    assert " 100%        - " in next(line for line in lines if line.startswith("studio-2"))
    assert not any(line.startswith("without:") or "times as fast" in line for line in lines)


def test_report_of_an_older_version_has_no_time_line(report, tmp_path):
    old = json.loads(json.dumps(dataclasses.asdict(report)))
    for name in ("speed_up", "restored_pixels", "earlier_s", "job", "scene", "ended", "version"):
        del old[name]
    del old["servers"][0]["spans"]
    path = tmp_path / "r.json"
    path.write_text(json.dumps(old))

    assert "time line: nobody rendered" in list(format_report(read_report(path)))


def test_report_from_when_buckets_were_square_is_read(report, tmp_path):
    old = json.loads(json.dumps(dataclasses.asdict(report)))
    del old["bucket_width"], old["bucket_height"]
    old["bucket_size"] = 24
    path = tmp_path / "r.json"
    path.write_text(json.dumps(old))

    read = read_report(path)

    assert (read.bucket_width, read.bucket_height) == (24, 24)
    assert read == dataclasses.replace(report, bucket_width=24, bucket_height=24)


@pytest.mark.parametrize("text", ["", "[]", '{"frame_sha256": 5}'])
def test_file_that_is_no_report_is_named(tmp_path, capsys, text):
    path = tmp_path / "x.json"
    path.write_text(text)

    assert main(["report", str(path)]) == 1
    assert "x.json is no report" in capsys.readouterr().err


def test_missing_report_is_named(tmp_path, capsys):
    assert main(["report", str(tmp_path / "none.json")]) == 1
    assert "cannot read" in capsys.readouterr().err


def test_time_is_drawn_to_scale():
    line = draw_spans(SPANS, 10.0, LINE_COLUMNS)

    assert len(line) == LINE_COLUMNS
    assert line[:11] == "░" * 11
    assert line[13:36] == "█" * 23
    assert line[37:47] == " " * 10


def test_gaps_are_those_after_the_first_bucket():
    assert find_gaps(SPANS, 1.0) == [Span(6.0, 8.0, "away")]


def test_short_attempts_belong_to_the_gap_around_them():
    attempts = (
        Span(0.0, 6.0, "working"), Span(6.0, 6.1, "idle"), Span(6.1, 8.0, "away"),
        Span(8.0, 8.1, "getting ready"), Span(8.1, 12.0, "away"), Span(12.0, 14.0, "getting ready"),
        Span(14.0, 14.1, "working"), Span(14.1, 18.0, "away"),
    )  # fmt: skip

    assert find_gaps(attempts, 1.0) == [
        Span(6.1, 12.0, "away"), Span(12.0, 14.0, "getting ready"), Span(14.1, 18.0, "away"),
    ]  # fmt: skip


def test_frame_of_less_than_a_second_has_times_that_say_something(report):
    spans = (Span(0.0, 0.2, "working"), Span(0.2, 0.25, "idle"), Span(0.25, 0.3, "working"))
    server = dataclasses.replace(report.servers[0], spans=spans, working_s=0.25, idle_s=0.05)

    lines = list(format_report(dataclasses.replace(report, servers=(server,))))

    assert any("0.25 s  0.05 s" in line for line in lines)
    assert any(line.startswith("time line of 0.30 s") for line in lines)
    assert any(line.endswith("idle 0.20 to 0.25 s") for line in lines)
