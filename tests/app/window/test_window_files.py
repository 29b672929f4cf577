"""Scenes and pictures that the window opens and saves."""

import pytest
from fake_session import FakeSummary
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from window_steps import click_render, render_all

from app.saving.image_kinds import find_kind
from app.servers.server_list import LOCAL_UID

# The offscreen platform warns that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_image_is_saved_with_how_it_was_made(qtbot, window, session, world, tmp_path):
    window.settings_panel.samples.setValue(16)
    click_render(qtbot, window)
    session.begin()
    for unit in range(len(session.job.regions)):
        session.deliver(unit, LOCAL_UID, 0.5)
    report = session.finish()
    window.controls.set_exposure(1.5)

    window.files.save_image(tmp_path / "still.exr")
    qtbot.waitUntil(lambda: bool(world.saved))

    path, pixels, look, _options, metadata = world.saved[0]
    assert path == tmp_path / "still.exr"
    assert pixels.shape == (540, 960, 4)
    assert (pixels == 0.5).all()
    assert (look.exposure_ev, look.view) == (1.5, "agx")
    assert metadata["samples"] == 16
    assert metadata["frame_sha256"] == report.frame_sha256
    qtbot.waitUntil(lambda: "Saved" in window.render_status.message.text())


def test_save_dialog_keeps_kind_and_options(qtbot, window, session, world, tmp_path):
    render_all(qtbot, window, session)
    options = window.files.ask_for_options()
    options.alpha.setChecked(True)
    options.compression.setCurrentIndex(options.compression.findData("piz"))
    options.quality.setValue(70)
    options.stamp_on.setChecked(True)
    options.stamp.setText("%scene by %host")
    options.accept()

    kind = find_kind("PNG, 16 bit (*.png)")
    window.files.save_image(tmp_path / "still.png", kind)
    qtbot.waitUntil(lambda: bool(world.saved))

    saved = world.saved[0][3]
    assert (saved.bits, saved.alpha, saved.compression, saved.jpeg_quality) == (16, True, "piz", 70)
    assert world.saved_stamps[0].startswith("demo.glb by ")
    dialog = window.files.ask_for_image()
    assert dialog.selectedNameFilter() == kind.name_filter
    dialog.reject()


def test_typed_extension_wins_over_the_dialogs_kind(qtbot, window, session, world, tmp_path):
    render_all(qtbot, window, session)

    window.files.save_image(tmp_path / "still.png", find_kind("TIFF, 32 bit linear float (*.tif)"))
    qtbot.waitUntil(lambda: bool(world.saved))

    assert world.saved[0][3].bits == 8


def test_strip_tells_why_when_the_image_cannot_be_saved(qtbot, window, session, world, tmp_path):
    world.save_error = "still.png: the disk is full; free some space or choose another folder"
    click_render(qtbot, window)
    session.begin()
    window.files.save_image(tmp_path / "still.png")

    qtbot.waitUntil(window.strips.messages.isVisible)
    assert "disk is full" in window.strips.messages.text.text()


def test_scene_before_stays_open_when_another_cannot_be_opened(qtbot, window, world, tmp_path):
    world.scene_error = "broken.glb: accessors[3].bufferView: 12 is out of range"
    window.opener.open(tmp_path / "broken.glb")

    qtbot.waitUntil(window.strips.messages.isVisible)
    assert "accessors[3]" in window.strips.messages.text.text()
    assert window.opener.scene == world.demo


def test_dropped_files_go_where_they_belong(qtbot, window, session, tmp_path):
    servers = tmp_path / "farm.txt"
    servers.write_text("attic\ncellar")
    names = ("room.glb", "sky.exr", "farm.txt", "notes.pdf")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: window.opener.scene == tmp_path / "room.glb")

    qtbot.waitUntil(lambda: [e.address for e in session.entries[1:]] == ["attic", "cellar"])
    use, compare = window.files.drop_menu.actions()
    assert window.settings_panel.options.environment == ""
    use.trigger()
    assert window.settings_panel.options.environment == str(tmp_path / "sky.exr")
    assert "Compare" in compare.text()


def test_what_a_scene_lacks_is_told_when_it_is_opened(qtbot, window, monkeypatch, tmp_path):
    monkeypatch.setattr(FakeSummary, "warnings", ("a.obj: its material file is missing",))

    window.opener.open(tmp_path / "a.obj")

    qtbot.waitUntil(lambda: window.opener.scene == tmp_path / "a.obj")
    assert "its material file is missing" in window.strips.messages.text.text()


def test_cameras_of_the_scene_are_offered(window):
    camera = window.settings_panel.camera
    assert [camera.itemText(i) for i in range(camera.count())] == ["First camera", "Front", "Top"]
