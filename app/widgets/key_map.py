"""Which key does what: the table's keys, or those that the artist gave instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence

from app.system.translation import translate, word
from app.widgets.actions import ACTIONS, GESTURES, ActionSpec, native_format, set_keys

_SPECS = {spec.key: spec for spec in ACTIONS}
#: Keys of lists, fields and the picture itself: as a shortcut they would be taken from those.
_RESERVED = frozenset(
    (
        *("Space", "Del", "Backspace", "Tab", "Shift+Tab", "Return", "Enter", "Ins", "F2"),
        *("Left", "Right", "Up", "Down", "Alt+Up", "Alt+Down", "Ctrl+Z", "Ctrl+V"),
    )
)
#: Keys that no text field takes for itself, in Qt's portable words.
_NEVER_TYPED = re.compile(r"(Shift\+)?(.*(Ctrl|Alt|Meta)\+.+|F\d+|Esc)")


@dataclass(frozen=True)
class KeyRow:
    """A line of the list of keys.

    Attributes:
        action: key of the `ActionSpec`, "" for a gesture, whose keys stay as they are.
        own: the artist chose this key.
    """

    text: str
    keys: str
    mouse: str
    action: str = ""
    own: bool = False


class KeyMap:
    """The keys of all actions, of which the artist may change some.

    Args:
        actions: by the keys of their `ActionSpec`.
        own: portable texts of key sequences by action; what cannot be used is left out.
    """

    def __init__(self, actions: Mapping[str, QAction], own: Mapping[str, str]) -> None:
        self._actions = actions
        self.own: dict[str, str] = {}
        for action, key in own.items():
            if isinstance(key, str) and action in _SPECS and not self.find_fault(action, key):
                self._give(action, key)

    def assign(self, action: str, key: str) -> str:
        """Give an action one key instead of its own; returns why not, "" if it was done."""
        fault = self.find_fault(action, key)
        if not fault:
            self._give(action, key)
        return fault

    def reset(self, action: str) -> str:
        """Give an action the table's keys again; returns why not, "" if it was done."""
        for key in _SPECS[action].keys:
            fault = self._find_owner(action, key)
            if fault:
                return fault
        self.own.pop(action, None)
        set_keys(self._actions[action], _SPECS[action], _SPECS[action].keys)
        return ""

    def reset_all(self) -> None:
        """Give all actions the table's keys again."""
        self.own.clear()
        for spec in ACTIONS:
            set_keys(self._actions[spec.key], spec, spec.keys)

    def find_fault(self, action: str, key: str) -> str:
        """Return why this action cannot have that key, "" if it can."""
        sequence = QKeySequence(key, QKeySequence.SequenceFormat.PortableText)
        if sequence.count() != 1 or not sequence.toString():
            return translate("keys", "Press one key, with Ctrl, Alt or Shift or without.")
        shown = sequence.toString(native_format())
        if sequence.toString() in _RESERVED:
            return translate("keys", "{} is needed in lists and fields.").format(shown)
        if not _SPECS[action].on_view and not _NEVER_TYPED.fullmatch(sequence.toString()):
            text = translate("keys", "{} would be typed into fields: add Ctrl or Alt.")
            return text.format(shown)
        return self._find_owner(action, key)

    def rows(self) -> Iterable[KeyRow]:
        """Yield everything that a key or the mouse does."""
        for spec in ACTIONS:
            joined = translate("keys", " or ").join(
                QKeySequence(key).toString(native_format()) for key in self._keys(spec)
            )
            mouse = spec.mouse and word(spec.mouse)
            yield KeyRow(word(spec.text), joined, mouse, spec.key, spec.key in self.own)
        for text, keys, mouse in GESTURES:
            yield KeyRow(word(text), keys and word(keys), mouse and word(mouse))

    def _find_owner(self, action: str, key: str) -> str:
        wanted = QKeySequence(key)
        for spec in ACTIONS:
            if spec.key != action and wanted in map(QKeySequence, self._keys(spec)):
                text = translate("keys", "{0} is the key of “{1}”: give that another one first.")
                return text.format(wanted.toString(native_format()), word(spec.text))
        return ""

    def _keys(self, spec: ActionSpec) -> tuple[str, ...]:
        return (self.own[spec.key],) if spec.key in self.own else spec.keys

    def _give(self, action: str, key: str) -> None:
        self.own[action] = QKeySequence(key).toString()
        set_keys(self._actions[action], _SPECS[action], (key,))
