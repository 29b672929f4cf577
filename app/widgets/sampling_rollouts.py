"""The render settings' rollouts about noise, light paths and channels."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.widgets.channel_boxes import ChannelBoxes
from app.widgets.fields import make_double, make_int
from app.widgets.option_fields import OptionFields
from app.widgets.rollout import Rollout
from renderer.settings import MAX_DEPTH, MAX_SAMPLES

#: More clamps nothing that a display could show; the field stays short.
MAX_SHOWN_CLAMP = 1e6


class NoiseRollout(Rollout):
    """When a pixel has had samples enough."""

    def __init__(self, fields: OptionFields, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Noise"), open_now=False, parent=parent)
        self.threshold = make_double(
            0,
            1,
            "",
            4,
            self.tr(
                "Relative error at which a pixel gets no more samples, such as 0.02. "
                "The samples above are then the most it gets. 0: every pixel gets all"
            ),
        )
        self.threshold.setSingleStep(0.005)
        self.threshold.setSpecialValueText(self.tr("Off"))
        self.min_samples = make_int(
            1, MAX_SAMPLES, "", self.tr("Samples that every pixel gets before it may end")
        )
        fields.bind("noise_threshold", self.threshold)
        fields.bind("min_samples", self.min_samples)
        self.form.addRow(self.tr("Threshold"), self.threshold)
        self.form.addRow(self.tr("Min samples"), self.min_samples)
        self.threshold.valueChanged.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        self.min_samples.setEnabled(self.threshold.value() > 0.0)


class LightPathsRollout(Rollout):
    """How far light is followed, and how bright a sample may be."""

    def __init__(self, fields: OptionFields, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Light paths"), open_now=False, parent=parent)
        clamp = self.tr("Largest value one sample may add: removes fireflies, loses light. 0: off")
        indirect = self.tr("The same for light after more than one bounce only. 0: off")
        for option, title, low, tip in (
            (
                "max_depth",
                self.tr("Max depth"),
                1,
                self.tr("Segments of a path from the camera; 1 shows lights and sky only"),
            ),
            ("diffuse_depth", self.tr("Diffuse"), 0, self.tr("Most diffuse bounces along a path")),
            ("glossy_depth", self.tr("Glossy"), 0, self.tr("Most reflections along a path")),
            (
                "transmission_depth",
                self.tr("Transmission"),
                0,
                self.tr("Most refractions along a path, two for each glass"),
            ),
            (
                "transparent_depth",
                self.tr("Transparent"),
                0,
                self.tr("Most holes and clear panes that a ray passes straight through"),
            ),
            (
                "roulette_depth",
                self.tr("Roulette from"),
                1,
                self.tr("First segment at which a path may end by Russian roulette"),
            ),
        ):
            field = make_int(low, MAX_DEPTH, "", tip)
            fields.bind(option, field)
            self.form.addRow(title, field)
        self._add_clamp(fields, "clamp", self.tr("Clamp"), clamp)
        self._add_clamp(fields, "clamp_indirect", self.tr("Clamp indirect"), indirect)

    def _add_clamp(self, fields: OptionFields, option: str, title: str, tip: str) -> None:
        field = make_double(0, MAX_SHOWN_CLAMP, "", 2, tip)
        field.setSpecialValueText(self.tr("Off"))
        fields.bind(option, field)
        self.form.addRow(title, field)


class ChannelsRollout(Rollout):
    """What is rendered besides the picture."""

    def __init__(self, fields: OptionFields, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Channels"), open_now=False, parent=parent)
        self.boxes = ChannelBoxes()
        fields.bind("channels", self.boxes)
        self.form.addRow(self.boxes)
