"""All actions of the window in one table: text, key, icon, tooltip. `?` lists it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QWidget

from app.system.translation import word
from app.widgets.theme import make_icon


@dataclass(frozen=True)
class ActionSpec:
    """One action.

    Attributes:
        keys: shortcuts, the shown one first.
        on_view: True for single keys, which work only while the picture has the focus, so that
            they can be typed into fields.
        mouse: the gesture that does the same, for the list of keys.
    """

    key: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    on_view: bool = False
    checkable: bool = False
    mouse: str = ""


#: Pictures of the history that a digit shows, the newest is 1.
SLOTS = 8

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "Open…", ("Ctrl+O",), "open", "Open a glTF scene", mouse="drop a file"),
    ActionSpec("demo", "Open demo scene", (), "", "Open the scene that comes with the program"),
    ActionSpec("save", "Save image…", ("Ctrl+S",), "save", "Save the picture as it is"),
    ActionSpec(
        "save_channels",
        "Save all channels…",
        ("Ctrl+Shift+S",),
        "",
        "A file for each channel",
    ),
    ActionSpec("save_view", "Save view…", ("Ctrl+Alt+S",), "", "Just what the screen shows"),
    ActionSpec("image_options", "Image options…", (), "", "Transparency, compression, quality"),
    ActionSpec("copy", "Copy image", ("Ctrl+C", "Ctrl+Shift+C"), "copy", "As it is shown", True),
    ActionSpec("quit", "Quit", ("Ctrl+Q",), "", "Close the window"),
    ActionSpec("render", "Render", ("F12", "Ctrl+R"), "render", "Render the frame"),
    ActionSpec("stop", "Stop", ("Esc",), "stop", "Stop; the pixels stay"),
    ActionSpec(
        "pause",
        "Pause",
        ("P",),
        "pause",
        "Hand out no more buckets for now; servers finish what they have",
        True,
        True,
    ),
    ActionSpec(
        "resume", "Resume", ("Shift+F12", "Ctrl+Shift+R"), "resume", "Render what Stop left out"
    ),
    ActionSpec(
        "fit",
        "Fit",
        ("F",),
        "fit",
        "The whole picture, as large as there is room",
        True,
        mouse="double middle",
    ),
    ActionSpec(
        "actual", "100 %", ("Ctrl+0", "Home"), "actual", "One image pixel is one screen pixel", True
    ),
    ActionSpec(
        "zoom_in", "Zoom in", ("+", "="), "zoom-in", "Larger, at the middle", True, mouse="wheel"
    ),
    ActionSpec(
        "zoom_out", "Zoom out", ("-",), "zoom-out", "Smaller, at the middle", True, mouse="wheel"
    ),
    ActionSpec("brighter", "Exposure up", ("E",), "", "Half a stop brighter", True),
    ActionSpec("darker", "Exposure down", ("Shift+E",), "", "Half a stop darker", True),
    ActionSpec("offset_up", "Offset up", ("O",), "", "Add a tenth of white to the light", True),
    ActionSpec(
        "offset_down", "Offset down", ("Shift+O",), "", "Take a tenth of white from the light", True
    ),
    ActionSpec(
        "normalize",
        "Normalize",
        ("N",),
        "",
        "Show the smallest value black, the largest white",
        True,
    ),
    ActionSpec("reset", "Reset display", ("R",), "", "Exposure 0, standard view", True),
    ActionSpec(
        "burnt",
        "Mark burnt pixels",
        ("U",),
        "",
        "Brighter than white; hold the key to peek",
        True,
        True,
    ),
    ActionSpec("red", "Red alone", ("Shift+1",), "", "See one component", True, True),
    ActionSpec("green", "Green alone", ("Shift+2",), "", "See one component", True, True),
    ActionSpec("blue", "Blue alone", ("Shift+3",), "", "See one component", True, True),
    ActionSpec("alpha", "Alpha alone", ("Shift+4",), "", "See the coverage", True, True),
    ActionSpec("next_channel", "Next channel", ("]",), "", "Of those that the frame has", True),
    ActionSpec(
        "previous_channel", "Previous channel", ("[",), "", "Of those that the frame has", True
    ),
    ActionSpec("next_view", "Next view transform", ("Shift+Right",), "", "Tone mapping", True),
    ActionSpec("previous_view", "Previous view transform", ("Shift+Left",), "", "", True),
    ActionSpec(
        "lut", "LUT", ("Ctrl+L",), "", "See the picture through the last LUT", checkable=True
    ),
    ActionSpec(
        "load_lut", "Load LUT…", (), "", "A .cube file upon the picture", mouse="drop a file"
    ),
    ActionSpec("ocio", "OpenColorIO…", (), "", "A display and a view of a configuration"),
    ActionSpec(
        "denoise", "Denoise", ("D",), "", "Take the noise out of a complete picture", True, True
    ),
    ActionSpec(
        "outlines", "Bucket outlines", ("B",), "outlines", "By server, white, black, none", True
    ),
    ActionSpec(
        "follow",
        "Follow mouse",
        ("T",),
        "follow",
        "The bucket nearest to the pointer comes first",
        True,
        True,
        mouse="Ctrl+Alt and click pins a point",
    ),
    ActionSpec(
        "region",
        "Draw region",
        ("Ctrl+B",),
        "region",
        "Render only a part of the frame",
        checkable=True,
        mouse="drag; Shift adds",
    ),
    ActionSpec(
        "clear_region", "Clear regions", ("Ctrl+Alt+B",), "", "Render the whole frame again"
    ),
    ActionSpec(
        "regions",
        "Regions by numbers…",
        ("Ctrl+Shift+B",),
        "",
        "Type place and size of the regions, in pixels of the full frame",
    ),
    ActionSpec("tint", "Tint by server", ("Shift+B",), "", "Who rendered what", True, True),
    ActionSpec(
        "card", "Pixel card", ("I",), "", "All about a pixel", True, True, mouse="hold right button"
    ),
    ActionSpec(
        "pixel_cursor",
        "Pixel cursor",
        ("X",),
        "",
        "Go from pixel to pixel by the arrows, with Shift by ten",
        True,
        True,
    ),
    ActionSpec("older", "Older picture", ("J",), "", "Of the history", True),
    ActionSpec("newer", "Newer picture", ("Alt+J",), "", "Of the history", True),
    *(
        ActionSpec(f"slot_{n}", f"Picture {n} of the history", (str(n),), "", "", True)
        for n in range(1, SLOTS + 1)
    ),
    ActionSpec(
        "split",
        "Compare A | B",
        ("Ctrl+D",),
        "split",
        "Two pictures beside a line",
        checkable=True,
        mouse="drag the line; hold Shift for B",
    ),
    ActionSpec("history", "History", ("F6",), "", "Earlier pictures", checkable=True),
    ActionSpec("statistics", "Statistics", ("F7",), "", "Histogram", checkable=True),
    ActionSpec("timeline", "Timeline", ("F8",), "", "Who rendered when", checkable=True),
    ActionSpec("servers", "Servers…", ("F10",), "servers", "Distributed rendering settings"),
    ActionSpec("log", "Log", ("F9",), "log", "Show or hide the log", checkable=True),
    ActionSpec(
        "collect_logs", "Collect logs…", (), "", "Pack everybody's logs into a file, without keys"
    ),
    ActionSpec(
        "toasts",
        "Notify when not in front",
        (),
        "",
        "The desktop tells when a frame ends or servers fail",
        checkable=True,
    ),
    ActionSpec("panels", "Hide panels", ("Ctrl+\\",), "", "Only the picture", checkable=True),
    ActionSpec("full_screen", "Full screen", ("F11",), "", "", checkable=True),
    ActionSpec("keys", "Keys and mouse", ("?", "F1"), "help", "List of keys"),
)

#: Keys and gestures that are not actions, for the list.
GESTURES: tuple[tuple[str, str, str], ...] = (
    ("Pan", "arrows, H, L, K; with Shift ten times as far", "drag; middle button; Space and drag"),
    ("Pan ten times as far", "Ctrl and arrows", ""),
    ("Move the pixel cursor", "arrows; with Shift by ten", ""),
    ("Peek at burnt pixels", "hold U", ""),
    ("Change a region", "", "drag its edges, corners or middle"),
    ("Remove the chosen region", "Del", ""),
    ("See picture B", "hold Shift", ""),
    ("Zoom at the pointer", "", "wheel"),
    ("Focus on this point", "", "Ctrl and click"),
    ("Take the picture to another program", "", "Ctrl and drag"),
    ("Pixel value", "", "move over the picture (status bar)"),
    ("Add server", "Ins", "in the list"),
    ("Edit server", "F2", "double click in the list"),
    ("Remove servers", "Del", "in the list"),
    ("Enable or disable servers", "Space", "box in the list"),
    ("Move servers up or down", "Alt+Up, Alt+Down", "drag rows of the list"),
    ("Undo a change of the list", "Ctrl+Z", ""),
    ("Paste a list of servers", "Ctrl+V", "drop a text or a list file on the list"),
)


def make_actions(window: QWidget, view: QWidget) -> dict[str, QAction]:
    """Return all actions by key; those `on_view` work while `view` has the focus."""
    actions = {}
    for spec in ACTIONS:
        action = QAction(word(spec.text), window)
        action.setObjectName(spec.key)
        action.setCheckable(spec.checkable)
        action.setStatusTip("")
        set_keys(action, spec, spec.keys)
        if spec.on_view:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            view.addAction(action)
        else:
            window.addAction(action)
        actions[spec.key] = action
    return actions


def set_keys(action: QAction, spec: ActionSpec, keys: Sequence[str]) -> None:
    """Give an action its keys; its tip names the first of them."""
    action.setShortcuts([QKeySequence(key) for key in keys])
    shown = QKeySequence(keys[0]).toString(native_format()) if keys else ""
    tip = word(spec.tip or spec.text)
    action.setToolTip(f"{tip} ({shown})" if shown else tip)


def set_icons(actions: dict[str, QAction], palette: QPalette) -> None:
    """Draw the actions' icons for this palette."""
    for spec in ACTIONS:
        if spec.icon:
            actions[spec.key].setIcon(make_icon(spec.icon, palette))


def native_format() -> QKeySequence.SequenceFormat:
    """Return the format that shows Cmd on macOS."""
    return QKeySequence.SequenceFormat.NativeText


def connect_actions(actions: dict[str, QAction], calls: dict[str, object]) -> None:
    """Connect each action to its call; a missing or unknown key is a mistake of ours.

    Raises:
        KeyError: `calls` and the table differ.
    """
    unknown = set(calls) ^ set(actions)
    if unknown:
        raise KeyError(f"actions without a call or calls without an action: {sorted(unknown)}")
    for key, call in calls.items():
        actions[key].triggered.connect(call)
