import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from app.picture.drag_out import DragOut
from app.system.background import Background
from app.widgets.frame_buffer import FrameBuffer

# The offscreen platform warns that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Bench:
    def __init__(self, qtbot) -> None:
        self.view = FrameBuffer()
        qtbot.addWidget(self.view)
        self.background = Background(1)
        self.picture: QImage | None = QImage(64, 32, QImage.Format.Format_RGB32)
        self.picture.fill(Qt.GlobalColor.red)
        self.dragged, self.failed = [], []
        self.out = DragOut(
            self.view,
            lambda: self.picture,
            lambda: "room",
            self.background,
            lambda data, small: self.dragged.append((data, small)),
        )
        self.out.failed.connect(self.failed.append)


@pytest.fixture
def bench(qtbot):
    bench = Bench(qtbot)
    yield bench
    bench.background.close(finish=True)
    bench.out.close()


def test_picture_goes_out_as_a_file_and_as_pixels(qtbot, bench):
    bench.out.start()
    qtbot.waitUntil(lambda: bool(bench.dragged))

    data, small = bench.dragged[0]
    path = data.urls()[0].toLocalFile()
    assert path.endswith("room.png")
    assert QImage(path).pixelColor(5, 5) == Qt.GlobalColor.red
    assert data.imageData().size() == bench.picture.size()
    assert small.width() == 160


def test_nothing_goes_out_before_the_first_frame(bench):
    bench.picture = None
    bench.out.start()
    bench.background.close(finish=True)

    assert bench.dragged == []


def test_reason_is_told_when_the_file_cannot_be_written(qtbot, bench):
    bench.out.close()  # its folder is gone
    bench.out.start()
    qtbot.waitUntil(lambda: bool(bench.failed))

    assert "room.png" in bench.failed[0]
    assert bench.dragged == []


def test_ctrl_and_drag_takes_the_picture_and_ctrl_and_click_sets_the_focus(qtbot, bench):
    view = bench.view
    view.begin(64, 32)
    view.resize(400, 300)
    view.show()
    taken, focused = [], []
    view.gestures.take_requested.connect(lambda: taken.append(True))
    view.gestures.focus_requested.connect(lambda x, y: focused.append((x, y)))
    left, ctrl = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier

    qtbot.mouseClick(view, left, ctrl, view.rect().center())
    assert len(focused) == 1
    assert taken == []

    qtbot.mousePress(view, left, ctrl, view.rect().center())
    qtbot.mouseMove(view, view.rect().center() + QPoint(4, 0))
    assert taken == []
    qtbot.mouseMove(view, view.rect().center() + QPoint(30, 0))
    qtbot.mouseRelease(view, left, ctrl, view.rect().center() + QPoint(30, 0))
    assert taken == [True]
    assert len(focused) == 1
