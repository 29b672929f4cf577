"""What tests of the window do again and again, and where they look."""

from PySide6.QtCore import QPoint, QPointF, Qt

from app.servers.server_list import LOCAL_UID


def click_render(qtbot, window) -> None:
    qtbot.mouseClick(window.empty_view.render_button, Qt.MouseButton.LeftButton)


def add_server(window, text: str) -> str:
    """Through the Add dialog; return the row's identity."""
    dialog = window.servers.open_add(window)
    dialog.address.setText(text)
    dialog.accept()
    return window.servers.model.entries[-1].uid


def text_of(window, uid: str, column: int) -> str:
    model = window.servers.model
    return model.index(model.row(uid), column).data()


def render_all(qtbot, window, session) -> None:
    click_render(qtbot, window)
    session.begin()
    for unit in range(len(session.job.regions)):
        session.deliver(unit, LOCAL_UID, 0.5)
    session.finish()


def lose_together(session, world, uids) -> None:
    for uid in uids:
        session.lose(uid, f"server {uid}")
    world.now_s += 0.5


def render_frame(window, session, light: float, done: int | None = None) -> None:
    window.start_render()
    job = session.begin()
    for unit in range(len(job.regions) if done is None else done):
        session.lease(unit, LOCAL_UID)
        session.deliver(unit, LOCAL_UID, light)
    session.finish(complete=done is None)


def pixel(window, x: int = 5, y: int = 5) -> int:
    return window.frame_buffer.picture().pixelColor(x, y).red()


def view_point(window, x: int, y: int) -> QPoint:
    left, top, wide, high = window.frame_buffer.geometry_now.view_rect(x, y, 1, 1)
    ratio = window.frame_buffer.devicePixelRatioF()
    return QPointF((left + wide / 2) / ratio, (top + high / 2) / ratio).toPoint()
