import threading
import zipfile

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.system.background import Background
from app.system.paths import log_dir
from app.values.session_types import DistributedSettings, ServerEntry
from app.widgets.log_panel import LogPanel
from app.window.log_bundling import LogBundling

# The offscreen platform warns that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

ENTRIES = (
    ServerEntry("local", "127.0.0.1", 0, local=True),
    ServerEntry("a", "studio-1", 20727),
    ServerEntry("b", "studio-2", 20727),
)


class FakeCollector(QObject):
    """Answers when the test wants it."""

    progressed = Signal(int, int)
    collected = Signal(dict)

    def __init__(self, entries) -> None:
        super().__init__()
        self.entries = entries
        self.cancelled = False

    def start(self) -> None:
        pass

    def cancel(self) -> None:
        self.cancelled = True


class Bench:
    def __init__(self, qtbot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.panel = LogPanel(self.window)
        self.window.show()
        self.background = Background(1)
        self.collectors = []
        self.said, self.failed = [], []
        self.bundling = LogBundling(
            self.panel,
            lambda: ENTRIES,
            DistributedSettings,
            self.make_collector,
            self.background,
            self.window,
        )
        self.bundling.said.connect(self.said.append)
        self.bundling.failed.connect(self.failed.append)

    def make_collector(self, entries, _settings) -> FakeCollector:
        self.collectors.append(FakeCollector(entries))
        return self.collectors[-1]


@pytest.fixture
def bench(qtbot):
    bench = Bench(qtbot)
    yield bench
    bench.background.close(finish=True)


def test_bundle_holds_this_computers_logs_and_the_servers(qtbot, bench, tmp_path):
    log_dir().mkdir(parents=True, exist_ok=True)
    (log_dir() / "client.log").write_text("our line\n")
    bench.bundling.collect(tmp_path / "logs.zip")
    asked = bench.collectors[0]
    assert [entry.uid for entry in asked.entries] == ["a", "b"]
    asked.progressed.emit(1, 2)
    assert bench.panel.collecting.format() == "1 of 2 servers"
    assert not bench.panel.collect_button.isEnabled()

    asked.collected.emit({"a": "their line\n", "b": "no log: nothing listens\n"})
    qtbot.waitUntil(lambda: bool(bench.said))

    with zipfile.ZipFile(tmp_path / "logs.zip") as bundle:
        assert b"our line" in bundle.read("client/client.log")
        assert b"their line" in bundle.read("servers/studio-1.log")
        assert b"nothing listens" in bundle.read("servers/studio-2.log")
    assert "without studio-2" in bench.said[0]
    assert bench.panel.collect_button.isEnabled()
    assert not bench.panel.collecting.isVisible()


def test_no_file_appears_when_it_is_cancelled(qtbot, bench, tmp_path):
    bench.bundling.collect(tmp_path / "logs.zip")
    qtbot.mouseClick(bench.panel.cancel_button, Qt.MouseButton.LeftButton)

    assert bench.collectors[0].cancelled
    assert bench.panel.collect_button.isEnabled()
    bench.background.close(finish=True)
    assert not (tmp_path / "logs.zip").exists()


def test_bundle_is_not_written_when_it_is_cancelled_before_the_files_are_read(
    qtbot, bench, tmp_path
):
    gate = threading.Event()
    bench.background.run(gate.wait, lambda _: None, lambda _: None)  # keeps the only thread
    bench.bundling.collect(tmp_path / "logs.zip")
    bench.collectors[0].collected.emit({"a": "their line\n"})
    bench.bundling.cancel()
    gate.set()
    bench.background.close(finish=True)

    assert not (tmp_path / "logs.zip").exists()
    assert bench.failed == []


def test_one_bundle_is_collected_at_a_time(bench, tmp_path):
    bench.bundling.collect(tmp_path / "logs.zip")
    bench.bundling.collect(tmp_path / "logs.zip")

    assert len(bench.collectors) == 1


def test_reason_is_told_when_the_bundle_cannot_be_written(qtbot, bench, tmp_path):
    bench.bundling.collect(tmp_path / "missing" / "logs.zip")
    bench.collectors[0].collected.emit({})
    qtbot.waitUntil(lambda: bool(bench.failed))

    assert "logs.zip" in bench.failed[0]
    assert bench.panel.collect_button.isEnabled()


def test_dialog_proposes_a_name_with_the_date(bench):
    bench.panel.collect_requested.emit()
    dialog = next(c for c in bench.window.children() if type(c).__name__ == "QFileDialog")
    assert dialog.selectedFiles()[0].endswith(".zip")
    dialog.reject()
