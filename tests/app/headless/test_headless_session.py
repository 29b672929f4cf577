"""What `brigade render` hands to its session."""

from functools import partial

import pytest
from PySide6.QtCore import QObject, QTimer

from app import cli
from app.headless import headless_session
from app.headless.headless import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, make_plan
from app.headless.headless_session import HeadlessRun
from app.session.session import RenderSession
from app.values.session_types import FrameReport


class Application(QObject):
    """Notes the exit status; the run's timers end with it."""

    def __init__(self):
        super().__init__()
        self.statuses = []

    def exit(self, status):
        self.statuses.append(status)


@pytest.mark.parametrize(
    ("flags", "transfer", "cached"),
    [
        ([], True, True),
        (["--no-transfer-assets"], False, True),
        (["--no-cached-assets"], True, False),
        (["--no-transfer-assets", "--no-cached-assets"], False, False),
    ],
)
def test_render_hands_its_choices_about_assets_to_the_session(
    qapp, monkeypatch, flags, transfer, cached
):
    handed, begun = [], []
    monkeypatch.setattr(RenderSession, "set_servers", lambda _, *values: handed.append(values))
    monkeypatch.setattr(RenderSession, "start", lambda _, request, journal: begun.append(request))
    arguments = ["render", "--server", "studio-1", "--no-journal", *flags]
    plan = make_plan(cli.make_parser().parse_args(arguments))
    application = Application()

    run = HeadlessRun(plan, application)
    run.start()
    run.interrupt()  # nothing renders: it ends

    ((servers, settings),) = handed
    assert [entry.label for entry in servers][-1:] == ["studio-1"]
    assert (settings.transfer_assets, settings.use_cached_assets) == (transfer, cached)
    assert begun == [plan.request]
    assert application.statuses == [EXIT_INTERRUPTED]


def test_second_interrupt_says_that_no_picture_is_saved_and_what_the_journal_keeps(
    qapp, monkeypatch, tmp_path, capsys
):
    stopped = []
    monkeypatch.setattr(RenderSession, "rendering", True)
    monkeypatch.setattr(RenderSession, "stop", lambda _: stopped.append(True))
    arguments = ["render", "-o", str(tmp_path / "a.exr"), "--server", "studio-1"]
    application = Application()
    run = HeadlessRun(make_plan(cli.make_parser().parse_args(arguments)), application)

    run.interrupt()
    assert (stopped, application.statuses, capsys.readouterr().err) == ([True], [], "")
    run.interrupt()
    run.interrupt()

    told = capsys.readouterr().err.splitlines()
    journal = tmp_path / "a.exr.journal"
    assert told[0] == "ended at once: no picture is saved"
    assert told[1].startswith(f"{journal} keeps what is rendered")
    assert len(told) == 2
    assert set(application.statuses) == {EXIT_INTERRUPTED}


@pytest.mark.parametrize(("samples_taken", "is_kept"), [(0, False), (4096, True)])
def test_journal_of_an_unfinished_frame_stays_if_there_is_anything_in_it(
    qtbot, monkeypatch, tmp_path, samples_taken, is_kept
):
    discarded = []
    monkeypatch.setattr(RenderSession, "film", object())
    monkeypatch.setattr(RenderSession, "discard_journal", lambda _: discarded.append(True))
    monkeypatch.setattr(headless_session, "save_everything", lambda *_: EXIT_FAILED)
    arguments = ["render", "-o", str(tmp_path / "a.exr"), "--server", "studio-1"]
    application = Application()
    run = HeadlessRun(make_plan(cli.make_parser().parse_args(arguments)), application)
    report = FrameReport("ab", False, 4.0, None, 0.0, "", 0, 64, 32, 4, 32, 32, "spiral", 10, 0,
                         samples_taken=samples_taken)  # fmt: skip

    run._session.job_finished.emit(report)

    assert discarded == ([] if is_kept else [True])
    qtbot.waitUntil(lambda: application.statuses == [EXIT_FAILED])


def test_file_that_changed_during_the_frame_is_told_at_its_end(
    qtbot, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(RenderSession, "film", object())
    monkeypatch.setattr(headless_session, "save_everything", lambda *_: EXIT_OK)
    arguments = ["render", "-o", str(tmp_path / "a.exr"), "--server", "studio-1", "--no-journal"]
    application = Application()
    run = HeadlessRun(make_plan(cli.make_parser().parse_args(arguments)), application)
    told_at_exit = []
    application.exit = lambda _status: told_at_exit.append(capsys.readouterr().err)
    # As the reading thread's answer: queued behind the report that is being made.
    answer = partial(run._session._on_files_changed, [tmp_path / "wood.png"])
    run._session.job_finished.connect(lambda _: QTimer.singleShot(0, answer))
    run._session.job_finished.disconnect(run._on_finished)
    run._session.job_finished.connect(run._on_finished)

    run._session.job_finished.emit(
        FrameReport("ab", True, 4.0, 1.0, 9.0, "", 0, 64, 32, 4, 32, 32, "spiral", 10, 10,
                    samples_taken=4096)
    )  # fmt: skip

    qtbot.waitUntil(lambda: bool(told_at_exit))
    assert "wood.png changed during the frame" in told_at_exit[0]
