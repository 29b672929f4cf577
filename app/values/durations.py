"""Durations as people say them."""

from __future__ import annotations


def format_duration(seconds: float) -> str:
    """Return a duration as people say it: 8 s, 3:05, 1:02:09."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
