"""The parts of the artist's window: views, controllers and their places, not yet connected."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from app.frames.unfinished import new_journal_path
from app.keys.keyring import Keyring
from app.logs.log_collector import LogCollector
from app.picture.denoise_controller import DenoiseController
from app.picture.drag_out import DragOut
from app.picture.film_display import FilmDisplay
from app.picture.frame_watch import FrameWatch
from app.picture.history_folder import HistoryFolder
from app.picture.history_shelf import HistoryShelf
from app.picture.region_controller import RegionController
from app.servers.scene_servers import SceneServers
from app.session.session import RenderSession
from app.settings.presets import Presets
from app.system.background import Background
from app.system.software import client_name
from app.values.session_types import DistributedSettings, ServerEntry
from app.widgets.actions import make_actions
from app.widgets.empty_view import EmptyView
from app.widgets.frame_buffer import FrameBuffer
from app.widgets.held_key import HeldKey
from app.widgets.keys_dialog import KeysDialog
from app.widgets.log_panel import LogPanel
from app.widgets.server_pane import ServerPane
from app.widgets.settings_panel import SettingsPanel
from app.widgets.status_bar import RenderStatusBar
from app.window.channel_controls import ChannelControls
from app.window.display_controls import DisplayControls
from app.window.file_commands import FileCommands
from app.window.focus_controller import FocusController
from app.window.image_saver import ImageSaver
from app.window.incidents_controller import IncidentsController
from app.window.keys_controller import KeysController
from app.window.log_bundling import LogBundling
from app.window.lut_controller import LutController
from app.window.nobody_controller import NobodyController
from app.window.ocio_controller import OcioController
from app.window.partial_warning import PartialWarning
from app.window.picture_tools import PictureTools
from app.window.preset_controller import PresetController
from app.window.render_controller import RenderController
from app.window.resume_controller import ResumeController
from app.window.scene_opener import SceneOpener
from app.window.servers_controller import ServersController
from app.window.strips_controller import StripsController
from app.window.toasts import Toasts, Tray, is_in_front
from app.window.window_layout import DisplayBar, WindowMenus, make_dock, make_tool_bar
from app.window.window_services import WindowPaths, WindowServices
from app.window.window_store import WindowStore
from renderer.buckets import BucketOrder
from renderer.display import VIEWS

#: Changes are written this long after the last one: a slider makes a hundred of them.
SAVE_AFTER_MS = 1000


class WindowParts(QMainWindow):
    """What `app.window.window.MainWindow` connects.

    Args:
        session: renders.
        services: doors to files, network and clock.
        paths: where the window keeps what it remembers.
    """

    def __init__(
        self, session: RenderSession, services: WindowServices, paths: WindowPaths
    ) -> None:
        super().__init__()
        self.session = session
        self.services = services
        self.store = WindowStore(paths)
        # A scene that opens and a picture that is saved leave threads for the display.
        self.background = Background(threads=4, parent=self)
        self._make_views()
        self._make_controllers()
        self._make_picture_controllers()
        self._make_chrome()
        self._make_tools()

    def _make_views(self) -> None:
        self.frame_buffer = FrameBuffer()
        self.empty_view = EmptyView(self.frame_buffer)
        self.settings_panel = SettingsPanel([order.value for order in BucketOrder])
        self.log_panel = LogPanel()
        self.display_bar = DisplayBar(VIEWS)
        self.render_status = RenderStatusBar()
        self.setStatusBar(self.render_status)
        centre = QGridLayout(self.frame_buffer)
        centre.addWidget(self.empty_view, 0, 0, Qt.AlignmentFlag.AlignCenter)
        self.keys_dialog = KeysDialog(self)

    def _make_controllers(self) -> None:
        services = self.services
        self.servers = ServersController(
            self.store.servers, self.session, services, self.store.paths, self
        )
        self.server_pane = ServerPane(self.servers.model)
        self.servers.attach(self.server_pane, "dock")
        self.display = FilmDisplay(
            self.frame_buffer, self.background, self.frame_buffer.visible_rows, parent=self
        )
        self.render_control = RenderController(
            self.session,
            self.servers,
            self.frame_buffer,
            self.display,
            self.render_status,
            partial(new_journal_path, self.store.paths.unfinished),
            self,
        )
        self.incidents = IncidentsController(self.session, self.servers, services, self)
        self.opener = SceneOpener(services, self.background, self)
        self.strips = StripsController(self.servers, self.incidents, self.opener, self)
        self.resumer = ResumeController(
            self.session,
            self.render_control,
            self.opener,
            self.store.paths.unfinished,
            self.background,
            self,
        )
        self.tray = Tray(QGuiApplication.windowIcon(), self)
        self.nobody = NobodyController(self.session, self.servers, self.render_control, self)
        self.toasts = Toasts(self.tray.show, is_in_front, services.now_s, self)
        self.scene_servers = SceneServers(
            self.store.servers, self.background, services.demo_scene(), self
        )

    def _make_picture_controllers(self) -> None:
        services = self.services
        self.saver = ImageSaver(services, self.background, self)
        self.denoiser = DenoiseController(
            self.render_control, self.background, services.denoise, self
        )
        self.files = FileCommands(
            self.opener, self.saver, self.render_control, self.denoiser, self.store, self
        )
        self.controls = DisplayControls(
            self.display_bar,
            self.display,
            self.frame_buffer,
            self.render_status,
            self.store,
            self.background,
        )
        self.luts = LutController(
            self.display_bar.look, self.display, self.store, self.background, self
        )
        self.ocio = OcioController(self.luts, self.background, self)
        self.channels = ChannelControls(self.display_bar.channel, self.display, self.render_control)
        folder = HistoryFolder(self.store.paths.history)
        self.shelf = HistoryShelf(folder, services.read_picture, self.background, self)
        self.watch = FrameWatch(self.session, services.now_s, self)
        self.regions = RegionController(
            self.frame_buffer, lambda: self.settings_panel.options.full_size_px
        )
        self.partial_warning = PartialWarning(
            self.render_control, self.servers, self.strips, self.regions, self.settings_panel, self
        )
        self.focus = FocusController(self.frame_buffer, self.session)
        self.presets = PresetController(
            self.settings_panel.presets,
            self.settings_panel,
            Presets(self.store.paths.preferences.with_name("presets.toml")),
        )
        self.drag_out = DragOut(
            self.frame_buffer, self.render_control.picture, self.files.title, self.background
        )
        self.frame_buffer.gestures.take_requested.connect(self.drag_out.start)
        self.drag_out.failed.connect(lambda text: self.strips.tell_problem(text))
        self.presets.failed.connect(lambda text: self.strips.tell_problem(text))
        self.log_bundling = LogBundling(
            self.log_panel,
            lambda: self.servers.model.entries,
            lambda: self.servers.settings,
            self._make_collector,
            self.background,
            self,
        )
        self.saving = QTimer(self)
        self.saving.setSingleShot(True)
        self.saving.setInterval(SAVE_AFTER_MS)
        self.saving.timeout.connect(self.store.save)

    def _make_collector(
        self, entries: Sequence[ServerEntry], settings: DistributedSettings
    ) -> LogCollector:
        key_file = Path(settings.key_file) if settings.key_file else None
        keyring = Keyring(self.store.paths.servers.parent, key_file)
        return LogCollector(entries, keyring, client_name(), self, self.session)

    def _make_chrome(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strips.incidents)
        column.addWidget(self.resumer.strip)
        column.addWidget(self.strips.messages)
        column.addWidget(self.frame_buffer, 1)
        self.setCentralWidget(middle)
        self.actions_by_key = make_actions(self, self.frame_buffer)
        self.keys = KeysController(self.actions_by_key, self.keys_dialog, self.store)
        self.held_burnt = HeldKey(self.frame_buffer, self.actions_by_key["burnt"])
        self.server_dock = make_dock(self, "servers", self.tr("Servers"), self.server_pane)
        self.settings_dock = make_dock(
            self, "settings", self.tr("Render settings"), self.settings_panel
        )
        self.log_dock = make_dock(self, "log", self.tr("Log"), self.log_panel)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.settings_dock)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.server_dock)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.log_dock)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.log_dock.hide()

    def _make_tools(self) -> None:
        """What needs the window's actions and docks."""
        self.tools = PictureTools(
            self,
            self.frame_buffer,
            self.display,
            self.channels,
            self.render_control,
            self.servers,
            self.render_status,
            self.shelf,
            self.background,
            self.watch,
        )
        self.controls.follow(self.tools.history.compared)
        self.docks = (self.server_dock, self.settings_dock, *self.tools.docks, self.log_dock)
        self.tool_bar = make_tool_bar(self, self.actions_by_key, self.display_bar)
        self.menus = WindowMenus(self, self.actions_by_key, self.docks)
