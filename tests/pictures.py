"""Takes the pictures of the README and of `docs/` from the real window, with real servers.

    python -m tests.pictures docs/pictures            # all, at 100 %
    python -m tests.pictures /tmp/fine --scale 2      # all, as on a fine screen
    python -m tests.pictures /tmp/dark --scheme dark  # all, dark

Five servers on this computer render the demo scene; one of them is killed on the way. Everything is
where it would be on a screen: dialogs lie over the window where they come up.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

SIZE = (1440, 900)
FRAME = (896, 504)
BUCKET_PX = 126
PATIENCE_S = 240.0
SERVERS = ("atelier", "kitchen", "library", "loft", "studio")
#: Of these one is killed while it renders.
LOST = 2
SHADOW_PX = 6
#: Letters stay sharp, and a picture stays below 300 KB.
QUALITY = 80
#: A look to show: warm lights, cool shadows.
WARM_PRINT = """TITLE "Warm print"
LUT_1D_SIZE 5
0.02 0.03 0.06
0.24 0.24 0.25
0.54 0.51 0.46
0.82 0.76 0.66
1.00 0.96 0.86
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--samples", type=int, default=24)
    parser.add_argument("--language", default="en")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    arguments = parser.parse_args()
    # Before anything imports Qt or asks for a folder.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(arguments.scale)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, contextlib.ExitStack() as stack:
        os.environ["BRIGADE_HOME"] = home
        studio = Studio(arguments.folder, arguments.samples, arguments.language, stack)
        studio.take_all(arguments.scheme)
    return 0


