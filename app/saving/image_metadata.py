"""What a saved picture says of itself: how it came about, and how to make it again."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from app.system.software import software_version
from app.values.provenance import COLUMNS
from app.values.session_types import FrameReport, RenderRequest
from renderer.cube_file import read_cube
from renderer.display import Look
from renderer.grading import Grade
from renderer.ocio_views import bake_view, default_config
from renderer.output_options import OutputOptions

Metadata = dict[str, str | int | float]


def make_metadata(request: RenderRequest, report: FrameReport | None) -> Metadata:
    """Return the entries of a picture; without a report, of one that is still being rendered."""
    settings = request.settings
    metadata: Metadata = {
        "version": software_version(),
        "scene": request.scene.name,
        "camera": settings.camera,
        "samples": settings.samples,
        "seed": settings.seed,
        "max_depth": settings.max_depth,
        "settings": json.dumps(dataclasses.asdict(settings), ensure_ascii=False),
    }
    if request.environment is not None:
        metadata["environment"] = request.environment.name
    if report is not None:
        metadata |= {
            "engine": report.engine,
            "frame_sha256": report.frame_sha256,
            "complete": "yes" if report.complete else "no",
            "render_time_s": round(report.wall_s, 3),
            "samples_per_s": round(report.samples_per_s),
            "servers": describe_servers(report),
        }
    return metadata


def provenance_for(path: Path, report: FrameReport | None) -> Metadata:
    """Return who rendered which pixels, for kinds of files that have room for it: OpenEXR."""
    if report is None or path.suffix.lower() != ".exr" or not report.provenance:
        return {}
    return {"provenance": json.dumps([COLUMNS, *report.provenance])}


def describe_servers(report: FrameReport) -> str:
    """Return who delivered what, in a line."""
    return ", ".join(
        f"{server.name}: {server.buckets} buckets, {server.render_s:.1f} s"
        for server in report.servers
    )


def make_look(arguments: argparse.Namespace) -> Look:
    """Return the look that the command line asked for.

    Raises:
        ValueError: a value is out of range.
        LutError: the LUT cannot be used.
    """
    return Look(
        view=arguments.view,
        exposure_ev=arguments.exposure,
        temperature_k=arguments.temperature,
        tint=arguments.tint,
        gamma=arguments.gamma,
        grade=_make_grade(arguments),
    )


def _make_grade(arguments: argparse.Namespace) -> Grade | None:
    strength = arguments.lut_strength / 100.0
    if arguments.lut is not None:
        return Grade(read_cube(arguments.lut)[0], arguments.lut_input, strength)
    if arguments.ocio is not None:
        config = arguments.ocio or default_config()
        lut = bake_view(config, arguments.ocio_display, arguments.ocio_view)
        return Grade(lut, "stops", strength)
    return None


def make_output_options(arguments: argparse.Namespace) -> OutputOptions:
    """Return the options that the command line asked for.

    Raises:
        ValueError: a value is out of range.
    """
    return OutputOptions(
        bits=arguments.bits,
        alpha=arguments.alpha,
        half=arguments.half,
        compression=arguments.compression,
        multi_part=arguments.multi_part,
        jpeg_quality=arguments.quality,
    )
