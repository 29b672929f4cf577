"""Where a session's frames lie: the last one, and how the next one is made or goes on.

The functions that `new` and `again` return read files and hash them: they run off the event loop.
"""

from __future__ import annotations

from collections.abc import Callable

from app.frames.digest_cache import DigestCache
from app.frames.frame import Frame, KnownServers, open_frame, refresh_frame
from app.frames.frame_journal import JournalWish
from app.frames.frame_tally import FrameTally
from app.frames.jobs import prepare_job
from app.frames.journal_writer import OnProblem
from app.system.paths import digest_file
from app.values.session_types import RenderRequest

#: Called with the label of each file that is read; ends the work by raising.
GoOn = Callable[[str], None]
#: Makes a frame ready to begin.
MakeFrame = Callable[[GoOn, FrameTally, KnownServers], Frame]


class FrameDesk:
    """Keeps the last frame, so that it can go on when it was stopped.

    Args:
        on_problem: hears of journals that cannot be written, in another thread.

    Attributes:
        frame: the last one, also when it is over; None before the first.
    """

    def __init__(self, on_problem: OnProblem) -> None:
        self.frame: Frame | None = None
        self._on_problem = on_problem
        self._digests = DigestCache(digest_file())

    def new(self, request: RenderRequest, journal: JournalWish | None) -> MakeFrame:
        """Return what makes a frame of a request, or of a journal that is to be resumed."""
        before = self.frame if request.regions else None

        def make(go_on: GoOn, tally: FrameTally, known: KnownServers) -> Frame:
            job = prepare_job(request, self._digests, go_on)
            self._digests.save()
            frame = open_frame(job, journal, self._on_problem)
            if before is not None and before is not frame:
                frame.keep_outside(before)
            frame.begin(tally, known)
            return frame

        return make

    def again(self, frame: Frame) -> MakeFrame:
        """Return what lets a stopped frame go on."""

        def make(go_on: GoOn, tally: FrameTally, known: KnownServers) -> Frame:
            job = prepare_job(frame.whole.request, self._digests, go_on)
            refresh_frame(frame, job).begin(tally, known)
            return frame

        return make

    def take(self, frame: Frame) -> None:
        """A frame begins: what was of another one goes, pixels and journal."""
        if self.frame is not None and self.frame is not frame:
            self.frame.journal.end(remove=True)
        self.frame = frame

    def refuse(self, frame: Frame) -> None:
        """A frame was made that nobody wants any more."""
        if frame is not self.frame:
            frame.journal.end(remove=not frame.journal.resumed)

    def describe_problem(self, problem: str) -> str:
        """Return a journal's problem in a sentence."""
        path = self.frame.journal.path if self.frame is not None else None
        return f"{path} cannot be written: {problem}; it is tried again" if problem else ""

    def close(self) -> None:
        """The session ends: what is known of the frame is on the disk then."""
        if self.frame is not None:
            self.frame.journal.end(remove=False)
            self.frame.journal.join()
