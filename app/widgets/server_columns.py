"""The columns of the server list: which there are, and what they are called."""

from __future__ import annotations

NAME, ADDRESS, RESOLVED, PORT, STATE, BUCKETS, SPEED, CORES, PING, VERSION, ERROR = range(11)
COLUMNS = (
    "Name",
    "Address",
    "Resolved address",
    "Port",
    "State",
    "Buckets",
    "Speed",
    "Cores",
    "Ping",
    "Version",
    "Last error",
)
#: Hidden until the header's menu shows them.
OPTIONAL_COLUMNS = frozenset({CORES, PING, VERSION, ERROR})
RIGHT_ALIGNED = frozenset({PORT, BUCKETS, SPEED, CORES, PING})
#: From left to right, before the artist moves them: in a narrow dock the state is seen without
#: scrolling.
FIRST_ORDER = (NAME, STATE, BUCKETS, SPEED, ADDRESS, RESOLVED, PORT)