class Studio:
    """The window, its servers, and who takes the pictures."""

    def __init__(
        self, folder: Path, samples: int, language: str, stack: contextlib.ExitStack
    ) -> None:
        from app.keys.keyring import Keyring
        from app.session.session import RenderSession
        from app.system.paths import config_dir, history_dir, unfinished_dir
        from app.system.translation import install_language
        from app.window.window import MainWindow
        from app.window.window_program import make_application
        from app.window.window_services import WindowPaths, make_services

        self.folder, self.samples, self.stack = folder, samples, stack
        self.application = make_application()
        install_language(self.application, language)
        config = config_dir()
        self.session = RenderSession(keyring=Keyring(config), client_name="artist")
        paths = WindowPaths(
            config / "servers.toml",
            config / "settings.toml",
            config / "window.ini",
            history_dir(),
            unfinished_dir(),
        )
        self.window = MainWindow(self.session, make_services(self.application), paths)
        stack.callback(self.window.close_now)
        self.window.resize(*SIZE)
        self.window.show()
        self.window.start()
        self.wait(lambda: self.window.opener.scene is not None and not self.window.opener.busy)
        self.servers: list = []

    # -- pictures -----------------------------------------------------------------------------

    def take_all(self, scheme: str) -> None:
        other = "dark" if scheme == "light" else "light"
        self.change_scheme(scheme)
        self.pause(2.0)  # the local server starts
        self.take("first-run")
        self.start_servers()
        self.take("idle")
        self.render(4, ())
        self.finish()
        self.render(self.samples, ("albedo", "normal", "depth"))
        self.wait_for_share(0.35)
        self.take("rendering")
        self.change_scheme(other)
        self.take(f"rendering-{other}")
        self.change_scheme(scheme)
        self.servers[LOST].send_signal(signal.SIGKILL)
        self.wait(lambda: self.window.incidents.dialog.isVisible())
        self.pause(1.0)
        self.take("one-lost")
        self.window.incidents.dialog.close()
        self.finish()
        self.window.set_denoise(True)
        self.wait(lambda: self.window.denoiser.shown is not None)
        self.take("finished")
        self.window.set_denoise(False)
        self.take_tools()
        self.take_look()
        window = self.window
        window.servers.open_dialog(window)
        self.pause(0.7)
        self.take("servers-dialog")
        self.change_scheme(other)
        self.take(f"servers-dialog-{other}")

    def take_look(self) -> None:
        """The panel about the look, with a LUT, and the dialog about OpenColorIO."""
        from app.values.lut_choice import LutChoice

        window = self.window
        path = Path(os.environ["BRIGADE_HOME"]) / "warm-print.cube"
        path.write_text(WARM_PRINT)
        window.luts.choose(LutChoice(path=str(path)))
        self.wait(lambda: not window.luts.busy and not window.display.busy)
        button = window.display_bar.look
        corner = button.rect().bottomLeft()
        button.menu().popup(button.mapToGlobal(corner))
        self.take("look", (button.menu(), button.mapTo(window, corner)))
        button.menu().close()
        window.actions_by_key["ocio"].trigger()
        self.pause(1.5)
        self.take("ocio")
        window.ocio.dialog.reject()
        window.luts.set_on(False)

    def take_tools(self) -> None:
        window = self.window
        actions = window.actions_by_key
        actions["timeline"].trigger()
        self.pause(0.5)
        self.take("timeline")
        actions["timeline"].trigger()
        actions["history"].trigger()
        self.pause(0.5)
        self.compare()
        self.take("history-split")
        actions["split"].trigger()
        actions["history"].trigger()
        window.channels.choose("normal")
        actions["statistics"].trigger()
        self.pause(0.7)
        self.take("channels")
        actions["statistics"].trigger()
        window.channels.choose("beauty")
        self.draw_regions()
        self.take("regions")
        window.regions.dialog.close()
        actions["clear_region"].trigger()
        actions["card"].trigger()
        self.look_closely()
        self.take("pixels")
        actions["pixel_cursor"].trigger()
        actions["card"].trigger()
        actions["fit"].trigger()

    # -- what happens -------------------------------------------------------------------------

    def start_servers(self) -> None:
        from app.values.session_types import ServerEntry
        from tests.end_to_end.farm import Server

        for name in SERVERS:
            server = Server(name)
            self.servers.append(server)
            self.stack.callback(server.stop)
        rows = [
            ServerEntry(f"uid-{s.name}", "127.0.0.1", s.port, name=s.name) for s in self.servers
        ]
        self.window.servers.add_rows(rows)
        self.window.servers.set_enabled(["local"], False)
        self.window.server_pane.table.clearSelection()
        self.wait(lambda: all("Idle" in self.state(row.uid) for row in self.rows()))

    def rows(self) -> list:
        return [e for e in self.window.servers.model.entries if e.enabled]

    def state(self, uid: str) -> str:
        return self.window.servers.model.status(uid).state.value

    def render(self, samples: int, channels: tuple[str, ...]) -> None:
        from dataclasses import replace

        panel = self.window.settings_panel
        options = replace(
            panel.options,
            width=FRAME[0],
            height=FRAME[1],
            samples=samples,
            channels=channels,
            bucket_width=BUCKET_PX,
            bucket_height=BUCKET_PX,
        )
        panel.set_options(options)
        self.window.start_render()

    def wait_for_share(self, share: float) -> None:
        bar = self.window.render_status.bar
        self.wait(lambda: bar.isVisible() and bar.value() >= share * 1000)

    def finish(self) -> None:
        self.wait(lambda: self.window.render_control.report is not None)
        self.pause(0.5)

    def compare(self) -> None:
        panel = self.window.tools.docks[0].widget()
        older = panel.list.item(panel.list.count() - 1)
        from app.widgets.history_panel import KEY

        panel.compare_requested.emit(older.data(KEY))
        self.window.actions_by_key["split"].trigger()
        self.pause(1.0)

    def draw_regions(self) -> None:
        from PySide6.QtCore import QRect

        regions = (QRect(60, 250, 250, 190), QRect(420, 120, 330, 280))
        self.window.frame_buffer.region_tool.set_regions(regions)
        self.window.frame_buffer.region_tool.regions_changed.emit(regions)
        self.window.frame_buffer.region_tool.choose(1)
        self.window.actions_by_key["regions"].trigger()
        self.pause(0.5)

    def look_closely(self) -> None:
        """Zoom in until values stand in the pixels, with the cursor on one of them."""
        view = self.window.frame_buffer
        view.actual_size()
        view.zoom_by(56 * view.devicePixelRatioF())
        self.window.actions_by_key["pixel_cursor"].trigger()
        self.pause(0.5)

    def change_scheme(self, scheme: str) -> None:
        self.window.set_color_scheme(scheme)
        self.pause(0.3)

    # -- camera -------------------------------------------------------------------------------

    def take(self, name: str, popup: tuple[QWidget, QPoint] | None = None) -> None:
        """Save the window with the dialogs, and the menu at its place, that lie over it."""
        from PySide6.QtGui import QColor, QPainter
        from PySide6.QtWidgets import QDialog

        self.pause(0.3)
        picture = self.window.grab()
        painter = QPainter(picture)
        for dialog in self.window.findChildren(QDialog):
            if dialog.isVisible():
                at = self.place(dialog)
                for wide in range(SHADOW_PX, 0, -1):
                    frame = dialog.rect().translated(at).adjusted(-wide, -wide, wide, wide)
                    painter.fillRect(frame, QColor(0, 0, 0, 18))
                painter.drawPixmap(at, dialog.grab())
        if popup is not None:
            painter.drawPixmap(popup[1], popup[0].grab())
        painter.end()
        path = self.folder / f"{name}.jpg"
        picture.toImage().save(str(path), "JPG", QUALITY)
        print(path, f"{path.stat().st_size >> 10} KiB")

    def place(self, dialog) -> object:
        """Return where a dialog lies over the window: this platform has a small screen."""
        from PySide6.QtCore import QPoint
        from PySide6.QtGui import Qt

        if dialog is self.window.regions.dialog:
            view = self.window.frame_buffer
            return view.mapTo(self.window, view.rect().topRight()) + QPoint(12, 12)
        if not dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating):
            return self.window.rect().center() - dialog.rect().center()
        corner = self.window.rect().bottomLeft()
        return QPoint(corner.x() + 16, corner.y() - dialog.height() - 48)

    def wait(self, condition: Callable[[], object]) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end_s:
                self.take("gave-up")
                raise SystemExit("the pictures' window did not get there; see gave-up.jpg")
            self.application.processEvents()
            time.sleep(0.01)

    def pause(self, seconds: float) -> None:
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self.application.processEvents()
            time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main())
