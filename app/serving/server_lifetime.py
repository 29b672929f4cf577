"""How long a server stays that was started for a while only, by a batch system or a script."""

from __future__ import annotations


class ServerLifetime:
    """Tells when it is time to end. No clock here: `now_s` comes in.

    Args:
        exit_when_idle_s: end after so long without any client's job; None: stay.
        max_time_s: end after so long in any case; None: stay.
        now_s: when the server started.
    """

    def __init__(
        self, exit_when_idle_s: float | None, max_time_s: float | None, now_s: float
    ) -> None:
        self._idle_limit_s, self._max_s = exit_when_idle_s, max_time_s
        self._started_s = self._busy_s = now_s
        self._over = False

    def check(self, *, idle: bool, now_s: float) -> str:
        """Return why the server ends now, in words; "" while it stays. Says so only once."""
        if not idle:
            self._busy_s = now_s
        idle_s = now_s - self._busy_s
        reason = ""
        if self._max_s is not None and now_s - self._started_s >= self._max_s:
            reason = f"it has run for {self._max_s:g} s (--max-time)"
        elif self._idle_limit_s is not None and idle_s >= self._idle_limit_s:
            reason = f"no client had a job for {self._idle_limit_s:g} s (--exit-when-idle)"
        if self._over or not reason:
            return ""
        self._over = True
        return reason
