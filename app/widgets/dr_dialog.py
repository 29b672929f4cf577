"""*Distributed rendering settings*: the same server list, and the options of the farm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.values.session_types import DistributedSettings
from app.widgets.fields import make_buttons, make_int
from app.widgets.flow_layout import FlowLayout
from app.widgets.server_model import ServerTableModel
from app.widgets.server_pane import ServerPane

MAX_SERVERS = 4096
#: Of `app.servers.server_file`; a test compares them.
MAX_CACHE_GB, MAX_CACHE_H = 100_000, 87_600
#: Of `network.addresses`, which views do not import; a test compares the two.
ACCEPT_PORT = 20728


class DistributedDialog(QDialog):
    """Opened by `show()`; changes take effect at once, also during a render.

    Signals:
        settings_requested(DistributedSettings): an option was changed.
        new_key_requested(str): make a key file at this path.
    """

    settings_requested = Signal(object)
    new_key_requested = Signal(str)

    def __init__(self, model: ServerTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Distributed rendering settings"))
        self._settings = DistributedSettings()
        self.pane = ServerPane(model)
        for button, text in (
            (self.pane.add_button, self.tr("Add server…")),
            (self.pane.edit_button, self.tr("Edit server…")),
            (self.pane.remove_button, self.tr("Remove server")),
            (self.pane.resolve_button, self.tr("Resolve servers")),
        ):
            button.setText(text)
        self._make_fields()
        self.buttons = make_buttons(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.close)
        self._lay_out()
        self._connect()
        self.resize(self.fontMetrics().averageCharWidth() * 150, 560)

    def set_settings(self, settings: DistributedSettings) -> None:
        """Show the options as they are."""
        self._settings = settings
        fields = (
            self.max_servers,
            self.use_local,
            self.key_file,
            self.dial_in,
            self.audit,
            self.mix_engines,
            self.save_with_scene,
            self.restart_servers,
            self.transfer_assets,
            self.use_cached,
            self.warn_partial,
            self.cache_gb,
            self.cache_hours,
        )
        for widget in fields:
            widget.blockSignals(True)
        self.max_servers.setValue(settings.max_servers)
        self.use_local.setChecked(settings.use_local)
        self.dial_in.setChecked(bool(settings.accept))
        self.audit.setValue(settings.audit_percent)
        self.mix_engines.setChecked(settings.mix_engines)
        self.save_with_scene.setChecked(settings.save_with_scene)
        self.restart_servers.setChecked(settings.restart_servers)
        self.transfer_assets.setChecked(settings.transfer_assets)
        self.use_cached.setChecked(settings.use_cached_assets)
        self.warn_partial.setChecked(settings.warn_partial)
        self.cache_gb.setValue(settings.cache_gb)
        self.cache_hours.setValue(settings.cache_hours)
        if self.key_file.text() != settings.key_file:
            self.key_file.setText(settings.key_file)
        for widget in fields:
            widget.blockSignals(False)

    def _make_fields(self) -> None:
        self.max_servers = QSpinBox()
        self.max_servers.setRange(0, MAX_SERVERS)
        self.max_servers.setSpecialValueText(self.tr("All"))
        self.max_servers.setAccessibleName(self.tr("Max servers"))
        self.max_servers.setToolTip(
            self.tr(
                "How many servers may render at once: the first of the list that can. "
                "0 means all that are ticked."
            )
        )
        self.use_local = QCheckBox(self.tr("Use local machine"))
        self.use_local.setToolTip(
            self.tr("This computer renders too, as one more server with its own row in the list.")
        )
        self._make_options()
        self.key_file = QLineEdit()
        self.key_file.setAccessibleName(self.tr("Key file"))
        self.key_file.setPlaceholderText(self.tr("farm.key in the configuration folder"))
        self.key_file.setToolTip(
            self.tr(
                "The same key file must be on each server (--key-file). Servers without the "
                "right key are refused, and so are clients."
            )
        )
        self.browse_button = QPushButton(self.tr("Browse…"))
        self.browse_button.setAutoDefault(False)
        self.browse_button.setToolTip(self.tr("Choose a key file that there is already"))
        self.new_key_button = QPushButton(self.tr("New…"))
        self.new_key_button.setAutoDefault(False)
        self.new_key_button.setToolTip(
            self.tr("Make a new key file. Copy it to every server, by a way you trust.")
        )

    def _make_options(self) -> None:
        self.dial_in = QCheckBox(self.tr("Servers may dial in"))
        self.dial_in.setToolTip(
            self.tr(
                "For servers that nobody can reach from outside (batch systems, containers, "
                "routers): brigade server --connect THIS-COMPUTER. They need the key file. "
                "Port {}, all networks."
            ).format(ACCEPT_PORT)
        )
        self.audit = make_int(0, 100, "%", self.tr("Buckets that are rendered twice and compared"))
        self.audit.setToolTip(
            self.tr(
                "So many of the buckets are rendered on two servers; one that differs is out, and "
                "its buckets are rendered again. 0 to 100 %. From the next render on."
            )
        )
        self.mix_engines = QCheckBox(self.tr("Mix engines"))
        self.mix_engines.setToolTip(
            self.tr(
                "Servers of different processors or versions may render one frame together. Their "
                "last bits may differ, so the frame may not be the same twice. From the next "
                "render on."
            )
        )
        self._make_asset_boxes()
        self.warn_partial = QCheckBox(self.tr("Warn before a region render"))
        self.warn_partial.setToolTip(
            self.tr(
                "A line above the picture says so when servers render only a region, or a test "
                "resolution, with a button that renders all instead."
            )
        )
        self._make_cache_fields()
        self.restart_servers = QCheckBox(self.tr("Restart servers on render end"))
        self.restart_servers.setToolTip(
            self.tr(
                "Each server begins the next frame with a fresh render process, which frees the "
                "memory of this one; opening the scene again takes its time. Not while the server "
                "works for another client."
            )
        )
        self.save_with_scene = QCheckBox(self.tr("Save servers in the scene"))
        self.save_with_scene.setToolTip(
            self.tr(
                "Each render writes the list into a file beside the scene, SCENE.servers.toml; who "
                "opens the scene is offered these servers. The scene itself is not touched."
            )
        )

    def _make_asset_boxes(self) -> None:
        self.transfer_assets = QCheckBox(self.tr("Transfer missing assets"))
        self.transfer_assets.setToolTip(
            self.tr(
                "Servers get the images of the scene that they lack, also from each other. "
                "Off: they get the scene alone; one that lacks a file says which, and does not "
                "render. This computer always has all. From the next render on.\n"
                "With Use cached assets off too, other computers hold the scene alone: of a scene "
                "with images each of them fails, and says which image it lacks."
            )
        )
        self.use_cached = QCheckBox(self.tr("Use cached assets"))
        self.use_cached.setToolTip(
            self.tr(
                "Servers use files that they have from earlier renders, once their content is "
                "checked. Off: they get all files again. From the next render on.\n"
                "With Transfer missing assets off too, other computers hold the scene alone: of a "
                "scene with images each of them fails, and says which image it lacks."
            )
        )

    def _make_cache_fields(self) -> None:
        """Files of scenes that this computer's server keeps; others have options of their own."""
        self.cache_gb = make_int(0, MAX_CACHE_GB, "GB", self.tr("Size of the cache here"))
        self.cache_gb.setSpecialValueText(self.tr("No limit"))
        self.cache_hours = make_int(0, MAX_CACHE_H, "h", self.tr("Age of unused files in it"))
        self.cache_hours.setSpecialValueText(self.tr("No limit"))
        tip = self.tr(
            "Cached assets of this computer's server: the files used last stay, up to this "
            "{}. 0: no limit. Files of a running frame always stay. It counts at "
            "once, also during a render. Others: brigade server --cache-limit, --cache-age."
        )
        self.cache_gb.setToolTip(tip.format(self.tr("size in gigabytes")))
        self.cache_hours.setToolTip(tip.format(self.tr("age in hours")))

    def _lay_out(self) -> None:
        key = QHBoxLayout()
        key.addWidget(self.key_file, 1)
        key.addWidget(self.browse_button)
        key.addWidget(self.new_key_button)
        form = QFormLayout()
        form.addRow(self.tr("&Max servers"), self.max_servers)
        form.addRow(self.tr("&Audit"), self.audit)
        assets = FlowLayout(spacing=16)
        assets.addWidget(self.transfer_assets)
        assets.addWidget(self.use_cached)
        form.addRow(self.tr("Assets"), assets)
        cache = QHBoxLayout()
        limit = QLabel(self.tr("&Cache limit"))
        limit.setBuddy(self.cache_gb)
        cache.addWidget(limit)
        cache.addWidget(self.cache_gb)
        cache.addWidget(QLabel(self.tr("unused for")))
        cache.addWidget(self.cache_hours)
        cache.addStretch(1)
        form.addRow("", cache)
        boxes = FlowLayout(spacing=16)
        for box in self._boxes():
            boxes.addWidget(box)
        form.addRow("", boxes)
        label = QLabel(self.tr("&Key file"))
        label.setBuddy(self.key_file)
        form.addRow(label, key)
        layout = QVBoxLayout(self)
        self.pane.set_margin(0)  # as far out as the form below
        layout.addWidget(self.pane, 1)
        layout.addLayout(form)
        layout.addWidget(self.buttons)

    def _boxes(self) -> tuple[QCheckBox, ...]:
        return (
            self.use_local,
            self.dial_in,
            self.mix_engines,
            self.restart_servers,
            self.save_with_scene,
            self.warn_partial,
        )

    def _connect(self) -> None:
        self.max_servers.valueChanged.connect(
            lambda value: self._request(replace(self._settings, max_servers=value))
        )
        self.use_local.toggled.connect(
            lambda on: self._request(replace(self._settings, use_local=on))
        )
        self.dial_in.toggled.connect(self._request_accept)
        self.audit.valueChanged.connect(
            lambda value: self._request(replace(self._settings, audit_percent=value))
        )
        self.mix_engines.toggled.connect(
            lambda on: self._request(replace(self._settings, mix_engines=on))
        )
        self.save_with_scene.toggled.connect(
            lambda on: self._request(replace(self._settings, save_with_scene=on))
        )
        self.cache_gb.valueChanged.connect(
            lambda value: self._request(replace(self._settings, cache_gb=value))
        )
        self.cache_hours.valueChanged.connect(
            lambda value: self._request(replace(self._settings, cache_hours=value))
        )
        self.transfer_assets.toggled.connect(
            lambda on: self._request(replace(self._settings, transfer_assets=on))
        )
        self.warn_partial.toggled.connect(
            lambda on: self._request(replace(self._settings, warn_partial=on))
        )
        self.use_cached.toggled.connect(
            lambda on: self._request(replace(self._settings, use_cached_assets=on))
        )
        self.restart_servers.toggled.connect(
            lambda on: self._request(replace(self._settings, restart_servers=on))
        )
        self.key_file.editingFinished.connect(self._request_key)
        self.browse_button.clicked.connect(self._browse)
        self.new_key_button.clicked.connect(self._new_key)

    def _request(self, settings: DistributedSettings) -> None:
        if settings != self._settings:
            self._settings = settings
            self.settings_requested.emit(settings)

    def _request_accept(self, on: bool) -> None:
        # A place that was written into servers.toml by hand is kept while the box stays ticked.
        self._request(replace(self._settings, accept=self._settings.accept or "*" if on else ""))

    def _request_key(self) -> None:
        self._request(replace(self._settings, key_file=self.key_file.text().strip()))

    def choose_key(self, path: str) -> None:
        """Use this key file."""
        self.key_file.setText(path)
        self._request_key()

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Key file"), self._folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Key files (*.key)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(self.choose_key)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _new_key(self) -> None:
        dialog = QFileDialog(self, self.tr("New key file"), self._folder())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("key")
        dialog.setNameFilters([self.tr("Key files (*.key)")])
        dialog.selectFile("farm.key")
        dialog.fileSelected.connect(self.new_key_requested)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _folder(self) -> str:
        chosen = self._settings.key_file
        return str(Path(chosen).parent) if chosen else str(Path.home())
