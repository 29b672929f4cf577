"""The render settings: rollouts of fields, each with unit, range and tooltip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.render_options import SIZE_PRESETS, RenderOptions
from app.widgets.fields import make_double, make_int
from app.widgets.rollout import Rollout

#: As `renderer.settings` has them; the session checks again.
MAX_SIDE_PX = 16384
MAX_SAMPLES = 1 << 20
MAX_SEED = 2**31 - 1  # what QSpinBox holds
BUCKET_SIZE_PX = (8, 512)
PERCENTS = (100, 50, 25)
ENVIRONMENT_FILTER = "*.hdr *.exr *.png *.jpg *.jpeg"


class SettingsPanel(QScrollArea):
    """All rollouts in one column that scrolls.

    Signals:
        options_changed(RenderOptions): a field was changed by the artist.
        distributed_requested(bool): *Distributed rendering* was ticked or cleared.
        distributed_settings_requested(): *Settings…* beside it.
    """

    options_changed = Signal(object)
    distributed_requested = Signal(bool)
    distributed_settings_requested = Signal()

    def __init__(self, orders: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = RenderOptions()
        self._filling = False
        self.rollouts: dict[str, Rollout] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QWidget()
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(4)
        self._add_output()
        self._add_camera()
        self._add_environment()
        self._add_light_paths()
        self._add_system(orders)
        self._column.addStretch(1)
        self.setWidget(column)
        self.setMinimumWidth(column.minimumSizeHint().width() + 18)
        self.set_options(self._options)
        self._connect()

    # -- plain values in and out --------------------------------------------------------------

    @property
    def options(self) -> RenderOptions:
        """What the fields say."""
        return self._options

    def set_options(self, options: RenderOptions) -> None:
        """Show these values."""
        self._filling = True
        self._options = options
        self.width_px.setValue(options.width)
        self.height_px.setValue(options.height)
        self.percent.setCurrentIndex(max(0, self.percent.findData(options.percent)))
        self.samples.setValue(options.samples)
        self.seed.setValue(options.seed)
        self._show_camera(options.camera)
        self.environment.setText(options.environment)
        self.strength.setValue(options.environment_strength)
        self.rotation.setValue(options.environment_rotation_deg)
        self.max_depth.setValue(options.max_depth)
        self.roulette_depth.setValue(options.roulette_depth)
        self.clamp.setValue(options.clamp)
        self.bucket_size.setValue(options.bucket_size)
        self.order.setCurrentIndex(max(0, self.order.findData(options.order)))
        self._show_preset()
        self._filling = False

    def set_cameras(self, names: Sequence[str]) -> None:
        """Offer the cameras of the scene; one that is gone falls back to the first."""
        self._filling = True
        chosen = self._options.camera if self._options.camera in names else ""
        self.camera.clear()
        self.camera.addItem(self.tr("First camera") if names else self.tr("Automatic"), "")
        for name in names:
            self.camera.addItem(name, name)
        self._filling = False
        self._show_camera(chosen)
        self._read()

    def set_distributed(self, enabled: bool, servers: int) -> None:
        """Show the *Distributed rendering* box; `servers` is how many are ticked."""
        self.distributed.blockSignals(True)
        self.distributed.setChecked(enabled)
        self.distributed.blockSignals(False)
        self.distributed_button.setToolTip(
            self.tr("Distributed rendering settings: {} servers ticked (F10)").format(servers)
        )

    # -- rollouts -----------------------------------------------------------------------------

    def _rollout(self, key: str, title: str, open_now: bool = True) -> QFormLayout:
        rollout = Rollout(title, open_now)
        self.rollouts[key] = rollout
        self._column.addWidget(rollout)
        return rollout.form

    def _add_output(self) -> None:
        form = self._rollout("output", self.tr("Output"))
        self.preset = QComboBox()
        self.preset.setToolTip(self.tr("Usual frame sizes"))
        self.preset.setAccessibleName(self.tr("Size preset"))
        self.preset.addItem(self.tr("Custom"), None)
        for name, width, height in SIZE_PRESETS:
            self.preset.addItem(name, (width, height))
        self.width_px = make_int(1, MAX_SIDE_PX, "px", self.tr("Width of the frame, pixels"))
        self.height_px = make_int(1, MAX_SIDE_PX, "px", self.tr("Height of the frame, pixels"))
        self.swap = QToolButton()
        self.swap.setText("⇄")
        self.swap.setToolTip(self.tr("Swap width and height"))
        self.swap.setAccessibleName(self.tr("Swap width and height"))
        size = QHBoxLayout()
        size.addWidget(self.width_px, 1)
        size.addWidget(self.swap)
        size.addWidget(self.height_px, 1)
        self.percent = QComboBox()
        for percent in PERCENTS:
            title = self.tr("Full size") if percent == 100 else f"{percent} %"
            self.percent.addItem(title, percent)
        self.percent.setAccessibleName(self.tr("Test resolution"))
        self.percent.setToolTip(self.tr("Render a smaller frame for a first look"))
        self.samples = make_int(
            1,
            MAX_SAMPLES,
            "",
            self.tr("Camera samples per pixel: four times as many halve the noise"),
        )
        self.seed = make_int(
            0, MAX_SEED, "", self.tr("Another seed gives another noise; the same gives the same")
        )
        form.addRow(self.tr("Size"), self.preset)
        form.addRow("", size)
        form.addRow(self.tr("Test"), self.percent)
        form.addRow(self.tr("Samples"), self.samples)
        form.addRow(self.tr("Seed"), self.seed)

    def _add_camera(self) -> None:
        form = self._rollout("camera", self.tr("Camera"))
        self.camera = QComboBox()
        self.camera.setAccessibleName(self.tr("Camera"))
        self.camera.setToolTip(
            self.tr("Camera of the scene. A scene without one is framed automatically.")
        )
        self.camera.addItem(self.tr("First camera"), "")
        form.addRow(self.tr("Camera"), self.camera)

    def _add_environment(self) -> None:
        form = self._rollout("environment", self.tr("Environment"))
        self.environment = QLineEdit()
        self.environment.setPlaceholderText(self.tr("the scene's own light"))
        self.environment.setAccessibleName(self.tr("Environment map"))
        self.environment.setToolTip(
            self.tr("Equirectangular .hdr or .exr file that lights the scene from all around")
        )
        self.environment_button = QPushButton("…")
        self.environment_button.setAccessibleName(self.tr("Choose an environment map"))
        self.environment_button.setToolTip(self.tr("Choose an environment map"))
        self.environment_button.setMaximumWidth(self.fontMetrics().height() * 2)
        row = QHBoxLayout()
        row.addWidget(self.environment, 1)
        row.addWidget(self.environment_button)
        self.strength = make_double(
            0, 1000, "×", 2, self.tr("Multiplies the environment's light, 0 to 1000")
        )
        self.rotation = make_double(
            -360, 360, "°", 1, self.tr("Turn of the environment about the vertical axis, degrees")
        )
        self.rotation.setWrapping(True)
        self.rotation.setSingleStep(5)
        form.addRow(self.tr("Map"), row)
        form.addRow(self.tr("Strength"), self.strength)
        form.addRow(self.tr("Rotation"), self.rotation)

    def _add_light_paths(self) -> None:
        form = self._rollout("paths", self.tr("Light paths"), open_now=False)
        self.max_depth = make_int(
            1, 1024, "", self.tr("Segments of a path from the camera; 1 shows lights and sky only")
        )
        self.roulette_depth = make_int(
            1, 1024, "", self.tr("First segment at which a path may end by Russian roulette")
        )
        self.clamp = make_double(
            0,
            1e6,
            "",
            2,
            self.tr("Largest value one sample may add: removes fireflies, loses light. 0: off"),
        )
        self.clamp.setSpecialValueText(self.tr("Off"))
        form.addRow(self.tr("Max depth"), self.max_depth)
        form.addRow(self.tr("Roulette from"), self.roulette_depth)
        form.addRow(self.tr("Clamp"), self.clamp)

    def _add_system(self, orders: Sequence[str]) -> None:
        form = self._rollout("system", self.tr("System"))
        self.bucket_size = make_int(
            *BUCKET_SIZE_PX,
            "px",
            self.tr("Side of a bucket. Small ones share work better, large ones cost less."),
        )
        self.bucket_size.setSingleStep(8)
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Bucket order"))
        self.order.setToolTip(self.tr("Which bucket comes first. It changes no pixel."))
        for name in orders:
            self.order.addItem(name.capitalize(), name)
        self.distributed = QCheckBox(self.tr("Distributed rendering"))
        self.distributed.setToolTip(
            self.tr("Render on all ticked servers. Off: on this computer alone.")
        )
        self.distributed_button = QPushButton(self.tr("Settings…"))
        self.distributed_button.setAccessibleName(self.tr("Distributed rendering settings"))
        row = QHBoxLayout()
        row.addWidget(self.distributed, 1)
        row.addWidget(self.distributed_button)
        form.addRow(self.tr("Bucket size"), self.bucket_size)
        form.addRow(self.tr("Bucket order"), self.order)
        form.addRow(row)

    # -- input --------------------------------------------------------------------------------

    def _connect(self) -> None:
        spins: tuple[QSpinBox | QDoubleSpinBox, ...] = (
            self.width_px,
            self.height_px,
            self.samples,
            self.seed,
            self.strength,
            self.rotation,
            self.max_depth,
            self.roulette_depth,
            self.clamp,
            self.bucket_size,
        )
        for spin in spins:
            spin.valueChanged.connect(self._read)
        for combo in (self.percent, self.camera, self.order):
            combo.currentIndexChanged.connect(self._read)
        self.environment.editingFinished.connect(self._read)
        self.environment_button.clicked.connect(self._choose_environment)
        self.preset.activated.connect(self._use_preset)
        self.swap.clicked.connect(self._swap)
        self.distributed.toggled.connect(self.distributed_requested)
        self.distributed_button.clicked.connect(lambda: self.distributed_settings_requested.emit())

    def _read(self, _value: Any = None) -> None:
        if self._filling:
            return
        options = RenderOptions(
            width=self.width_px.value(),
            height=self.height_px.value(),
            percent=self.percent.currentData() or 100,
            samples=self.samples.value(),
            seed=self.seed.value(),
            camera=self.camera.currentData() or "",
            environment=self.environment.text().strip(),
            environment_strength=self.strength.value(),
            environment_rotation_deg=self.rotation.value(),
            max_depth=self.max_depth.value(),
            roulette_depth=self.roulette_depth.value(),
            clamp=self.clamp.value(),
            bucket_size=self.bucket_size.value(),
            order=self.order.currentData() or RenderOptions.order,
        )
        if options != self._options:
            self._options = options
            self._show_preset()
            self.options_changed.emit(options)

    def _show_preset(self) -> None:
        size = (self.width_px.value(), self.height_px.value())
        sizes = [None, *((width, height) for _name, width, height in SIZE_PRESETS)]
        self.preset.setCurrentIndex(sizes.index(size) if size in sizes else 0)

    def _show_camera(self, name: str) -> None:
        index = self.camera.findData(name)
        if index < 0:  # of a scene that is still being opened
            self.camera.addItem(name, name)
            index = self.camera.count() - 1
        self.camera.setCurrentIndex(index)

    def _use_preset(self, index: int) -> None:
        if index > 0:
            _name, width, height = SIZE_PRESETS[index - 1]
            self._set_size(width, height)

    def _swap(self) -> None:
        self._set_size(self._options.height, self._options.width)

    def _set_size(self, width: int, height: int) -> None:
        wanted = replace(self._options, width=width, height=height)
        self.set_options(wanted)
        self.options_changed.emit(wanted)

    def _choose_environment(self) -> None:
        start = str(Path(self._options.environment).parent) if self._options.environment else ""
        dialog = QFileDialog(self, self.tr("Environment map"), start)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Environment maps ({})").format(ENVIRONMENT_FILTER), self.tr("All files (*)")]
        )
        dialog.fileSelected.connect(self.use_environment)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def use_environment(self, path: str) -> None:
        """Light the scene with this file."""
        self.environment.setText(path)
        self._read()
