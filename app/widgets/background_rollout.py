"""The render settings' rollout about what the camera sees behind the scene."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.widgets.color_button import ColorButton
from app.widgets.fields import make_choice, make_double
from app.widgets.option_fields import OptionFields
from app.widgets.path_field import PathField
from app.widgets.rollout import Rollout

PLATE_FILTER = "*.png *.jpg *.jpeg *.webp *.exr *.hdr"


class BackgroundRollout(Rollout):
    """Environment, nothing, a colour or a plate; light and reflections stay the environment's."""

    def __init__(self, fields: OptionFields, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Background"), open_now=False, parent=parent)
        self.kind = make_choice(
            self.tr("Background"),
            self.tr("What the camera sees behind the scene. It lights and mirrors nothing."),
            [
                (self.tr("Environment"), "environment"),
                (self.tr("Transparent"), "transparent"),
                (self.tr("Colour"), "color"),
                (self.tr("Plate"), "plate"),
            ],
        )
        self.color = ColorButton(
            self.tr("Background colour"), self.tr("Colour behind the scene, as the screen shows it")
        )
        self.plate = PathField(
            self.tr("Background plate"),
            self.tr("Image behind the scene: a photograph to set objects into"),
            self.tr("Images"),
            PLATE_FILTER,
        )
        self.plate.line.setPlaceholderText(self.tr("no image yet"))
        self.fit = make_choice(
            self.tr("Fit of the plate"),
            self.tr("Fill the frame and crop, show all of the plate, or distort it"),
            [
                (self.tr("Fill the frame"), "cover"),
                (self.tr("Show all of it"), "contain"),
                (self.tr("Stretch"), "stretch"),
            ],
        )
        self.strength = make_double(0, 1000, "×", 2, self.tr("Multiplies the plate's colours"))
        fields.bind("background", self.kind)
        fields.bind("background_color", self.color)
        fields.bind("plate", self.plate.line)
        fields.bind("plate_fit", self.fit)
        fields.bind("plate_strength", self.strength)
        self.plate.chosen.connect(self._use_plate)
        self.kind.currentIndexChanged.connect(self._enable)
        self.form.addRow(self.tr("Behind"), self.kind)
        self.form.addRow(self.tr("Colour"), self.color)
        self.form.addRow(self.tr("Plate"), self.plate)
        self.form.addRow(self.tr("Fit"), self.fit)
        self.form.addRow(self.tr("Strength"), self.strength)
        self._enable()

    def _use_plate(self, _path: str) -> None:
        """Who chooses a plate wants to see it."""
        index = self.kind.findData("plate")
        if self.kind.currentIndex() == index:
            self.plate.line.editingFinished.emit()
        else:
            self.kind.setCurrentIndex(index)

    def _enable(self, _index: int = 0) -> None:
        kind = self.kind.currentData()
        self.color.setEnabled(kind == "color")
        for field in (self.fit, self.strength):
            field.setEnabled(kind == "plate")
