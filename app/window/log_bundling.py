"""*Collect logs…* of the window: asks the servers, packs what they say with what is here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.logs.log_bundle import gather_local, name_server_parts, write_bundle
from app.logs.log_collector import LogCollector
from app.logs.log_files import make_redactor
from app.system.background import Background
from app.values.session_types import DistributedSettings, ServerEntry
from app.widgets.log_panel import LogPanel

MakeCollector = Callable[[Sequence[ServerEntry], DistributedSettings], LogCollector]
#: A name that nobody has to think about, and that tells two bundles apart.
NAME = "bucket-brigade-logs-%Y%m%d-%H%M.zip"


class LogBundling(QObject):
    """One bundle at a time, with progress and a way to give up.

    Args:
        panel: asks for bundles and shows how far one is.
        entries: returns the servers of the list.
        settings: returns those of distributed rendering: they name the key.
        make_collector: for servers that are to be asked.
        background: reads, packs and writes.

    Signals:
        said(str): how it ended.
        failed(str): it could not be written, and why.
    """

    said = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        panel: LogPanel,
        entries: Callable[[], Sequence[ServerEntry]],
        settings: Callable[[], DistributedSettings],
        make_collector: MakeCollector,
        background: Background,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._panel = panel
        self._entries, self._settings = entries, settings
        self._make_collector = make_collector
        self._background = background
        self._collector: LogCollector | None = None
        self._generation = 0  # a bundle that was given up is told of no more
        panel.collect_requested.connect(self.ask_for_file)
        panel.cancel_requested.connect(self.cancel)

    def ask_for_file(self) -> QFileDialog:
        """Ask where to, then collect."""
        name = time.strftime(NAME)
        dialog = QFileDialog(self._window, self.tr("Collect logs"), str(Path.home()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Zip files ({})").format("*.zip")])
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self.collect(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def collect(self, path: Path) -> None:
        """Ask every server of the list, then write the bundle; one at a time."""
        if self._collector is not None:
            return
        # The local server's log lies with the client's.
        entries = [entry for entry in self._entries() if not entry.local]
        collector = self._make_collector(entries, self._settings())
        self._collector = collector
        collector.progressed.connect(self._panel.show_collecting)
        collector.collected.connect(lambda logs: self._pack(path, entries, logs))
        self._panel.show_collecting(0, len(entries))
        collector.start()

    def cancel(self) -> None:
        """Give up; no file appears."""
        self._generation += 1
        self._end()
        self.said.emit(self.tr("No logs were collected"))

    def _pack(self, path: Path, entries: Sequence[ServerEntry], logs: dict[str, str]) -> None:
        key_file = self._settings().key_file
        labels = {entry.uid: entry.label for entry in entries}
        self._generation += 1
        generation = self._generation

        def pack() -> bool:
            redactor = make_redactor(Path(key_file) if key_file else None)
            parts = gather_local(redactor) | name_server_parts(logs, labels)
            wanted = generation == self._generation
            if wanted:
                write_bundle(path, parts, redactor)
            return wanted

        missing = [labels[uid] for uid, text in logs.items() if text.startswith("no log: ")]
        self._background.run(
            pack,
            lambda written: self._on_packed(path, missing) if written else None,
            lambda error: self._on_failed(generation, error),
        )

    def _on_packed(self, path: Path, missing: Sequence[str]) -> None:
        self._end()
        if missing:
            text = self.tr("Collected into {}; without {}: the bundle says why")
            self.said.emit(text.format(path, ", ".join(missing)))
        else:
            self.said.emit(self.tr("Collected into {}; keys and codes are taken out").format(path))

    def _on_failed(self, generation: int, error: Exception) -> None:
        if generation == self._generation:
            self._end()
            self.failed.emit(str(error) or type(error).__name__)

    def _end(self) -> None:
        if self._collector is not None:
            self._collector.cancel()
            self._collector.deleteLater()
            self._collector = None
        self._panel.hide_collecting()
