"""One pipe for all that goes wrong with servers: gathers, removes doubles, keeps the peace.

Five servers that fail together make one notice; the same failure again only counts up; nothing is
shown after the artist asked for silence during this render. Pure: `now_s` is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.values.session_types import Incident

#: Servers behind one switch fail within some 100 ms; longer would feel late.
COALESCE_S = 0.4
#: Rows of the dialog. A farm of this size that fails row by row is told by the log.
MAX_LINES = 500


@dataclass(frozen=True)
class NoticeLine:
    """What happened to one server, with how often it did.

    Attributes:
        buckets_given_back: over all times.
    """

    uid: str
    server: str
    what: str
    clock: str
    buckets_given_back: int
    outcome: str
    times: int = 1


@dataclass(frozen=True)
class Notice:
    """What dialog and strip show now.

    Attributes:
        raise_dialog: False when the artist asked for silence, or nothing in it is new: the
            same cause on the same server only counts up.
    """

    lines: tuple[NoticeLine, ...]
    raise_dialog: bool


class NotificationAggregator:
    """Incidents in, notices out, at most one each `COALESCE_S`."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], NoticeLine] = {}
        self._recovered: set[str] = set()
        self._due_s: float | None = None
        self._news = False
        self._muted = False

    @property
    def due_s(self) -> float | None:
        """When `take` will have something, None for not before the next incident."""
        return self._due_s

    @property
    def lines(self) -> tuple[NoticeLine, ...]:
        """All lines of this render, oldest first."""
        return tuple(self._lines.values())

    @property
    def open_lines(self) -> tuple[NoticeLine, ...]:
        """Lines of servers that have not come back, oldest first."""
        return tuple(line for line in self._lines.values() if line.uid not in self._recovered)

    def begin_render(self) -> None:
        """Forget the last render's lines and its silence."""
        self._lines.clear()
        self._recovered.clear()
        self._due_s = None
        self._news = False
        self._muted = False

    def mute(self, muted: bool = True) -> None:
        """Raise no dialog until the next render."""
        self._muted = muted

    def add(self, incident: Incident, now_s: float) -> None:
        """Take an incident; it is shown `COALESCE_S` after the first one that waits."""
        key = (incident.uid, incident.what)
        line = self._lines.pop(key, None)
        self._news = self._news or line is None
        self._recovered.discard(incident.uid)
        times = line.times + 1 if line else 1
        before = line.buckets_given_back if line else 0
        self._lines[key] = NoticeLine(
            uid=incident.uid,
            server=incident.server,
            what=incident.what,
            clock=incident.clock,
            buckets_given_back=before + incident.buckets_given_back,
            outcome=incident.outcome,
            times=times,
        )
        while len(self._lines) > MAX_LINES:
            del self._lines[next(iter(self._lines))]
        if self._due_s is None:
            self._due_s = now_s + COALESCE_S

    def recover(self, uid: str) -> bool:
        """A server is back, or gone from the list; True if that changes `open_lines`."""
        known = any(line.uid == uid for line in self._lines.values())
        if not known or uid in self._recovered:
            return False
        self._recovered.add(uid)
        return True

    def take(self, now_s: float) -> Notice | None:
        """Return what is to be shown now, None if nothing is due."""
        if self._due_s is None or now_s < self._due_s:
            return None
        notice = Notice(self.lines, raise_dialog=self._news and not self._muted)
        self._due_s = None
        self._news = False
        return notice


def summarize(lines: tuple[NoticeLine, ...]) -> str:
    """Return the strip's one sentence."""
    if not lines:
        return ""
    servers = list({line.uid: line.server for line in lines}.values())
    back = sum(line.buckets_given_back for line in lines)
    if len(servers) == 1:
        text = f"{servers[0]}: {lines[-1].what}"
    elif len(servers) <= 3:
        text = f"{', '.join(servers[:-1])} and {servers[-1]} failed"
    else:
        text = f"{servers[0]}, {servers[1]} and {len(servers) - 2} more servers failed"
    if back:
        text += f" · {back} bucket{'s' if back != 1 else ''} given back"
    return text


def shorten(line: NoticeLine) -> NoticeLine:
    """Return the line with its count in words, for views that have no column for it."""
    if line.times == 1:
        return line
    return replace(line, what=f"{line.what} ({line.times} times)")
