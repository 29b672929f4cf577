"""What holds for every field of the render settings, whichever they are."""

import itertools

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QWidget,
)

from app.values.render_options import RenderOptions
from app.widgets.option_fields import OptionFields
from app.widgets.settings_panel import SettingsPanel
from renderer.buckets import BucketOrder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

#: Counts and ratios.
WITHOUT_UNIT = {
    *("samples", "seed", "min_samples", "noise_threshold", "clamp", "clamp_indirect"),
    *("max_depth", "diffuse_depth", "glossy_depth", "transmission_depth", "transparent_depth"),
    *("roulette_depth", "fstop", "turbidity"),
}
UNITS = {"px", "s", "m", "mm", "w", "h", "×", "°"}


@pytest.fixture
def panel(qtbot):
    panel = SettingsPanel([order.value for order in BucketOrder])
    qtbot.addWidget(panel)
    return panel


@pytest.fixture
def bound(panel):
    fields = panel.findChild(OptionFields)
    return {option: fields.field(option) for option in fields.values()}


@pytest.fixture
def open_panel(qtbot, panel):
    """All rollouts open, and all fields enabled: those that wait for others have a place too."""
    for rollout in panel.rollouts.values():
        rollout.set_open(True)
    panel.show()
    column = panel.widget()
    qtbot.waitUntil(lambda: column.height() >= column.sizeHint().height() > 1500)
    return panel


def controls(panel) -> list[QWidget]:
    return [
        widget
        for kind in (QAbstractSpinBox, QComboBox, QLineEdit, QAbstractButton)
        for widget in panel.findChildren(kind)
        if not widget.objectName().startswith("qt_")
    ]


def test_every_option_has_a_field(bound):
    assert bound.keys() == vars(RenderOptions()).keys()


def test_every_number_has_a_range_and_a_unit_or_says_that_it_has_none(bound):
    numbers = {o: f for o, f in bound.items() if isinstance(f, QAbstractSpinBox)}
    assert len(numbers) > 30
    for option, field in numbers.items():
        assert field.minimum() < field.maximum(), option
        if option in WITHOUT_UNIT:
            assert field.suffix() == "", option
            assert "a plain number" in field.toolTip(), option
        else:
            unit = field.suffix().strip()
            assert unit in UNITS, option
            assert field.toolTip().endswith(f" {unit}."), option
        assert " to " in field.toolTip(), option


def test_every_control_has_a_name_and_a_tooltip(panel):
    seen = [w for w in controls(panel) if w not in [r.header for r in panel.rollouts.values()]]

    assert len(seen) > 70
    for widget in seen:
        name = widget.accessibleName() or getattr(widget, "text", str)()
        assert name.strip(), widget
        assert widget.toolTip(), name


def test_tab_goes_through_all_controls_in_the_order_in_which_they_stand(open_panel):
    wanted = {w for w in controls(open_panel) if w.focusPolicy() & Qt.FocusPolicy.TabFocus}
    assert wanted == set(controls(open_panel))
    chain, widget = [], open_panel.nextInFocusChain()
    while widget is not open_panel:
        if widget in wanted:
            chain.append(widget)
        widget = widget.nextInFocusChain()
    assert set(chain) == wanted

    for one, after in itertools.pairwise(chain):
        here, there = place(open_panel, one), place(open_panel, after)
        below = there.top() >= here.center().y()
        beside = there.left() >= here.right() and there.bottom() > here.center().y()
        assert below or beside, (one.accessibleName(), after.accessibleName())


def place(panel, widget):
    rect = widget.rect()
    rect.moveTopLeft(widget.mapTo(panel.widget(), QPoint(0, 0)))
    return rect


CHANGED = RenderOptions(
    width=64, seed=3, max_depth=2, clamp=4.0, bucket_width=16, bucket_height=24, order="random"
)


def reset_action(panel, widget):
    menu = panel.resets.make_menu(widget)
    return menu, menu.actions()[0]


def test_field_goes_back_to_its_default_alone(qtbot, panel, bound):
    panel.set_options(CHANGED)
    menu, action = reset_action(panel, bound["max_depth"])
    assert (action.text(), action.isEnabled()) == ("Reset to default", True)
    assert len(menu.actions()) > 3, "copy and paste are still there"

    with qtbot.waitSignal(panel.options_changed) as told:
        action.trigger()

    assert told.args[0].max_depth == RenderOptions().max_depth
    assert (told.args[0].clamp, told.args[0].seed) == (4.0, 3)
    assert not reset_action(panel, bound["max_depth"])[1].isEnabled()


@pytest.mark.parametrize("key", ["output", "camera", "environment", "paths", "system"])
def test_rollout_goes_back_to_its_defaults_by_one_change(panel, key):
    changed = []
    panel.options_changed.connect(changed.append)
    fields = panel.findChild(OptionFields)
    inside = [o for o in fields.values() if panel.rollouts[key].isAncestorOf(fields.field(o))]
    other = RenderOptions(
        **{**vars(CHANGED), "shift_x": 0.5, "environment_rotation_deg": 5.0, "reverse": True}
    )
    panel.set_options(other)

    action = reset_action(panel, panel.rollouts[key].header)[1]
    assert panel.rollouts[key].header.text() in action.text()
    action.trigger()

    default = vars(RenderOptions())
    expected = {o: default[o] if o in inside else v for o, v in vars(other).items()}
    assert changed == [RenderOptions(**expected)]
    assert changed[0] != other


def test_every_field_opens_its_menu_by_the_menu_key(qtbot, open_panel, bound):
    for option, field in bound.items():
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(3, 3), QPoint(9, 9))
        QApplication.sendEvent(field, event)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu), option
        assert menu.actions()[0].text() == "Reset to default", option
        menu.close()
