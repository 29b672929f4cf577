"""The LUT upon the picture: read off the GUI thread, remembered, and told when it is away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget

from app.picture.film_display import FilmDisplay
from app.settings.preferences import add_recent
from app.system.background import Background
from app.values.lut_choice import LutChoice, from_text
from app.widgets.look_button import LookButton
from app.widgets.lut_box import LutRow
from app.window.file_commands import LUT_FILES
from app.window.window_store import WindowStore
from renderer.cube_file import LutError, read_cube
from renderer.grading import FILE_INPUTS, Grade, LutInput
from renderer.lut import Lut
from renderer.ocio_views import bake_view


class LutController(QObject):
    """Keeps display, panel and what is remembered in step.

    Attributes:
        busy: a LUT is being read.
        dialog: the last one about a file; None before.

    Signals:
        failed(str): the LUT cannot be used, and why; the picture is shown without it.
        outdated(str): the file is another than last time; the picture is shown without it.
        said(str): for the status bar.
        changed(): something is to be remembered.
    """

    failed = Signal(str)
    outdated = Signal(str)
    said = Signal(str)
    changed = Signal()

    def __init__(
        self,
        button: LookButton,
        display: FilmDisplay,
        store: WindowStore,
        background: Background,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._button, self._box = button, button.lut
        self._display, self._store, self._background = display, store, background
        self._lut: tuple[str, Lut] | None = None  # with the text of its choice
        self._asked = 0
        self.busy = False
        self.dialog: QFileDialog | None = None
        self._action: QAction | None = None
        self._box.toggle_requested.connect(self.set_on)
        self._box.choice_requested.connect(lambda text: self.choose(from_text(text)))
        self._box.load_requested.connect(lambda: self.ask_for_file())
        self._box.input_requested.connect(self.set_input)
        self._box.strength_requested.connect(self.set_strength)

    def calls(self) -> dict[str, Callable[..., object]]:
        """Return what each of the actions about LUTs does."""
        return {"lut": self.set_on, "load_lut": lambda: self.ask_for_file()}

    def follow_actions(self, actions: Mapping[str, QAction]) -> None:
        """Keep the action's tick equal to the picture."""
        self._action = actions["lut"]
        self._show()

    @property
    def choice(self) -> LutChoice:
        """The LUT that was used last, also while it is off."""
        return from_text(self._store.preferences.lut)

    def restore(self) -> None:
        """See pictures as the artist did last time, if the LUT is the same as then."""
        if self._store.preferences.lut_on and self._store.preferences.lut:
            self._load(self.choice, self._store.preferences.lut_sha256)
        self._show()

    def choose(self, choice: LutChoice) -> None:
        """See the picture through this LUT, as it is now."""
        if choice != LutChoice():
            self._load(choice, "")

    def set_on(self, on: bool) -> None:
        """See the picture with the last LUT, or without."""
        if on and self._store.preferences.lut:
            self._load(self.choice, "")
            return
        self._asked += 1  # what is being read comes too late
        self.busy = False
        self._store.update(lut_on=False)
        self._see()
        if on:
            self.ask_for_file()

    def set_input(self, name: str) -> None:
        """Say what goes into LUTs of files."""
        self._store.update(lut_input=name)
        self._see()

    def set_strength(self, percent: int) -> None:
        """Mix the picture with and without the LUT."""
        self._store.update(lut_strength=percent)
        self._see()

    def ask_for_file(self) -> QFileDialog:
        """Choose a file by the file dialog."""
        folder = Path(self.choice.path).parent if self.choice.path else Path.home()
        dialog = QFileDialog(self._window, self.tr("Load LUT"), str(folder))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        endings = " ".join(f"*{suffix}" for suffix in LUT_FILES)
        dialog.setNameFilters([self.tr("LUTs ({})").format(endings), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda path: self.choose(LutChoice(path=path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._show)  # unticks what nothing was chosen for
        dialog.open()
        self.dialog = dialog
        return dialog

    def _load(self, choice: LutChoice, expected_sha256: str) -> None:
        self._asked += 1
        self.busy = True
        self._background.run(
            partial(_read, choice),
            partial(self._take, self._asked, choice, expected_sha256),
            partial(self._give_up, self._asked, choice),
        )

    def _take(
        self, asked: int, choice: LutChoice, expected_sha256: str, found: tuple[Lut, str]
    ) -> None:
        if asked != self._asked:
            return
        self.busy = False
        lut, digest = found
        if expected_sha256 not in ("", digest):
            self._go_without(choice)
            text = self.tr("The LUT {} has changed: the picture is shown without it.")
            self.outdated.emit(text.format(choice.place))
            return
        self._lut = (choice.to_text(), lut)
        recent = add_recent(self._store.preferences.recent_luts, choice.to_text())
        self._store.update(lut=choice.to_text(), lut_on=True, lut_sha256=digest, recent_luts=recent)
        self._see()
        self.said.emit(self.tr("LUT: {}").format(lut.name))

    def _give_up(self, asked: int, choice: LutChoice, error: Exception) -> None:
        if asked != self._asked:
            return
        self.busy = False
        if not isinstance(error, LutError):
            self._show()
            raise error
        self._go_without(choice)
        self.failed.emit(self.tr("The picture is shown without its LUT: {}").format(str(error)))

    def _go_without(self, choice: LutChoice) -> None:
        """What was chosen stays in the list: a disk that is away comes back."""
        recent = add_recent(self._store.preferences.recent_luts, choice.to_text())
        self._store.update(lut=choice.to_text(), lut_on=False, recent_luts=recent)
        self._see()

    def _see(self) -> None:
        """Show the picture as the preferences say."""
        kept = self._store.preferences
        grade = None
        if kept.lut_on and self._lut is not None and self._lut[0] == kept.lut:
            wanted: LutInput = "stops" if self.choice.is_ocio else _as_input(kept.lut_input)
            grade = Grade(self._lut[1], wanted, _as_percent(kept.lut_strength) / 100.0)
        self._display.set_look(replace(self._display.look, grade=grade))
        if grade is not None:
            self._display.warm_up()  # its tables, before the first bucket asks for them
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        kept = self._store.preferences
        on = self._display.look.grade is not None
        rows = [from_text(text) for text in kept.recent_luts]
        self._box.set_rows(
            [LutRow(row.to_text(), row.title, row.place) for row in rows if row != LutChoice()],
            kept.lut,
        )
        self._box.set_state(
            on=on,
            input_name=_as_input(kept.lut_input),
            strength=_as_percent(kept.lut_strength),
            ocio=self.choice.is_ocio,
        )
        self._button.mark_lut(on)
        if self._action is not None:
            self._action.setChecked(on)


def _read(choice: LutChoice) -> tuple[Lut, str]:
    """Return a LUT and the hash of its file; what OpenColorIO makes has none.

    Raises:
        LutError: it cannot be used.
    """
    if choice.is_ocio:
        return bake_view(choice.config, choice.display, choice.view), ""
    return read_cube(Path(choice.path))


def _as_input(name: str) -> LutInput:
    """Return the input of this name, the usual one if a file that was edited by hand errs."""
    return next((known for known in FILE_INPUTS if known == name), get_args(LutInput)[0])


def _as_percent(value: int) -> int:
    return max(0, min(100, value))
