"""When a server that dials in to a client tries again. No clock, no chance: delays come out.

Clients come and go (an artist closes the window, a command ends with its frame); the server asks
again and again, each time a little later, so that a thousand of them wait without a storm.
"""

from __future__ import annotations

from network.backoff import LONGEST_S, retry_delay_s
from network.errors import CloseCode

#: A login that lasted so long shows that all is well: the next attempt comes soon again.
LASTING_S = 10.0
#: Only a person can mend these, and clients shut out who fails to log in too often.
_SLOW = (CloseCode.KEY, CloseCode.UNPAIRED, CloseCode.IDENTITY, CloseCode.VERSION)


class Redial:
    """The attempts of one server to reach one client.

    Args:
        who: spreads the attempts of many servers over time: another text for each of them.
    """

    def __init__(self, who: str) -> None:
        self._who = who
        self._attempt = 0

    def failed(self, code: str) -> float:
        """No login came about; return the seconds to wait."""
        delay_s = retry_delay_s(self._who, self._attempt)
        self._attempt += 1
        return max(delay_s, LONGEST_S) if code in _SLOW else delay_s

    def ended(self, lasted_s: float) -> float:
        """A connection is over; return the seconds to wait."""
        if lasted_s >= LASTING_S:
            self._attempt = 0
        return self.failed(CloseCode.DONE)
