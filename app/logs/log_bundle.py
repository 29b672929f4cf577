"""A bundle for whoever helps: logs of client and servers, versions, settings, reports.

Only files that are named here are packed, never a whole folder: keys, certificates and pairings
lie beside some of them. What is packed goes through `app.logs.redaction` first.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import sys
import time
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from app.frames.report_log import KEPT, PATTERN
from app.logs.log_files import MAX_FILE_BYTES, list_log_files, read_end
from app.logs.redaction import Redactor
from app.system.paths import config_dir, log_dir
from app.system.software import software_version

#: Names of packages whose versions matter to pixels and connections.
PACKAGES = ("numpy", "numba", "llvmlite", "embreex", "PySide6-Essentials", "msgspec", "zeroconf")
SETTINGS = ("servers.toml", "settings.toml")
MAX_NAME_CHARACTERS = 60


class BundleError(OSError):
    """The bundle cannot be written; the text names the file and the way out."""


def gather_local(redactor: Redactor) -> dict[str, str]:
    """Return what this computer adds: text by name in the bundle."""
    parts = {"versions.txt": describe_versions()}
    for path in list_log_files():
        parts[f"client/{path.name}"] = read_end(path, MAX_FILE_BYTES)
    for name in SETTINGS:
        path = config_dir() / name
        if path.is_file() and not path.is_symlink():
            parts[f"settings/{name}"] = read_end(path, MAX_FILE_BYTES)
    for path in sorted(log_dir().glob(PATTERN))[-KEPT:]:
        parts[f"reports/{path.name}"] = read_end(path, MAX_FILE_BYTES)
    return {name: redactor.clean(text) for name, text in parts.items()}


def name_server_parts(logs: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Return servers' logs by name in the bundle: their labels, made safe for any file system.

    Args:
        logs: text by uid.
        labels: label by uid.
    """
    parts: dict[str, str] = {}
    for uid, text in logs.items():
        safe = re.sub(r"[^A-Za-z0-9._-]", "_", labels.get(uid, uid))[:MAX_NAME_CHARACTERS]
        safe = safe.strip(".") or "server"
        name, number = f"servers/{safe}.log", 2
        while name in parts:
            name, number = f"servers/{safe}-{number}.log", number + 1
        parts[name] = text
    return parts


def write_bundle(path: Path, parts: Mapping[str, str], redactor: Redactor) -> None:
    """Write a zip that only the user can read; it appears whole or not at all.

    Raises:
        BundleError: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(descriptor, "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle,
        ):
            for name in sorted(parts):
                bundle.writestr(name, redactor.clean(parts[name]))
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise BundleError(f"cannot write {path}: {error.strerror or error}") from error


def describe_versions() -> str:
    """Return program, packages and system, a line each."""
    lines = [
        f"Bucket Brigade {software_version()}",
        f"Python {platform.python_version()} ({sys.implementation.name})",
        f"{platform.system()} {platform.release()} on {platform.machine()}",
        f"{os.cpu_count()} processors",
        f"collected {time.strftime('%Y-%m-%d %H:%M:%S %z')}",
    ]
    for package in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            lines.append(f"{package} {metadata.version(package)}")
    return "\n".join(lines) + "\n"
