from dataclasses import replace

import pytest

from app.servers.server_file import ServerFileError
from app.settings.presets import BUILT_IN, MAX_PRESETS, Presets, apply_preset, is_applied
from app.values.render_options import RenderOptions

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "presets.toml"


def test_preset_changes_quality_and_leaves_camera_and_light():
    mine = RenderOptions(camera="Top", environment="sky.exr", fstop=2.8, samples=3)
    applied = apply_preset(mine, BUILT_IN["Final"])

    assert (applied.samples, applied.width) == (1024, 1920)
    assert (applied.camera, applied.environment, applied.fstop) == ("Top", "sky.exr", 2.8)
    assert is_applied(applied, BUILT_IN["Final"])
    assert not is_applied(applied, BUILT_IN["Draft"])


@pytest.mark.parametrize("name", list(BUILT_IN))
def test_built_in_presets_can_be_rendered(name, tmp_path):
    request = BUILT_IN[name].to_request(tmp_path / "a.glb")
    assert request.settings.samples == BUILT_IN[name].samples


def test_preset_survives_the_program(path):
    options = RenderOptions(samples=7, channels=("albedo",), width=333)
    Presets(path).save(" Web ", options)
    again = Presets(path)

    assert again.own == ("Web",)
    assert is_applied(again.all["Web"], options)
    again.delete("Web")
    assert Presets(path).own == ()


def test_preset_of_square_buckets_is_read_from_an_older_file(path):
    path.write_text("[Web]\nbucket_size = 32\nsamples = 7\n")

    preset = Presets(path).all["Web"]

    assert (preset.bucket_width, preset.bucket_height, preset.samples) == (32, 32, 7)


def test_preset_of_flat_buckets_survives_the_program(path):
    Presets(path).save("Flat", RenderOptions(bucket_width=256, bucket_height=16))

    applied = apply_preset(RenderOptions(), Presets(path).all["Flat"])

    assert (applied.bucket_width, applied.bucket_height) == (256, 16)
    assert not applied.bucket_square


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb", "Draft"])
def test_name_that_cannot_be_used_is_refused(path, name):
    with pytest.raises(ValueError, match=r"name|built in"):
        Presets(path).save(name, RenderOptions())
    assert not path.exists()


def test_presets_have_a_limit(path):
    presets = Presets(path)
    for number in range(MAX_PRESETS):
        presets._own[f"p{number}"] = RenderOptions()
    with pytest.raises(ValueError, match="delete one"):
        presets.save("one more", RenderOptions())
    presets.save("p3", RenderOptions(samples=9))
    assert presets.all["p3"].samples == 9


@pytest.mark.parametrize("text", ["[", "a = 3", "[Draft]\nsamples = 1"])
def test_damaged_file_costs_nothing_but_its_presets(path, text):
    path.write_text(text)
    assert Presets(path).all == dict(BUILT_IN)


def test_damaged_value_is_left_out(path, caplog):
    path.write_text('[Web]\nsamples = "many"\nwidth = 400\ncamera = "Top"\n')
    preset = Presets(path).all["Web"]

    assert (preset.width, preset.samples, preset.camera) == (400, 64, "")
    assert "samples" in caplog.text


def test_window_applies_saves_and_deletes_presets(qtbot, window, monkeypatch):
    panel, bar = window.settings_panel, window.settings_panel.presets
    assert bar.list.currentText() == "Standard"
    bar.list.setCurrentIndex(bar.list.findText("Draft"))
    bar.list.activated.emit(bar.list.currentIndex())
    assert panel.options.samples == 16
    assert not bar.delete.isEnabled()

    panel.samples.setValue(20)
    assert bar.list.currentIndex() == 0
    dialog = bar.ask_for_name()
    dialog.setTextValue("Mine")
    dialog.accept()
    assert bar.list.currentText() == "Mine"
    assert bar.delete.isEnabled()

    def refuse(*_args):
        raise ServerFileError("the disk is full")

    monkeypatch.setattr("app.settings.presets.write_atomically", refuse)
    bar.save_requested.emit("Other")
    assert "disk is full" in window.strips.messages.text.text()
    monkeypatch.undo()
    bar.delete.click()
    assert bar.list.findText("Mine") < 0


def test_preset_is_recognised_when_the_window_starts(open_window, world):
    first = open_window()
    first.settings_panel.change_options(replace(BUILT_IN["Draft"], camera="Top"))
    first.close_now()

    assert open_window().settings_panel.presets.list.currentText() == "Draft"
