"""Linux: which folders a worker can read and write (Landlock, Linux 5.13 and newer).

Every process may give up rights for itself and its children this way; the kernel checks each
path that is opened later. Files and pipes that are open already stay so.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

# linux/landlock.h, LANDLOCK_ACCESS_FS_*
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_REFER, _TRUNCATE = 1 << 13, 1 << 14  # since version 2 and 3
_READ = _READ_FILE | _READ_DIR | _EXECUTE
_WRITE = _WRITE_FILE | _REMOVE_AND_MAKE
#: Libraries, time zones, what the processor is.
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/opt", "/nix", "/etc", "/proc", "/sys", "/dev")


def restrict_files(*, readable: list[Path], writable: list[Path]) -> list[str]:
    """Take the right to open other files.

    Args:
        readable: folders besides the system's and Python's; empty: everything may be read.
        writable: folders to write to.

    Returns:
        What holds from now on; says so if this kernel cannot.
    """
    assert sys.platform == "linux"
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, _VERSION)
    if version < 1:
        return ["files stay open (this kernel has no Landlock)"]
    write = _WRITE | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    handled = write | (_READ if readable else 0)
    try:
        _restrict(libc, handled, readable, writable)
    except OSError as error:  # a service manager may forbid even this; rendering goes on
        return [f"files stay open ({error.strerror})"]
    words = ["writes to " + ", ".join(map(str, writable)) if writable else "writes nothing"]
    return words + (["reads programs and assets only"] if readable else [])


def _restrict(libc: ctypes.CDLL, handled: int, readable: list[Path], writable: list[Path]) -> None:
    ruleset = _create(libc, handled)
    try:
        for folder in writable:
            _allow(libc, ruleset, folder, handled)
        _allow(libc, ruleset, Path("/dev/null"), handled & (_READ_FILE | _WRITE_FILE))
        if readable:
            for folder in (*readable, *_own_folders()):
                _allow(libc, ruleset, folder, _READ)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if libc.syscall(_RESTRICT_SELF, ruleset, 0) != 0:
            raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    finally:
        os.close(ruleset)


def _own_folders() -> Iterable[Path]:
    """Where Python, its packages and the system's libraries lie."""
    own = [sys.prefix, sys.base_prefix, *(entry for entry in sys.path if entry)]
    own.append(str(Path(__file__).resolve().parents[2]))
    return (Path(entry) for entry in dict.fromkeys([*_SYSTEM, *own]))


def _create(libc: ctypes.CDLL, handled: int) -> int:
    attributes = ctypes.create_string_buffer(struct.pack("Q", handled), 8)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, 8, 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    return int(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    """Allow these rights below a folder; one that is not there needs no right."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _READ_FILE | _WRITE_FILE | _EXECUTE
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, descriptor), 12)
        if libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), f"landlock_add_rule for {path}")
    finally:
        os.close(descriptor)
