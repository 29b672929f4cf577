"""The timeline: a row per server, a bar per bucket, gaps and losses in plain sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QToolTip, QWidget

ROW_PX = 22
#: So many servers are seen before the artist makes the panel larger.
SHOWN_ROWS = 6
BAR_PX = 15
NAME_PX = 150
SCALE_PX = 20
#: A bar is at least this wide, so that short buckets are seen.
MIN_BAR_PX = 1.5
#: So many seconds of a frame fill the panel at most when zoomed in.
MIN_SECONDS = 0.05
ZOOM_STEP = 1.25
WHEEL_NOTCH = 120.0
TICKS_PX = 90


@dataclass(frozen=True)
class Bar:
    """A bucket on a server.

    Attributes:
        start_s, end_s: seconds of the frame.
        kind: "done", "open", "spare" or "lost".
        token: given back when it is clicked, and when a tip for it is asked for.
    """

    start_s: float
    end_s: float
    kind: str
    token: int


@dataclass(frozen=True)
class TimelineRow:
    """A server's bars, by their start.

    Attributes:
        name: of the server.
        color: of the server.
        share: what it was worth, in words.
    """

    name: str
    color: QColor
    share: str
    bars: Sequence[Bar]


class TimelineView(QWidget):
    """Paints the rows; the wheel zooms in time, dragging moves.

    Args:
        describe: the text for a bar's token, asked for when the pointer rests on it.

    Signals:
        bar_clicked(int): the token of a bar.
    """

    bar_clicked = Signal(int)

    def __init__(self, describe: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._describe = describe
        self._rows: Sequence[TimelineRow] = ()
        self._total_s = 1.0
        self._from_s, self._to_s = 0.0, 1.0
        self._whole = True
        self._drag_x: float | None = None
        self._moved = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.setAccessibleName(self.tr("Timeline of the frame"))

    def set_rows(self, rows: Sequence[TimelineRow], total_s: float) -> None:
        """Show these servers over the seconds of the frame."""
        self._rows = rows
        self._total_s = max(total_s, MIN_SECONDS)
        if self._whole:
            self._from_s, self._to_s = 0.0, self._total_s
        self.setMinimumHeight(SCALE_PX + ROW_PX * max(1, len(rows)))
        said = "; ".join(f"{row.name}: {row.share}" for row in rows)
        self.setAccessibleDescription(said)
        self.update()

    @property
    def shown_s(self) -> tuple[float, float]:
        """From and to which second is seen."""
        return self._from_s, self._to_s

    def sizeHint(self) -> QSize:
        """Room for some servers."""
        return QSize(640, SCALE_PX + ROW_PX * max(3, len(self._rows)))

    def show_all(self) -> None:
        """See the whole frame."""
        self._whole = True
        self._from_s, self._to_s = 0.0, self._total_s
        self.update()

    def bar_at(self, at: QPointF) -> Bar | None:
        """Return the bar at a point, the one that began last if they overlap."""
        index = int((at.y() - SCALE_PX) // ROW_PX)
        if at.y() < SCALE_PX or index >= len(self._rows) or at.x() < NAME_PX:
            return None
        for bar in reversed(self._rows[index].bars):
            left, right = self._x(bar.start_s), self._x(bar.end_s)
            if left - 1 <= at.x() <= max(right, left + MIN_BAR_PX) + 1:
                return bar
        return None

    # -- painting -----------------------------------------------------------------------------

    def _x(self, second: float) -> float:
        span = max(self._to_s - self._from_s, 1e-9)
        return NAME_PX + (second - self._from_s) / span * max(1.0, self.width() - NAME_PX)

    def _second(self, x: float) -> float:
        span = self._to_s - self._from_s
        return self._from_s + (x - NAME_PX) / max(1.0, self.width() - NAME_PX) * span

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint scale, names and bars."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().base())
        self._paint_scale(painter)
        for index, row in enumerate(self._rows):
            top = SCALE_PX + index * ROW_PX
            if top <= event.rect().bottom() and top + ROW_PX >= event.rect().top():
                self._paint_row(painter, row, top)
        painter.end()

    def _paint_scale(self, painter: QPainter) -> None:
        step = _nice_step((self._to_s - self._from_s) * TICKS_PX / max(1, self.width() - NAME_PX))
        second = -(-self._from_s // step) * step
        faint = self.palette().mid().color()
        while second <= self._to_s:
            x = self._x(second)
            painter.setPen(faint)
            painter.drawLine(QPointF(x, SCALE_PX - 4), QPointF(x, self.height()))
            painter.setPen(self.palette().text().color())
            painter.drawText(QPointF(x + 3, SCALE_PX - 6), f"{second:g} s")
            second = round(second + step, 9)

    def _paint_row(self, painter: QPainter, row: TimelineRow, top: int) -> None:
        painter.setPen(self.palette().text().color())
        painter.fillRect(QRectF(4, top + 5, 4, ROW_PX - 10), row.color)
        metrics = painter.fontMetrics()
        text = f"{row.name}  {row.share}" if row.share else row.name
        elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, NAME_PX - 20)
        area = QRectF(13, top, NAME_PX - 16, ROW_PX)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.save()
        painter.setClipRect(QRectF(NAME_PX, top, self.width() - NAME_PX, ROW_PX))
        second_px = max(1.0, self.width() - NAME_PX) / max(self._to_s - self._from_s, 1e-9)
        covered = -1.0
        for bar in row.bars:
            if bar.end_s < self._from_s or bar.start_s > self._to_s:
                continue
            # Of thousands of buckets most lie within a pixel that is painted already.
            if bar.kind == "done" and (bar.end_s - self._from_s) * second_px < covered:
                continue
            covered = (bar.end_s - self._from_s) * second_px + MIN_BAR_PX
            self._paint_bar(painter, bar, row.color, top + (ROW_PX - BAR_PX) / 2)
        painter.restore()

    def _paint_bar(self, painter: QPainter, bar: Bar, color: QColor, top: float) -> None:
        left = self._x(bar.start_s)
        area = QRectF(left, top, max(self._x(bar.end_s) - left, MIN_BAR_PX), BAR_PX)
        fill = QColor(color)
        if bar.kind == "done":
            painter.fillRect(area, fill)
            if area.width() > 4:  # neighbours are told apart
                painter.fillRect(QRectF(area.left(), top, 1, BAR_PX), fill.darker(140))
            return
        fill.setAlpha(90)
        painter.fillRect(area, fill)
        if bar.kind == "lost":  # a cross in the text's colour: seen without colours too
            painter.fillRect(area, QColor(200, 40, 20, 110))
            painter.setPen(self.palette().text().color())
            painter.drawLine(area.topLeft(), area.bottomRight())
            painter.drawLine(area.bottomLeft(), area.topRight())
        elif bar.kind == "open":
            painter.setPen(color)
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        else:
            painter.fillRect(area, Qt.BrushStyle.BDiagPattern)

    # -- input --------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom in time at the pointer; with Shift the list scrolls."""
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().wheelEvent(event)
            return
        self._zoom(ZOOM_STEP ** (event.angleDelta().y() / WHEEL_NOTCH), event.position().x())
        event.accept()

    def _zoom(self, factor: float, x: float) -> None:
        at = self._second(x)
        span = max((self._to_s - self._from_s) / factor, MIN_SECONDS)
        if span >= self._total_s:
            self.show_all()
            return
        self._whole = False
        share = (at - self._from_s) / (self._to_s - self._from_s)
        self._move_to(at - share * span, span)

    def _move_to(self, start_s: float, span: float) -> None:
        self._from_s = min(max(start_s, 0.0), max(self._total_s - span, 0.0))
        self._to_s = self._from_s + span
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        self._drag_x, self._moved = event.position().x(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move in time."""
        if self._drag_x is None or self._whole:
            return
        moved = self._second(self._drag_x) - self._second(event.position().x())
        self._moved = self._moved or abs(event.position().x() - self._drag_x) > 3
        self._drag_x = event.position().x()
        self._move_to(self._from_s + moved, self._to_s - self._from_s)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click without a move asks for the bar."""
        self._drag_x = None
        bar = self.bar_at(event.position())
        if bar is not None and not self._moved:
            self.bar_clicked.emit(bar.token)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """See the whole frame again."""
        self.show_all()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by + and -, move by the arrows, all by Home."""
        span = self._to_s - self._from_s
        middle = (NAME_PX + self.width()) / 2
        calls = {
            Qt.Key.Key_Plus: lambda: self._zoom(ZOOM_STEP, middle),
            Qt.Key.Key_Minus: lambda: self._zoom(1 / ZOOM_STEP, middle),
            Qt.Key.Key_Left: lambda: self._move_to(self._from_s - span / 10, span),
            Qt.Key.Key_Right: lambda: self._move_to(self._from_s + span / 10, span),
            Qt.Key.Key_Home: self.show_all,
        }
        call = calls.get(Qt.Key(event.key()))
        if call is None:
            super().keyPressEvent(event)
        else:
            call()

    def event(self, event: QEvent) -> bool:
        """Tell about the bar under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            bar = self.bar_at(QPointF(event.pos()))
            if bar is not None:
                QToolTip.showText(event.globalPos(), self._describe(bar.token), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


class TimelinePanel(QScrollArea):
    """The timeline with a scroll bar for many servers.

    Attributes:
        view: the timeline itself.
    """

    def __init__(self, describe: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = TimelineView(describe)
        self.setWidget(self.view)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def sizeHint(self) -> QSize:
        """Return room for some servers: a scroll area of its own accord asks for little."""
        return QSize(640, SCALE_PX + ROW_PX * SHOWN_ROWS)


def _nice_step(seconds: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at least `seconds`."""
    power = 1e-3
    while power * 10 < seconds:
        power *= 10
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= seconds)
