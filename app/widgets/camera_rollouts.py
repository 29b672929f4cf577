"""The render settings' rollouts about the camera: what it looks at, and its lens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from app.widgets.fields import make_choice, make_double, make_pair
from app.widgets.local_numbers import format_fixed
from app.widgets.option_fields import OptionFields
from app.widgets.rollout import Rollout
from renderer.shot_settings import (
    MAX_FOCAL_LENGTH_MM,
    MAX_FSTOP,
    MAX_SENSOR_HEIGHT_MM,
    MAX_SHIFT,
)

#: What fields show and hold; scenes in other units than metres have larger numbers.
MAX_METRES = 1e9
MAX_TIME_S = 86400
#: A frame of film; what most animations are sampled with.
TIME_STEP_S = 1 / 24
BLADES = (0, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16)


class CameraRollout(Rollout):
    """Which camera, what it covers, and when."""

    def __init__(self, fields: OptionFields, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Camera"), parent=parent)
        self._fields = fields
        self._add_camera()
        self._add_time()
        self._add_framing()
        self._add_clipping()

    def set_cameras(self, names: Sequence[str]) -> None:
        """Offer the cameras of the scene; one that is gone falls back to the first."""
        with self._fields.quiet():
            chosen = self.camera.currentData()
            self.camera.clear()
            self.camera.addItem(self.tr("First camera") if names else self.tr("Automatic"), "")
            for name in names:
                self.camera.addItem(name, name)
            self.camera.setCurrentIndex(max(0, self.camera.findData(chosen)))

    def show_camera(self, name: str) -> None:
        """Show a camera, also one of a scene that is still being opened."""
        with self._fields.quiet():
            if self.camera.findData(name) < 0:
                self.camera.addItem(name, name)
            self.camera.setCurrentIndex(self.camera.findData(name))

    def set_animation(self, animated: bool, duration_s: float) -> None:
        """Offer moments of the scene's animations; the length is 0 where it is unknown."""
        self.animated.setEnabled(animated)
        self.time.setEnabled(animated)
        length = (
            self.tr("of {} s").format(format_fixed(duration_s, 2))
            if duration_s > 0
            else self.tr("s")
        )
        self.time.setSuffix(f" {length}")
        tip = self.tr("Moment of the scene's animations, seconds")
        self.time.setToolTip(tip if animated else self.tr("This scene has no animation"))

    def _add_camera(self) -> None:
        self.camera = make_choice(
            self.tr("Camera"),
            self.tr("Camera of the scene. A scene without one is framed automatically."),
            [(self.tr("First camera"), "")],
        )
        self._fields.bind("camera", self.camera)
        self.projection = make_choice(
            self.tr("Projection"),
            self.tr(
                "Panorama: all around the camera, level, equirectangular; twice as wide as high"
            ),
            [(self.tr("As the camera has it"), "camera"), (self.tr("Panorama 360°"), "panorama")],
        )
        self._fields.bind("projection", self.projection)
        self.form.addRow(self.tr("Camera"), self.camera)
        self.form.addRow(self.tr("Projection"), self.projection)

    def _add_time(self) -> None:
        self.animated = QCheckBox(self.tr("At"))
        self.animated.setAccessibleName(self.tr("Show a moment of the animations"))
        self.animated.setToolTip(
            self.tr("Show the scene at a moment of its animations; else as its file has it")
        )
        self.time = make_double(0, MAX_TIME_S, "s", 3, self.tr("Moment of the animations, seconds"))
        self.time.setSingleStep(TIME_STEP_S)
        self._fields.bind("animated", self.animated)
        self._fields.bind("time_s", self.time)
        row = QHBoxLayout()
        row.addWidget(self.animated)
        row.addWidget(self.time, 1)
        self.form.addRow(self.tr("Time"), row)

    def _add_framing(self) -> None:
        self.shift_x = make_double(
            -MAX_SHIFT, MAX_SHIFT, "w", 3,
            self.tr("Shift of the frame to the right, frame widths: verticals stay upright"),
        )  # fmt: skip
        self.shift_y = make_double(
            -MAX_SHIFT, MAX_SHIFT, "h", 3,
            self.tr("Shift of the frame upwards, frame heights: verticals stay upright"),
        )  # fmt: skip
        for field in (self.shift_x, self.shift_y):
            field.setSingleStep(0.05)
        self.focal_length = make_double(
            0, MAX_FOCAL_LENGTH_MM, "mm", 1,
            self.tr("Focal length: sets the angle of view. 0: as the camera has it"),
        )  # fmt: skip
        self.focal_length.setSingleStep(5)
        self.focal_length.setSpecialValueText(self.tr("Camera's"))
        self.sensor_height = make_double(
            0.1, MAX_SENSOR_HEIGHT_MM, "mm", 1,
            self.tr("Height of the sensor that focal lengths refer to; 24 mm is full frame"),
        )  # fmt: skip
        self._fields.bind("shift_x", self.shift_x)
        self._fields.bind("shift_y", self.shift_y)
        self._fields.bind("focal_length_mm", self.focal_length)
        self._fields.bind("sensor_height_mm", self.sensor_height)
        self.form.addRow(self.tr("Shift"), make_pair(self.shift_x, self.shift_y))
        self.form.addRow(self.tr("Focal length"), self.focal_length)
        self.form.addRow(self.tr("Sensor height"), self.sensor_height)

    def _add_clipping(self) -> None:
        self.clip = make_choice(
            self.tr("Clip planes"),
            self.tr(
                "Which of the camera's own clip planes cut; far ones of files often are a guess"
            ),
            [
                (self.tr("Near plane only"), "near"),
                (self.tr("Far plane only"), "far"),
                (self.tr("Near and far plane"), "both"),
                (self.tr("None"), "none"),
            ],
        )
        self.clip_near = make_double(
            0, MAX_METRES, "m", 3,
            self.tr("Near plane instead of the camera's, metres of the scene. 0: the camera's"),
        )  # fmt: skip
        self.clip_far = make_double(
            0, MAX_METRES, "m", 3,
            self.tr("Far plane instead of the camera's, metres of the scene. 0: the camera's"),
        )  # fmt: skip
        for field in (self.clip_near, self.clip_far):
            field.setSpecialValueText(self.tr("Camera's"))
        self._fields.bind("camera_clip", self.clip)
        self._fields.bind("clip_near_m", self.clip_near)
        self._fields.bind("clip_far_m", self.clip_far)
        self.form.addRow(self.tr("Clip"), self.clip)
        self.form.addRow(self.tr("Near, far"), make_pair(self.clip_near, self.clip_far))


