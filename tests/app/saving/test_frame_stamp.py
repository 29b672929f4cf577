"""The pattern of the frame stamp and the facts that its words stand for."""

import time
from pathlib import Path

import pytest

from app.saving.frame_stamp import DEFAULT_STAMP, STAMP_WORDS, check_stamp, make_stamp
from app.values.session_types import FrameReport, RenderRequest, ServerReport
from renderer.settings import RenderSettings

NOW = time.struct_time((2026, 3, 4, 5, 6, 7, 2, 63, 0))
REQUEST = RenderRequest(Path("/rooms/room.glb"), RenderSettings(640, 360, 16, seed=3))
REPORT = FrameReport(
    frame_sha256="0123456789abcdef", complete=True, wall_s=125.0, first_bucket_s=0.1,
    samples_per_s=1.0, engine="", seed=3, width=640, height=360, samples=16, bucket_width=64,
    bucket_height=64, order="", buckets=4, buckets_done=4,
    servers=(
        ServerReport("studio-2", "", 3), ServerReport("idle", ""), ServerReport("attic", "", 1),
    ),
)  # fmt: skip


def test_words_stand_for_facts_of_the_frame():
    text = make_stamp(
        "%scene %size %samples/%seed %time %servers %date %hash", REQUEST, REPORT, NOW
    )

    assert text == ("room.glb 640 x 360 16/3 2:05 studio-2, attic 2026-03-04 05:06 0123456789ab")


def test_every_word_of_the_help_is_known():
    pattern = " ".join(f"%{word}" for word in STAMP_WORDS)

    check_stamp(pattern)

    assert "%" not in make_stamp(pattern, REQUEST, REPORT, NOW)


def test_two_percent_signs_are_one():
    check_stamp("50 %% of %size")

    assert make_stamp("50 %% of %size", REQUEST, REPORT, NOW) == "50 % of 640 x 360"


def test_frame_without_a_report_says_what_it_does_not_know():
    assert make_stamp("%scene in %time", REQUEST, None, NOW) == "room.glb in ?"


def test_unknown_word_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"knows no %me; use %scene .*%version"):
        check_stamp("by %me")


def test_default_is_a_valid_stamp_and_no_stamp_is_none():
    check_stamp(DEFAULT_STAMP)

    assert make_stamp("", REQUEST, REPORT, NOW) == ""
