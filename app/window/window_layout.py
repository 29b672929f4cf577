"""Menus, toolbar and docks of the window: where things are, not what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDockWidget,
    QLabel,
    QMainWindow,
    QMenu,
    QToolBar,
    QWidget,
)

from app.system.translation import LANGUAGES, translate, word
from app.widgets.exposure_slider import ExposureSlider
from app.widgets.frame_buffer import Outlines
from app.widgets.look_button import LookButton
from app.widgets.theme import make_icon
from renderer.display import MAX_GAMMA, MIN_GAMMA
from renderer.grading import FILE_INPUTS
from renderer.white_balance import MAX_TEMPERATURE_K, MAX_TINT, MIN_TEMPERATURE_K, NEUTRAL_K

COLOR_SCHEMES = (("auto", "Like the system"), ("light", "Light"), ("dark", "Dark"))
OUTLINE_TITLES = {
    Outlines.SERVER: "By server",
    Outlines.WHITE: "White",
    Outlines.BLACK: "Black",
    Outlines.NONE: "None",
}
VIEW_TITLES = {
    "agx": "AgX",
    "aces": "ACES",
    "reinhard": "Reinhard",
    "srgb": "sRGB",
    "linear": "Linear",
    "false-colour": "False colour",
}


def make_dock(window: QMainWindow, name: str, title: str, body: QWidget) -> QDockWidget:
    """Return a dock that can be moved and closed; its name is what a layout is restored by."""
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    dock.setWidget(body)
    dock.toggleViewAction().setText(title)
    # Qt draws its own icons again when a dock is taken out of the window or put back.
    dock.topLevelChanged.connect(
        lambda _on: QTimer.singleShot(0, dock, lambda: dress_docks([dock], window.palette()))
    )
    return dock


def dress_docks(docks: Sequence[QDockWidget], palette: QPalette) -> None:
    """Draw the docks' buttons in the palette's colours: the style's own are dark on dark."""
    for dock in docks:
        for part, icon in (("float", "float"), ("close", "close")):
            button = dock.findChild(QAbstractButton, f"qt_dockwidget_{part}button")
            if button is not None:
                button.setIcon(make_icon(icon, palette))


