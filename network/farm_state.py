"""Judgements over all servers of a client: is a job worth waiting for, do engines differ."""

from __future__ import annotations

from collections.abc import Iterable

from network.client_links import ServerRecord
from network.instructions import Phase

#: A scene that so many servers cannot open is broken itself.
MAX_OPEN_FAILURES = 3


def is_hopeless(job: str, servers: Iterable[ServerRecord], *, able_left: bool) -> bool:
    """Return whether no server is left that could render the job.

    Nobody waits for servers out of reach when those in reach cannot even open the scene; once it
    was open somewhere, it is worth waiting.

    Args:
        job: name of the running job.
        servers: all enabled ones.
        able_left: the artist took out a server that could render the job.
    """
    servers = list(servers)
    if able_left or not any(x.failed == job for x in servers):
        return False  # nearly always: it is asked after every event, about a thousand servers
    failed = [x for x in servers if x.failed == job]
    rest = [x for x in servers if x.failed != job]
    if any(x.offered and x.opened == job for x in rest):
        return False
    if any(x.opened == job for x in servers):
        return not rest
    if len(failed) >= MAX_OPEN_FAILURES:
        return True
    return all(not x.linked and x.attempts > 0 for x in rest)


def other_engine(record: ServerRecord, servers: Iterable[ServerRecord]) -> str:
    """Return a warning if another server at work renders with other bits, else ""."""
    for other in servers:
        at_work = other.offered and other.phase is Phase.RENDERING
        if at_work and other.engine_class != record.engine_class:
            return (
                f"{record.name} renders with {record.engine_class}, {other.name} with "
                f"{other.engine_class}: their pixels may differ in the last bits"
            )
    return ""
