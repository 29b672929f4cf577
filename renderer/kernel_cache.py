"""Where Numba keeps the compiled kernels, and why a stale one can never be used.

Numba checks only the file of the function that it caches, not the files of the functions which
that one calls. So the folder's name is a hash of everything that decides the machine code: all
kernel sources, the versions of the compilers and the CPU. Another version, another folder.

Numba's cache files are pickles: the folder is readable and writable by its owner only, and it
must never be inside a folder that holds received files.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import sys
from importlib.metadata import version
from pathlib import Path

import llvmlite
import llvmlite.binding as llvm
import numpy as np

#: Versions of the program that somebody may still go back to; each takes a few megabytes.
KEPT_VERSIONS = 8
FINGERPRINT_CHARS = 24
#: Ending of the files of `renderer.machine_code`.
CODE_SUFFIX = ".code"
_KERNELS = Path(__file__).parent / "kernels"
_folder: Path | None = None


def configure(folder: Path) -> Path:
    """Make `folder` the home of the kernel cache and return the subfolder in use.

    Must be called before `renderer.kernels` is imported (Numba binds a function's cache when
    the decorator runs).

    Args:
        folder: private to the user, e.g. the user's cache folder; made when absent.

    Returns:
        The 0700 folder that holds the machine code for these sources on this CPU.

    Raises:
        RuntimeError: the kernels were imported already, or the folder belongs to someone else.
    """
    if "renderer.kernels.render" in sys.modules:
        raise RuntimeError("kernel_cache.configure() comes too late: the kernels are imported")
    global _folder
    private = folder / code_fingerprint()
    private.mkdir(parents=True, exist_ok=True, mode=0o700)
    _check_private(private)
    _forget_old_versions(folder, private)
    os.environ["NUMBA_CACHE_DIR"] = str(private)  # Numba reads it when it is imported
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(private)
    _folder = private
    return private


def folder() -> Path:
    """Return the folder that `configure` chose; without it, one beside the kernels' sources."""
    return _folder or _KERNELS / "__pycache__" / code_fingerprint()


def has_code(kernel: str) -> bool:
    """Tell whether machine code of a kernel is in the folder, for whatever arguments."""
    return any(folder().glob(f"{kernel}-*{CODE_SUFFIX}"))


def numba_version() -> str:
    """Return the version of the installed Numba, without the time that importing it takes."""
    return version("numba")


def code_fingerprint() -> str:
    """Return a hash over kernel sources, compilers and CPU: equal values, equal machine code."""
    digest = hashlib.sha256()
    for path in sorted(_KERNELS.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    versions = (sys.version, np.__version__, numba_version(), llvmlite.__version__)
    cpu = (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    for text in (*versions, *cpu):
        digest.update(text.encode())
    return digest.hexdigest()[:FINGERPRINT_CHARS]


def _forget_old_versions(folder: Path, current: Path) -> None:
    """Remove the folders of versions that were not started for longest.

    A process that still runs such a version has loaded its code already.
    """
    with contextlib.suppress(OSError):  # tidying up must not stop anybody
        os.utime(current)
        versions = [path for path in folder.iterdir() if _is_version(path.name)]
        versions.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for old in versions[KEPT_VERSIONS:]:
            shutil.rmtree(old, ignore_errors=True)


def _is_version(name: str) -> bool:
    return len(name) == FINGERPRINT_CHARS and all(c in "0123456789abcdef" for c in name)


def _check_private(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows: the user's profile folder is private by its own access list
    info = folder.stat()
    if info.st_uid != os.getuid():
        raise RuntimeError(f"{folder} belongs to another user; choose another cache folder")
    if stat.S_IMODE(info.st_mode) & 0o077:
        folder.chmod(0o700)
