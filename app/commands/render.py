"""`brigade render`: the headless render client."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.flags.common import add_command, bucket_size, number, rectangle, seconds
from app.flags.image_flags import add_image_options
from app.flags.sampling_flags import add_sampling_options
from app.flags.shot_flags import add_shot_options
from app.flags.sky_flags import add_sky_options
from renderer.bucket_size import DEFAULT_BUCKET_SIZE

if TYPE_CHECKING:
    from app.flags.common import Subparsers
    from app.headless.headless import Plan
    from app.session.early_start import EarlyStart

EXAMPLE = """\
brigade render                                     the demo scene -> render.png
brigade render room.glb -o room.png -o room.exr --samples 256 --half
brigade render room.glb -o room.png --resume       finish what was interrupted
brigade render room.glb -o room.png --server studio-2 --server 192.168.1.20:20727
brigade render room.glb -o room.png --in-process   no server, no socket: the reference"""

#: Whoever interrupts a render does not wait for a script that reads no lines.
LAST_LINES_S = 1.0

ORDERS = ("top-bottom", "left-right", "spiral", "hilbert", "checker", "random")


def add_parser(commands: Subparsers, name: str) -> None:
    """Add this command."""
    parser = add_command(
        commands, name, "render a scene on this computer and on render servers", EXAMPLE
    )
    parser.usage = "brigade render [options] [scene]"  # all of them would fill a screen
    parser.add_argument(
        "scene", nargs="?", type=Path, help=".gltf .glb .obj .ply .stl (default: demo)"
    )
    parser.add_argument(
        "-o", "--output", action="append", type=Path, metavar="FILE", default=None,
        help="where to save, may be repeated: .png .jpg .tif (as the view shows it) "
        "or .exr (linear); default: the scene's name with .png",
    )  # fmt: skip
    _add_frame_options(parser.add_argument_group("frame"))
    add_sampling_options(parser)
    add_shot_options(parser)
    add_sky_options(parser)
    _add_server_options(parser.add_argument_group("servers"))
    add_image_options(parser)
    _add_journal_options(parser.add_argument_group("interrupted frames"))
    output = parser.add_argument_group("what it tells")
    output.add_argument("--report", type=Path, metavar="FILE", help="write a report as JSON")
    talk = output.add_mutually_exclusive_group()
    talk.add_argument("--quiet", action="store_true", help="only errors")
    talk.add_argument("--json", action="store_true", help="one JSON line per event on stdout")
    parser.set_defaults(run=run)


def _add_frame_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--width", type=number(1, 16384), default=960, metavar="PX")
    group.add_argument(
        "--height", type=number(1, 16384), metavar="PX", help="540; of a panorama: half the width"
    )
    group.add_argument(
        "--samples", type=number(1, 1 << 20), default=64, metavar="N", help="per pixel (64)"
    )
    group.add_argument("--seed", type=number(0, 2**32 - 1), default=0, metavar="N")
    group.add_argument(
        "--max-depth", type=number(1, 1024), default=8, metavar="N", help="path segments (8)"
    )
    group.add_argument(
        "--bucket-size", type=bucket_size, default=DEFAULT_BUCKET_SIZE, metavar="PX[xPX]",
        help="side of a bucket, or its width and height, as in 64x32 (64)",
    )  # fmt: skip
    group.add_argument(
        "--region", type=rectangle, action="append", default=[], metavar="X,Y,W,H",
        help="render only these pixels of the frame; may be given several times",
    )  # fmt: skip
    group.add_argument("--order", choices=ORDERS, default="spiral", help="bucket order (spiral)")
    group.add_argument("--reverse", action="store_true", help="begin with the last bucket")
    group.add_argument(
        "--time", type=seconds, default=None, metavar="S",
        help="moment of the scene's animations, seconds; default: the scene as it stands",
    )  # fmt: skip


def _add_journal_options(group: argparse._ArgumentGroup) -> None:
    either = group.add_mutually_exclusive_group()
    either.add_argument(
        "--resume", action="store_true",
        help="go on with a frame that was interrupted, from the journal beside the output "
        "(FILE.journal); needs the same scene and settings; the same pixels as without a break",
    )  # fmt: skip
    group.add_argument(
        "--journal", type=Path, metavar="FILE",
        help="the journal, if it is not to be beside the first output",
    )  # fmt: skip
    either.add_argument(
        "--no-journal", action="store_true",
        help="keep no journal: a frame that is interrupted is lost",
    )  # fmt: skip


def _add_server_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--server", action="append", default=[], metavar="HOST[:PORT]", help="may be repeated"
    )
    group.add_argument("--servers", type=Path, metavar="FILE", help="a list saved by the window")
    group.add_argument("--key-file", type=Path, metavar="FILE", help="key of the servers")
    group.add_argument(
        "--accept", nargs="?", const="*", default=None, metavar="[ADDR:]PORT", type=_listen_at,
        help="let servers dial in (brigade server --connect), on all networks, port 20728, or as "
        "said; needs --key-file",
    )  # fmt: skip
    group.add_argument("--no-local", action="store_true", help="this computer does not render")
    group.add_argument(
        "--threads", type=number(1, 4096), default=0, metavar="N", help="of this computer (all)"
    )
    group.add_argument(
        "--no-transfer-assets", action="store_true",
        help="send servers the scene, but none of the images that it refers to: who has not all "
        "of them from earlier jobs does not render, and says which one it lacks",
    )  # fmt: skip
    group.add_argument(
        "--no-cached-assets", action="store_true",
        help="servers use no files that they have from earlier jobs; they get all of them again",
    )  # fmt: skip
    group.add_argument(
        "--audit", type=number(0, 100), default=0, metavar="PERCENT",
        help="render so many of the buckets twice, on different servers, and compare; who differs "
        "from two others is out and its buckets are rendered again (0)",
    )  # fmt: skip
    group.add_argument(
        "--mix-engines", action="store_true",
        help="use servers of different engine classes for one frame: their pixels may differ in "
        "the last bits (otherwise those of one class render it, and the others are left out)",
    )  # fmt: skip
    group.add_argument(
        "--in-process", action="store_true", help="call the tracer directly, without any server"
    )


def _listen_at(text: str) -> str:
    from network.addresses import AddressError, parse_listen

    text = f":{text}" if text.isdigit() else text
    try:
        parse_listen(text, 0)
    except AddressError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def run(arguments: argparse.Namespace) -> int:
    """Render; 0 only when every bucket is in the picture."""
    early = _start_early(arguments)
    from app.headless.headless import HeadlessError, find_scene_warnings, list_cameras, make_plan

    try:
        if arguments.list_cameras:
            return _print_cameras(list_cameras(arguments.scene))
        plan = make_plan(arguments)
        for text in find_scene_warnings(plan):
            print(f"brigade render: warning: {text}", file=sys.stderr)
        return _render(arguments, plan, early)
    except HeadlessError as error:
        print(f"brigade render: {error}", file=sys.stderr)
        return 1
    finally:
        if early is not None:
            early.close()


def _render(arguments: argparse.Namespace, plan: Plan, early: EarlyStart | None) -> int:
    from app.headless.headless import EXIT_INTERRUPTED, HeadlessError

    status = EXIT_INTERRUPTED
    try:
        if arguments.in_process:
            from app.headless.in_process import render_in_process

            status = render_in_process(plan)
            return status
        try:
            from app.headless.headless_session import render_with_servers
        except ImportError as error:
            from app.system.qt_libraries import explain_import_error

            raise HeadlessError(explain_import_error("server", error)) from error
        assert early is not None  # what that imports was there
        status = render_with_servers(plan, early)
        return status
    finally:
        plan.reporter.close(LAST_LINES_S if status == EXIT_INTERRUPTED else None)


def _start_early(arguments: argparse.Namespace) -> EarlyStart | None:
    """Start the local server, if one is going to be needed; None too where Qt is missing."""
    if arguments.in_process or arguments.list_cameras:
        return None
    try:
        from app.session.early_start import start_early
    except ImportError:
        return None  # explained later
    return start_early(arguments)


def _print_cameras(names: tuple[str, ...]) -> int:
    for name in names:
        print(name)
    if not names:
        print("the scene has no camera: it is framed automatically", file=sys.stderr)
    return 0
