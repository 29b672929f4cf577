"""The window from its first start to its end."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from window_steps import add_server, click_render, render_all

from app.servers.server_list import LOCAL_UID
from app.widgets.frame_buffer import Outlines
from app.widgets.server_pane import SERVER_COMMAND
from app.widgets.theme import is_dark
from app.window.render_controller import RenderState

# The offscreen platform warns that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


# -- first run --------------------------------------------------------------------------------


def test_window_is_ready_to_render_the_demo_on_this_computer_when_it_runs_first(
    qtbot, window, session, world
):
    assert [(e.uid, e.enabled) for e in session.entries] == [(LOCAL_UID, True)]
    assert window.empty_view.isVisible()
    assert window.empty_view.title.text() == "Demo scene"
    assert "120,000" in window.empty_view.detail.text()

    click_render(qtbot, window)

    assert session.requests[0].scene == world.demo
    assert session.requests[0].settings.width == 960
    assert window.render_control.state is RenderState.PREPARING


def test_window_tells_how_to_add_servers_while_there_is_none(qtbot, window):
    help_box = window.server_pane.help
    assert help_box.isVisible()

    qtbot.mouseClick(help_box.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == SERVER_COMMAND

    add_server(window, "studio-1")
    assert not help_box.isVisible()


# -- denoising --------------------------------------------------------------------------------


def test_complete_picture_is_denoised_and_noisy_again_by_one_key(qtbot, window, session):
    render_all(qtbot, window, session)
    noisy = window.frame_buffer.picture().pixelColor(5, 5).red()
    window.frame_buffer.setFocus()

    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: window.denoiser.shown is not None and not window.display.busy)
    assert window.frame_buffer.picture().pixelColor(5, 5).red() < noisy
    assert window.display.value(5, 5) == (0.25, 0.25, 0.25, 0.25)

    qtbot.keyClick(window.frame_buffer, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: not window.display.busy)
    assert window.frame_buffer.picture().pixelColor(5, 5).red() == noisy
    assert (session.film.pixels == 0.5).all()


def test_frame_is_rendered_with_guides_when_denoise_is_on(qtbot, window, session):
    window.actions_by_key["denoise"].trigger()

    click_render(qtbot, window)

    assert session.requests[0].settings.channels == ("albedo", "normal")


def test_strip_tells_how_to_install_the_denoiser_when_it_is_missing(qtbot, window, session, world):
    world.denoise_error = "Open Image Denoise is not installed; pip install it"
    render_all(qtbot, window, session)

    window.actions_by_key["denoise"].trigger()
    qtbot.waitUntil(window.strips.messages.isVisible)

    assert "pip install it" in window.strips.messages.text.text()
    assert not window.actions_by_key["denoise"].isChecked()


def test_ctrl_click_sets_the_focus_point_and_says_what_it_takes(window):
    window.frame_buffer.gestures.focus_requested.emit(0.25, 0.75)

    options = window.settings_panel.options
    assert (options.focus_x, options.focus_y) == (0.25, 0.75)
    assert "f-stop" in window.render_status.message.text()
    window.settings_panel.rollouts["lens"].fstop.setValue(2.8)
    window.frame_buffer.gestures.focus_requested.emit(0.5, 0.5)
    assert "sharp" in window.render_status.message.text()


# -- life -------------------------------------------------------------------------------------


def test_everything_is_as_it_was_when_the_window_opens_again(
    qtbot, open_window, session, world, tmp_path
):
    scene = tmp_path / "room.glb"
    scene.write_bytes(b"")
    first = open_window()
    add_server(first, "studio-1")
    first.settings_panel.samples.setValue(7)
    first.settings_panel.camera.setCurrentIndex(2)
    first.controls.set_exposure(-2.0)
    first.controls.set_view("aces")
    first.controls.set_outlines(Outlines.NONE)
    first.controls.set_balance(4200, -10.0, 1.5)
    first.set_denoise(True)
    first.opener.open(scene)
    qtbot.waitUntil(lambda: first.opener.scene == scene)
    first.log_dock.show()
    first.close()
    assert session.is_shut_down

    again = open_window()

    assert [e.address for e in session.entries[1:]] == ["studio-1"]
    assert again.settings_panel.options.samples == 7
    assert again.settings_panel.options.camera == "Top"
    assert (again.display.look.exposure_ev, again.display.look.view) == (-2.0, "aces")
    assert again.frame_buffer.outlines is Outlines.NONE
    assert again.display_bar.look.values == (4200, -10.0, 1.5)
    assert again.denoiser.wanted
    assert again.actions_by_key["denoise"].isChecked()
    assert again.opener.scene == scene
    assert not again.log_dock.isHidden()


def test_closing_asks_once_while_a_frame_is_rendered(qtbot, window, session):
    click_render(qtbot, window)
    session.begin()

    assert not window.close()
    assert window.isVisible()
    assert not session.is_shut_down
    question = window.close_question
    stop = next(b for b in question.buttons() if "Stop" in b.text())
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)

    assert session.is_shut_down
    assert not window.isVisible()


def test_unreadable_list_is_kept_and_told_when_the_window_starts(open_window, world):
    world.paths.servers.write_text("[[server")

    window = open_window()

    assert "is kept as servers.toml.unreadable" in window.strips.messages.text.text()
    add_server(window, "new")
    assert (world.paths.servers.parent / "servers.toml.unreadable").read_text() == "[[server"


def test_log_panel_shows_what_the_session_says(window, session):
    session.logged.emit("warning", "studio-1", "no heartbeat for 5 s")

    line = window.log_panel.shown_lines()[-1]
    assert str(line) == "12:00:00  warning  studio-1: no heartbeat for 5 s"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_window_is_light_or_dark_when_asked(qtbot, window, scheme):
    window.set_color_scheme(scheme)

    qtbot.waitUntil(lambda: is_dark(window.palette()) == (scheme == "dark"))
    assert is_dark(window.settings_panel.palette()) == (scheme == "dark")
    assert window.store.preferences.color_scheme == scheme
    window.set_color_scheme("light")


def test_every_icon_button_has_a_name_for_screen_readers(window):
    from PySide6.QtWidgets import QAbstractButton

    unnamed = [
        button
        for button in window.findChildren(QAbstractButton)
        if button.isVisible()
        and not (button.text() or button.accessibleName() or button.toolTip())
        and not button.objectName().startswith("qt_")
    ]

    assert unnamed == []


@pytest.mark.slow
def test_window_starts_without_loading_what_is_heavy():
    heavy = "numba", "llvmlite", "embreex", "OpenEXR", "zeroconf", "cryptography"
    program = (
        f"import sys, app.window.window_program; print([m for m in {heavy} if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.strip() == "[]"
