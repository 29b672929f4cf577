"""File names that stand in scene files, and so may be anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether there is such a file; a name that the system refuses (too long) is none."""
    try:
        return path.is_file()
    except OSError:
        return False
