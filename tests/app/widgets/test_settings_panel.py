from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QLineEdit

from app.values.render_options import RenderOptions
from app.widgets.color_button import ColorButton
from app.widgets.fields import CalmDoubleSpinBox, CalmSpinBox
from app.widgets.option_fields import OptionFields
from app.widgets.settings_panel import SettingsPanel
from renderer.bucket_size import BucketSize
from renderer.shot_settings import ShotSettings
from renderer.sky_settings import SkySettings

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

ORDERS = ("top-bottom", "spiral", "hilbert")


#: No field has its default.
SKY = {
    "sky": True,
    "sun_when_and_where": "2026-06-21T15:30+02:00@48.2,16.4",
    "sun_elevation_deg": 12.0,
    "sun_azimuth_deg": -90.0,
    "turbidity": 4.0,
    "sun_size_deg": 2.0,
}
SAMPLING = {
    "clamp_indirect": 2.5,
    "diffuse_depth": 4,
    "glossy_depth": 5,
    "transmission_depth": 6,
    "transparent_depth": 7,
    "noise_threshold": 0.0125,
    "min_samples": 48,
    "channels": ("normal", "object_id"),
}
SHOT = {
    "animated": True,
    "time_s": 1.25,
    "projection": "panorama",
    "shift_x": 0.25,
    "shift_y": -0.5,
    "camera_clip": "both",
    "clip_near_m": 0.125,
    "clip_far_m": 80.0,
    "fstop": 2.8,
    "focal_length_mm": 35.0,
    "sensor_height_mm": 18.0,
    "focus_distance_m": 2.5,
    "focus_x": 0.25,
    "focus_y": 0.75,
    "aperture_blades": 6,
    "aperture_rotation_deg": 15.0,
    "pixel_filter": "gaussian",
    "filter_width_px": 2.5,
    "background": "plate",
    "background_color": "#336699",
    "plate": "/wall.jpg",
    "plate_fit": "contain",
    "plate_strength": 0.5,
}


@pytest.fixture
def panel(qtbot):
    panel = SettingsPanel(ORDERS)
    qtbot.addWidget(panel)
    return panel


def test_panel_shows_what_it_is_given_and_asks_for_nothing(qtbot, panel):
    options = RenderOptions(
        width=1920,
        height=1080,
        percent=50,
        samples=256,
        seed=9,
        camera="Küche",
        environment="/sky.exr",
        environment_strength=2.5,
        environment_rotation_deg=-30.0,
        max_depth=3,
        roulette_depth=2,
        clamp=1.5,
        bucket_width=128,
        bucket_height=40,
        bucket_square=False,
        order="hilbert",
        reverse=True,
        **SAMPLING,
        **SHOT,
        **SKY,
    )
    with qtbot.assertNotEmitted(panel.options_changed):
        panel.set_options(options)

    assert panel.options == options
    panel.samples.setValue(257)
    assert panel.options == RenderOptions(**{**vars(options), "samples": 257})


def test_each_field_changes_its_option(qtbot, panel):
    changed = []
    panel.options_changed.connect(changed.append)

    panel.width_px.setValue(640)
    panel.order.setCurrentIndex(2)
    panel.percent.setCurrentIndex(2)
    panel.use_environment("/sky.hdr")

    assert [len(changed), changed[0].width, changed[1].order] == [4, 640, "hilbert"]
    assert changed[2].size_px == (160, 135)
    assert changed[3].environment == "/sky.hdr"


def test_bucket_sides_follow_each_other_while_the_box_is_ticked(panel):
    changed = []
    panel.options_changed.connect(changed.append)

    panel.bucket.width.setValue(128)
    panel.bucket.height.setValue(32)

    assert [(o.bucket_width, o.bucket_height) for o in changed] == [(128, 128), (32, 32)]
    assert panel.bucket.same.isChecked()


