"""A journal on the disk: opened by one program at a time, appended to, read back."""

from __future__ import annotations

import contextlib
import mmap
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.frames.journal_format import ID_BYTES, JournalError, Piece, Replay, read_journal
from app.system.file_lock import sync_folder, try_lock
from renderer.film import Film, FilmError

SUFFIX = ".journal"
#: What a journal is renamed to when its frame is begun afresh.
OLD_SUFFIX = ".journal.old"


class JournalFile:
    """An open journal; made by `create_journal` or `open_journal`, ends with `close`.

    Only one thread at a time may use it.
    """

    def __init__(self, path: Path, descriptor: int, end: int = 0) -> None:
        self.path = path
        self._descriptor = descriptor
        self._end = end
        self._torn = True  # what is behind the end goes before anything is appended

    def append(self, data: bytes) -> None:
        """Write a record.

        Raises:
            OSError: not all of it; what is there of it will be cut off.
        """
        if self._torn:
            os.ftruncate(self._descriptor, self._end)
            os.lseek(self._descriptor, self._end, os.SEEK_SET)
        self._torn = True
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
        self._torn = False
        self._end += len(data)

    def sync(self) -> None:
        """Bring all records to the disk."""
        os.fsync(self._descriptor)

    def read(self, offset: int, length: int) -> bytes:
        """Return bytes of the file; fewer where it ends."""
        os.lseek(self._descriptor, offset, os.SEEK_SET)
        self._torn = True  # the position: the next append looks for the end again
        parts: list[bytes] = []
        while length > 0 and (part := os.read(self._descriptor, length)):
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def replay(self) -> Replay:
        """Read all records; the next one goes behind the last that is whole.

        Raises:
            JournalError: it has no readable header.
        """
        if os.fstat(self._descriptor).st_size == 0:
            raise JournalError("it is empty")
        with _mapped(self._descriptor) as mapped, memoryview(mapped) as view:
            replay = read_journal(view, mapped.find)
        self._end, self._torn = replay.end, True
        return replay

    def load(self, replay: Replay, film: Film) -> list[Piece]:
        """Put the pieces' pixels on a film of the right size; return those that were good."""
        good: list[Piece] = []
        for piece in replay.pieces:
            with contextlib.suppress(FilmError, ValueError):
                film.put(piece.region, self._pixels(piece, film.components))
                good.append(piece)
        return good

    def _pixels(self, piece: Piece, components: int) -> npt.NDArray[np.float32]:
        assert piece.place is not None
        region = piece.region
        data = self.read(*piece.place)
        values = np.frombuffer(data, dtype="<f4").astype(np.float32, copy=False)
        return values.reshape(region.height, region.width, components)

    def close(self, *, remove: bool = False) -> None:
        """End; with `remove` the file goes too."""
        os.close(self._descriptor)
        if remove:
            with contextlib.suppress(OSError):
                self.path.unlink()


@contextlib.contextmanager
def _mapped(descriptor: int) -> Iterator[mmap.mmap]:
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as mapped:
        yield mapped


def create_journal(path: Path) -> JournalFile:
    """Make an empty journal, readable by this user only: it names files of this computer.

    Raises:
        FileExistsError: there is one.
        OSError: it cannot be made.
    """
    descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    try_lock(descriptor)  # nobody else knows the new file yet
    sync_folder(path.parent)
    return JournalFile(path, descriptor)


def open_journal(path: Path) -> JournalFile:
    """Open a journal to read it and to go on with it.

    Raises:
        JournalError: another program writes it.
        OSError: it cannot be opened.
    """
    descriptor = os.open(path, _FLAGS)
    if not try_lock(descriptor):
        os.close(descriptor)
        raise JournalError("another program is writing it")
    return JournalFile(path, descriptor, os.fstat(descriptor).st_size)


_FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def new_journal_id() -> bytes:
    """Return the identity of a new journal."""
    return os.urandom(ID_BYTES)


def journal_beside(output: Path) -> Path:
    """Return where the journal of a frame is that will be saved as `output`."""
    return output.with_name(output.name + SUFFIX)


def set_journal_aside(path: Path) -> Path | None:
    """Rename a journal whose frame is begun afresh; returns its new name, None if there is none.

    An older one that was set aside goes.

    Raises:
        JournalError: another program writes it; the text says what to do.
    """
    try:
        journal = open_journal(path)
    except FileNotFoundError:
        return None
    except JournalError as error:
        raise JournalError(
            f"{path}: {error}: wait until that render ends, or choose another output"
        ) from error
    journal.close()
    if path.stat().st_size == 0:
        path.unlink()
        return None
    aside = path.with_name(path.name.removesuffix(SUFFIX) + OLD_SUFFIX)
    os.replace(path, aside)
    return aside
