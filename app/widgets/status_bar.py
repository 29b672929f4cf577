"""The status bar: progress, time left, rate, servers at work, and the pixel under the pointer."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QWidget

from app.values.durations import format_duration
from app.values.session_types import Progress
from app.widgets.local_numbers import format_digits, format_fixed, format_whole
from app.widgets.server_numbers import format_rate


class RenderStatusBar(QStatusBar):
    """Plain values in; nothing goes out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(True)
        self.bar.setFormat("")
        self.bar.setFixedWidth(self.fontMetrics().averageCharWidth() * 30)
        self.bar.setAccessibleName(self.tr("Render progress"))
        self.message = QLabel()
        self.message.setAccessibleName(self.tr("State of the render"))
        self.servers = QLabel()
        self.servers.setAccessibleName(self.tr("Servers at work"))
        self.pixel = QLabel()
        self.pixel.setAccessibleName(self.tr("Pixel under the pointer"))
        self.pixel.setMinimumWidth(self.fontMetrics().averageCharWidth() * 40)
        self.zoom = QLabel()
        self.zoom.setToolTip(self.tr("Zoom: device pixels per image pixel"))
        self.addWidget(self.bar)
        self.addWidget(self.message, 1)
        self.addPermanentWidget(self.servers)
        self.addPermanentWidget(self.pixel)
        self.addPermanentWidget(self.zoom)
        self.bar.hide()

    def begin(self) -> None:
        """A render begins."""
        self.bar.setValue(0)
        self.bar.setFormat("0 %")
        self.bar.show()
        self.message.setText(self.tr("Preparing…"))

    def show_progress(self, progress: Progress) -> None:
        """Show how far the frame is."""
        done = progress.samples_done / max(1, progress.samples_total)
        self.bar.setValue(int(done * 1000))
        self.bar.setFormat(f"{int(done * 100)} %")
        parts = [
            self.tr("{} of {} buckets").format(
                format_whole(progress.buckets_done), format_whole(progress.buckets_total)
            ),
            format_duration(progress.elapsed_s),
        ]
        if progress.eta_s is not None and done < 1:
            parts.append(self.tr("{} left").format(format_duration(progress.eta_s)))
        if progress.samples_per_s > 0:
            parts.append(format_rate(progress.samples_per_s))
        self.message.setText(" · ".join(parts))
        working = progress.servers_working
        self.servers.setText(
            self.tr("1 server at work")
            if working == 1
            else self.tr("{} servers at work").format(format_whole(working))
        )

    def end(self, text: str) -> None:
        """The render is over."""
        self.bar.hide()
        self.servers.clear()
        self.message.setText(text)

    def say(self, text: str) -> None:
        """Show a message where the state of the render stands."""
        self.message.setText(text)

    def show_pixel(self, text: str) -> None:
        """Show the value under the pointer, "" for none."""
        self.pixel.setText(text)

    def show_zoom(self, scale: float) -> None:
        """Show the zoom."""
        percent = 100 * scale
        text = format_digits(percent, 4) if scale < 1 else format_fixed(percent, 0)
        self.zoom.setText(f"{text} %")
