"""`brigade render --in-process`: the tracer called directly, with no server and no socket.

The reference for speed and for bits: what servers deliver must equal this, byte for byte.
"""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from app.frames.digest_cache import DigestCache
from app.frames.frame import Frame, open_frame
from app.frames.frame_tally import FrameTally
from app.frames.jobs import PreparedJob, prepare_job
from app.frames.journal_format import JournalError
from app.frames.report_log import sign_report
from app.headless.headless import EXIT_INTERRUPTED, EXIT_OK, HeadlessError, Plan
from app.headless.headless_saving import describe_rest, save_everything
from app.serving.kernel_warm_up import warm_up
from app.system.interrupts import interruptible
from app.system.paths import digest_file, kernel_dir
from app.system.threads import default_threads
from app.values.session_types import ServerState
from renderer import kernel_cache
from renderer.assets import MappedAssets
from renderer.buckets import Region
from renderer.scene import SceneError

if TYPE_CHECKING:
    from renderer.engine import TracerEngine

#: Units in the pool besides the one in hand: no thread waits, and Ctrl+C is quick.
UNITS_AHEAD = 2
POLL_S = 0.1
UID = "in-process"


class InProcessFacts:
    """What the tally asks of servers, answered for none."""

    def __init__(self, engine_class: str) -> None:
        self._engine_class = engine_class

    def name(self, uid: str) -> str:
        """See `ServerFacts`."""
        return uid

    def address(self, uid: str) -> str:
        """See `ServerFacts`."""
        return ""

    def engine_class(self, uid: str) -> str:
        """See `ServerFacts`."""
        return self._engine_class

    def bytes_of(self, uid: str) -> tuple[int, int]:
        """See `ServerFacts`."""
        return 0, 0


@dataclass(frozen=True)
class _Done:
    unit: int
    pixels: npt.NDArray[np.float32] | None
    render_s: float
    error: str


def render_in_process(plan: Plan) -> int:
    """Render the plan's frame in this process; return the exit status."""
    tally = FrameTally(time.monotonic())
    threads = plan.threads or default_threads()
    whole, engine = _open(plan, threads)
    frame = _open_frame(plan, whole, engine)
    facts = InProcessFacts(engine.engine_class())
    frame.begin(tally, {(UID, ""): UID})
    settings = whole.request.settings
    plan = replace(plan, request=whole.request)  # whose channels are the film's
    plan.reporter.started(settings.width, settings.height, len(whole.regions))
    if frame.note:
        plan.reporter.note(frame.note)
    tally.add_server(UID, facts)
    with interruptible() as interrupts:
        if not frame.complete:
            _render(frame, engine, plan, threads, interrupts)
        interrupted = bool(interrupts)
    tally.count_bytes(UID, facts)
    tally.end(time.monotonic(), complete=frame.complete)
    status = _save(plan, frame)
    return EXIT_INTERRUPTED if interrupted else status


def _open_frame(plan: Plan, job: PreparedJob, engine: TracerEngine) -> Frame:
    def tell(problem: str) -> None:
        if problem and plan.journal is not None:
            path = plan.journal.path
            plan.reporter.error(f"warning: {path} cannot be written: {problem}; it is tried again")

    try:
        frame = open_frame(job, plan.journal, tell)
    except (JournalError, MemoryError) as error:
        raise HeadlessError(str(error)) from error
    classes, own = frame.journal.engine_classes, engine.engine_class()
    if classes and classes != (own,) and not plan.request.mix_engines:
        frame.journal.end(remove=False)
        raise HeadlessError(
            f"cannot resume {frame.journal.path}: its pixels were rendered by {classes[0]}, this "
            f"computer is {own}: use servers of that kind, or render without --resume"
        )
    return frame


def _render(
    frame: Frame, engine: TracerEngine, plan: Plan, threads: int, interrupts: list[int]
) -> None:
    facts, tally = InProcessFacts(engine.engine_class()), frame.tally
    tally.set_state(UID, ServerState.RENDERING, time.monotonic())
    tally.set_leases(UID, threads, time.monotonic())
    for done in _render_units(engine, frame.job, threads, interrupts):
        if done.pixels is None:
            raise HeadlessError(f"bucket {done.unit} failed: {done.error}")
        now_s = time.monotonic()
        unit = frame.job.spec.units[done.unit]
        frame.commit(UID, unit, done.pixels.tobytes(), done.render_s, facts, now_s)
        plan.reporter.bucket(done.unit, UID)
        plan.reporter.progress(tally.progress(now_s, 1))


def _save(plan: Plan, frame: Frame) -> int:
    """Write pictures and report; the journal goes when they are there."""
    report = sign_report(frame.tally.report(frame.film))
    status = save_everything(plan, frame.film, report)
    done = report.complete and status == EXIT_OK
    if plan.journal is not None and not done:
        plan.reporter.note(describe_rest(plan.journal.path))
    frame.journal.end(remove=done)
    frame.journal.join()
    return status


def _open(plan: Plan, threads: int) -> tuple[PreparedJob, TracerEngine]:
    kernels = kernel_cache.configure(kernel_dir())
    from renderer.engine import TracerEngine  # Numba: after the cache folder is set

    try:
        digests = DigestCache(digest_file())
        job = prepare_job(plan.request, digests)
        digests.save()
        paths = {entry.label: job.paths[entry.digest] for entry in job.spec.assets}
        engine = TracerEngine(threads_hint=threads)
        warm_up(engine, kernels, plan.reporter.preparing)
        engine.open(
            MappedAssets(paths), job.spec.scene, job.request.settings, plan.reporter.preparing
        )
    except SceneError as error:
        raise HeadlessError(str(error)) from error
    return job, engine


def _render_units(
    engine: TracerEngine, job: PreparedJob, threads: int, interrupts: list[int]
) -> Iterator[_Done]:
    """Yield finished units until all are, or until `interrupts` is not empty."""
    from renderer.pool import RenderPool

    finished: queue.SimpleQueue[_Done] = queue.SimpleQueue()

    def put(unit: int, pixels: Any, render_s: float, error: str) -> None:
        finished.put(_Done(unit, pixels, render_s, error))

    with contextlib.closing(RenderPool(engine, threads, put, clock=time.monotonic)) as pool:
        in_pool = 0
        waiting = iter(job.spec.units[: len(job.spec.units) - len(job.spec.done_by)])
        while not interrupts:
            while in_pool <= threads * UNITS_AHEAD and (unit := next(waiting, None)) is not None:
                region = Region(unit.x, unit.y, unit.width, unit.height)
                pool.submit(unit.index, region, unit.first_sample, unit.samples)
                in_pool += 1
            if in_pool == 0:
                return
            with contextlib.suppress(queue.Empty):
                yield finished.get(timeout=POLL_S)
                in_pool -= 1
