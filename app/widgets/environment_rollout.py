"""The render settings' rollout about the light from all around."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.widgets.fields import make_double
from app.widgets.option_fields import OptionFields
from app.widgets.path_field import PathField
from app.widgets.rollout import Rollout

ENVIRONMENT_FILTER = "*.hdr *.exr *.png *.jpg *.jpeg"


class EnvironmentRollout(Rollout):
    """The environment map and how it is turned and scaled."""

    def __init__(self, fields: OptionFields, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Environment"), parent=parent)
        self.map = PathField(
            self.tr("Environment map"),
            self.tr("Equirectangular .hdr or .exr file that lights the scene from all around"),
            self.tr("Environment maps"),
            ENVIRONMENT_FILTER,
        )
        self.map.line.setPlaceholderText(self.tr("the scene's own light"))
        self.strength = make_double(
            0, 1000, "×", 2, self.tr("Multiplies the environment's light, 0 to 1000")
        )
        self.rotation = make_double(
            -360, 360, "°", 1, self.tr("Turn of the environment about the vertical axis, degrees")
        )
        self.rotation.setWrapping(True)
        self.rotation.setSingleStep(5)
        fields.bind("environment", self.map.line)
        fields.bind("environment_strength", self.strength)
        fields.bind("environment_rotation_deg", self.rotation)
        self.form.addRow(self.tr("Map"), self.map)
        self.form.addRow(self.tr("Strength"), self.strength)
        self.form.addRow(self.tr("Rotation"), self.rotation)
