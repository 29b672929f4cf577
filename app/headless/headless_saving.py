"""The end of `brigade render`: denoising, the picture files and the report."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

from app.headless.cli_progress import Reporter
from app.headless.headless import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, Plan
from app.saving.finishing import Finished, denoise_film, finish
from app.saving.frame_stamp import make_stamp
from app.saving.image_metadata import make_metadata, provenance_for
from app.saving.layer_names import make_layers
from app.system.interrupts import interruptible
from app.system.threads import default_threads
from app.values.session_types import FrameReport
from renderer.denoise import DenoiseCancelledError, DenoiseError
from renderer.film import Film
from renderer.layers import Layer
from renderer.output import EXR, OutputError, save_image


def save_everything(plan: Plan, film: Film, report: FrameReport) -> int:
    """Write pictures and report; return the exit status.

    A frame that was stopped is saved beside the asked name, with `.partial` in it, so that an
    older complete picture is not lost; it is not denoised, for the holes would bleed.
    """
    status = EXIT_OK if report.complete else EXIT_FAILED
    layers = _make_layers(plan, film)
    finished = Finished(film.pixels, layers)
    if report.complete and plan.denoise:
        finished, status = _denoise(plan, film, layers)
    if report.buckets_done > 0:
        status = max(status, _save_pictures(plan, finished, report))
    if plan.report is not None:
        status = max(status, _save_report(plan.report, report, plan.reporter))
    plan.reporter.finished(report)
    return status


def describe_rest(journal: Path, problem: str = "") -> str:
    """Return how what was not finished can be.

    Args:
        journal: of the frame.
        problem: why it could not be written at last, empty if it could.
    """
    kept = "what could be written of the frame" if problem else "what is rendered"
    return f"{journal} keeps {kept}: the same command with --resume goes on from there"


def _make_layers(plan: Plan, film: Film) -> dict[str, Layer]:
    """Return the channels as layers, if any file can hold them."""
    if not any(path.suffix.lower() == EXR for path in plan.outputs):
        return {}
    return make_layers(plan.request, film.pixels)


def _denoise(plan: Plan, film: Film, layers: Mapping[str, Layer]) -> tuple[Finished, int]:
    """Return the picture, noisy if it cannot be helped, and the exit status so far."""
    noisy = Finished(film.pixels, layers)
    with interruptible() as interrupts:

        def go_on(share: float) -> bool:
            plan.reporter.preparing("denoising", share)
            return not interrupts

        try:
            threads = plan.threads or default_threads()
            denoised = denoise_film(film.pixels, plan.request.settings, threads, go_on)
            return finish(film.pixels, denoised, layers), EXIT_OK
        except DenoiseCancelledError:
            plan.reporter.error("denoising was stopped: the noisy picture is saved")
            return noisy, EXIT_INTERRUPTED
        except DenoiseError as error:
            plan.reporter.error(f"{error}; the noisy picture is saved")
            return noisy, EXIT_FAILED


def _save_pictures(plan: Plan, finished: Finished, report: FrameReport) -> int:
    status = EXIT_OK
    for path in plan.outputs:
        target = path if report.complete else path.with_suffix(".partial" + path.suffix)
        try:
            save_image(
                target,
                finished.pixels,
                look=plan.look,
                options=plan.image_options,
                metadata=make_metadata(plan.request, report)
                | provenance_for(target, report)
                | finished.notes,
                layers=finished.layers,
                stamp=make_stamp(plan.stamp, plan.request, report, time.localtime()),
                threads=plan.threads or default_threads(),
            )
            plan.reporter.saved(target)
        except OutputError as error:
            plan.reporter.error(str(error))
            status = EXIT_FAILED
    return status


def _save_report(path: Path, report: FrameReport, reporter: Reporter) -> int:
    try:
        write_report(path, report)
    except OSError as error:
        reporter.error(f"cannot write {path}: {error.strerror}")
        return EXIT_FAILED
    return EXIT_OK


def write_report(path: Path, report: FrameReport) -> None:
    """Write the report as JSON, whole or not at all."""
    text = json.dumps(dataclasses.asdict(report), indent=2, ensure_ascii=False) + "\n"
    temporary = path.with_name(path.name + f".{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
