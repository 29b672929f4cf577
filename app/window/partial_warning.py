"""Tells that servers render only a region, or a test resolution, before their time is spent on it.

A strip, once for every render; nothing waits for it. *Warn before a region render* in the
*Distributed rendering settings* switches it off, and so does its button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from app.picture.region_controller import RegionController
from app.widgets.local_numbers import format_whole
from app.widgets.settings_panel import SettingsPanel
from app.window.render_controller import RenderController, RenderState
from app.window.servers_controller import ServersController
from app.window.strips_controller import StripsController


class PartialWarning(QObject):
    """See the module.

    Attributes:
        start: begins a render of what the panel shows.
    """

    def __init__(
        self,
        render: RenderController,
        servers: ServersController,
        strips: StripsController,
        regions: RegionController,
        panel: SettingsPanel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._render = render
        self._servers = servers
        self._strips = strips
        self._regions = regions
        self._panel = panel
        self._text = ""
        self._again = False  # once the frame that is in hand has stopped
        self.start: Callable[[], object] = lambda: None
        strips.add_calls({"render_all": self.render_all, "warn_off": self.switch_off})
        render.began.connect(self._begin)
        render.state_changed.connect(self._follow)

    def render_all(self) -> None:
        """Render the whole frame in its full size instead."""
        self._regions.clear()
        self._panel.set_options(replace(self._panel.options, percent=100))
        self._panel.options_changed.emit(self._panel.options)
        if self._render.state is RenderState.IDLE:
            self.start()
        else:
            self._again = True
            self._render.stop()

    def switch_off(self) -> None:
        """Do not say it again, until the box in the dialog is ticked."""
        self._servers.set_settings(replace(self._servers.settings, warn_partial=False))

    def _begin(self) -> None:
        """A frame begins: say if it is less than the whole, and others work on it too."""
        settings = self._servers.settings
        others = any(e.enabled and not e.local for e in self._servers.model.entries)
        job = self._render.job
        if job is None or not (settings.enabled and settings.warn_partial and others):
            return
        self._text = self._describe(bool(job.request.regions), self._panel.options.percent)
        if self._text:
            actions = (
                ("render_all", self.tr("Render all")),
                ("warn_off", self.tr("Never say this")),
            )
            self._strips.messages.show_notice("wait", self._text, actions)

    def _describe(self, region: bool, percent: int) -> str:
        size = format_whole(percent)
        if region and percent < 100:
            text = self.tr("All servers render only the region, at {} % of the frame's size.")
        elif region:
            text = self.tr("All servers render only the region that is drawn.")
        elif percent < 100:
            text = self.tr("All servers render a test, at {} % of the frame's size.")
        else:
            text = ""
        return text.format(size)

    def _follow(self, state: RenderState) -> None:
        if state is not RenderState.IDLE:
            return
        if self._text:
            self._strips.withdraw(self._text)
            self._text = ""
        if self._again:
            self._again = False
            self.start()
