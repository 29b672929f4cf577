"""The command `brigade`: picks the command and calls it.

Each command is a module of `app.commands` with `add_parser` and `run`; they import what they
need inside `run`, because a server must start in an instant and without Qt's GUI libraries.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from app.commands import (
    cache,
    code,
    doctor,
    find,
    logs,
    new_key,
    pair,
    render,
    report,
    server,
    test,
    window,
)
from app.flags.common import drop_stdout
from app.system.paths import FolderError
from app.system.software import software_version

COMMANDS = {
    "render": render,
    "server": server,
    "find": find,
    "test": test,
    "doctor": doctor,
    "new-key": new_key,
    "code": code,
    "pair": pair,
    "report": report,
    "cache": cache,
    "logs": logs,
}

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130

EPILOG = """\
examples:
  brigade                              open the window with the demo scene
  brigade room.glb                     open the window with a scene
  brigade render room.glb -o room.png  render without a window
  brigade server --lan --key-file farm.key   let this computer help others

`brigade COMMAND --help` shows every option of a command, with an example.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = next((a for a in arguments if not a.startswith("-")), None)
    if first in COMMANDS or (arguments and arguments[0] in ("-h", "--help", "--version")):
        parsed = make_parser().parse_args(arguments)
    else:
        parsed = window.make_parser().parse_args(arguments)
        parsed.run = window.run
    return _run(parsed)


def _run(parsed: argparse.Namespace) -> int:
    try:
        return int(parsed.run(parsed))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # who read our lines has gone, as `head` does
        drop_stdout()
        return EXIT_FAILED
    except FolderError as error:
        print(f"brigade: {error}", file=sys.stderr)
        return EXIT_FAILED


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="brigade",
        usage="brigade [SCENE] | brigade COMMAND …",
        description="Distributed rendering of one frame by every computer in the room.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"brigade {software_version()}")
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="brigade"
    )
    for name, module in COMMANDS.items():
        module.add_parser(commands, name)
    return parser


if __name__ == "__main__":
    sys.exit(main())
