"""Colours and icons that all views share: light and dark come from the palette, never by hand."""

from __future__ import annotations

from importlib import resources
from typing import Any

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyleFactory

#: Okabe and Ito, "Color Universal Design" (2008), without black: told apart by nearly everybody.
#: The order puts the most different ones first; more servers than colours repeat them, and the
#: name beside the colour tells them apart.
SERVER_COLORS = ("#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2")
#: Reflects 18 % of the light: the grey that judges colours least (0.18 encoded as sRGB).
SURROUND = QColor(118, 118, 118)
#: What has not been rendered yet: darker than the surround, so that the frame is seen.
UNRENDERED = 40
#: Of check boxes in the dark: over 3 : 1 with window and mark, as WCAG 2.2 (1.4.11) asks for.
DARK_BOX = "#9da1a5"
DARK_BOX_MARK, DARK_BOX_DISABLED = "#101112", "#585b5f"
ICON_SIZES_PX = (16, 20, 24, 32, 48, 64)


def server_color(index: int) -> QColor:
    """Return the colour of the server at this place of the list."""
    return QColor(SERVER_COLORS[index % len(SERVER_COLORS)])


def is_dark(palette: QPalette) -> bool:
    """Return True if the palette's windows are dark."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def apply_color_scheme(name: str) -> None:
    """Make the application light, dark, or like the system ("auto").

    Where the platform cannot switch (no desktop theme), a palette of our own does it.
    """
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    wanted = schemes.get(name, Qt.ColorScheme.Unknown)
    QApplication.setPalette(QPalette())  # the system's own
    QGuiApplication.styleHints().setColorScheme(wanted)
    palette = QGuiApplication.palette()
    if wanted is not Qt.ColorScheme.Unknown and is_dark(palette) != (name == "dark"):
        QApplication.setPalette(
            _make_dark_palette()
            if name == "dark"
            else QStyleFactory.create("Fusion").standardPalette()
        )
    show_boxes()


def show_boxes() -> None:
    """Let boxes be seen in the dark; call it again when light and dark change.

    Fusion outlines them in a shade darker than the window and fills them as fields: an empty one
    is a dark spot on dark.
    """
    palette = QApplication.palette()
    if is_dark(palette):
        disabled = QPalette.ColorGroup.Disabled
        palette.setColor(QPalette.ColorRole.Base, QColor(DARK_BOX))
        palette.setColor(QPalette.ColorRole.Text, QColor(DARK_BOX_MARK))
        palette.setColor(disabled, QPalette.ColorRole.Base, QColor(DARK_BOX_DISABLED))
    kinds: tuple[Any, ...] = ("QCheckBox", "QRadioButton")  # typed as bytes, which are refused
    for kind in kinds:
        if QApplication.palette(kind) != palette:  # each setting is told to all widgets
            QApplication.setPalette(palette, kind)


def _make_dark_palette() -> QPalette:
    role = QPalette.ColorRole
    colors = {
        role.Window: "#37393c",
        role.WindowText: "#e6e6e6",
        role.Base: "#191b1d",
        role.AlternateBase: "#202224",
        role.Text: "#e6e6e6",
        role.Button: "#484b4f",
        role.ButtonText: "#e6e6e6",
        role.BrightText: "#ffffff",
        role.ToolTipBase: "#3a3d40",
        role.ToolTipText: "#e6e6e6",
        role.PlaceholderText: "#8c8f92",
        role.Light: "#505356",
        role.Midlight: "#45484b",
        role.Mid: "#26282a",
        role.Dark: "#1c1e1f",
        role.Shadow: "#111213",
        role.Link: "#6bbcf0",
        role.Highlight: "#2a6fa8",
        role.HighlightedText: "#ffffff",
    }
    palette = QPalette()
    for key, color in colors.items():
        palette.setColor(key, QColor(color))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor("#7c7f82"))
    return palette


def make_icon(name: str, palette: QPalette, color: QColor | None = None) -> QIcon:
    """Return an icon of `resources/icons`, drawn in the palette's text colour or in `color`.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    text = (resources.files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    normal = color or palette.color(QPalette.ColorRole.WindowText)
    faint = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
    icon = QIcon()
    chosen = palette.color(QPalette.ColorRole.HighlightedText)
    for mode, ink in (
        (QIcon.Mode.Normal, normal),
        (QIcon.Mode.Disabled, faint),
        (QIcon.Mode.Selected, chosen),
    ):
        drawn = QSvgRenderer(QByteArray(text.replace("currentColor", ink.name()).encode()))
        for size in ICON_SIZES_PX:
            pixmap = QPixmap(size, size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            drawn.render(painter, QRectF(0, 0, size, size))
            painter.end()
            icon.addPixmap(pixmap, mode)
    return icon


def state_color(kind: str, palette: QPalette) -> QColor:
    """Return the colour of a kind of state: ready, work, wait, fail, off or unknown.

    The state's text and icon say the same; each colour is readable on its own background.
    """
    dark = is_dark(palette)
    colors = {
        "ready": "#3ecf8e" if dark else "#00785a",
        "work": "#6bbcf0" if dark else "#005f9e",
        "wait": "#e0b050" if dark else "#8a5a00",
        "fail": "#ff8a65" if dark else "#b93a00",
    }
    if kind in colors:
        return QColor(colors[kind])
    return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
