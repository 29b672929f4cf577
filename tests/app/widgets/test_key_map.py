"""Keys that the artist chooses."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from app.widgets.actions import make_actions
from app.widgets.key_map import KeyMap
from app.widgets.keys_dialog import KeysDialog


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def actions(window):
    return make_actions(window, QWidget(window))


def keys_of(action) -> list[str]:
    return [sequence.toString() for sequence in action.shortcuts()]


def test_action_has_the_key_that_was_chosen_and_says_so(actions):
    keys = KeyMap(actions, {})

    assert keys.assign("brighter", "Ctrl+Up") == ""
    assert keys_of(actions["brighter"]) == ["Ctrl+Up"]
    assert QKeySequence("Ctrl+Up").toString(QKeySequence.SequenceFormat.NativeText) in (
        actions["brighter"].toolTip()
    )
    assert keys.own == {"brighter": "Ctrl+Up"}


def test_stored_keys_are_there_at_the_next_start_and_nonsense_is_not(actions):
    stored = {"fit": "Ctrl+F", "stop": "F12", "gone": "F2", "render": "no key at all", "copy": 3}

    keys = KeyMap(actions, stored)

    assert keys.own == {"fit": "Ctrl+F"}
    assert keys_of(actions["render"]) == ["F12", "Ctrl+R"]


@pytest.mark.parametrize(
    ("action", "key", "said"),
    [
        ("fit", "E", "Exposure up"),
        ("fit", "Ctrl+K, Ctrl+F", "Press one key"),
        ("fit", "", "Press one key"),
        ("fit", "Space", "needed"),
        ("fit", "Del", "needed"),
        ("render", "G", "typed"),
        ("render", "Shift+G", "typed"),
    ],
)
def test_key_that_cannot_be_had_is_refused_with_the_reason(actions, action, key, said):
    keys = KeyMap(actions, {})
    before = keys_of(actions[action])

    assert said in keys.assign(action, key)
    assert keys_of(actions[action]) == before
    assert keys.own == {}


def test_function_keys_and_escape_work_in_the_whole_window(actions):
    keys = KeyMap(actions, {})

    assert keys.assign("servers", "F4") == ""
    assert keys.assign("stop", "Ctrl+.") == ""
    assert keys.assign("full_screen", "Esc") == ""


def test_key_that_was_given_away_must_be_freed_before_its_default_comes_back(actions):
    keys = KeyMap(actions, {})
    keys.assign("fit", "G")
    keys.assign("brighter", "F")

    assert "Exposure up" in keys.reset("fit")
    assert keys.reset("brighter") == ""
    assert keys.reset("fit") == ""
    assert keys_of(actions["fit"]) == ["F"]
    assert keys.own == {}


def test_all_defaults_come_back_at_once(actions):
    first = {key: keys_of(action) for key, action in actions.items()}
    keys = KeyMap(actions, {"fit": "G", "brighter": "Ctrl+Up", "render": "F5"})

    keys.reset_all()

    assert {key: keys_of(action) for key, action in actions.items()} == first


@pytest.fixture
def dialog(qtbot, actions):
    dialog = KeysDialog()
    qtbot.addWidget(dialog)
    dialog.set_rows(KeyMap(actions, {"fit": "G"}).rows())
    return dialog


def choose(dialog: KeysDialog, text: str) -> None:
    (item,) = dialog.table.findItems(text, Qt.MatchFlag.MatchExactly)
    dialog.table.setCurrentItem(item)


def test_dialog_asks_for_the_key_that_was_pressed(qtbot, dialog):
    choose(dialog, "Fit")
    qtbot.keyClick(dialog.editor, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)

    with qtbot.waitSignal(dialog.key_requested) as asked:
        dialog.set_button.click()

    assert asked.args == ["fit", "Ctrl+G"]
    assert dialog.reset_button.isEnabled()


def test_dialog_changes_no_gestures(dialog):
    choose(dialog, "Zoom at the pointer")

    assert not dialog.editor.isEnabled()
    assert not dialog.set_button.isEnabled()
    assert not dialog.reset_button.isEnabled()
