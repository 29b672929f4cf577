"""The artist's window: connects its parts; the rules are in the controllers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent

from app.picture.film_display import Floats
from app.session.session import RenderSession
from app.values.lut_choice import LutChoice
from app.values.session_types import RenderRequest, ServerEntry
from app.widgets.actions import connect_actions, set_icons
from app.widgets.close_question import ask_to_close
from app.widgets.log_panel import LogLine
from app.widgets.theme import apply_color_scheme, show_boxes
from app.window.render_controller import RenderState
from app.window.request_options import options_of
from app.window.scene_opener import describe_scene
from app.window.window_layout import dress_docks
from app.window.window_parts import WindowParts
from app.window.window_services import SceneSummary, WindowPaths, WindowServices

FIRST_SIZE = QSize(1360, 860)


class MainWindow(WindowParts):
    """Frame buffer in the middle, servers, settings and log around it.

    Args:
        session: renders; the window shuts it down when it closes.
        services: doors to files, network and clock.
        paths: where the window keeps what it remembers.
    """

    def __init__(
        self, session: RenderSession, services: WindowServices, paths: WindowPaths
    ) -> None:
        super().__init__(session, services, paths)
        self._closing = False
        self._dress()
        self._connect_actions()
        self._connect_views()
        self._connect_controllers()
        self._restore()
        self.setAcceptDrops(True)
        self.setUnifiedTitleAndToolBarOnMac(True)

    def start(self, scene: Path | None = None) -> None:
        """Connect to the servers and open a scene: this one, the last one, or the demo."""
        self.servers.start()
        self.display.warm_up()
        self.shelf.restore()
        if self.store.problem:
            self.strips.tell_problem(self.store.problem)
        if scene is None:
            last = self.store.preferences.recent[:1]
            scene = Path(last[0]) if last and Path(last[0]).is_file() else None
        scene = scene or self.services.demo_scene()
        self.empty_view.show_scene(scene.name, self.tr("Opening…"), False)
        self.opener.open(scene)
        self.resumer.start()

    def _dress(self) -> None:
        """Draw what does not follow the palette by itself."""
        show_boxes()
        set_icons(self.actions_by_key, self.palette())
        self.servers.model.set_palette(self.palette())
        dress_docks(self.docks, self.palette())

    def _connect_actions(self) -> None:
        frame_buffer = self.frame_buffer
        connect_actions(
            self.actions_by_key,
            {
                **self.files.calls(),
                **self.controls.calls(),
                **self.luts.calls(),
                "ocio": lambda: self.ocio.open(),
                **self.channels.calls(),
                **self.tools.calls(),
                **self.regions.calls(),
                **self.focus.calls(),
                "demo": lambda: self.opener.open(self.services.demo_scene()),
                "save": lambda: self._save_shown(),
                "quit": lambda: self.close(),
                "render": lambda: self.start_render(),
                "stop": lambda: self.render_control.stop(),
                "pause": self.render_control.set_paused,
                "resume": lambda: self.resumer.resume(),
                "fit": lambda: frame_buffer.fit(),
                "actual": lambda: frame_buffer.actual_size(),
                "denoise": self.set_denoise,
                "servers": lambda: self.servers.open_dialog(self),
                "log": lambda shown: self.log_dock.setVisible(shown),
                "collect_logs": lambda: self._collect_logs(),
                "panels": self._hide_panels,
                "toasts": self._set_toasts,
                "full_screen": lambda on: self.showFullScreen() if on else self.showNormal(),
                "keys": lambda: self.keys_dialog.show(),
            },
        )
        self.controls.follow_actions(self.actions_by_key)
        self.luts.follow_actions(self.actions_by_key)
        self.regions.follow_actions(self.actions_by_key)
        self.tools.follow_docks(self.actions_by_key)
        recent = self.menus.recent
        recent.aboutToShow.connect(lambda: self.files.fill_recent(recent))
        for scheme, action in self.menus.schemes.items():
            action.triggered.connect(lambda _=False, scheme=scheme: self.set_color_scheme(scheme))
        for code, action in self.menus.languages.items():
            action.triggered.connect(lambda _=False, code=code: self._set_language(code))

    def _connect_views(self) -> None:
        panel, servers = self.settings_panel, self.servers
        panel.options_changed.connect(lambda _options: self._remember())
        panel.options_changed.connect(lambda _options: self.regions.refresh())
        panel.distributed_requested.connect(servers.set_distributed)
        panel.distributed_settings_requested.connect(lambda: servers.open_dialog(self))
        self.empty_view.render_requested.connect(self.start_render)
        self.empty_view.open_requested.connect(self.files.ask_for_scene)
        self.display_bar.exposure.exposure_requested.connect(lambda _ev: self._remember())
        self.display_bar.look.look_requested.connect(lambda *_values: self._remember())
        self.display_bar.look.lut.ocio_requested.connect(lambda: self.ocio.open())
        self.log_dock.visibilityChanged.connect(
            lambda _v: self.actions_by_key["log"].setChecked(not self.log_dock.isHidden())
        )

    def _connect_controllers(self) -> None:
        servers, files = self.servers, self.files
        servers.list_changed.connect(self._show_distributed)
        self.session.job_started.connect(self.scene_servers.job_started)
        self.incidents.strip_changed.connect(self.toasts.tell_failures)
        self.saver.failed.connect(self.toasts.tell_problem)
        self.nobody.alone.connect(self.toasts.tell_problem)
        self.render_control.failed.connect(self.toasts.tell_problem)
        self.render_control.finished.connect(self.toasts.tell_end)
        self.scene_servers.failed.connect(self.strips.tell_problem)
        self.scene_servers.offered.connect(self._offer_servers)
        servers.log_requested.connect(self._show_log_of)
        servers.said.connect(self.render_status.say)
        self.luts.said.connect(self.render_status.say)
        self.luts.failed.connect(self.strips.tell_problem)
        self.luts.outdated.connect(self._offer_lut)
        self.luts.changed.connect(self._remember)
        self.controls.was_reset.connect(lambda: self.luts.set_on(False))
        files.lut_dropped.connect(lambda path: self.luts.choose(LutChoice(path=path)))
        self.denoiser.picture_changed.connect(self._show_picture)
        self.denoiser.said.connect(self.render_status.say)
        self.saver.saved.connect(lambda _path: self.resumer.drop_complete())
        self.saver.failed.connect(self.strips.offer_to_save)
        self.strips.save_as = self._save_shown
        self.partial_warning.start = self.start_render
        self.denoiser.failed.connect(lambda _text: self.set_denoise(False))
        for problem in (self.render_control.failed, self.denoiser.failed):
            problem.connect(self.strips.tell_problem)
        self.opener.opened.connect(self._on_scene)
        self.opener.failed.connect(self._on_scene_failed)
        self.render_control.state_changed.connect(lambda _state: self._update_actions())
        self.render_control.began.connect(self.empty_view.hide)
        self.session.logged.connect(self._on_logged)
        self.log_bundling.said.connect(self.render_status.say)
        self.log_bundling.failed.connect(self.strips.tell_problem)
        history = self.tools.history
        history.failed.connect(self.strips.tell_problem)
        history.said.connect(self.render_status.say)
        history.save_requested.connect(files.ask_for_picture)
        files.picture_dropped.connect(lambda path: history.add_file(Path(path)))
        files.said.connect(self.render_status.say)
        self.regions.said.connect(self.render_status.say)
        self.focus.said.connect(self.render_status.say)
        self.render_control.began.connect(self.regions.show)
        self.resumer.taken_up.connect(self._show_settings_of)
        history.content_changed.connect(self.regions.show)
        self.frame_buffer.gestures.focus_requested.connect(self._focus_on)
        files.environment_dropped.connect(self.settings_panel.use_environment)
        files.servers_dropped.connect(lambda path: servers.exchange.import_file(Path(path)))

    # -- wishes -------------------------------------------------------------------------------

    def start_render(self) -> None:
        """Render the open scene."""
        if self.opener.scene is None or self.render_control.state is not RenderState.IDLE:
            return
        if not self.servers.usable:
            self.strips.offer_local()
            return
        self.strips.messages.hide()
        self.incidents.begin_render()
        try:
            self.render_control.start(
                self.opener.scene,
                self.settings_panel.options,
                denoise=self.denoiser.wanted,
                regions=self.regions.regions,
            )
        except ValueError as error:
            self.strips.tell_problem(str(error))

    def _save_shown(self) -> None:
        """Save what is seen: the frame, or the picture of the history."""
        if not self.tools.history.save_shown():
            self.files.ask_for_image()

    def _focus_on(self, x: float, y: float) -> None:
        self.settings_panel.focus_on(x, y)
        blurs = self.settings_panel.options.fstop > 0.0
        self.render_status.say(
            self.tr("The next frame is sharp there")
            if blurs
            else self.tr("Focus point set: it shows with an f-stop under Depth of field")
        )

    def set_denoise(self, on: bool) -> None:
        """See complete pictures without their noise, or as they were rendered."""
        self.actions_by_key["denoise"].setChecked(on)
        self.denoiser.set_wanted(on)
        self.store.update(denoise=on)
        self._remember()

    def _set_toasts(self, wanted: bool) -> None:
        self.toasts.set_wanted(wanted)
        self.store.update(toasts=wanted)
        self._remember()

    def set_color_scheme(self, name: str) -> None:
        """Be light, dark, or like the system."""
        apply_color_scheme(name)
        self.menus.schemes.get(name, self.menus.schemes["auto"]).setChecked(True)
        self.store.update(color_scheme=name)
        self._remember()

    def _set_language(self, code: str) -> None:
        self.store.update(language=code)
        self._remember()
        self.render_status.say(self.tr("The language changes with the next start"))

    def _remember(self) -> None:
        self.store.update(options=self.settings_panel.options)
        self.saving.start()

    def _hide_panels(self, hidden: bool) -> None:
        for dock in self.docks:
            dock.setVisible(not hidden and dock in (self.server_dock, self.settings_dock))

    # -- facts --------------------------------------------------------------------------------

    def _show_picture(self, pixels: Floats | None) -> None:
        self.display.set_source(pixels)
        self.tools.inspector.refresh()

    def _on_scene(self, summary: SceneSummary) -> None:
        scene = self.opener.scene
        assert scene is not None
        self.settings_panel.set_cameras(summary.cameras)
        self.settings_panel.set_animation(summary.animated, summary.duration_s)
        self.setWindowTitle(f"{scene.name} — Bucket Brigade")
        demo = scene == self.services.demo_scene()
        self.empty_view.show_scene(
            self.tr("Demo scene") if demo else scene.name, describe_scene(summary), True
        )
        if not demo:
            self.files.remember_scene(scene)
        self.render_status.say(self.tr("Opened {}").format(scene.name))
        for text in summary.warnings:
            self.strips.tell_problem(text)
        self.scene_servers.scene_opened(scene)
        self._update_actions()
        self._remember()

    def _offer_servers(self, rows: list[ServerEntry]) -> None:
        text = self.tr("This scene brings {} servers that the list lacks.").format(len(rows))
        self.strips.offer(text, self.tr("Add them"), lambda: self.servers.add_rows(rows))

    def _offer_lut(self, text: str) -> None:
        self.strips.offer(text, self.tr("Use it as it is"), lambda: self.luts.set_on(True))

    def _on_scene_failed(self, text: str) -> None:
        if self.opener.scene is None:
            self.empty_view.show_scene(self.tr("No scene is open"), text, False)

    def _on_logged(self, level: str, server: str, text: str) -> None:
        self.log_panel.add(LogLine(self.services.clock(), level, server, text))

    def _collect_logs(self) -> None:
        self.log_dock.show()
        self.log_bundling.ask_for_file()

    def _show_log_of(self, uid: str) -> None:
        self.log_panel.show_server(self.servers.name(uid))
        self.log_dock.show()
        self.log_dock.raise_()

    def _show_settings_of(self, request: RenderRequest) -> None:
        self.settings_panel.set_options(options_of(request, self.settings_panel.options))

    def _show_distributed(self) -> None:
        self.settings_panel.set_distributed(self.servers.settings.enabled, self.servers.ticked)

    def _update_actions(self) -> None:
        idle = self.render_control.state is RenderState.IDLE
        busy = self.render_control.state in (RenderState.PREPARING, RenderState.RENDERING)
        self.actions_by_key["render"].setEnabled(idle and self.opener.scene is not None)
        self.actions_by_key["stop"].setEnabled(busy)
        self.actions_by_key["pause"].setEnabled(self.render_control.state is RenderState.RENDERING)
        self.actions_by_key["pause"].setChecked(self.render_control.paused)
        self.actions_by_key["resume"].setEnabled(self.render_control.can_resume)
        for key in ("save", "save_channels", "save_view", "copy"):
            self.actions_by_key[key].setEnabled(self.render_control.job is not None)

    # -- life ---------------------------------------------------------------------------------

    def _restore(self) -> None:
        kept = self.store.preferences
        self.settings_panel.set_options(kept.options)
        self.presets.refresh()
        self.controls.restore()
        self.luts.restore()
        self.set_denoise(kept.denoise)
        self.actions_by_key["toasts"].setChecked(kept.toasts)
        self.toasts.set_wanted(kept.toasts)
        self.set_color_scheme(kept.color_scheme)
        self.menus.languages.get(kept.language, self.menus.languages[""]).setChecked(True)
        self._show_distributed()
        self._update_actions()
        self.render_status.show_zoom(self.frame_buffer.geometry_now.scale)
        if not self.store.restore_layout(self):
            self.resize(FIRST_SIZE)
            docks = [self.settings_dock, self.server_dock]
            self.resizeDocks(docks, [490, 490], Qt.Orientation.Horizontal)
            self.resizeDocks(docks, [500, 320], Qt.Orientation.Vertical)
        self.frame_buffer.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        """Follow light and dark."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "actions_by_key"):
            self._dress()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take scenes, environment maps and server lists."""
        if self.files.takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Use what was dropped."""
        self.files.drop(event.mimeData())
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once during a render; then end everything."""
        if self.render_control.state is not RenderState.IDLE and not self._closing:
            event.ignore()
            self.close_question = ask_to_close(self, self.close_now)
            return
        self._closing = True
        self.denoiser.stop()
        self.tray.hide()
        self.saving.stop()
        self.store.save()
        self.store.save_layout(self)
        self.hide()  # ending the local server may take a moment
        self.servers.stop()
        self.resumer.drop_complete()
        self.session.shutdown()
        self.background.close()
        self.drag_out.close()
        event.accept()

    def close_now(self) -> None:
        """Close without a question."""
        self._closing = True
        self.close()
