"""How much the render process gives way to other programs of its computer."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any, Final

#: Names for people and the command line; POSIX's nice value; Windows' priority class (winbase.h).
PRIORITIES: Final[dict[str, tuple[int, int]]] = {
    "normal": (0, 0x00000020),
    "low": (10, 0x00004000),
    "lowest": (19, 0x00000040),
}


def set_priority(name: str) -> None:
    """Give way like that, from now on; threads that start later inherit it.

    Raises:
        OSError: the system does not allow it.
    """
    nice, windows_class = PRIORITIES[name]
    if sys.platform == "win32":
        kernel: Any = ctypes.windll.kernel32
        if not kernel.SetPriorityClass(kernel.GetCurrentProcess(), windows_class):
            raise OSError(f"the priority {name} cannot be set")
    else:
        os.setpriority(os.PRIO_PROCESS, 0, max(nice, os.getpriority(os.PRIO_PROCESS, 0)))
