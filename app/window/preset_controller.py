"""Keeps the preset bar and the render settings in step."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.servers.server_file import ServerFileError
from app.settings.presets import Presets, apply_preset, is_applied
from app.values.render_options import RenderOptions
from app.widgets.preset_bar import PresetBar
from app.widgets.settings_panel import SettingsPanel


class PresetController(QObject):
    """Carries out what the bar asks for.

    Signals:
        failed(str): a preset cannot be kept, and why.
    """

    failed = Signal(str)

    def __init__(self, bar: PresetBar, panel: SettingsPanel, presets: Presets) -> None:
        super().__init__(panel)
        self._bar = bar
        self._panel = panel
        self._presets = presets
        bar.chosen.connect(self.choose)
        bar.save_requested.connect(self.save)
        bar.delete_requested.connect(self.delete)
        panel.options_changed.connect(self._show)
        self._list()

    def choose(self, name: str) -> None:
        """Give the settings the preset's values."""
        preset = self._presets.all.get(name)
        if preset is not None:
            self._panel.change_options(apply_preset(self._panel.options, preset))

    def save(self, name: str) -> None:
        """Keep the settings as a preset."""
        try:
            self._presets.save(name, self._panel.options)
        except (ValueError, ServerFileError) as error:
            self.failed.emit(self.tr("The preset is not saved: {}").format(error))
        self._list()

    def delete(self, name: str) -> None:
        """Forget a preset."""
        try:
            self._presets.delete(name)
        except ServerFileError as error:
            self.failed.emit(self.tr("The preset is not deleted: {}").format(error))
        self._list()

    def refresh(self) -> None:
        """The settings are others."""
        self._show(self._panel.options)

    def _list(self) -> None:
        self._bar.set_presets(list(self._presets.all), self._presets.own)
        self.refresh()

    def _show(self, options: RenderOptions) -> None:
        # The artist's own come last and are found first: they may equal a built-in one.
        names = [name for name, p in self._presets.all.items() if is_applied(options, p)]
        self._bar.show_preset(names[-1] if names else "")
