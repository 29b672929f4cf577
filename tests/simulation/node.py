"""A simulated render server: the real `ServerCore` on a fake worker, cache and clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from network import instructions as do
from network.messages import (
    Assign,
    Canary,
    Cancel,
    EndJob,
    Message,
    Ping,
    Result,
    UnitFailed,
    WorkerOpened,
    WorkerProgress,
)
from network.server_core import ServerCore
from network.server_desk import TILE_PIXELS, count_tiles
from network.work import Unit

from .timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

TICK_S = 0.25
#: What two threads render at once; when the worker dies, all of it is suspect.
IN_HAND = 2
#: Real workers ping each second; it matters only to units that last half a minute.
PING_S = 10.0
#: Whoever is slower than that is killed before.
MAX_PINGS = 100
ENGINE, OTHER_ENGINE = "sim", "sim2"
GOOD_CANARY, ODD_CANARY, WRONG_CANARY = b"right", b"right too", b"wrong"
OTHER_CANARY = b"right in other bits"
CACHE_LIMIT_BYTES = 1 << 40
#: The frames of the simulation: buckets of at most so many pixels a side, in rows of so many.
SIDE_PX = 8
PER_ROW = 512


def bucket_of(unit: Assign | Unit) -> int:
    """The bucket that a unit is or belongs to."""
    return unit.x // SIDE_PX + PER_ROW * (unit.y // SIDE_PX)


def other_bits(pixels: bytes) -> bytes:
    """What the other engine class renders instead: the same picture in other bits."""
    return bytes(byte ^ 1 if place % 4 == 0 else byte for place, byte in enumerate(pixels))


def count_samples(unit: Assign) -> float:
    """The cost of a unit of a frame that is everywhere the same."""
    return float(unit.width * unit.height * unit.samples)


class FakeWorker:
    """Renders units one after the other at a given speed, pixel samples per second.

    Attributes:
        poison: buckets that kill it.
        hangs: it takes messages and answers none.
    """

    def __init__(self, time: Timeline, node: Node) -> None:
        self._time = time
        self._node = node
        self._job = ""
        self._units: list[Assign] = []
        self._opening = 0  # scenes; units that come meanwhile wait
        self._rendering: int | None = None
        self._tile_s = 0.0
        self._tiles_done = 0
        self.alive = True
        self.hangs = False
        self.false = node.false
        time.after(0.2, self._ready)

    def _ready(self) -> None:
        name = self._node.engine_class
        self._tell(lambda core, now_s: core.worker_ready(name, now_s))
        self._say(Canary(name), self._node.canary)

    def open(self, job: str) -> None:
        def opened() -> None:
            self._opening -= 1
            self._say(WorkerOpened(job, self._node.open_error, ""))
            self._render()

        self._job = job
        self._opening += 1
        self._units.clear()
        self._say(WorkerProgress("opening", 0.0))
        self._time.after(self._node.open_s, opened)

    def message(self, message: Message) -> None:
        if isinstance(message, Assign):
            self._units.append(message)
            self._render()
        elif isinstance(message, Cancel):
            self._units = [x for x in self._units if x.lease not in message.leases]
            if self._rendering in message.leases:
                self._time.after(self._tile_s, self._stop_early(self._rendering))
        elif isinstance(message, EndJob) and message.job == self._job:
            self._units.clear()

    def blame_all(self) -> None:
        """It was killed because it hung, or was too slow: what it had is suspect."""
        if self.alive:
            self._node.blamed.update(bucket_of(x) for x in self._units)

    def crash(self) -> None:
        if self.alive and not self.hangs:
            self._node.blamed.update(bucket_of(x) for x in self._units[:IN_HAND])
            self._tell(lambda core, now_s: core.worker_exited("signal 11", now_s))
            self.alive = False

    def _stop_early(self, lease: int | None) -> Callable[[], None]:
        """A dropped unit costs the tile in hand and no more."""

        def stop() -> None:
            if self._rendering == lease:
                self._rendering = None
                self._render()

        return stop

    def _render(self) -> None:
        if self._rendering is not None or self._opening or not self._units or not self.alive:
            return
        unit = self._units[0]
        self._rendering = unit.lease
        cost_s = self._node.cost(unit) / self._node.speed
        self._tile_s = cost_s * min(TILE_PIXELS / (unit.width * unit.height), 1.0)
        self._time.after(cost_s, lambda: self._rendered(unit))
        for step in range(1, min(int(cost_s / PING_S), MAX_PINGS) + 1):
            tiles = int(step * PING_S / self._tile_s)
            self._time.after(step * PING_S, lambda tiles=tiles: self._ping(unit.lease, tiles))

    def _ping(self, lease: int, tiles: int) -> None:
        """Tell how many tiles are done, as long as it is at this unit."""
        if self._rendering == lease:
            self._say(Ping(self._tiles_done + tiles, self._tiles_done + tiles))

    def _rendered(self, unit: Assign) -> None:
        if self._rendering != unit.lease:
            return
        self._rendering = None
        self._tiles_done += count_tiles(unit.width * unit.height)
        if not self.alive or self.hangs:
            return
        if unit in self._units:
            if bucket_of(unit) in self._node.poison:
                self.crash()
                return
            self._units.remove(unit)
            if self._node.fails_units > 0:
                self._node.fails_units -= 1
                self._node.blamed[bucket_of(unit)] += 1
                self._say(UnitFailed(unit.job, unit.unit, unit.lease, False, "out of luck"))
            else:
                payload = self._node.pixels(unit)
                self._say(Result(unit.job, unit.unit, unit.lease, 0.1), payload)
        self._render()

    def _say(self, message: Message, payload: bytes = b"") -> None:
        self._tell(lambda core, now_s: core.worker_message(message, payload, now_s))

    def _tell(self, event: Callable[[ServerCore, float], Sequence[object]]) -> None:
        if self.alive and not self.hangs:
            self._node.happen(event)


class Node:
    """One server machine. `World` connects it and makes it fail.

    Attributes:
        bad_results, fails_units: how many of the next ones go wrong.
        swallows: how many of the next results never leave it.
        disk_full: its cache stores nothing.
        spoils: what it feeds other servers is wrong.
        canary: its test picture.
        false: all its results look right and are false.
        lies: every so many of its results look right and are false; 0 for none.
        honest: it never sent what it should not.
        cost: how long a unit takes at speed 1.
    """

    def __init__(self, uid: str, time: Timeline, pixels: Callable[[Assign], bytes]) -> None:
        self.uid = uid
        self._time = time
        self._good_pixels = pixels
        self.speed = 10_000.0
        self.open_s = 0.3
        self.open_error = ""
        self.poison: frozenset[int] = frozenset()
        self.bad_results = 0
        self.fails_units = 0
        self.swallows = 0
        self.has_swallowed = False
        self.disk_full = False
        self.lies = 0
        self.honest = True
        self.threads = 2
        self.engine_class = ENGINE
        self.canary = GOOD_CANARY
        self.false = False
        self.local = False
        self.guest = False
        self.partial: dict[str, int] = {}  # bytes of files that are not whole
        self.log_sent: Callable[[int], None] = lambda client: None
        self.cost: Callable[[Assign], float] = count_samples
        self.blamed: Counter[int] = Counter()  # buckets that went wrong here
        self.cache: set[str] = set()
        self._fetched_for = ""  # the last job that let nothing of earlier ones count
        self._opened: set[str] = set()  # files in use stay on the disk when they are deleted
        self.sent: Callable[[int, Message, bytes], None] = lambda client, message, payload: None
        self.spoils = False
        self._spoiled: set[str] = set()  # digests of which something wrong came
        self.peer_order: Callable[[object], None] = lambda order: None
        self.closed: Callable[[int, str, str], None] = lambda client, code, text: None
        self.alive = False
        self.frozen = False
        self._backlog: list[Callable[[], None]] = []
        self._life = 0
        self.start()

    def start(self) -> None:
        """A new process; the cache on disk is still there."""
        self._life += 1
        self.alive, self.frozen = True, False
        self._backlog.clear()
        self.core = ServerCore(threads=self.threads, cache_limit_bytes=CACHE_LIMIT_BYTES)
        self.worker = FakeWorker(self._time, self)
        self._tick(self._life)

    def stop(self) -> None:
        self.alive = False
        self.worker.alive = False

    def freeze(self) -> None:
        self.frozen = True

    def thaw(self) -> None:
        self.frozen = False
        backlog, self._backlog = self._backlog, []
        for event in backlog:
            event()

    def happen(self, event: Callable[[ServerCore, float], Sequence[object]]) -> None:
        """Let the core see an event, after those that wait if the process is stopped."""
        life = self._life

        def now() -> None:
            if self.alive and life == self._life:
                for order in event(self.core, self._time.now_s):
                    self._perform(order)

        if self.frozen:
            self._backlog.append(now)
        else:
            now()

    def happen_after(
        self, delay_s: float, event: Callable[[ServerCore, float], Sequence[object]]
    ) -> None:
        """Let the core see an event later, if its process lives until then."""
        life = self._life
        self._time.after(delay_s, lambda: life == self._life and self.happen(event))

    def pixels(self, unit: Assign) -> bytes:
        if self.bad_results > 0:
            self.bad_results -= 1
            self.blamed[bucket_of(unit)] += 1
            return b"\xff" * len(self._good_pixels(unit))
        if self.engine_class != ENGINE:
            return other_bits(self._good_pixels(unit))
        if self.worker.false:
            return bytes(len(self._good_pixels(unit)))
        if self.lies and unit.lease % self.lies == 0:
            return bytes(len(self._good_pixels(unit)))
        return self._good_pixels(unit)

    def _tick(self, life: int) -> None:
        if life != self._life or not self.alive:
            return
        if not self.frozen:
            self.happen(lambda core, now_s: core.tick(now_s))
        self._time.after(TICK_S, lambda: self._tick(life))

    def _perform(self, order: object) -> None:
        if isinstance(order, do.SendTo) and isinstance(order.message, Result) and self.swallows:
            self.swallows -= 1
        elif isinstance(order, do.SendTo):
            self.sent(order.client, order.message, order.payload)
        elif isinstance(order, do.CloseClient):
            self.closed(order.client, order.code, order.text)
        elif isinstance(order, do.FindAssets):
            if order.fresh and order.job != self._fetched_for:
                self.cache -= set(order.digests)  # as if nobody else used them
                self.partial.clear()
                self._fetched_for = order.job
            present = frozenset(self.cache & set(order.digests))
            partial = dict(self.partial)
            self._later(lambda core, now_s: core.assets_searched(order.job, 0.5, now_s))
            self._later(lambda core, now_s: core.assets_found(order.job, present, now_s, partial))
        elif isinstance(order, do.StoreChunk):
            self._store(order)
        elif isinstance(order, do.OpenWorkerJob):
            known = self.cache | self._opened
            assert all(x.digest in known for x in order.assets), "opened without a file"
            self._opened = {x.digest for x in order.assets}
            self.worker.open(order.job)
        elif isinstance(order, do.ToWorker):
            self.worker.message(order.message)
        elif isinstance(order, do.RestartWorker):
            self.worker.blame_all()
            self.worker.alive = False
            self.worker = FakeWorker(self._time, self)
        elif isinstance(order, do.Quit):
            self.stop()
        elif isinstance(order, do.SendLog):
            self.log_sent(order.client)
        else:
            self.peer_order(order)

    def _store(self, order: do.StoreChunk) -> None:
        digest = order.digest
        if self.disk_full:
            self._later(lambda core, now_s: core.asset_stored(digest, "the disk is full", now_s))
            return
        if order.offset == 0:
            self._spoiled.discard(digest)
        if order.data[:1] == b"\1":
            self._spoiled.add(digest)
        self.partial[digest] = order.offset + len(order.data)
        if order.offset + len(order.data) == order.size and digest in self._spoiled:
            words = "its content is not what was announced"
            self.partial.pop(digest, None)
            self._later(lambda core, now_s: core.asset_stored(digest, words, now_s))
        elif order.offset + len(order.data) == order.size:
            self.cache.add(digest)
            self.partial.pop(digest, None)
            self._later(lambda core, now_s: core.asset_stored(digest, "", now_s))
        else:
            self._later(lambda core, now_s: core.chunk_stored(digest, now_s))

    def tear(self, *, torn: bool) -> None:
        """The power goes while files arrive.

        Args:
            torn: the last piece of each is there in length only; else it is whole.
        """
        if torn:
            self._spoiled.update(self.partial)

    def _later(self, event: Callable[[ServerCore, float], Sequence[object]]) -> None:
        self._time.after(0.005, lambda: self.happen(event))
