"""The render settings: rollouts of fields, each with unit, range and tooltip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.system.translation import word
from app.values.render_options import SIZE_PRESETS, RenderOptions
from app.widgets.background_rollout import BackgroundRollout
from app.widgets.bucket_fields import BucketFields
from app.widgets.camera_rollouts import CameraRollout, LensRollout
from app.widgets.environment_rollout import EnvironmentRollout
from app.widgets.fields import make_choice, make_double, make_int, make_pair
from app.widgets.option_fields import OptionFields
from app.widgets.preset_bar import PresetBar
from app.widgets.reset_menu import ResetMenus
from app.widgets.rollout import Rollout
from app.widgets.sampling_rollouts import ChannelsRollout, LightPathsRollout, NoiseRollout
from renderer.shot_settings import FILTER_WIDTHS_PX, MAX_FILTER_WIDTH_PX

#: As `renderer.settings` has them; the session checks again.
MAX_SIDE_PX = 16384
MAX_SAMPLES = 1 << 20
MAX_SEED = 2**31 - 1  # what QSpinBox holds
PERCENTS = (100, 50, 25)


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
        self._fields = OptionFields(self)
        self.rollouts: dict[str, Rollout] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QWidget()
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(4)
        self.presets = PresetBar()
        self._column.addWidget(self.presets)
        self._add_output()
        self._camera = CameraRollout(self._fields)
        self.camera = self._camera.camera
        self._add_rollout("camera", self._camera)
        self._add_rollout("lens", LensRollout(self._fields))
        environment = EnvironmentRollout(self._fields)
        environment.map.chosen.connect(self.use_environment)
        self._environment = environment
        self._add_rollout("environment", environment)
        self._add_rollout("background", BackgroundRollout(self._fields))
        self._add_rollout("noise", NoiseRollout(self._fields))
        self._add_rollout("paths", LightPathsRollout(self._fields))
        self._add_rollout("channels", ChannelsRollout(self._fields))
        self._add_system(orders)
        self.resets = ResetMenus(self._fields, self.rollouts, RenderOptions(), self)
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
        self._options = options
        self._camera.show_camera(options.camera)
        self._fields.show(options)
        self._show_preset()

    def set_cameras(self, names: Sequence[str]) -> None:
        """Offer the cameras of the scene; one that is gone falls back to the first."""
        self._camera.set_cameras(names)
        self._read()

    def set_animation(self, animated: bool, duration_s: float) -> None:
        """Offer moments of the scene's animations; the length is 0 where it is unknown."""
        self._camera.set_animation(animated, duration_s)

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
        self._add_rollout(key, rollout)
        return rollout.form

    def _add_rollout(self, key: str, rollout: Rollout) -> None:
        self.rollouts[key] = rollout
        self._column.addWidget(rollout)

    def _add_output(self) -> None:
        form = self._rollout("output", self.tr("Output"))
        self.preset = QComboBox()
        self.preset.setToolTip(self.tr("Usual frame sizes"))
        self.preset.setAccessibleName(self.tr("Size preset"))
        self.preset.addItem(self.tr("Custom"), None)
        for name, width, height in SIZE_PRESETS:
            self.preset.addItem(word(name), (width, height))
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
        self.percent = make_choice(
            self.tr("Test resolution"),
            self.tr("Render a smaller frame for a first look"),
            [(self.tr("Full size") if n == 100 else f"{n} %", n) for n in PERCENTS],
        )
        self.samples = make_int(
            1,
            MAX_SAMPLES,
            "",
            self.tr("Camera samples per pixel: four times as many halve the noise"),
        )
        self.seed = make_int(
            0, MAX_SEED, "", self.tr("Another seed gives another noise; the same gives the same")
        )
        for option, field in (
            ("width", self.width_px),
            ("height", self.height_px),
            ("samples", self.samples),
            ("seed", self.seed),
        ):
            self._fields.bind(option, field)
        self._fields.bind("percent", self.percent)
        form.addRow(self.tr("Size"), self.preset)
        form.addRow("", size)
        form.addRow(self.tr("Test"), self.percent)
        form.addRow(self.tr("Samples"), self.samples)
        form.addRow(self.tr("Seed"), self.seed)
        self._add_filter(form)

    def _add_filter(self, form: QFormLayout) -> None:
        self.pixel_filter = make_choice(
            self.tr("Pixel filter"),
            self.tr("How samples around a pixel's centre count: wide is soft, narrow is jagged"),
            [(word(name.title()), name) for name in FILTER_WIDTHS_PX],
        )
        self.filter_width = make_double(
            0, MAX_FILTER_WIDTH_PX, "px", 2, self.tr("Whole width of the filter. 0: its usual one")
        )
        self.filter_width.setSpecialValueText(self.tr("Usual"))
        self._fields.bind("pixel_filter", self.pixel_filter)
        self._fields.bind("filter_width_px", self.filter_width)
        form.addRow(self.tr("Pixel filter"), self.pixel_filter)
        form.addRow(self.tr("Filter width"), self.filter_width)

    def _add_system(self, orders: Sequence[str]) -> None:
        form = self._rollout("system", self.tr("System"))
        self.bucket = BucketFields(self._fields, self)
        self.order = make_choice(
            self.tr("Bucket order"),
            self.tr("Which bucket comes first. It changes no pixel."),
            [(word(name.capitalize()), name) for name in orders],
        )
        self.reverse = QCheckBox(self.tr("Reverse"))
        self.reverse.setToolTip(self.tr("Begin with the last bucket of that order"))
        self._fields.bind("order", self.order)
        self._fields.bind("reverse", self.reverse)
        self.distributed = QCheckBox(self.tr("Distributed rendering"))
        self.distributed.setToolTip(
            self.tr("Render on all ticked servers. Off: on this computer alone.")
        )
        self.distributed_button = QPushButton(self.tr("Settings…"))
        self.distributed_button.setAccessibleName(self.tr("Distributed rendering settings"))
        self.distributed_button.setToolTip(self.distributed_button.accessibleName())
        row = QHBoxLayout()
        row.addWidget(self.distributed, 1)
        row.addWidget(self.distributed_button)
        self.bucket.add_to(form)
        form.addRow(self.tr("Bucket order"), make_pair(self.order, self.reverse))
        form.addRow(row)

    # -- input --------------------------------------------------------------------------------

    def _connect(self) -> None:
        self._fields.changed.connect(self._read)
        self.preset.activated.connect(self._use_preset)
        self.swap.clicked.connect(self._swap)
        self.distributed.toggled.connect(self.distributed_requested)
        self.distributed_button.clicked.connect(lambda: self.distributed_settings_requested.emit())

    def _read(self) -> None:
        options = replace(self._options, **self._fields.values())
        if options != self._options:
            self._options = options
            self._show_preset()
            self.options_changed.emit(options)

    def _show_preset(self) -> None:
        size = (self.width_px.value(), self.height_px.value())
        sizes = [None, *((width, height) for _name, width, height in SIZE_PRESETS)]
        self.preset.setCurrentIndex(sizes.index(size) if size in sizes else 0)

    def _use_preset(self, index: int) -> None:
        if index > 0:
            _name, width, height = SIZE_PRESETS[index - 1]
            self._set_size(width, height)

    def _swap(self) -> None:
        self._set_size(self._options.height, self._options.width)

    def _set_size(self, width: int, height: int) -> None:
        self.change_options(replace(self._options, width=width, height=height))

    def focus_on(self, x: float, y: float) -> None:
        """Make sharp what the frame shows there; from its left and top edge, 0..1."""
        self.change_options(replace(self._options, focus_x=x, focus_y=y, focus_distance_m=0.0))

    def change_options(self, options: RenderOptions) -> None:
        """Show other values, as the artist's own change."""
        self.set_options(options)
        self.options_changed.emit(options)

    def use_environment(self, path: str) -> None:
        """Light the scene with this file, even if the sky lights it so far."""
        with self._fields.quiet():
            self._environment.use_map(path)
        self._read()
