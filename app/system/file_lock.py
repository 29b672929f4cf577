"""An advisory lock on an open file: two programs never write the same one.

The system drops it with the file or the process, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import sys

#: Where Windows locks a byte: beyond anything that a file holds, for locked bytes cannot be read.
_FAR = 1 << 60


def try_lock(descriptor: int) -> bool:
    """Lock a file that is open for writing; returns False if another program has it."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: better a journal than none
    return True


def sync_folder(folder: str | os.PathLike[str]) -> None:
    """Bring a new file's name to the disk; Windows does that with the file itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems refuse
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
