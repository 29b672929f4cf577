"""What a row says about waiting, and how long the bar of its buckets is."""

import pytest
from PySide6.QtCore import QRect

from app.values.session_types import ServerEntry, ServerState, ServerStatus
from app.widgets import server_words
from app.widgets.server_cells import Row, cell_tip
from app.widgets.server_columns import STATE
from app.widgets.server_delegates import bar_rects
from app.widgets.server_words import CHECKING, counts_down, detail_text, state_text
from network import job_sync

LOST = ServerStatus("a", ServerState.LOST, retry_at_s=108.0, attempt=2)


@pytest.mark.parametrize(
    ("now_s", "text"),
    [
        (100.0, "Lost, retrying in 8 s (2/∞)"),
        (107.2, "Lost, retrying in 1 s (2/∞)"),
        (108.0, "Lost, retrying now"),
        (None, "Lost"),
    ],
)
def test_lost_server_counts_down_to_its_next_try(now_s, text):
    assert counts_down(LOST)
    assert state_text(LOST, now_s) == text


def test_server_that_is_there_counts_nothing_down():
    idle = ServerStatus("a", ServerState.IDLE, retry_at_s=108.0)

    assert not counts_down(idle)
    assert state_text(idle, 100.0) == "Idle"


@pytest.mark.parametrize(
    ("detail", "fraction", "text"),
    [
        (CHECKING, 0.0, "Checking files"),
        (CHECKING, 0.439, "Checking files 43 %"),
        ("", 0.439, "Sending scene 43 %"),
    ],
)
def test_server_that_checks_its_files_is_sent_nothing(detail, fraction, text):
    status = ServerStatus("a", ServerState.SYNCING, detail=detail, fraction=fraction)

    assert state_text(status) == text
    assert cell_tip(Row(ServerEntry("a", "studio-1"), status), STATE) == text


def test_views_know_the_word_of_a_server_that_checks():
    assert server_words.CHECKING == job_sync.CHECKING
    assert detail_text(ServerStatus("a", ServerState.FAILED, detail=CHECKING)) == CHECKING


@pytest.mark.parametrize(("share", "part"), [(1.0, 1.0), (0.5, 0.5), (2.0, 1.0), (1e-6, 0.0)])
def test_bar_is_as_long_as_the_servers_share_of_the_frame(share, part):
    cell = QRect(10, 20, 206, 24)
    track, filled = bar_rects(cell, share)

    assert cell.contains(track)
    assert filled.topLeft() == track.topLeft()
    assert abs(filled.width() - part * track.width()) <= 2
    assert filled.width() > 0
