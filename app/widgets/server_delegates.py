"""Cells of the server list that are more than text: ways out of a state, shares and rates."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from app.system.translation import word
from app.widgets.rate_history import KEPT
from app.widgets.server_words import WayOut
from app.widgets.theme import state_color

Index = QModelIndex | QPersistentModelIndex

#: What the model answers besides the usual roles: a `WayOut` or None; a row's past rates.
WAY_OUT_ROLE = int(Qt.ItemDataRole.UserRole) + 1
HISTORY_ROLE = int(Qt.ItemDataRole.UserRole) + 2
#: A row's share of the frame, 0 to 1.
SHARE_ROLE = int(Qt.ItemDataRole.UserRole) + 3

_PAD_PX = 7
_GAP_PX = 3
_CORNER_PX = 4.0
#: Share of the cell that the graph may have; the number is what people read.
_GRAPH_SHARE = 0.42
#: A server with a thousandth of the frame still shows that it has some.
_LEAST_BAR_PX = 2


class StateDelegate(QStyledItemDelegate):
    """The state, and at the right end of the cell a button with the way out of it.

    Signals:
        way_out_requested(row, key): the button was pressed.
    """

    way_out_requested = Signal(int, str)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Leave room for the button."""
        size, way = super().sizeHint(option, index), _way_out(index)
        if way is not None:
            size.setWidth(
                size.width() + _button_rect(option, word(way.label)).width() + 3 * _GAP_PX
            )
        return size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the text in what the button leaves."""
        way = _way_out(index)
        if way is None:
            super().paint(painter, option, index)
            return
        button = _button_rect(option, word(way.label))
        text = QStyleOptionViewItem(option)
        _fill_background(painter, option)
        text.rect = QRect(option.rect)
        text.rect.setRight(button.left() - _GAP_PX)
        super().paint(painter, text, index)
        _draw_button(painter, option, button, word(way.label))

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Press the button."""
        way = _way_out(index)
        if way is not None and event.type() == QEvent.Type.MouseButtonRelease:
            mouse = cast("QMouseEvent", event)
            inside = _button_rect(option, word(way.label)).contains(mouse.position().toPoint())
            if inside and mouse.button() == Qt.MouseButton.LeftButton:
                self.way_out_requested.emit(index.row(), way.key)
                return True
        return super().editorEvent(event, model, option, index)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Over the button tell what it does, elsewhere what the state means."""
        way = _way_out(index)
        if way is not None and _button_rect(option, word(way.label)).contains(event.pos()):
            QToolTip.showText(event.globalPos(), word(way.tip), view)
            return True
        return super().helpEvent(event, view, option, index)

    def is_on_button(self, option: QStyleOptionViewItem, index: Index, x: int, y: int) -> bool:
        """Whether a point of the view is on the cell's button."""
        way = _way_out(index)
        return way is not None and _button_rect(option, word(way.label)).contains(x, y)


class ShareDelegate(QStyledItemDelegate):
    """A number of buckets, and behind it a bar: the server's share of the frame.

    The track of the bar is the whole frame, so that its length can be read without its colour.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the bar between the cell's background and its number."""
        share = float(index.data(SHARE_ROLE) or 0.0)
        if share <= 0.0:
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        text, cell.text = cell.text, ""
        style = cell.widget.style() if cell.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        _draw_bar(painter, cell, share)
        painter.setPen(_text_color(cell))
        area = option.rect.adjusted(_PAD_PX, 0, -_PAD_PX, 0)
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, end, text)


class RateDelegate(QStyledItemDelegate):
    """The rate of a server in numbers, and left of it how it was in the last minute."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Leave room for the graph."""
        size = super().sizeHint(option, index)
        size.setWidth(round(size.width() / (1.0 - _GRAPH_SHARE)))
        return size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the graph below the text."""
        rates = cast("tuple[float, ...]", index.data(HISTORY_ROLE) or ())
        super().paint(painter, option, index)
        if len(rates) > 1:
            color = state_color("work", option.palette)
            if option.state & QStyle.StateFlag.State_Selected:
                color = option.palette.color(QPalette.ColorRole.HighlightedText)
            _draw_graph(painter, _graph_rect(option.rect), rates, color)


def make_graph(rates: tuple[float, ...], rect: QRect) -> QPolygonF:
    """Return a rate's line: now is right, its own best is the top, nothing is the bottom."""
    best = max(rates) or 1.0
    step = rect.width() / (KEPT - 1)
    first = rect.right() - step * (len(rates) - 1)
    return QPolygonF(
        [
            QPointF(first + step * place, rect.bottom() - rect.height() * rate / best)
            for place, rate in enumerate(rates)
        ]
    )


def bar_rects(cell: QRect, share: float) -> tuple[QRect, QRect]:
    """Return the track of a cell's bar, which is the whole frame, and what of it is filled."""
    track = cell.adjusted(3, 4, -3, -4)
    filled = QRect(track)
    filled.setWidth(max(_LEAST_BAR_PX, round(track.width() * min(share, 1.0))))
    return track, filled


def _draw_bar(painter: QPainter, option: QStyleOptionViewItem, share: float) -> None:
    track, filled = bar_rects(option.rect, share)
    chosen = option.state & QStyle.StateFlag.State_Selected
    color = _text_color(option) if chosen else state_color("work", option.palette)
    faint, full = QColor(color), QColor(color)
    faint.setAlphaF(0.10)
    full.setAlphaF(0.34)
    painter.fillRect(track, faint)
    painter.fillRect(filled, full)
    painter.fillRect(filled.adjusted(0, filled.height() - 2, 0, 0), color)


def _text_color(option: QStyleOptionViewItem) -> QColor:
    chosen = option.state & QStyle.StateFlag.State_Selected
    role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
    return option.palette.color(role)


def _way_out(index: Index) -> WayOut | None:
    return cast("WayOut | None", index.data(WAY_OUT_ROLE))


def _button_rect(option: QStyleOptionViewItem, label: str) -> QRect:
    metrics = option.fontMetrics
    width = metrics.horizontalAdvance(label) + 2 * _PAD_PX
    height = min(metrics.height() + 4, option.rect.height() - 2)
    rect = QRect(0, 0, width, height)
    rect.moveCenter(option.rect.center())
    rect.moveRight(option.rect.right() - _GAP_PX)
    return rect


def _fill_background(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Let the selection run through below the button."""
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(option.rect, option.palette.brush(QPalette.ColorRole.Highlight))


def _draw_button(painter: QPainter, option: QStyleOptionViewItem, rect: QRect, label: str) -> None:
    role = QPalette.ColorRole
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(option.palette.color(role.Mid), 1.0))
    painter.setBrush(option.palette.brush(role.Button))
    painter.drawRoundedRect(rect.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), _CORNER_PX, _CORNER_PX)
    painter.setPen(option.palette.color(role.ButtonText))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)
    painter.restore()


def _graph_rect(cell: QRect) -> QRect:
    rect = cell.adjusted(_PAD_PX, 5, 0, -5)
    rect.setWidth(round(cell.width() * _GRAPH_SHARE))
    return rect


def _draw_graph(painter: QPainter, rect: QRect, rates: tuple[float, ...], color: QColor) -> None:
    line = make_graph(rates, rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QPolygonF(line)
    area.append(QPointF(line.last().x(), rect.bottom()))
    area.append(QPointF(line.first().x(), rect.bottom()))
    faint = QColor(color)
    faint.setAlphaF(0.22)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faint)
    painter.drawPolygon(area)
    painter.setPen(QPen(color, 1.2))
    painter.drawPolyline(line)
    painter.restore()
