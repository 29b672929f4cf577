import pytest
from PySide6.QtGui import QGuiApplication

from app.widgets import log_panel
from app.widgets.log_panel import LogLine, LogPanel


@pytest.fixture
def panel(qtbot):
    panel = LogPanel()
    qtbot.addWidget(panel)
    return panel


def line(text: str, level: str = "info", server: str = "") -> LogLine:
    return LogLine("12:00:00", level, server, text)


def test_lines_are_filtered_by_level_and_by_server(panel):
    panel.add(line("a detail", "debug", "one"))
    panel.add(line("news", "info", "one"))
    panel.add(line("trouble", "error", "two"))
    panel.append_pending()
    assert panel.view.toPlainText().count("\n") == 1

    panel.level.setCurrentIndex(0)
    assert len(panel.shown_lines()) == 3
    panel.server.setCurrentIndex(panel.server.findData("two"))
    assert panel.view.toPlainText() == "12:00:00  error    two: trouble"
    panel.add(line("not shown", "error", "one"))
    assert "not shown" not in panel.view.toPlainText()


def test_oldest_lines_go_when_there_are_too_many(qtbot, monkeypatch):
    monkeypatch.setattr(log_panel, "MAX_LINES", 10)
    panel = LogPanel()
    qtbot.addWidget(panel)
    for i in range(25):
        panel.add(line(f"line {i}"))
    panel.append_pending()

    assert len(panel.shown_lines()) == 10
    assert panel.view.blockCount() == 10
    assert panel.view.toPlainText().endswith("line 24")


def test_what_is_shown_can_be_copied_and_cleared(panel):
    panel.add(line("news", server="studio-1"))
    panel.copy_button.click()
    assert QGuiApplication.clipboard().text() == "12:00:00  info     studio-1: news"

    panel.clear_button.click()
    assert panel.shown_lines() == []
    assert panel.view.toPlainText() == ""


def test_unknown_level_counts_as_information(panel):
    panel.add(line("odd", level="notice"))
    assert len(panel.shown_lines()) == 1


def test_first_line_shows_at_once_and_those_right_behind_it_together(qtbot, panel):
    for number in range(3):
        panel.add(line(f"line {number}"))
    assert panel.view.blockCount() == 1

    qtbot.waitUntil(lambda: panel.view.blockCount() == 3)

    assert panel.view.toPlainText().endswith("line 2")


def test_thousands_of_lines_are_shown_some_at_a_time_and_in_order(panel, qtbot):
    count = 3 * log_panel.LINES_AT_ONCE
    for number in range(count):
        panel.add(line(f"line {number}"))

    panel.append_pending()
    assert panel.view.blockCount() == log_panel.LINES_AT_ONCE + 1  # the first came at once
    qtbot.waitUntil(lambda: panel.view.blockCount() == count)
    words = panel.view.toPlainText().splitlines()
    assert [int(text.split()[-1]) for text in words] == list(range(count))
