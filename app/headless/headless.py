"""What both kinds of headless rendering share: the plan, checked before they begin."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.flags.sampling_flags import read_sampling
from app.flags.shot_flags import read_shot
from app.flags.sky_flags import read_sky
from app.frames.frame_journal import JournalWish
from app.frames.journal_file import journal_beside
from app.headless.cli_progress import Reporter, make_reporter
from app.saving.finishing import ask_for_guides
from app.saving.frame_stamp import check_stamp
from app.saving.image_metadata import make_look, make_output_options
from app.values.session_types import DistributedSettings, RenderRequest, ServerEntry
from renderer.buckets import Region, parse_order
from renderer.cube_file import LutError
from renderer.denoise import find_problem
from renderer.display import Look
from renderer.formats import find_warnings, inspect_scene
from renderer.output import EXR, OutputError, check_output_path
from renderer.output_options import OutputOptions
from renderer.scene import SceneError
from renderer.settings import RenderSettings

T = TypeVar("T")

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130


class HeadlessError(Exception):
    """The command cannot begin or go on; the text says why and the way out."""


@dataclass(frozen=True)
class Plan:
    """Everything that the command line asked for, checked before a long render begins."""

    request: RenderRequest
    outputs: tuple[Path, ...]
    report: Path | None
    look: Look
    image_options: OutputOptions
    denoise: bool
    stamp: str
    threads: int
    servers: tuple[ServerEntry, ...]
    distributed: DistributedSettings
    reporter: Reporter
    journal: JournalWish | None = None


def make_plan(arguments: argparse.Namespace) -> Plan:
    """Check all arguments.

    Raises:
        HeadlessError: the first thing that is wrong.
    """
    scene = _find_scene(arguments.scene)
    _check_files(arguments)
    _check_camera(scene, arguments.camera)
    if arguments.denoise and (problem := find_problem()):
        raise HeadlessError(problem)
    outputs = tuple(arguments.output or [Path(scene.stem + ".png")])
    try:
        look = make_look(arguments)
        options = make_output_options(arguments)
        _check_outputs(outputs, options, arguments)
        request = _make_request(scene, arguments)
    except (LutError, OutputError, SceneError, ValueError) as error:
        raise HeadlessError(str(error)) from error
    key_file = str(arguments.key_file) if arguments.key_file is not None else ""
    return Plan(
        request=request,
        outputs=outputs,
        report=arguments.report,
        look=look,
        image_options=options,
        denoise=arguments.denoise,
        stamp=arguments.stamp,
        threads=arguments.threads,
        servers=_find_servers(arguments),
        distributed=DistributedSettings(
            key_file=key_file,
            use_local=not arguments.no_local,
            accept=arguments.accept or "",
            transfer_assets=not arguments.no_transfer_assets,
            use_cached_assets=not arguments.no_cached_assets,
        ),
        reporter=make_reporter(quiet=arguments.quiet, as_json=arguments.json),
        journal=_find_journal(outputs[0], arguments),
    )


def _check_files(arguments: argparse.Namespace) -> None:
    for what, path in (
        ("server list", arguments.servers),
        ("environment map", arguments.env),
        ("background plate", arguments.plate),
    ):
        if path is not None and not path.is_file():
            raise HeadlessError(f"there is no {what} {path}")


def _check_outputs(
    outputs: tuple[Path, ...], options: OutputOptions, arguments: argparse.Namespace
) -> None:
    """See that everything can be written before anything is rendered."""
    check_stamp(arguments.stamp)
    for path in outputs:
        check_output_path(path, options)
    _check_channels(outputs, arguments.channels)
    if arguments.report is not None:
        _check_folder(arguments.report)


def _make_request(scene: Path, arguments: argparse.Namespace) -> RenderRequest:
    settings = RenderSettings(
        width=arguments.width,
        height=arguments.height or _usual_height(arguments),
        samples=arguments.samples,
        seed=arguments.seed,
        max_depth=arguments.max_depth,
        camera=arguments.camera,
        time_s=arguments.time,
        shot=read_shot(arguments),
        sky=read_sky(arguments),
        environment_strength=arguments.env_strength,
        environment_rotation=math.radians(arguments.env_rotation),
        **read_sampling(arguments),
    )
    return RenderRequest(
        scene,
        ask_for_guides(settings) if arguments.denoise else settings,
        arguments.bucket_size,
        parse_order(arguments.order),
        arguments.env,
        arguments.plate,
        audit=arguments.audit / 100.0,
        mix_engines=arguments.mix_engines,
        regions=tuple(Region(*rectangle) for rectangle in arguments.region),
        reverse=arguments.reverse,
    )


def _find_journal(output: Path, arguments: argparse.Namespace) -> JournalWish | None:
    if arguments.no_journal:
        return None
    if arguments.journal is not None:
        _check_folder(arguments.journal)
    path = arguments.journal or journal_beside(output)
    return JournalWish(path, resume=arguments.resume)


def _check_channels(outputs: tuple[Path, ...], channels: tuple[str, ...]) -> None:
    """Tell of channels that no file could hold before they are rendered."""
    if channels and not any(path.suffix.lower() == EXR for path in outputs):
        name = outputs[0].with_suffix(EXR).name
        raise HeadlessError(f"only .exr files hold channels: add -o {name} or drop --channels")


def list_cameras(scene: Path | None) -> tuple[str, ...]:
    """Return the names that `--camera` takes; none where the view is automatic.

    Raises:
        HeadlessError: the scene cannot be read.
    """
    try:
        return inspect_scene(_find_scene(scene)).cameras
    except SceneError as error:
        raise HeadlessError(str(error)) from error


def _check_camera(scene: Path, name: str) -> None:
    """Tell a wrong name now, not when the first server has the scene."""
    names = list_cameras(scene) if name else ()
    if name and name not in names:
        known = ", ".join(repr(known) for known in names[:20]) or "none: it is framed automatically"
        raise HeadlessError(f"{scene.name}: has no camera {name!r}; its cameras: {known}")


def _find_scene(scene: Path | None) -> Path:
    if scene is None:
        from app.system.demo import demo_scene

        return demo_scene()
    if not scene.is_file():
        raise HeadlessError(f"there is no scene file {scene}")
    return scene


def _usual_height(arguments: argparse.Namespace) -> int:
    """Return the height of a frame of which only the width is known: a panorama is 2 : 1."""
    return max(1, arguments.width // 2) if arguments.projection == "panorama" else 540


def find_scene_warnings(plan: Plan) -> tuple[str, ...]:
    """What the scene lacks that its picture can do without, in words.

    Raises:
        HeadlessError: nothing can read such a file.
    """
    try:
        return find_warnings(plan.request.scene)
    except SceneError as error:
        raise HeadlessError(str(error)) from error


def _check_folder(path: Path) -> None:
    folder = path.resolve().parent
    if not folder.is_dir():
        raise HeadlessError(f"the folder of {path} does not exist: make {folder} first")


def _find_servers(arguments: argparse.Namespace) -> tuple[ServerEntry, ...]:
    entries: list[ServerEntry] = []
    if not arguments.no_local:
        entries.append(ServerEntry(uid="local", address="", port=0, local=True))
    if arguments.servers is not None:
        entries += _read(partial(_load_list, arguments.servers))
    for number, text in enumerate(arguments.server):
        entries.append(_read(partial(_parse_server, text, number)))
    if not entries and not arguments.in_process and not arguments.accept:
        raise HeadlessError(
            "no server is left: drop --no-local, add --server HOST, or let servers --accept"
        )
    return tuple(entries)


def _load_list(path: Path) -> list[ServerEntry]:
    from app.servers.server_file import load_server_list

    return [entry for entry in load_server_list(path).entries if not entry.local]


def _parse_server(text: str, number: int) -> ServerEntry:
    from network.addresses import parse_address

    address = parse_address(text)
    return ServerEntry(uid=f"server-{number}", address=address.host, port=address.port)


def _read(call: Callable[[], T]) -> T:
    try:
        return call()
    except (OSError, ValueError) as error:
        raise HeadlessError(str(error)) from error
