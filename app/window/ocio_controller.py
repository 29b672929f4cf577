"""Opens the dialog about OpenColorIO and reads configurations for it, off the GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.system.background import Background
from app.values.lut_choice import LutChoice
from app.widgets.ocio_dialog import OcioDialog
from app.window.lut_controller import LutController
from renderer.cube_file import LutError
from renderer.ocio_views import (
    BUILT_IN,
    FROM_ENVIRONMENT,
    OcioConfig,
    default_config,
    list_views,
)


class OcioController(QObject):
    """One dialog at a time.

    Attributes:
        dialog: the last one that was opened; None before.
    """

    def __init__(self, luts: LutController, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._luts = luts
        self._background = background
        self._asked = 0
        self.dialog: OcioDialog | None = None

    def open(self) -> None:
        """Choose a display and a view; the last choice is shown."""
        configs = [(BUILT_IN, self.tr("Built-in: ACES"))]
        if default_config() == FROM_ENVIRONMENT:
            configs.insert(0, (FROM_ENVIRONMENT, self.tr("Of this computer ($OCIO)")))
        dialog = OcioDialog(configs, self._window)
        dialog.config_requested.connect(partial(self._list, dialog))
        dialog.view_requested.connect(
            lambda config, display, view: self._luts.choose(
                LutChoice(config=config, display=display, view=view)
            )
        )
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        last = self._luts.choice
        dialog.start(last.config or default_config(), last.display, last.view)
        dialog.open()

    def _list(self, dialog: OcioDialog, config: str) -> None:
        self._asked += 1
        asked = self._asked

        def show(found: OcioConfig) -> None:
            if asked == self._asked:
                dialog.set_views(found.name, found.views)

        def tell(error: Exception) -> None:
            if not isinstance(error, LutError):
                raise error
            if asked == self._asked:
                dialog.set_problem(str(error))

        self._background.run(partial(list_views, config), show, tell)

    def _forget(self, _result: int) -> None:
        self._asked += 1  # what is being read comes too late
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None
