"""What a render session tells of."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class SessionSignals(QObject):
    """Apart from `app.session.session`, so that a window can be tested with a session that is none.

    Signals:
        server_changed(ServerStatus), server_removed(uid): a row of the list.
        server_appeared(ServerEntry): a guest is there, a row that nobody has put into the list.
        accepting(text), accept_failed(text): whether servers can dial in.
        log_received(uid, text): the end of a server's log that `ask_log` asked for.
        server_drained(uid): it has delivered what it had in hand and is disabled now.
        job_started(JobInfo): the buckets are known; nothing is rendered yet.
        bucket_leased(BucketInFlight), bucket_released(unit): a server has it; it was given back.
        bucket_finished(BucketInFlight, pixels): (h, w, components) float32, all channels of the
            film; the first four are linear RGB and alpha, premultiplied.
        bucket_revoked(Region): its pixels turned out to be false; it is rendered again.
        progressed(Progress): at most ten times a second.
        happened(Incident): a server failed.
        job_finished(FrameReport): complete, or stopped with what is there.
        job_failed(text): the frame could not even begin.
        journal_noted(text): what is good to know about it.
        journal_failed(text): the frame's journal cannot be written; "" when it can again.
        files_changed(text): files were written while the frame was rendered with what they were.
        logged(level, server, text): for the log panel.
    """

    server_changed = Signal(object)
    server_removed = Signal(str)
    server_appeared = Signal(object)
    accepting = Signal(str)
    accept_failed = Signal(str)
    server_drained = Signal(str)
    log_received = Signal(str, str)
    job_started = Signal(object)
    bucket_leased = Signal(object)
    bucket_released = Signal(int)
    bucket_finished = Signal(object, object)
    bucket_revoked = Signal(object)
    progressed = Signal(object)
    happened = Signal(object)
    job_finished = Signal(object)
    job_failed = Signal(str)
    journal_noted = Signal(str)
    journal_failed = Signal(str)
    files_changed = Signal(str)
    logged = Signal(str, str, str)