class LensRollout(Rollout):
    """Depth of field."""

    def __init__(self, fields: OptionFields, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Depth of field"), open_now=False, parent=parent)
        self.fstop = make_double(
            0, MAX_FSTOP, "", 2,
            self.tr("f-stop: smaller numbers blur more. 0: the camera's own lens"),
        )  # fmt: skip
        self.fstop.setPrefix("f/ ")
        self.fstop.setSpecialValueText(self.tr("Camera's"))
        self.focus = make_double(
            0, MAX_METRES, "m", 3,
            self.tr("Distance of what is sharp, metres. 0: what the focus point shows"),
        )  # fmt: skip
        self.focus.setSpecialValueText(self.tr("Focus point"))
        tip = self.tr("Focus point from the frame's {} edge")
        self.focus_x = make_double(0, 1, "w", 3, tip.format(self.tr("left")))
        self.focus_y = make_double(0, 1, "h", 3, tip.format(self.tr("top")))
        self.blades = make_choice(
            self.tr("Aperture"),
            self.tr("Shape of the aperture, seen in lights out of focus"),
            [(self.tr("{} blades").format(n) if n else self.tr("Round"), n) for n in BLADES],
        )
        self.blade_rotation = make_double(
            -360, 360, "°", 1, self.tr("Turn of the aperture's blades, degrees")
        )
        self.blade_rotation.setWrapping(True)
        for option, field in (
            ("fstop", self.fstop),
            ("focus_distance_m", self.focus),
            ("focus_x", self.focus_x),
            ("focus_y", self.focus_y),
            ("aperture_rotation_deg", self.blade_rotation),
        ):
            fields.bind(option, field)
        fields.bind("aperture_blades", self.blades)
        self.form.addRow(self.tr("f-stop"), self.fstop)
        self.form.addRow(self.tr("Focus"), self.focus)
        self.form.addRow(self.tr("Focus point"), make_pair(self.focus_x, self.focus_y))
        self.form.addRow(self.tr("Aperture"), self.blades)
        self.form.addRow(self.tr("Rotation"), self.blade_rotation)
