"""A language that nobody speaks: every translated text is in brackets and a third longer.

Letters without brackets were never translated; what does not fit was laid out for English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTableView,
    QTableWidget,
    QWidget,
)

from app.system.translation import FOLDER

OPEN, CLOSE = "⟦", "⟧"
GROWTH = 3


class PseudoLanguage(QTranslator):
    """Translates what the translators were given, and Qt's own texts."""

    def __init__(self) -> None:
        super().__init__()
        self._known = {
            (context.findtext("name"), message.findtext("source"))
            for path in FOLDER.glob("*.ts")
            for context in ElementTree.parse(path).getroot().iter("context")
            for message in context.iter("message")
        }
        self._qt = QTranslator(self)
        self._qt.load("qtbase_de", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))

    def translate(self, context, text, hint=None, n=-1):
        if (context, text) not in self._known and not self._qt.translate(context, text, hint, n):
            return None  # "" would be a translation too
        if text.startswith("<"):
            text = re.sub(r"^(<[^>]+>)", rf"\1{OPEN}", text)
            return text + CLOSE
        return f"{OPEN}{text}{'~' * (len(text) // GROWTH)}{CLOSE}" if text else ""

    def isEmpty(self):
        return False


def texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    """Yield (where, text) of all that a widget says."""
    yield "tooltip", widget.toolTip()
    yield "accessible name", widget.accessibleName()
    yield "accessible description", widget.accessibleDescription()
    if widget.isWindow() or isinstance(widget, QDockWidget):
        yield "title", widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield "text", widget.text()
    if isinstance(widget, QGroupBox | QMenu):
        yield "title", widget.title()
    if isinstance(widget, QComboBox):
        for row in range(widget.count()):
            yield "entry", widget.itemText(row)
    if isinstance(widget, QAbstractSpinBox):
        yield "special value", widget.specialValueText()
    if isinstance(widget, QLineEdit):
        yield "placeholder", widget.placeholderText()
    if isinstance(widget, QTableView) and widget.model() is not None:
        model = widget.model()
        for column in range(model.columnCount()):
            yield "column", str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        if isinstance(widget, QTableWidget):
            for row in range(model.rowCount()):
                yield "cell", str(model.index(row, 0).data() or "")


def all_texts(parent: QObject) -> Iterator[tuple[str, str, str]]:
    """Yield (widget, where, text) of everything below a window, its actions too."""
    for widget in [
        *([parent] if isinstance(parent, QWidget) else []),
        *parent.findChildren(QWidget),
    ]:
        for where, text in texts_of(widget):
            yield f"{type(widget).__name__} {widget.objectName()}".strip(), where, text
    for action in parent.findChildren(QAction):
        yield f"action {action.objectName()}".strip(), "text", action.text()
        yield f"action {action.objectName()}".strip(), "tooltip", action.toolTip()


def untranslated(parent: QObject, allowed: re.Pattern[str]) -> list[str]:
    """Return what shows words that never went through a translation."""
    found = {}
    for who, where, text in all_texts(parent):
        plain = re.sub(r"<[^>]*>", "", text)
        if OPEN not in text and re.search(r"[^\W\d_]{2}", allowed.sub("", plain)):
            found[f"{who}: {where}: {text!r}"] = None
    return list(found)


def cut_off(parent: QWidget) -> list[str]:
    """Return labels and buttons on the screen whose text needs more room than they have."""
    found = []
    for widget in parent.findChildren(QWidget):
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        if not isinstance(widget, QLabel | QAbstractButton) or not widget.isVisible() or wraps:
            continue
        needed, there = widget.minimumSizeHint().width(), widget.width()
        if len(widget.text()) > 1 and there < needed:
            found.append(f"{type(widget).__name__} {widget.text()!r}: {there} px of {needed} px")
    return found