def test_bucket_sides_are_apart_when_the_box_is_cleared(panel):
    panel.bucket.same.click()
    panel.bucket.height.setValue(16)

    options = panel.options
    assert (options.bucket_width, options.bucket_height, options.bucket_square) == (64, 16, False)
    assert options.to_request(Path("a.glb")).bucket_size == BucketSize(64, 16)


def test_bucket_height_becomes_the_width_when_the_box_is_ticked(panel):
    panel.set_options(RenderOptions(bucket_width=96, bucket_height=16))
    assert not panel.bucket.same.isChecked()

    panel.bucket.same.click()

    assert panel.options == RenderOptions(bucket_width=96, bucket_height=96)


@pytest.mark.parametrize(("before", "after"), [((64, 16), (32, 32)), ((32, 32), (64, 16))])
def test_bucket_sides_are_shown_as_they_are_given(panel, before, after):
    for width, height in (before, after):
        options = RenderOptions(bucket_width=width, bucket_height=height)
        panel.set_options(options)

        assert panel.options == options
        assert (panel.bucket.width.value(), panel.bucket.height.value()) == (width, height)
        assert panel.bucket.same.isChecked() == (width == height)


def test_chosen_map_replaces_the_sky(panel):
    panel.set_options(RenderOptions(**SKY))

    panel.use_environment("/studio.hdr")

    assert not panel.options.sky
    assert panel.options.environment == "/studio.hdr"


def test_sky_of_the_options_reaches_the_request_and_replaces_the_map():
    options = RenderOptions(**{**SKY, "sun_when_and_where": ""}, environment="/studio.hdr")

    request = options.to_request(Path("a.glb"))

    assert request.environment is None
    assert request.settings.sky == SkySettings(12.0, -90.0, 4.0, sun_size_deg=2.0)


def test_time_and_place_move_the_sun_and_are_named_when_unreadable():
    placed = RenderOptions(**SKY).to_request(Path("a.glb")).settings.sky

    assert placed.sun_elevation_deg == pytest.approx(50.86, abs=0.01)
    assert placed.sun_azimuth_deg == pytest.approx(244.62, abs=0.01)
    with pytest.raises(ValueError, match="'noon' is not a time"):
        RenderOptions(sky=True, sun_when_and_where="noon@48,16").to_request(Path("a.glb"))


def test_preset_and_swap_set_both_sides_at_once(qtbot, panel):
    changed = []
    panel.options_changed.connect(changed.append)
    index = panel.preset.findText("Full HD 1920 × 1080")

    panel.preset.setCurrentIndex(index)
    panel.preset.activated.emit(index)
    panel.swap.click()

    assert [(o.width, o.height) for o in changed] == [(1920, 1080), (1080, 1920)]
    assert panel.preset.currentText() == "Custom"


def test_chosen_camera_stays_when_the_scene_has_it_and_falls_back_when_not(panel):
    panel.set_options(RenderOptions(camera="Top"))
    panel.set_cameras(["Front", "Top"])
    assert panel.options.camera == "Top"
    assert panel.camera.currentText() == "Top"

    panel.set_cameras(["Front"])
    assert panel.options.camera == ""
    panel.set_cameras([])
    assert panel.camera.currentText() == "Automatic"


def test_every_field_has_a_tooltip_and_a_name_for_screen_readers(panel):
    fields = [
        field
        for kind in (CalmSpinBox, CalmDoubleSpinBox, QComboBox, QLineEdit)
        for field in panel.findChildren(kind)
        if not field.objectName().startswith("qt_")
    ]

    assert len(fields) > 30
    assert all(field.toolTip() and field.accessibleName() for field in fields)


def test_rollout_opens_and_closes(panel):
    rollout = panel.rollouts["paths"]
    assert not rollout.is_open()
    rollout.header.click()
    assert rollout.is_open()
    assert not rollout.body.isHidden()
    rollout.header.click()
    assert rollout.body.isHidden()


