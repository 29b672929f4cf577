"""Judgements over all servers of a client: is a job worth waiting for."""

from __future__ import annotations

from collections.abc import Iterable

from network.client_links import ServerRecord
from network.instructions import Phase

#: A scene that so many servers cannot open is broken itself.
MAX_OPEN_FAILURES = 3


def is_hopeless(
    job: str, servers: Iterable[ServerRecord], *, was_open: bool, away: bool, guests: bool
) -> bool:
    """Return whether no server is left that could render the job.

    Nobody waits for servers out of reach when those in reach cannot even open the scene; once it
    was open somewhere, it is worth waiting. So it is when those in reach only render differently.

    Args:
        job: name of the running job.
        servers: all enabled ones.
        was_open: a server that was taken out had it open once.
        away: the artist took out a server that may render the job, and it has not come back: a
            row that is edited goes and comes.
        guests: servers may dial in at any time.
    """
    servers = list(servers)
    failed = [x for x in servers if x.failed == job]
    rest = [x for x in servers if x.failed != job and x.phase is not Phase.DIFFERENT]
    if len(rest) == len(servers) or away or any(x.offered and x.opened == job for x in rest):
        return False
    if not failed or was_open or any(x.opened == job for x in servers):
        # Nothing is wrong with the scene: whoever is out of reach may come, or dial in.
        return not rest and not guests
    if len(failed) >= MAX_OPEN_FAILURES:
        return True
    return all(not x.linked and x.attempts > 0 for x in rest)
