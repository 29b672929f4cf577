"""The strip that tells that servers render less than the whole frame."""

from dataclasses import replace

import pytest
from window_steps import add_server

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def start(window, session, percent=50):
    panel = window.settings_panel
    panel.set_options(replace(panel.options, percent=percent))
    window.start_render()
    session.begin()


def buttons(window):
    return [button.text() for button in window.strips.messages._buttons]


def test_strip_tells_of_a_test_resolution_once_per_render_and_goes_with_it(window, session):
    add_server(window, "studio-1")
    start(window, session)

    strip = window.strips.messages
    assert strip.text.text() == "All servers render a test, at 50 % of the frame's size."
    assert buttons(window) == ["Render all", "Never say this"]
    session.finish(complete=False)

    assert strip.isHidden()


def test_strip_tells_of_a_region(window, session):
    add_server(window, "studio-1")
    window.regions._set(((0.0, 0.0, 0.5, 0.5),))
    start(window, session, 100)

    assert window.strips.messages.text.text() == "All servers render only the region that is drawn."


def test_nothing_is_told_of_a_whole_frame_or_without_other_servers(window, session):
    start(window, session)
    assert window.strips.messages.isHidden()
    session.finish(complete=False)

    add_server(window, "studio-1")
    start(window, session, 100)
    assert window.strips.messages.isHidden()


def test_render_all_begins_again_with_the_whole_frame(window, session):
    add_server(window, "studio-1")
    window.regions._set(((0.0, 0.0, 0.5, 0.5),))
    start(window, session)

    window.strips.messages.action_requested.emit("render_all")
    session.finish(complete=False)

    request = session.requests[-1]
    assert len(session.requests) == 2
    assert request.regions == ()
    assert request.settings.width == window.settings_panel.options.width


def test_warning_is_switched_off_for_good_and_on_again_in_the_dialog(window, session):
    add_server(window, "studio-1")
    start(window, session)
    window.strips.messages.action_requested.emit("warn_off")
    session.finish(complete=False)

    start(window, session)
    assert window.strips.messages.isHidden()
    dialog = window.servers.open_dialog(window)
    assert not dialog.warn_partial.isChecked()
    dialog.warn_partial.setChecked(True)
    assert session.settings.warn_partial
