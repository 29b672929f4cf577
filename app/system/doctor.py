"""`brigade doctor`: what this computer has, what it lacks, and the way out beside it.

Imports nothing but the standard library itself: it must run where everything else fails.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import re
import shutil
import socket
import ssl
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from app.system import qt_libraries

MIN_PYTHON = (3, 11)
#: This program did not exist before; a clock that says so is wrong.
MIN_YEAR = 2025
#: A scene and its textures are hundreds of megabytes.
MIN_FREE_BYTES = 2 << 30
DISTRIBUTION = "bucket-brigade"
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
_DEPENDENCY = re.compile(r"^[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Check:
    """What one check found.

    Attributes:
        name: what was looked at.
        ok: False when something does not work; a remark alone is no failure.
        detail: what was found.
        fix: what to do when it is not ok.
    """

    name: str
    ok: bool
    detail: str
    fix: str = ""


def main(arguments: argparse.Namespace | None = None) -> int:
    """Print every check; return 0 when all are well, else 1."""
    checks = run_checks()
    ticks = ("\N{CHECK MARK}", "\N{BALLOT X}") if _prints_unicode() else ("ok ", "BAD")
    width = max(len(check.name) for check in checks)
    for check in checks:
        print(f"{ticks[not check.ok]} {check.name:<{width}}  {check.detail}")
        if not check.ok and check.fix:
            print(f"  {'':<{width}}  -> {check.fix}")
    bad = sum(not check.ok for check in checks)
    print("all is well" if not bad else f"{bad} of {len(checks)} checks failed")
    return 1 if bad else 0


def run_checks() -> list[Check]:
    """Return the outcome of every check; one that breaks is a failed check itself."""
    return [_guarded(name, check) for name, check in CHECKS]


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as error:  # a doctor that falls ill helps nobody
        return Check(name, False, f"{type(error).__name__}: {error}", "report this as a bug")


def check_python() -> Check:
    """Is Python new enough."""
    ok = sys.version_info >= MIN_PYTHON
    detail = f"{platform.python_version()}, {platform.system()} {platform.machine()}"
    return Check("Python", ok, detail, "install Python 3.11 or newer")


def check_packages() -> Check:
    """Is every package there that the program needs."""
    versions, missing = {}, []
    for name in _needed_packages():
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check("Packages", False, f"missing: {', '.join(missing)}", _install_fix())
    if versions.get("PySide6-Essentials") == "6.12.0" and sys.version_info < (3, 12):
        text = "PySide6 6.12.0 loses references of None and aborts Python 3.11"
        return Check("Packages", False, text, "pip install 'PySide6-Essentials!=6.12.0'")
    shown = [
        f"{n} {versions[n]}" for n in ("PySide6-Essentials", "numpy", "numba") if n in versions
    ]
    return Check("Packages", True, f"{len(versions)} found, {', '.join(shown)}")


def check_qt_network() -> Check:
    """Does the part of Qt load that servers and the command line need."""
    return _check_import("Qt network", "server", ("PySide6.QtCore", "PySide6.QtNetwork"))


def check_qt_window() -> Check:
    """Could the window open."""
    check = _check_import("Qt window", "window", ("PySide6.QtWidgets",))
    if check.ok and not qt_libraries.display_is_set():
        return Check(check.name, True, "no display here: the window cannot open, the rest works")
    return check


def check_tls() -> Check:
    """Does TLS 1.3 work, and can a server make its certificate."""
    from network.identity import load_identity

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o700)
        start_s = time.perf_counter()
        load_identity(folder)
        spent_s = time.perf_counter() - start_s
    detail = f"{ssl.OPENSSL_VERSION}, certificate made in {spent_s * 1e3:.0f} ms"
    return Check(
        "TLS", ssl.HAS_TLSv1_3, detail, "install a Python built with OpenSSL 1.1.1 or newer"
    )


def check_port() -> Check:
    """Is the default port free; a server that runs already is no failure."""
    from network.messages import DEFAULT_PORT

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        if os.name == "posix":
            # As the server does: a port whose last connections are just fading is free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError:
            detail = f"{DEFAULT_PORT} is in use: by a running server, or give yours another --port"
            return Check("Port", True, detail)
    return Check("Port", True, f"{DEFAULT_PORT} is free")


def check_folders() -> Check:
    """Can configuration, cache and logs be written, and is there room."""
    from app.system import paths

    for find in (paths.config_dir, paths.asset_cache_dir, paths.kernel_dir, paths.log_dir):
        try:
            folder = find()
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            fix = f"make it writable for you, or set {paths.HOME_VARIABLE} to another folder"
            return Check("Folders", False, f"{error.filename}: {error.strerror}", fix)
    cache = paths.asset_cache_dir()
    free = shutil.disk_usage(cache).free
    used = sum(file.stat().st_size for file in cache.rglob("*") if file.is_file())
    detail = f"cache {cache} holds {_size(used)}, {_size(free)} free"
    return Check("Folders", free >= MIN_FREE_BYTES, detail, "free some disk space")


def check_clock() -> Check:
    """Does the clock say a year that can be; nothing but logs depends on it."""
    year = time.localtime().tm_year
    before = time.monotonic()
    runs = time.monotonic() >= before
    detail = time.strftime("%Y-%m-%d %H:%M:%S %Z")
    return Check("Clock", runs and year >= MIN_YEAR, detail, "set the computer's clock")


def check_kernels() -> Check:
    """Are the kernels compiled, and what traces the rays."""
    from app.system import paths
    from renderer import embree, kernel_cache

    folder = paths.kernel_dir() / kernel_cache.code_fingerprint()
    ready = any(folder.glob("**/*.nbi"))
    rays = f"Embree {embree.embree_version()}" if embree.is_available() else "own BVH (no embreex)"
    state = "compiled" if ready else "will be compiled at first use (half a minute)"
    return Check("Kernels", True, f"{state}; rays by {rays}")


def check_processors() -> Check:
    """What renders here."""
    from app.system.threads import default_threads

    import_llvm = importlib.import_module("llvmlite.binding")
    return Check(
        "Processors", True, f"{default_threads()} threads on {import_llvm.get_host_cpu_name()}"
    )


CHECKS: tuple[tuple[str, Callable[[], Check]], ...] = (
    ("Python", check_python),
    ("Packages", check_packages),
    ("Qt network", check_qt_network),
    ("Qt window", check_qt_window),
    ("TLS", check_tls),
    ("Port", check_port),
    ("Folders", check_folders),
    ("Clock", check_clock),
    ("Kernels", check_kernels),
    ("Processors", check_processors),
)


def _check_import(name: str, role: str, modules: Sequence[str]) -> Check:
    missing = qt_libraries.missing_libraries(role)
    try:
        for module in modules:
            importlib.import_module(module)
    except ImportError as error:
        return Check(name, False, str(error), qt_libraries.explain_import_error(role, error))
    if missing:
        lacking = ", ".join(library.soname for library in missing)
        return Check(name, False, f"missing: {lacking}", qt_libraries.install_command(missing))
    version = metadata.version("PySide6-Essentials")
    return Check(name, True, f"{', '.join(m.partition('.')[2] for m in modules)} {version}")


def _needed_packages() -> list[str]:
    """The names of our requirements that apply to this computer."""
    try:
        requirements = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:  # run from a checkout, without an installation
        project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
        requirements = project["dependencies"]
    names: dict[str, None] = {}
    for requirement in requirements:
        marker = requirement.partition(";")[2].strip()
        match = _DEPENDENCY.match(requirement)
        # embreex is optional by nature: the kernels' check says what is used instead.
        if match and "extra ==" not in marker and "platform_machine" not in marker:
            names[match.group()] = None
    return list(names)


def _install_fix() -> str:
    return f"{sys.executable} -m pip install {DISTRIBUTION} (in a checkout: pip install -e .)"


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def _prints_unicode() -> bool:
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        "\N{CHECK MARK}\N{BALLOT X}".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
