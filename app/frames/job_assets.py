"""A job's files as they were when it began, though somebody may save over them meanwhile.

Where the operating system allows it, files are kept open: one that is *replaced* (as most programs
save) can then still be sent as it was. One that is overwritten in place cannot, and is refused by
name: what a server gets must be what every other server got.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from app.frames.digest_cache import FileStamp, HashedFile, stamp_of

#: Well below the 1,024 open files that a process may have.
MAX_HELD = 256
#: An open file cannot be replaced on Windows: there nothing is held, so that artists can save.
CAN_HOLD = sys.platform != "win32" and hasattr(os, "pread")


class AssetError(Exception):
    """Raised when bytes cannot be had; the text names the file and the way out."""


class JobAssets:
    """See the module. May be used by any thread.

    Args:
        files: of the job, by digest.
        hold: keep them open.
    """

    def __init__(self, files: Mapping[str, HashedFile], *, hold: bool = CAN_HOLD) -> None:
        self._files = dict(files)
        self._held: dict[str, int] = {}
        self._lock = threading.Lock()
        if hold:
            # The largest first: they are on their way longest.
            for digest in sorted(self._files, key=lambda x: -self._files[x].size)[:MAX_HELD]:
                self._hold(digest)

    def read(self, digest: str, offset: int, length: int) -> bytes:
        """Return exactly these bytes.

        Raises:
            AssetError: the file is gone, unreadable or not what it was.
        """
        file = self._files[digest]
        try:
            data = self._read_held(digest, file.stamp, offset, length)
            if data is None:
                data = _read_path(file, offset, length)
        except OSError as error:
            raise AssetError(f"cannot read {file.path}: {error.strerror or error}") from error
        if data is None or len(data) != length:
            raise AssetError(
                f"{file.path} was overwritten after the frame began: start the frame again"
            )
        return data

    def find_changed(self) -> list[Path]:
        """Return the files that are not any more what they were when the job began."""
        changed: list[Path] = []
        for file in self._files.values():
            try:
                same = stamp_of(file.path.stat()) == file.stamp
            except OSError:
                same = False
            if not same:
                changed.append(file.path)
        return sorted(changed)

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            held, self._held = self._held, {}
            for descriptor in held.values():
                os.close(descriptor)

    def __del__(self) -> None:
        self.close()

    def _hold(self, digest: str) -> None:
        file = self._files[digest]
        try:
            descriptor = os.open(file.path, os.O_RDONLY)
        except OSError:
            return  # it is reported when somebody asks for it
        if stamp_of(os.fstat(descriptor)) == file.stamp:
            self._held[digest] = descriptor
        else:
            os.close(descriptor)

    def _read_held(self, digest: str, stamp: FileStamp, offset: int, length: int) -> bytes | None:
        with self._lock:
            descriptor = self._held.get(digest)
            if descriptor is None:
                return None
            data = os.pread(descriptor, length, offset)
            return data if _is_same(descriptor, stamp) else None


def _read_path(file: HashedFile, offset: int, length: int) -> bytes | None:
    with file.path.open("rb") as opened:
        opened.seek(offset)
        data = opened.read(length)
        return data if _is_same(opened.fileno(), file.stamp) else None


def _is_same(descriptor: int, stamp: FileStamp) -> bool:
    """Whether the bytes just read are those of the job: looked at after reading them."""
    return stamp_of(os.fstat(descriptor)) == stamp
