"""The render settings' rollout about the light from all around."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from app.widgets.fields import make_choice, make_double
from app.widgets.option_fields import OptionFields
from app.widgets.path_field import PathField
from app.widgets.rollout import Rollout

ENVIRONMENT_FILTER = "*.hdr *.exr *.png *.jpg *.jpeg"


class EnvironmentRollout(Rollout):
    """A map or the physical sky, how it is turned and scaled, and where the sun stands."""

    def __init__(self, fields: OptionFields, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Environment"), parent=parent)
        self.kind = make_choice(
            self.tr("Environment"),
            self.tr("Where the light from all around comes from"),
            [(self.tr("Map or the scene's own"), False), (self.tr("Sun and sky"), True)],
        )
        self.map = PathField(
            self.tr("Environment map"),
            self.tr("Equirectangular .hdr or .exr file that lights the scene from all around"),
            self.tr("Environment maps"),
            ENVIRONMENT_FILTER,
        )
        self.map.line.setPlaceholderText(self.tr("the scene's own light"))
        self.strength = make_double(0, 1000, "×", 2, self.tr("Multiplies the environment's light"))
        self.rotation = make_double(
            -360, 360, "°", 1, self.tr("Turn of the environment about the vertical axis, degrees")
        )
        self.rotation.setWrapping(True)
        self.rotation.setSingleStep(5)
        fields.bind("sky", self.kind)
        fields.bind("environment", self.map.line)
        fields.bind("environment_strength", self.strength)
        fields.bind("environment_rotation_deg", self.rotation)
        self.form.addRow(self.tr("Light"), self.kind)
        self.form.addRow(self.tr("Map"), self.map)
        self.form.addRow(self.tr("Strength"), self.strength)
        self.form.addRow(self.tr("Rotation"), self.rotation)
        self._add_sun(fields)
        self.kind.currentIndexChanged.connect(self._enable)
        self.when_and_where.textChanged.connect(self._enable)
        self._enable()

    def _add_sun(self, fields: OptionFields) -> None:
        self.when_and_where = QLineEdit()
        self.when_and_where.setAccessibleName(self.tr("Time and place of the sun"))
        self.when_and_where.setToolTip(
            self.tr(
                "Time with its offset from UTC @ latitude, longitude. "
                "Empty: the sun stands where the fields below say."
            )
        )
        self.when_and_where.setPlaceholderText("2026-06-21T15:30+02:00@48.2,16.4")
        self.elevation = make_double(
            -90, 90, "°", 1, self.tr("Height of the sun above the horizon; below -18 it is night")
        )
        self.elevation.setSingleStep(1)
        self.azimuth = make_double(
            -360, 360, "°", 1, self.tr("Direction of the sun, clockwise from north, which is -Z")
        )
        self.azimuth.setSingleStep(5)
        self.turbidity = make_double(
            1, 10, "", 1, self.tr("Haze of the air: 1 is pure air, 2.2 a clear day, 10 thick haze")
        )
        self.sun_size = make_double(
            0.05, 90, "°", 3, self.tr("Width of the sun's disc: larger makes softer shadows")
        )
        fields.bind("sun_when_and_where", self.when_and_where)
        fields.bind("sun_elevation_deg", self.elevation)
        fields.bind("sun_azimuth_deg", self.azimuth)
        fields.bind("turbidity", self.turbidity)
        fields.bind("sun_size_deg", self.sun_size)
        self.form.addRow(self.tr("Sun at"), self.when_and_where)
        self.form.addRow(self.tr("Elevation"), self.elevation)
        self.form.addRow(self.tr("Azimuth"), self.azimuth)
        self.form.addRow(self.tr("Turbidity"), self.turbidity)
        self.form.addRow(self.tr("Sun size"), self.sun_size)

    def use_map(self, path: str) -> None:
        """Show this map as the one that lights the scene."""
        self.map.line.setText(path)
        self.kind.setCurrentIndex(0)

    def _enable(self, _changed: object = None) -> None:
        is_sky = bool(self.kind.currentData())
        self.map.line.setEnabled(not is_sky)
        for field in (self.when_and_where, self.turbidity, self.sun_size):
            field.setEnabled(is_sky)
        is_placed = bool(self.when_and_where.text().strip())
        for field in (self.elevation, self.azimuth):
            field.setEnabled(is_sky and not is_placed)
