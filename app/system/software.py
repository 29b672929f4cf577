"""Who we are: the version, and the name that a server's log shows."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version


def software_version() -> str:
    """Return the installed version, or "unknown" in an uninstalled tree."""
    try:
        return version("bucket-brigade")
    except PackageNotFoundError:
        return "unknown"


def computer_name() -> str:
    """Return this computer's name as people know it, without its domain."""
    return platform.node().split(".")[0][:60] or "unnamed"


def client_name() -> str:
    """Return what a render client calls itself: the computer it runs on."""
    return computer_name()
