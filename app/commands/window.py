"""`brigade [SCENE]`: the window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the window's own arguments."""
    parser = argparse.ArgumentParser(
        prog="brigade",
        usage="brigade [SCENE]",
        description="Open the window. `brigade --help` lists the commands.",
        epilog="example:\n  brigade room.glb",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "scene", nargs="?", type=Path, help=".gltf .glb .obj .ply .stl (default: demo)"
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Open the window and return its exit status."""
    scene: Path | None = arguments.scene
    if scene is not None and not scene.is_file():
        print(f"brigade: no scene file and no command is named {scene}", file=sys.stderr)
        print("`brigade --help` lists the commands.", file=sys.stderr)
        return 2
    try:
        from app.window.window_program import run_window
    except ImportError as error:
        from app.system.qt_libraries import explain_import_error

        print(explain_import_error("window", error), file=sys.stderr)
        return 1
    return run_window(scene)
