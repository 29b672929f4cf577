"""`brigade cache`: what a server on this computer keeps of scenes, and how to be rid of it."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.flags.common import add_command

if TYPE_CHECKING:
    from app.flags.common import Subparsers
    from app.serving.cache_folder import CachedFile

EXAMPLE = """\
brigade cache            how much is there
brigade cache --clear    delete all that no job uses now"""

EXIT_FAILED = 1
DAY_S = 86400.0


def add_parser(commands: Subparsers, name: str) -> None:
    """Add this command."""
    parser = add_command(commands, name, "show or clear the scene files kept here", EXAMPLE)
    parser.add_argument("--clear", action="store_true", help="delete what no job uses now")
    parser.add_argument("--cache-dir", type=Path, metavar="DIR", help="of a server started with it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what is there; 1 when something could not be deleted."""
    from app.serving.cache_folder import IN_USE_S, list_files, remove
    from app.system.paths import asset_cache_dir

    folder: Path = arguments.cache_dir or asset_cache_dir()
    if not folder.is_dir():
        print(f"brigade cache: there is no folder {folder}", file=sys.stderr)
        return EXIT_FAILED
    files = list_files(folder)
    now_s = time.time()
    print(f"{folder}\n{_describe(files, now_s)}")
    if not arguments.clear:
        return 0
    # A server that runs opens files within seconds of their last use, and then has them open.
    unused = [file for file in files if now_s - file.used_s >= IN_USE_S]
    kept = [file for file in unused if not remove(file)]
    gone = [file for file in unused if file not in kept]
    print(f"deleted {_total(gone).rstrip(',')}; {len(files) - len(unused)} in use just now stay")
    for file in kept:
        print(f"brigade cache: cannot delete {file.path}", file=sys.stderr)
    return EXIT_FAILED if kept else 0


def _describe(files: list[CachedFile], now_s: float) -> str:
    complete = [file for file in files if file.is_complete]
    lines = [f"{_total(complete)} complete"]
    if len(complete) < len(files):
        parts = [file for file in files if not file.is_complete]
        lines.append(f"{_total(parts)} interrupted, to be resumed")
    if files:
        lines.append(f"oldest used {(now_s - files[0].used_s) / DAY_S:.1f} days ago")
    return "\n".join(lines)


def _total(files: list[CachedFile]) -> str:
    from app.values.cache_limits import format_size

    size = format_size(sum(file.cost_bytes for file in files)) if files else "0 bytes"
    return f"{len(files)} file{'s' * (len(files) != 1)}, {size},"
