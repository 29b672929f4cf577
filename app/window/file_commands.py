"""Open, save, copy, drop: what comes into the window and what goes out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.picture.denoise_controller import DenoiseController
from app.picture.film_display import Floats
from app.saving.frame_stamp import STAMP_WORDS
from app.saving.image_kinds import IMAGE_KINDS, ImageKind, apply_kind, find_kind, restore_options
from app.settings.preferences import add_recent
from app.widgets.image_options_dialog import ImageOptionsDialog
from app.window.image_saver import ImageSaver, Picture
from app.window.render_controller import RenderController
from app.window.scene_opener import SceneOpener
from app.window.window_store import WindowStore
from renderer.output_options import COMPRESSIONS, EXR, OutputOptions
from renderer.overview import SCENE_SUFFIXES

SCENE_FILES = SCENE_SUFFIXES
#: Light of an environment map, or a picture to compare with: the artist is asked.
RADIANCE_FILES = (".hdr", ".exr")
PICTURE_FILES = (".png", ".jpg", ".jpeg", ".webp")
#: Formats of what the screen shows.
VIEW_FILES = (".png", ".jpg")
SERVER_FILES = (".toml", ".txt")
LUT_FILES = (".cube",)


class FileCommands(QObject):
    """The window's dialogs about files.

    Signals:
        said(str): for the status bar.
        environment_dropped(str), picture_dropped(str), servers_dropped(str), lut_dropped(str):
            files that others take.
    """

    said = Signal(str)
    environment_dropped = Signal(str)
    picture_dropped = Signal(str)
    servers_dropped = Signal(str)
    lut_dropped = Signal(str)

    def __init__(
        self,
        opener: SceneOpener,
        saver: ImageSaver,
        render: RenderController,
        denoiser: DenoiseController,
        store: WindowStore,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._opener = opener
        self._saver = saver
        self._render = render
        self._denoiser = denoiser
        self._store = store
        saver.saved.connect(lambda path: self.said.emit(self.tr("Saved {}").format(path)))

    def calls(self) -> dict[str, Callable[..., object]]:
        """Return what each of the actions about files does."""
        return {
            "open": lambda: self.ask_for_scene(),
            "image_options": lambda: self.ask_for_options(),
            "copy": lambda: self.copy_image(),
            "save_channels": lambda: self.ask_for_channels(),
            "save_view": lambda: self.ask_for_view(),
        }

    def ask_for_scene(self) -> QFileDialog:
        """Open a scene by the file dialog."""
        scene = self._opener.scene
        dialog = QFileDialog(
            self._window, self.tr("Open scene"), str(scene.parent if scene else Path.home())
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        endings = " ".join(f"*{suffix}" for suffix in SCENE_FILES)
        dialog.setNameFilters([self.tr("Scenes ({})").format(endings), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda path: self._opener.open(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def ask_for_image(self) -> QFileDialog | None:
        """Save the picture by the file dialog; nothing before the first render."""
        if self._render.job is None:
            return None
        return self._ask_for_file(self._render.job.request.scene.stem, self.save_image)

    def ask_for_channels(self) -> QFileDialog | None:
        """Save each channel as a file of its own; nothing before the first render."""
        if self._render.job is None:
            return None
        kinds = [kind for kind in IMAGE_KINDS if kind.extension == EXR]
        return self._ask_for_file(self._render.job.request.scene.stem, self._save_channels, kinds)

    def ask_for_view(self) -> QFileDialog | None:
        """Save what the view shows, channel, line and all but outlines, as the screen has it."""
        picture = self._render.picture()
        if picture is None:
            return None
        kinds = [kind for kind in IMAGE_KINDS if kind.extension in VIEW_FILES]
        return self._ask_for_file(
            self.title(), lambda path, _kind: self._saver.save_view(path, picture), kinds
        )

    def ask_for_picture(self, pixels: Floats, title: str) -> QFileDialog:
        """Save a picture of the history by the file dialog.

        Args:
            pixels: (H, W, 4) float32.
            title: proposed name, without extension.
        """
        return self._ask_for_file(
            Path(title).stem, lambda path, kind: self._save_pixels(path, kind, pixels)
        )

    def _ask_for_file(
        self,
        stem: str,
        save: Callable[[Path, ImageKind], None],
        kinds: Sequence[ImageKind] = IMAGE_KINDS,
    ) -> QFileDialog:
        folder = self._store.preferences.save_folder or str(Path.home())
        dialog = QFileDialog(self._window, self.tr("Save image"), folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([kind.name_filter for kind in kinds])
        last = find_kind(self._store.preferences.image_kind)
        kind = last if last in kinds else kinds[0]
        dialog.selectNameFilter(kind.name_filter)
        dialog.setDefaultSuffix(kind.extension)
        dialog.filterSelected.connect(
            lambda text: dialog.setDefaultSuffix(find_kind(text).extension)
        )
        dialog.selectFile(stem + kind.extension)
        dialog.fileSelected.connect(
            lambda path: save(Path(path), find_kind(dialog.selectedNameFilter()))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def ask_for_options(self) -> ImageOptionsDialog:
        """Choose what the save dialog does not ask."""
        dialog = ImageOptionsDialog(COMPRESSIONS, STAMP_WORDS, self._window)
        options = self.options
        dialog.set_options(
            options.alpha, options.compression, options.multi_part, options.jpeg_quality
        )
        kept = self._store.preferences
        dialog.set_stamp(kept.stamp_on, kept.stamp)
        dialog.stamp_requested.connect(lambda on, text: self._store.update(stamp_on=on, stamp=text))
        dialog.options_requested.connect(self._keep_options)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    @property
    def options(self) -> OutputOptions:
        """What is stored about image files."""
        kept = self._store.preferences
        return restore_options(
            kept.image_alpha, kept.exr_compression, kept.exr_parts, kept.jpeg_quality
        )

    def _keep_options(self, alpha: bool, compression: str, parts: bool, quality: int) -> None:
        self._store.update(
            image_alpha=alpha, exr_compression=compression, exr_parts=parts, jpeg_quality=quality
        )

    def _save_channels(self, path: Path, kind: ImageKind) -> None:
        picture = self._make_picture(path, kind)
        if picture is not None:
            self.said.emit(self.tr("Saving the channels…"))
            self._saver.save_channels(path, picture)
            self._store.update(save_folder=str(path.parent))

    def save_image(self, path: Path, kind: ImageKind = IMAGE_KINDS[0]) -> None:
        """Save the picture; its extension decides the format, the kind its precision."""
        picture = self._make_picture(path, kind)
        if picture is not None:
            self.said.emit(self.tr("Saving {}…").format(path.name))
            self._saver.save(path, picture)
            self._store.update(save_folder=str(path.parent), image_kind=kind.name_filter)

    def _make_picture(self, path: Path, kind: ImageKind) -> Picture | None:
        film, job = self._render.film, self._render.job
        if film is None or job is None:
            return None
        return Picture(
            film,
            job.request,
            self._render.report,
            self._render.look,
            apply_kind(self.options, kind, path.suffix),
            self._store.preferences.stamp if self._store.preferences.stamp_on else "",
            self._denoiser.shown,
        )

    def _save_pixels(self, path: Path, kind: ImageKind, pixels: Floats) -> None:
        self.said.emit(self.tr("Saving {}…").format(path.name))
        options = apply_kind(self.options, kind, path.suffix)
        self._saver.save_pixels(path, pixels, self._render.look, options)
        self._store.update(save_folder=str(path.parent), image_kind=kind.name_filter)

    def title(self) -> str:
        """Return what a picture is called, without extension."""
        job = self._render.job
        return job.request.scene.stem if job is not None else "view"

    def copy_image(self) -> None:
        """Copy the picture as it is shown, without outlines."""
        picture = self._render.picture()
        if picture is not None:
            QGuiApplication.clipboard().setImage(picture)
            self.said.emit(self.tr("Copied the picture"))

    def remember_scene(self, scene: Path) -> None:
        """Put a scene on top of the recent ones."""
        recent = add_recent(self._store.preferences.recent, str(scene))
        self._store.update(recent=recent)

    def fill_recent(self, menu: QMenu) -> None:
        """List the recent scenes."""
        menu.clear()
        for text in self._store.preferences.recent:
            path = Path(text)
            action = menu.addAction(f"{path.name}   ({path.parent})")
            action.triggered.connect(lambda _=False, path=path: self._opener.open(path))
        menu.setEnabled(bool(self._store.preferences.recent))

    def takes(self, data: QMimeData) -> bool:
        """Return True if something that was dragged here can be used."""
        return bool(_usable(data))

    def drop(self, data: QMimeData) -> None:
        """Use the files that were dropped."""
        for path in _usable(data):
            suffix = path.suffix.lower()
            if suffix in SCENE_FILES:
                self._opener.open(path)
            elif suffix in RADIANCE_FILES:
                self._ask_what_for(path)
            elif suffix in PICTURE_FILES:
                self.picture_dropped.emit(str(path))
            elif suffix in LUT_FILES:
                self.lut_dropped.emit(str(path))
            else:
                self.servers_dropped.emit(str(path))

    def _ask_what_for(self, path: Path) -> None:
        """A picture of light may be the scene's surroundings, or something to compare with."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, signal in (
            (self.tr("Use {} as environment"), self.environment_dropped),
            (self.tr("Compare with {}"), self.picture_dropped),
        ):
            action = menu.addAction(text.format(path.name))
            action.triggered.connect(lambda _=False, signal=signal: signal.emit(str(path)))
        menu.popup(QCursor.pos())
        self.drop_menu = menu


def _usable(data: QMimeData) -> Sequence[Path]:
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    known = SCENE_FILES + RADIANCE_FILES + PICTURE_FILES + SERVER_FILES + LUT_FILES
    return [path for path in paths if path.suffix.lower() in known]
