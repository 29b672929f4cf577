"""A file of the asset cache that is on its way."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

READ_BLOCK_BYTES = 1 << 20


class Part:
    """A file that grows to `expected` bytes and is hashed as it grows.

    Attributes:
        path: where it is.
        expected: its size at the end.
        size: of what is in it now.
    """

    def __init__(self, path: Path, descriptor: int, expected: int) -> None:
        self.path = path
        self.expected = expected
        self.size = 0
        # No buffer: what a full disk refuses must not wait in one.
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        self._hash = hashlib.sha256()

    def take_over(self) -> None:
        """Hash what an interrupted transfer left.

        Raises:
            OSError: it cannot be read.
        """
        while block := self._file.read(READ_BLOCK_BYTES):
            self._hash.update(block)
            self.size += len(block)

    def append(self, data: bytes) -> None:
        """Add bytes at the end; all of them or, with an error, none.

        Raises:
            OSError: the disk is full or gone.
        """
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError:
            self._file.seek(self.size)
            self._file.truncate()
            raise
        self._hash.update(data)
        self.size += len(data)

    def close(self) -> str:
        """Return the SHA-256 of the content, now with the operating system."""
        self._file.close()
        return self._hash.hexdigest()

    def discard(self) -> None:
        """Close and delete it, as far as that is possible."""
        self._file.close()
        try:
            self.path.unlink(missing_ok=True)
        except OSError:  # the folder became read-only: it stays, and is resumed or expires
            return
