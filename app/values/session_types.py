"""Plain values that the render session tells the window and the command line.

No Qt here: views and the command line read these, tests make them by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from app.values.provenance import Row
from renderer.bucket_size import DEFAULT_BUCKET_SIZE, BucketSize
from renderer.buckets import BucketOrder, Region
from renderer.settings import RenderSettings

#: Of `network.messages`, which plain values do not import; a test compares the two.
DEFAULT_PORT = 20727


@dataclass(frozen=True)
class ServerEntry:
    """One row of the server list as the artist keeps it (and as `servers.toml` stores it).

    Attributes:
        uid: stable identity of the row (random hex), never shown.
        name: shown name; empty means "use the address", see `label`.
        address: host name or IP address as typed, without port.
        local: True for "This computer", the server that the client starts itself.
        guest: it came by itself (dialled in, or one more address of a name); it is not stored.
        mac: hardware address of its network card, to wake it with; empty while unknown.
        all_addresses: servers behind the other addresses of its name render too.
    """

    uid: str
    address: str
    port: int = DEFAULT_PORT
    name: str = ""
    enabled: bool = True
    local: bool = False
    guest: bool = False
    mac: str = ""
    all_addresses: bool = True

    @property
    def label(self) -> str:
        """What the row is called wherever people read of it."""
        if self.name:
            return self.name
        if self.local:
            return "This computer"
        if self.port == DEFAULT_PORT:
            return self.address
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{address}:{self.port}"

    def is_at(self, other: ServerEntry) -> bool:
        """Whether another row names the same place."""
        place = (other.address, other.port, other.local)
        return (self.address, self.port, self.local) == place


class ServerState(Enum):
    """What a server is doing, in the words of the list."""

    NOT_TESTED = "Not tested"
    RESOLVING = "Resolving…"
    NAME_NOT_FOUND = "Name not found"
    STARTING = "Starting…"  # the local server's process
    CONNECTING = "Connecting…"
    REFUSED = "Refused"
    TIMED_OUT = "Timed out"
    WRONG_VERSION = "Wrong version"
    WRONG_KEY = "Wrong key"
    NOT_PAIRED = "Not paired"  # no key for it here: pair, or give both the same key file
    OTHER_IDENTITY = "Another server"  # than the one that was paired at this address
    IDLE = "Idle"
    QUEUED = "Busy for another client"
    SYNCING = "Sending scene"
    OPENING = "Opening scene"
    RENDERING = "Rendering"
    DIFFERENT = "Renders differently"  # not used: the detail says why
    FAILED = "Failed"  # cannot do this job: the detail says why
    SAME = "Same server"  # another row has reached it: it is counted once
    LOST = "Lost"  # connection gone; the detail says when it is tried again
    ASLEEP = "Asleep"  # out of reach, and it can be woken: its MAC address is known
    PAUSED = "Paused by its user"  # somebody works at that computer
    DISABLED = "Disabled"


@dataclass(frozen=True)
class ServerStatus:
    """A server's row, as of now.

    Attributes:
        detail: one sentence: the way out, or the progress; empty when the state says it all.
        fraction: of SYNCING and OPENING, 0 to 1.
        leases: units in flight.
        error: what last went wrong, empty if nothing did.
        slow: why it counts as slow while it renders, empty if it does not.
        share: of the frame's pixels that it delivered, 0 to 1.
        retry_at_s: when it is tried again, of `time.monotonic`; None if it is not.
        attempt: which one that is since it last delivered a bucket, from 1.
    """

    uid: str
    state: ServerState = ServerState.NOT_TESTED
    detail: str = ""
    fraction: float = 0.0
    resolved: tuple[str, ...] = ()
    version: str = ""
    threads: int = 0
    leases: int = 0
    buckets_done: int = 0
    samples_done: int = 0
    samples_per_s: float = 0.0
    ping_s: float | None = None
    error: str = ""
    slow: str = ""
    share: float = 0.0
    retry_at_s: float | None = None
    attempt: int = 0


@dataclass(frozen=True)
class Incident:
    """A server failed the job, in the words of the failure dialog.

    Attributes:
        time_s: seconds since the job started.
        clock: local wall-clock time "HH:MM:SS", for people.
        buckets_given_back: how many buckets went back to the queue.
        outcome: where they went: "2 buckets went back to the queue; studio-2 and This
            computer go on".
    """

    time_s: float
    clock: str
    uid: str
    server: str
    what: str
    buckets_given_back: int
    outcome: str = ""


@dataclass(frozen=True)
class Progress:
    """How far the frame is."""

    buckets_done: int
    buckets_total: int
    samples_done: int
    samples_total: int
    samples_per_s: float
    elapsed_s: float
    eta_s: float | None
    servers_working: int


@dataclass(frozen=True)
class Span:
    """A stretch of a server's time, seconds since the click on Render.

    Attributes:
        what: "getting ready", "working", "idle" or "away".
    """

    from_s: float
    to_s: float
    what: str


@dataclass(frozen=True)
class ServerReport:
    """What one server did for a frame.

    Attributes:
        pixels: that it delivered; `share`: of all pixels that there are.
        restored: pixels among them that it had delivered before the frame was resumed.
        samples_per_s: while it worked, in this session.
        worth: its part of the farm's pace, 0 to 1: without it, that much was missing.
        working_s, idle_s: with and without buckets, while the scene was open there.
        spans: its time line, without gaps.
        engine: its engine class; "" if it was never reached.
    """

    name: str
    address: str
    buckets: int = 0
    samples: int = 0
    render_s: float = 0.0
    bytes_sent: int = 0
    bytes_received: int = 0
    lost: int = 0
    pixels: int = 0
    share: float = 0.0
    restored: int = 0
    samples_per_s: float = 0.0
    worth: float = 0.0
    working_s: float = 0.0
    idle_s: float = 0.0
    spans: tuple[Span, ...] = ()
    engine: str = ""


@dataclass(frozen=True)
class FrameReport:
    """The report of a frame, as `--report` writes it.

    Attributes:
        samples: per pixel; with a noise threshold the most that a pixel may get.
        bucket_width, bucket_height: largest bucket, pixels; those at edges may be smaller.
        samples_taken: by all pixels of the frame together.
        provenance: who rendered which pixels; the columns are `app.values.provenance.COLUMNS`.
        mixed_engines: servers whose bits may differ were allowed to render it together.
        channels: SHA-256 of every chosen channel, as `Film.sha256` computes it; "" for those
            that are measured, which no two renders have in common.
        speed_up: against the fastest server alone; 0 where nobody worked.
        restored_pixels: that came from the journal of an interrupted render, which had taken
            `earlier_s`; wall time and rates are those of the last session.
        engine: class of those that rendered; several where they were mixed.
        job: its name, with whose first characters the logs' lines begin.
        scene: the scene's file. `ended`: local time with its zone. `version`: of the client.
    """

    frame_sha256: str
    complete: bool
    wall_s: float
    first_bucket_s: float | None
    samples_per_s: float
    engine: str
    seed: int
    width: int
    height: int
    samples: int
    bucket_width: int
    bucket_height: int
    order: str
    buckets: int
    buckets_done: int
    servers: tuple[ServerReport, ...] = ()
    incidents: tuple[Incident, ...] = field(default=())
    samples_taken: int = 0
    noise_threshold: float = 0.0
    mixed_engines: bool = False
    provenance: tuple[Row, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict)
    speed_up: float = 0.0
    restored_pixels: int = 0
    earlier_s: float = 0.0
    job: str = ""
    scene: str = ""
    ended: str = ""
    version: str = ""


@dataclass(frozen=True)
class DistributedSettings:
    """The options of the *Distributed rendering settings* dialog.

    Attributes:
        enabled: *Distributed rendering* in the System rollout; off: this computer alone.
        max_servers: how many servers may work at once, 0 for all.
        use_local: this computer renders too.
        key_file: farm key for servers on the network; empty for the default one.
        accept: where servers may dial in, as `addresses.parse_listen` takes it; empty: nowhere.
        audit_percent: of the buckets that are rendered twice, on different servers, and compared.
        mix_engines: servers whose bits may differ may render one frame together.
        restart_servers: they begin the next job with a fresh render process.
        cache_gb, cache_hours: most that this computer's server keeps of scene files, and for how
            long unused ones; 0 for no limit.
        save_with_scene: the list is written beside every scene that is rendered.
        add_found: servers that appear on this network come into the list by themselves.
        transfer_assets: servers get the files of the scene that they lack; else only the scene.
        warn_partial: who renders a region or a test resolution on servers is told so.
        use_cached_assets: servers may use files that they have from earlier jobs.
    """

    enabled: bool = True
    max_servers: int = 0
    use_local: bool = True
    key_file: str = ""
    accept: str = ""
    audit_percent: int = 0
    mix_engines: bool = False
    save_with_scene: bool = False
    restart_servers: bool = False
    cache_gb: int = 20
    cache_hours: int = 720
    add_found: bool = False
    transfer_assets: bool = True
    use_cached_assets: bool = True
    warn_partial: bool = True


@dataclass(frozen=True)
class BucketInFlight:
    """A bucket, or a part of one, that a server is rendering now, or has delivered.

    Attributes:
        unit: its name: beyond the number of `JobInfo.regions` for parts, and copies to compare.
        region: its pixels.
        bucket: which of `JobInfo.regions` it is or belongs to.
    """

    unit: int
    region: Region
    uid: str
    bucket: int = -1


@dataclass(frozen=True)
class RenderRequest:
    """What the artist asks for with a click on Render.

    Attributes:
        environment: file of the environment map, None for the scene's own light.
        plate: file of the background plate, None for none.
        audit: share of the buckets that are rendered twice and compared, 0 to 1.
        mix_engines: servers of different engine classes may render the frame together.
        regions: render only what lies in these; none: the whole frame.
        reverse: the order of the buckets is turned round.
    """

    scene: Path
    settings: RenderSettings = field(default_factory=RenderSettings)
    bucket_size: BucketSize = DEFAULT_BUCKET_SIZE
    order: BucketOrder = BucketOrder.SPIRAL
    environment: Path | None = None
    plate: Path | None = None
    audit: float = 0.0
    mix_engines: bool = False
    regions: tuple[Region, ...] = ()
    reverse: bool = False


@dataclass(frozen=True)
class JobInfo:
    """A frame that has begun: what a view needs to draw it."""

    width: int
    height: int
    regions: tuple[Region, ...]
    request: RenderRequest
