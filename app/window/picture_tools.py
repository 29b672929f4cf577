"""What one does with a picture besides rendering it: the tools around the frame buffer.

History, pixel card, statistics, timeline, tint, and the menu of the right button.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu

from app.picture.film_display import FilmDisplay
from app.picture.frame_watch import FrameWatch
from app.picture.history_shelf import HistoryShelf
from app.picture.timeline_controller import TimelineController
from app.system.background import Background
from app.widgets.actions import SLOTS
from app.widgets.bucket_overlay import BucketMark
from app.widgets.frame_buffer import FrameBuffer
from app.widgets.histogram_panel import StatisticsPanel
from app.widgets.history_panel import HistoryPanel
from app.widgets.status_bar import RenderStatusBar
from app.window.channel_controls import ChannelControls
from app.window.history_controller import HistoryController
from app.window.pixel_inspector import PixelInspector
from app.window.render_controller import RenderController
from app.window.servers_controller import ServersController
from app.window.statistics_controller import StatisticsController
from app.window.window_layout import make_dock
from renderer.buckets import Region
from renderer.comparison import MEASURES

#: Of the menu of the right button; "" parts groups.
MENU_KEYS = (
    "save", "copy", "", "fit", "actual", "", "card", "tint", "outlines", "", "split",
)  # fmt: skip


class PictureTools(QObject):
    """The tools around one frame buffer, each with its panel.

    Attributes:
        watch, history, inspector, statistics, timeline: the tools.
        docks: their panels, in the order in which they are tabbed.
    """

    def __init__(
        self,
        window: QMainWindow,
        frame_buffer: FrameBuffer,
        display: FilmDisplay,
        channels: ChannelControls,
        render: RenderController,
        servers: ServersController,
        status_bar: RenderStatusBar,
        shelf: HistoryShelf,
        background: Background,
        watch: FrameWatch,
    ) -> None:
        super().__init__(window)
        self._frame_buffer = frame_buffer
        self._servers = servers
        self._tinted = False
        self._only = ""  # the server whose buckets are tinted, "" for all
        self._menu_actions: Mapping[str, QAction] = {}
        self.watch = watch
        self.shelf = shelf
        history_panel = HistoryPanel(MEASURES)
        self.history = HistoryController(
            history_panel, shelf, frame_buffer, display, render, background
        )
        self.inspector = PixelInspector(
            frame_buffer, display, channels, render, watch, servers.name, status_bar
        )
        statistics_panel = StatisticsPanel()
        self.statistics = StatisticsController(statistics_panel, display, channels, background)
        self.timeline = TimelineController(watch, servers.name, servers.color, self)
        self.docks = (
            make_dock(window, "history", self.tr("History"), history_panel),
            make_dock(window, "statistics", self.tr("Statistics"), statistics_panel),
            make_dock(window, "timeline", self.tr("Timeline"), self.timeline.panel),
        )
        self._place(window)
        self._connect(render)

    def _place(self, window: QMainWindow) -> None:
        history, statistics, timeline = self.docks
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, history)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, statistics)
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, timeline)
        for dock in self.docks:
            dock.hide()

    def _connect(self, render: RenderController) -> None:
        _history, statistics, timeline = self.docks
        statistics.visibilityChanged.connect(self.statistics.set_visible)
        timeline.visibilityChanged.connect(self.timeline.set_visible)
        self.timeline.bucket_chosen.connect(self.show_region)
        self.history.content_changed.connect(self.inspector.refresh)
        self.history.content_changed.connect(self._show_tint)
        self.watch.changed.connect(self.inspector.refresh)
        self.watch.changed.connect(self._show_tint)
        render.began.connect(self._show_tint)
        self._servers.tint_requested.connect(self.tint_only)
        self._frame_buffer.gestures.menu_requested.connect(self._open_menu)

    def calls(self) -> dict[str, Callable[..., object]]:
        """Return what each of the actions does."""
        slots = {
            f"slot_{number}": partial(self._show_slot, number) for number in range(1, SLOTS + 1)
        }
        return {
            **slots,
            "older": lambda: self.history.step(1),
            "newer": lambda: self.history.step(-1),
            "split": self._split,
            "card": self.inspector.set_pinned,
            "pixel_cursor": self._set_cursor,
            "tint": self.set_tinted,
            "history": lambda shown: self.docks[0].setVisible(shown),
            "statistics": lambda shown: self.docks[1].setVisible(shown),
            "timeline": lambda shown: self.docks[2].setVisible(shown),
        }

    def _show_slot(self, number: int, _checked: bool = False) -> None:
        """Show a picture by its place; the first row is the frame, the second the newest."""
        self.history.show_number(number + 1)

    def follow_docks(self, actions: Mapping[str, QAction]) -> None:
        """Keep the actions' ticks equal to what is seen; take those of the menu."""
        self._menu_actions = actions
        for name, dock in zip(("history", "statistics", "timeline"), self.docks, strict=True):
            _follow(dock, actions[name])
        self.history.content_changed.connect(
            lambda: actions["split"].setChecked(self.history.split)
        )

    def set_tinted(self, on: bool) -> None:
        """Tint each bucket with the colour and the name of who rendered it."""
        self._tinted = on
        self._only = ""
        self._show_tint()

    def tint_only(self, uid: str) -> None:
        """Tint the buckets of one server; asked for again, of none."""
        self._tinted = not (self._tinted and self._only == uid)
        self._only = uid
        self._menu_actions["tint"].setChecked(self._tinted)
        self._show_tint()

    def show_region(self, region: Region) -> None:
        """Mark a bucket of the frame for a moment, and bring it into view."""
        self._frame_buffer.point_out(region.x, region.y, region.width, region.height)

    def _set_cursor(self, on: bool) -> None:
        self._menu_actions["pixel_cursor"].setChecked(self.inspector.set_cursor(on))
        self._frame_buffer.setFocus()

    def _split(self, on: bool) -> None:
        self.history.set_split(on)
        if on:
            self.docks[0].show()
            self.docks[0].raise_()

    def _show_tint(self) -> None:
        patches = []
        if self._tinted and self._frame_buffer.marks_are_shown:
            for span in self.watch.log.done:
                if self._only not in ("", span.uid):
                    continue
                r = span.region
                name, color = self._servers.name(span.uid), self._servers.color(span.uid)
                patches.append(BucketMark(r.x, r.y, r.width, r.height, name, color))
        self._frame_buffer.set_tint(patches)

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self._frame_buffer)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key in MENU_KEYS:
            if key:
                menu.addAction(self._menu_actions[key])
            else:
                menu.addSeparator()
        menu.popup(at)


def _follow(dock: QDockWidget, action: QAction) -> None:
    dock.visibilityChanged.connect(lambda _seen: action.setChecked(not dock.isHidden()))
