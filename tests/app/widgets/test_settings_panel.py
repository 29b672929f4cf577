import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit

from app.render_options import RenderOptions
from app.widgets.fields import CalmDoubleSpinBox, CalmSpinBox
from app.widgets.settings_panel import SettingsPanel

ORDERS = ("top-bottom", "spiral", "hilbert")


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
        bucket_size=128,
        order="hilbert",
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

    assert len(fields) == 15
    assert all(field.toolTip() and field.accessibleName() for field in fields)


def test_rollout_opens_and_closes(panel):
    rollout = panel.rollouts["paths"]
    assert not rollout.is_open()
    rollout.header.click()
    assert rollout.is_open()
    assert not rollout.body.isHidden()
    rollout.header.click()
    assert rollout.body.isHidden()
