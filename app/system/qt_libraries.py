"""Which shared libraries of the system Qt needs, and how to get those that lack.

PySide6's wheel brings Qt itself, but not what every desktop Linux has and a slim server or
container has not. Standard library only: the bootstrap asks before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Library:
    """A shared library by its soname, and the packages that have it."""

    soname: str
    apt: str
    dnf: str


#: QtCore and QtNetwork: `brigade server`, `brigade render`.
NETWORK_LIBRARIES = (
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    Library("libbrotlidec.so.1", "libbrotli1", "libbrotli"),
    Library("libgssapi_krb5.so.2", "libgssapi-krb5-2", "krb5-libs"),
)
#: QtGui and QtWidgets, drawing into memory: the tests.
WIDGET_LIBRARIES = (
    *NETWORK_LIBRARIES,
    Library("libEGL.so.1", "libegl1", "libglvnd-egl"),
    Library("libGL.so.1", "libgl1", "libglvnd-glx"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
)
#: A window on an X server.
WINDOW_LIBRARIES = (
    *WIDGET_LIBRARIES,
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
)
ROLES: dict[str, tuple[Library, ...]] = {
    "server": NETWORK_LIBRARIES,
    "client": NETWORK_LIBRARIES,
    "tests": WIDGET_LIBRARIES,
    "window": WINDOW_LIBRARIES,
}


def missing_libraries(role: str) -> tuple[Library, ...]:
    """Return the libraries that a role ("server", "client", "tests", "window") lacks.

    Always empty where Qt's wheel brings everything: on Windows and macOS.
    """
    if sys.platform != "linux":
        return ()
    return tuple(library for library in ROLES[role] if not _loads(library.soname))


def explain_import_error(role: str, error: ImportError) -> str:
    """Return one line that says why Qt does not start for this role, and the way out."""
    missing = missing_libraries(role)
    if missing:
        return f"the {role} needs libraries of the system: {install_command(missing)}"
    package = (error.name or "").partition(".")[0]
    if isinstance(error, ModuleNotFoundError) and package:
        return f"the Python package {package} is not installed: run `pip install bucket-brigade`"
    return f"cannot load Qt for the {role}: {error}"


def install_command(missing: Iterable[Library]) -> str:
    """Return the command that installs these libraries on this kind of system."""
    missing = tuple(missing)
    if shutil.which("apt-get"):
        return f"{_as_root()}apt-get install -y {_join(library.apt for library in missing)}"
    if shutil.which("dnf"):
        return f"{_as_root()}dnf install -y {_join(library.dnf for library in missing)}"
    return (
        f"install {_join(library.soname for library in missing)} "
        f"(on Debian: {_join(library.apt for library in missing)})"
    )


def xvfb_is_installed() -> bool:
    """Whether an X server without a screen is there, on which tests can start the window."""
    return shutil.which("Xvfb") is not None


def display_is_set() -> bool:
    """Whether a window could open: on Linux an X or Wayland display must be named."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def is_debian() -> bool:
    """Whether this is Debian or one of its children, where the names above are right."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _as_root() -> str:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return "" if is_root else "sudo "


def _join(names: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(names))


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True
