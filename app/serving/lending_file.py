"""`server.toml`: what the tray window remembers between two starts of a server."""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path

import tomlkit

from app.servers.server_file import write_atomically
from app.values.lending_rules import LendingWish

log = logging.getLogger("brigade.server")

#: Five lines; what is larger is something else.
MAX_FILE_BYTES = 1 << 16


def load_wish(path: Path, threads: int) -> LendingWish:
    """Return what is stored; what is missing or wrong starts from its default, which is logged.

    Args:
        path: of the file.
        threads: that this computer has; more are not asked of it.
    """
    usual = LendingWish(threads=threads)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ValueError("it is too large")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        table = data.get("lending", {})
        stored = LendingWish(
            threads=min(int(table.get("threads", threads)), threads),
            priority=str(table.get("priority", usual.priority)),
            pause_while_used=table.get("pause_while_used", False) is True,
        )
    except FileNotFoundError:
        return usual
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        log.warning("the settings of the tray start from their defaults: %s: %s", path, error)
        return usual
    return stored


def save_wish(path: Path, wish: LendingWish) -> None:
    """Store the settings, not whether it is paused.

    Raises:
        ServerFileError: the file cannot be written.
    """
    document = tomlkit.document()
    document.add(tomlkit.comment("What the tray window of `brigade server --tray` remembers."))
    document["lending"] = {
        "threads": wish.threads,
        "priority": wish.priority,
        "pause_while_used": wish.pause_while_used,
    }
    write_atomically(path, tomlkit.dumps(document))
