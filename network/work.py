"""What is to be done: the units of a frame and the job that they belong to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from network.messages import AssetEntry

#: Pixels travel and are stored as float32.
BYTES_PER_COMPONENT = 4
#: More files than any scene we have seen by a factor of 100; their manifest fits in 8 MiB.
MAX_ASSETS = 100_000
#: A 16k frame in 16-pixel buckets is about a million units; beyond it the bookkeeping itself
#: would cost more than a gigabyte.
MAX_UNITS = 1_100_000
#: Side of the smallest part of a split unit. Smaller ones would be mostly messages.
GRAIN_PX = 8

ServerId = str  # the uid of a row of the server list
ClientId = int  # given by the server's shell, never used twice


@dataclass(frozen=True, slots=True)
class Unit:
    """A work unit: samples `first_sample` .. `first_sample + samples` of a region of pixels.

    Attributes:
        index: place in `JobSpec.units`, or a number beyond them for a part of one; the unit's
            name in messages.
        x, y: top left pixel of the region.
        whole: of which of `JobSpec.units` it is a part; -1 if it is one itself.
    """

    index: int
    x: int
    y: int
    width: int
    height: int
    first_sample: int
    samples: int
    whole: int = -1

    @property
    def bucket(self) -> int:
        """Which bucket of the frame it is or belongs to."""
        return self.index if self.whole < 0 else self.whole

    @property
    def pixels(self) -> int:
        """Number of pixels of the region."""
        return self.width * self.height

    @property
    def pixel_samples(self) -> int:
        """How much work the unit is: pixels times samples."""
        return self.width * self.height * self.samples


def cut_unit(unit: Unit, first_index: int, grain_px: int) -> tuple[Unit, Unit]:
    """Return the halves of a unit, cut across its longer side at a multiple of `grain_px`.

    Args:
        unit: with a side of at least twice the grain.
        first_index: number of the first half; the second has the next one.
        grain_px: no side of a part gets shorter.
    """
    longer_px = max(unit.width, unit.height)
    first_px = max(longer_px // (2 * grain_px), 1) * grain_px
    if unit.width >= unit.height:
        sizes = {"width": first_px}, {"x": unit.x + first_px, "width": unit.width - first_px}
    else:
        sizes = {"height": first_px}, {"y": unit.y + first_px, "height": unit.height - first_px}
    first = replace(unit, index=first_index, whole=unit.bucket, **sizes[0])
    second = replace(unit, index=first_index + 1, whole=unit.bucket, **sizes[1])
    return first, second


def cut_pixels(payload: bytes, whole: Unit, part: Unit, pixel_bytes: int) -> bytes:
    """Return the pixels of a part out of those of the unit that it belongs to, row by row."""
    if (part.width, part.height) == (whole.width, whole.height):
        return payload
    row_bytes = whole.width * pixel_bytes
    left = (part.x - whole.x) * pixel_bytes
    width = part.width * pixel_bytes
    top = part.y - whole.y
    starts = (row * row_bytes + left for row in range(top, top + part.height))
    return b"".join(payload[start : start + width] for start in starts)


@dataclass(frozen=True)
class JobSpec:
    """A frame to render, as the client hands it to its servers.

    Attributes:
        job: 32 hex digits, another for every start.
        engine: name of the engine that renders it.
        scene: label of the main scene file among the assets.
        settings: the engine's settings, opaque here.
        components: floats per pixel of a result.
        units: in the order in which they are handed out; unit i has index i.
        grain_px: units may be split into regions with sides of at least this; 0: never.
        audit: share of the units that are rendered twice and compared, 0 to 1.
        engine_class: the only one that may render it (a frame that is resumed has pixels of
            it already); "" to choose by the servers there are.
        done_by: servers that rendered the last units of `units` before the job begins (a frame
            that is resumed): those units are done, and rendered again if such a server is out.
        mix_engines: servers of different engine classes may render it together.
        use_cache: servers may use files that they have from earlier jobs.
        introduce: servers may feed each other with its files.
        guests: servers may dial in at any time: it is worth waiting for one.
    """

    job: str
    engine: str
    scene: str
    settings: bytes
    width: int
    height: int
    components: int
    assets: tuple[AssetEntry, ...]
    units: tuple[Unit, ...]
    grain_px: int = GRAIN_PX
    audit: float = 0.0
    engine_class: str = ""
    mix_engines: bool = False
    done_by: tuple[ServerId, ...] = ()
    use_cache: bool = True
    introduce: bool = True
    guests: bool = False

    def __post_init__(self) -> None:
        if len(self.assets) > MAX_ASSETS:
            raise ValueError(f"the scene has {len(self.assets)} files; at most {MAX_ASSETS} work")
        if not 0 < len(self.units) <= MAX_UNITS:
            raise ValueError(
                f"the frame has {len(self.units)} buckets; 1 to {MAX_UNITS} work: "
                "choose another bucket size"
            )
        if len(self.done_by) > len(self.units):
            raise ValueError("more units are done than there are")
        if any(unit.index != place for place, unit in enumerate(self.units)):
            raise ValueError("units must be numbered in handing-out order")

    @property
    def bucket_pixels(self) -> int:
        """Most pixels of a unit."""
        return max(unit.pixels for unit in self.units)

    def result_bytes(self, unit: Unit) -> int:
        """Exact payload size of a result of `unit`."""
        return unit.pixels * self.components * BYTES_PER_COMPONENT