class DisplayBar(QWidget):
    """The parts of the toolbar that say how the picture is seen.

    Attributes:
        channel, exposure, view, look, outlines: the controls.
    """

    def __init__(self, views: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channel = QComboBox()
        self.channel.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.channel.setToolTip(
            translate("window", "Channel that is shown; choose more in the render settings")
        )
        self.channel.setAccessibleName(translate("window", "Channel"))
        self.exposure = ExposureSlider()
        self.view = QComboBox()
        for name in views:
            self.view.addItem(word(VIEW_TITLES.get(name, name)), name)
        self.view.setToolTip(
            translate("window", "View transform: how light becomes colours of the screen")
        )
        self.view.setAccessibleName(translate("window", "View transform"))
        self.look = LookButton(
            (round(MIN_TEMPERATURE_K), round(NEUTRAL_K), round(MAX_TEMPERATURE_K)),
            (-MAX_TINT, MAX_TINT),
            (MIN_GAMMA, MAX_GAMMA),
            FILE_INPUTS,
        )
        self.outlines = QComboBox()
        for outlines, title in OUTLINE_TITLES.items():
            self.outlines.addItem(word(title), outlines.value)
        self.outlines.setToolTip(translate("window", "Outlines of buckets in flight (B)"))
        self.outlines.setAccessibleName(translate("window", "Bucket outlines"))


def make_tool_bar(
    window: QMainWindow, actions: Mapping[str, QAction], display: DisplayBar
) -> QToolBar:
    """Add and return the toolbar."""
    bar = QToolBar(translate("window", "Toolbar"), window)
    bar.setObjectName("toolbar")
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    for group in (("open", "save"), ("render", "stop", "pause", "resume")):
        for key in group:
            bar.addAction(actions[key])
        bar.addSeparator()
    for key in ("region", "follow"):
        bar.insertAction(bar.actions()[-1], actions[key])
    for key in ("render", "stop", "resume"):
        button = bar.widgetForAction(actions[key])
        button.setProperty("toolButtonStyle", Qt.ToolButtonStyle.ToolButtonTextBesideIcon.value)
        button.setAccessibleName(actions[key].text())
    for key in ("fit", "actual", "zoom_out", "zoom_in"):
        bar.addAction(actions[key])
    bar.addSeparator()
    bar.addWidget(display.channel)
    bar.addWidget(display.exposure)
    bar.addWidget(display.view)
    bar.addWidget(display.look)
    bar.addAction(actions["denoise"])
    bar.addAction(actions["split"])
    bar.addSeparator()
    label = QLabel(translate("window", "Outlines"))
    label.setMargin(4)
    bar.addWidget(label)
    bar.addWidget(display.outlines)
    bar.addSeparator()
    bar.addAction(actions["servers"])
    bar.addAction(actions["log"])
    window.addToolBar(bar)
    return bar


class WindowMenus:
    """The menu bar.

    Attributes:
        recent: filled by the window.
        schemes, languages: action per colour scheme, per language.
    """

    def __init__(
        self, window: QMainWindow, actions: Mapping[str, QAction], docks: Sequence[QDockWidget]
    ) -> None:
        bar = window.menuBar()
        file = bar.addMenu(translate("window", "&File"))
        file.addAction(actions["open"])
        self.recent = file.addMenu(translate("window", "Open &recent"))
        _add(
            file,
            actions,
            "demo",
            "",
            "save",
            "save_channels",
            "save_view",
            "image_options",
            "copy",
            "",
            "quit",
        )
        render = bar.addMenu(translate("window", "&Render"))
        _add(
            render,
            actions,
            "render",
            "stop",
            "pause",
            "resume",
            "",
            "region",
            "clear_region",
            "regions",
            "follow",
            "",
        )
        _add(render, actions, "servers", "toasts")
        view = bar.addMenu(translate("window", "&View"))
        _add(view, actions, "fit", "actual", "zoom_in", "zoom_out", "")
        _add(view, actions, "brighter", "darker", "offset_up", "offset_down", "normalize", "")
        _add(view, actions, "reset", "next_view", "previous_view", "")
        _add(view, actions, "lut", "load_lut", "ocio", "")
        _add(view, actions, "next_channel", "previous_channel", "")
        components = view.addMenu(translate("window", "&Components"))
        _add(components, actions, "red", "green", "blue", "alpha")
        _add(view, actions, "burnt", "denoise", "outlines", "tint", "card", "pixel_cursor", "")
        _add(view, actions, "split", "older", "newer", "")
        for dock in docks:
            # Those with a key have an action of their own.
            view.addAction(actions.get(dock.objectName(), dock.toggleViewAction()))
        _add(view, actions, "panels", "full_screen", "")
        self.schemes = _add_choices(
            view.addMenu(translate("window", "&Appearance")),
            [(key, word(title)) for key, title in COLOR_SCHEMES],
        )
        self.languages = _add_choices(
            view.addMenu(translate("window", "&Language")),
            [("", translate("window", "Like the system")), *LANGUAGES],
        )
        _add(bar.addMenu(translate("window", "&Help")), actions, "keys", "collect_logs")


def _add_choices(menu: QMenu, choices: Sequence[tuple[str, str]]) -> dict[str, QAction]:
    """Add (key, title) of which one is chosen; return the actions by key."""
    group = QActionGroup(menu)
    actions = {}
    for key, title in choices:
        actions[key] = menu.addAction(title)
        actions[key].setCheckable(True)
        group.addAction(actions[key])
    return actions


def _add(menu: QMenu, actions: Mapping[str, QAction], *keys: str) -> None:
    for key in keys:
        if key:
            menu.addAction(actions[key])
        else:
            menu.addSeparator()
