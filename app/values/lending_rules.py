"""What the person at a server's computer wants, and what clients may have of it therefore."""

from __future__ import annotations

from dataclasses import dataclass

from app.system.priority import PRIORITIES

#: Who has not touched keyboard and mouse for so long went away.
AWAY_S = 300.0


@dataclass(frozen=True)
class LendingWish:
    """The tray window's settings.

    Attributes:
        paused: by hand; not remembered.
        threads: that render.
        priority: one of `app.system.priority.PRIORITIES`.
        pause_while_used: nothing is lent while somebody works here.
        away_s: without key and mouse, until nobody counts as working here.
    """

    paused: bool = False
    threads: int = 1
    priority: str = "low"
    pause_while_used: bool = False
    away_s: float = AWAY_S

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            ValueError: a field is out of range.
        """
        if self.priority not in PRIORITIES or not 1 <= self.threads <= 4096:
            raise ValueError(f"no such priority or number of threads: {self}")


def why_paused(wish: LendingWish, idle_s: float | None) -> str:
    """Return why clients may have nothing now, "" if they may.

    Args:
        wish: the settings.
        idle_s: since the last key or mouse event; None where nobody can tell.
    """
    if wish.paused:
        return "paused by its user"
    if wish.pause_while_used and idle_s is not None and idle_s < wish.away_s:
        return "somebody works there"
    return ""


def describe_idle(wish: LendingWish, idle_s: float | None) -> str:
    """Return how the pause ends, for the tray window; "" if it does not end by itself."""
    if wish.paused or not why_paused(wish, idle_s) or idle_s is None:
        return ""
    left_s = max(wish.away_s - idle_s, 0.0)
    minutes = max(round(left_s / 60.0), 1)
    return f"goes on {minutes} min after the last key or mouse event"
