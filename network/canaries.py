"""Test pictures: every server renders the same tiny scene before it gets work.

Servers of one engine class must send the same bits, servers of different classes the same
picture within a tolerance. Who does not renders differently and is not used. Whom to believe:
this computer's own server, else most servers, else the first of the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from network.client_links import ServerRecord

#: Looks at one test picture; None if it can be right, else what is wrong with it.
CheckCanary = Callable[[bytes], str | None]
#: Compares two of different classes; None if they show the same, else how they differ.
CompareCanaries = Callable[[bytes, bytes], str | None]

_WAY_OUT = "install the same Bucket Brigade on both and test that computer's memory"


class Canaries:
    """What is known of test pictures; `ServerRecord.canary` and `.odd` are set here only.

    Args:
        check: as said at `CheckCanary`.
        compare: as said at `CompareCanaries`.
    """

    def __init__(self, check: CheckCanary, compare: CompareCanaries) -> None:
        self._check = check
        self._compare = compare
        self._right: dict[str, bytes] = {}  # engine class -> the picture believed
        self._own: set[str] = set()  # classes whose picture this computer's own server rendered

    @property
    def classes(self) -> int:
        """How many engine classes there are, or were."""
        return len(self._right)

    def arrived(
        self, record: ServerRecord, engine_class: str, picture: bytes, all_: Iterable[ServerRecord]
    ) -> list[ServerRecord]:
        """A server sent its test picture. Returns whose `odd` changed by it."""
        record.engine_class = engine_class
        right = self._right.get(engine_class)
        record.canary = right if right == picture else picture  # equal ones share their bytes
        settles = record.local and engine_class not in self._own
        if right == picture and not record.odd and not settles:
            return []  # the usual case costs no look at the others
        servers = [x for x in all_ if x.canary and x.linked]
        if right is None or right != picture or settles:
            self._believe(engine_class, servers)
        return [x for x in servers if self._judge(x, servers)]

    def _believe(self, engine_class: str, servers: list[ServerRecord]) -> None:
        """Decide which picture is right for a class."""
        right = [x for x in servers if x.engine_class == engine_class and not self._check(x.canary)]
        own = next((x.canary for x in right if x.local), None)
        if own is not None:
            self._right[engine_class] = own
            self._own.add(engine_class)
        elif right and engine_class not in self._own:
            most = Counter(x.canary for x in right).most_common(1)  # the first of equally many
            self._right[engine_class] = most[0][0]

    def _judge(self, record: ServerRecord, servers: list[ServerRecord]) -> bool:
        """Set what is odd about a server's picture; returns whether that changed."""
        before, record.odd = record.odd, self._oddity(record, servers)
        return before != record.odd

    def _oddity(self, record: ServerRecord, servers: list[ServerRecord]) -> str:
        problem = self._check(record.canary)
        if problem:
            return f"its test picture is wrong: {problem}; {_WAY_OUT}"
        if record.canary != self._right[record.engine_class]:
            same = (x.name for x in servers if x.canary == self._right[record.engine_class])
            other = next(same, "others before")
            return f"its test picture differs from that of {other}, of the same engine; {_WAY_OUT}"
        first = self._believed(servers)
        difference = self._compare(first.canary, record.canary)
        if first.engine_class != record.engine_class and difference:
            return f"its test picture differs from that of {first.name}: {difference}; {_WAY_OUT}"
        return ""

    def _believed(self, servers: list[ServerRecord]) -> ServerRecord:
        """Return a server of the class that the other classes are compared with."""
        right = [x for x in servers if x.canary == self._right.get(x.engine_class)]
        counts = Counter(x.engine_class for x in right)
        return max(right, key=lambda x: (x.local, counts[x.engine_class]))


def choose_class(servers: Iterable[ServerRecord], job: str, now: str = "") -> str:
    """Return the engine class that a job should use, "" while no server is known to be able.

    This computer's own, else that of most servers, then the present one, then of most threads.

    Args:
        servers: all enabled ones.
        job: its name; who failed it does not count.
        now: the class that it uses until now.
    """
    able = [x for x in servers if x.linked and x.canary and not x.odd and x.failed != job]
    own = next((x.engine_class for x in able if x.local), "")
    if own or not able:
        return own
    votes: Counter[str] = Counter()
    threads: Counter[str] = Counter()
    for record in able:
        votes[record.engine_class] += 1
        threads[record.engine_class] += record.threads
    return max(votes, key=lambda name: (votes[name], name == now, threads[name]))
