"""The README's two commands: everything from a fresh clone to a rendered picture, or to tests.

`python3 -m app.bootstrap demo` and `python3 -m app.bootstrap test` need Python with venv and
nothing else. Each makes `.venv` in the checkout (or finds it ready), looks for the system's
libraries that Qt needs, and then runs the program or its tests in there. What follows the
command's name is passed on: `… demo --samples 16`, `… test tests/renderer`.

Standard library only, because it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.system import qt_libraries
from app.system.pip_output import explain_pip_failure, follow_pip

ROOT = Path(__file__).resolve().parent.parent
MIN_PYTHON = (3, 11)
STAMP_NAME = "bucket-brigade.json"
#: Which libraries of the system each command needs, and what shows that Qt found them.
ROLES = {"demo": "client", "test": "tests"}
PROBES = {
    "demo": "import PySide6.QtCore, PySide6.QtNetwork",
    "test": "import PySide6.QtNetwork, PySide6.QtWidgets",
}
AFTER_DEMO = """
The picture is in {picture} (as a screen shows it) and demo.exr (the light itself).

Open the window:          {brigade}
Let other computers help: make a key with `brigade new-key farm.key`, copy the file to each,
                          run `brigade server --lan --key-file farm.key` there, and add them
                          in the window: Distributed rendering, Settings…, Add server.
Check this computer:      {brigade} doctor
"""


class BootstrapError(Exception):
    """Set-up cannot go on; the message is one line that names the way out."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one of the two commands; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python3 -m app.bootstrap",
        description="Set up what is needed, then render the demo scene or run the tests.",
    )
    parser.add_argument("command", choices=("demo", "test"))
    arguments, rest = parser.parse_known_args(argv)
    if sys.version_info < MIN_PYTHON:
        print("bootstrap: Bucket Brigade needs Python 3.11 or newer", file=sys.stderr)
        return 1
    try:
        python = prepare(arguments.command)
        status = run_demo(python, rest) if arguments.command == "demo" else run_tests(python, rest)
    except BootstrapError as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nbootstrap: stopped; run the same command again to go on", file=sys.stderr)
        return 130
    return status


def prepare(command: str, root: Path = ROOT) -> Path:
    """Set up whatever the command needs and return the environment's Python.

    Raises:
        BootstrapError: something is missing that only a person can provide.
    """
    if not (root / "pyproject.toml").is_file():
        raise BootstrapError(f"{root} is no checkout: there is no pyproject.toml in it")
    provide_system_libraries(ROLES[command])
    python = make_environment(root / ".venv")
    install(python, root, with_tests=command == "test")
    check_qt(python, command)
    return python


def run_demo(python: Path, options: Sequence[str]) -> int:
    """Render the demo scene into demo.png and demo.exr."""
    say("rendering the demo scene")
    outputs = ("-o", "demo.png", "-o", "demo.exr")
    command = [str(python), "-m", "app.cli", "render", *outputs, *options]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status == 0:
        brigade = python.with_name("brigade").relative_to(ROOT)
        print(AFTER_DEMO.format(brigade=brigade, picture="demo.png"))
    return status


def run_tests(python: Path, options: Sequence[str]) -> int:
    """Run the tests without a display."""
    say("running the tests")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [str(python), "-m", "pytest", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def say(text: str) -> None:
    """Tell the next step."""
    print(f"==> {text}", flush=True)


def provide_system_libraries(role: str) -> None:
    """See that Qt will find the system's libraries; root on Debian gets them installed.

    Raises:
        BootstrapError: some are missing; the text is the command that installs them.
    """
    missing = qt_libraries.missing_libraries(role)
    if not missing:
        return
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root and qt_libraries.is_debian():
        packages = list(dict.fromkeys(library.apt for library in missing))
        say(f"installing system libraries for Qt: {' '.join(packages)}")
        _apt_install(packages)
        missing = qt_libraries.missing_libraries(role)
    if missing:
        raise BootstrapError(
            f"Qt needs libraries of the system: {qt_libraries.install_command(missing)}"
        )


def _apt_install(packages: Sequence[str]) -> None:
    """Install, quietly; failure shows as libraries that are still missing."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install_them = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    for command in (["apt-get", "update"], install_them):
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            print(result.stderr.strip(), file=sys.stderr)


def make_environment(folder: Path) -> Path:
    """Make the virtual environment unless a working one is there; return its Python.

    Raises:
        BootstrapError: this Python cannot make one.
    """
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    if _works(python):
        return python
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise BootstrapError(
            f"this Python has no venv module: on Debian and Ubuntu, "
            f"apt-get install -y python{version}-venv"
        )
    say(f"making a virtual environment in {folder}")
    command = [sys.executable, "-m", "venv"]
    if (folder / "pyvenv.cfg").exists():
        command.append("--clear")  # made by a Python that is gone, or half made
    result = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    if result.returncode != 0 or not _works(python):
        reason = (result.stderr or result.stdout).strip().splitlines()[-1:] or ["no reason given"]
        raise BootstrapError(f"cannot make a virtual environment in {folder}: {reason[0]}")
    return python


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    probe = [str(python), "-c", "import pip"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install(python: Path, root: Path, *, with_tests: bool) -> None:
    """Install the program, and for tests their tools, unless a stamp says that this was done.

    Raises:
        BootstrapError: pip failed; the text says why in one line.
    """
    stamp = python.parent.parent / STAMP_NAME
    pyproject = (root / "pyproject.toml").read_bytes()
    wanted = make_stamp(pyproject, with_tests=with_tests)
    if stamp_covers(read_stamp(stamp), wanted):
        return
    tools = read_dev_group(pyproject) if with_tests else []
    say("installing the program and its libraries" + (" and the tests' tools" if tools else ""))
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    status, lines = follow_pip([*command, "-e", str(root), *tools])
    if status != 0:
        raise BootstrapError(explain_pip_failure(lines))
    stamp.write_text(json.dumps(wanted), encoding="utf-8")


def read_dev_group(pyproject: bytes) -> list[str]:
    """Return the requirements of the `dev` group: pip knows groups only since 25.1."""
    import tomllib  # new in 3.11: an older Python must get as far as main() says so

    group = tomllib.loads(pyproject.decode("utf-8"))["dependency-groups"]["dev"]
    return [entry for entry in group if isinstance(entry, str)]


def make_stamp(pyproject: bytes, *, with_tests: bool) -> dict[str, object]:
    """Return what describes an installation: another pyproject.toml, another installation."""
    return {"pyproject": hashlib.sha256(pyproject).hexdigest(), "with_tests": with_tests}


def stamp_covers(found: Mapping[str, object], wanted: Mapping[str, object]) -> bool:
    """Whether what was installed is enough: with the tests' tools is enough for both commands."""
    return found.get("pyproject") == wanted["pyproject"] and (
        found.get("with_tests") is True or wanted["with_tests"] is False
    )


def read_stamp(path: Path) -> dict[str, object]:
    """Return the stamp; an absent or broken one is empty."""
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def check_qt(python: Path, command: str) -> None:
    """See that Qt really loads: a library may be missing that our table does not know.

    Raises:
        BootstrapError: it does not; the text has the loader's own words.
    """
    result = subprocess.run(
        [str(python), "-c", PROBES[command]], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        reason = result.stderr.strip().splitlines()[-1:] or [f"exit status {result.returncode}"]
        raise BootstrapError(f"Qt does not load: {reason[0]}")


if __name__ == "__main__":
    sys.exit(main())
