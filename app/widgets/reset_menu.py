"""*Reset to default* in the context menus of the render settings: of a field, of a rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QMenu, QToolButton, QWidget

from app.widgets.option_fields import OptionFields
from app.widgets.rollout import Rollout


class ResetMenus(QObject):
    """Opens the menus; also by the keyboard's menu key. What a number's menu has stays in it.

    Args:
        fields: those of the panel, all bound.
        rollouts: by key; the header of each gets a menu for all of its fields.
        defaults: has an attribute for each option.
        parent: the panel.
    """

    def __init__(
        self,
        fields: OptionFields,
        rollouts: Mapping[str, Rollout],
        defaults: object,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._fields = fields
        self._defaults = defaults
        self._options: dict[QObject, Sequence[str]] = {}
        bound = {option: fields.field(option) for option in fields.values()}
        for rollout in rollouts.values():
            inside = [option for option, field in bound.items() if rollout.isAncestorOf(field)]
            self._options[rollout.header] = inside
            rollout.header.installEventFilter(self)
        for option, field in bound.items():
            self._options[field] = [option]
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the menu of what was asked for one."""
        if isinstance(event, QContextMenuEvent) and isinstance(watched, QWidget):
            menu = self.make_menu(watched)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())
            return True
        return False

    def make_menu(self, widget: QWidget) -> QMenu:
        """Return the menu of a field or of a rollout's header."""
        line = widget.findChild(QLineEdit) if isinstance(widget, QAbstractSpinBox) else widget
        menu = line.createStandardContextMenu() if isinstance(line, QLineEdit) else QMenu(widget)
        options = self._options[widget]
        if isinstance(widget, QToolButton):
            title = self.tr("Reset all of {}").format(widget.text())
        else:
            title = self.tr("Reset to default")
        action = QAction(title, menu)
        action.setEnabled(not self._fields.are_shown(options, self._defaults))
        action.triggered.connect(lambda: self._fields.reset(options, self._defaults))
        first = menu.actions()[0] if menu.actions() else None
        if first is not None:
            menu.insertAction(first, action)
            menu.insertSeparator(first)
        else:
            menu.addAction(action)
        return menu
