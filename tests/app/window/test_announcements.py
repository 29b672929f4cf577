"""What screen readers are told while a frame is rendered."""

import pytest

from app.widgets import notice_strip
from app.window import render_controller

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def told(monkeypatch) -> list[tuple[str, bool]]:
    heard: list[tuple[str, bool]] = []

    def announce(_widget, text: str, urgent: bool = False) -> None:
        heard.append((text, urgent))

    monkeypatch.setattr(render_controller, "announce", announce)
    monkeypatch.setattr(notice_strip, "announce", announce)
    return heard


def test_each_quarter_of_a_frame_is_told_once_and_its_end(window, session, told):
    window.start_render()
    job = session.begin()
    for done in range(len(job.regions)):
        session.progress(done, servers=3)
    session.finish()

    quarters = [text for text, _urgent in told[:-1]]
    assert [text.split()[0] for text in quarters] == ["25", "50", "75"]
    assert quarters[0].endswith("3 servers")
    assert told[-1][0].startswith("Finished in")
    assert not any(urgent for _text, urgent in told)
    assert window.frame_buffer.accessibleDescription() == told[-1][0]


def test_failure_interrupts_what_is_being_read(window, told):
    window.strips.tell_problem("the picture cannot be saved")

    assert told == [("the picture cannot be saved", True)]