def test_every_option_of_the_shot_has_a_field(panel):
    settings = {entry.name for entry in fields(ShotSettings)}
    shown = panel.findChild(OptionFields).values().keys()

    # The window has degrees where the renderer has radians.
    assert settings - shown == {"aperture_rotation"}
    assert "aperture_rotation_deg" in shown
    assert SHOT.keys() == shown & SHOT.keys()


def test_options_of_the_shot_become_settings():
    request = RenderOptions(**SHOT).to_request(Path("a.glb"))

    shot = request.settings.shot
    assert (request.settings.time_s, request.plate) == (1.25, Path("/wall.jpg"))
    assert shot.background_color == pytest.approx((0.0331, 0.1329, 0.3185), abs=1e-4)
    assert shot.aperture_rotation == pytest.approx(0.2618, abs=1e-4)
    for name in SHOT.keys() & {entry.name for entry in fields(ShotSettings)}:
        if name not in ("background_color", "plate"):
            assert getattr(shot, name) == SHOT[name]


def test_options_that_are_left_alone_ask_for_the_scene_as_it_is():
    request = RenderOptions().to_request(Path("a.glb"))

    assert request.settings.shot == ShotSettings()
    assert (request.settings.time_s, request.plate) == (None, None)


def test_field_of_the_shot_changes_its_option(qtbot, panel):
    changed = []
    panel.options_changed.connect(changed.append)

    panel.rollouts["camera"].shift_x.setValue(0.5)
    panel.rollouts["camera"].animated.setChecked(True)
    panel.rollouts["lens"].blades.setCurrentIndex(panel.rollouts["lens"].blades.findData(8))
    panel.rollouts["background"].color.use_color("#ff0000")

    assert [o.shift_x for o in changed] == [0.5] * 4
    assert changed[1].animated
    assert changed[2].aperture_blades == 8
    assert changed[3].background_color == "#ff0000"


def test_time_is_offered_only_when_the_scene_moves(panel):
    camera = panel.rollouts["camera"]

    panel.set_animation(False, 0.0)
    assert not camera.time.isEnabled()
    assert "no animation" in camera.time.toolTip()
    panel.set_animation(True, 4.5)
    assert camera.time.isEnabled()
    assert camera.time.text().endswith("of 4.50 s")


def test_chosen_plate_becomes_the_background(qtbot, panel):
    background = panel.rollouts["background"]
    assert not background.fit.isEnabled()

    dialog = background.plate.ask()
    with qtbot.waitSignal(panel.options_changed):
        dialog.fileSelected.emit("/wall.jpg")
    dialog.close()

    assert (panel.options.background, panel.options.plate) == ("plate", "/wall.jpg")
    assert background.fit.isEnabled()


def test_colour_button_shows_and_asks_for_its_colour(qtbot):
    button = ColorButton("Colour", "tip")
    qtbot.addWidget(button)
    button.set_color("#102030")

    dialog = button.ask()
    assert dialog.currentColor().name() == "#102030"
    with qtbot.waitSignal(button.color_changed) as told:
        dialog.colorSelected.emit(QColor("#405060"))
    dialog.close()

    assert told.args == ["#405060"]
    assert (button.text(), button.color) == ("#405060", "#405060")
    assert button.accessibleName() == "Colour: #405060"


def test_ticked_channels_reach_the_request(qtbot, panel):
    changed = []
    panel.options_changed.connect(changed.append)

    panel.rollouts["channels"].boxes.boxes["depth"].click()
    panel.rollouts["channels"].boxes.boxes["albedo"].click()

    assert [options.channels for options in changed] == [("depth",), ("albedo", "depth")]
    assert changed[-1].to_request(Path("a.glb")).settings.channels == ("albedo", "depth")


def test_least_samples_matter_only_with_a_threshold(panel):
    noise = panel.rollouts["noise"]
    assert not noise.min_samples.isEnabled()

    noise.threshold.setValue(0.02)

    assert noise.min_samples.isEnabled()
    assert panel.options.to_request(Path("a.glb")).settings.noise_threshold == 0.02
