"""What is to be done: the units of a frame and the job that they belong to."""

from __future__ import annotations

from dataclasses import dataclass

from network.messages import AssetEntry

#: Pixels travel and are stored as float32.
BYTES_PER_COMPONENT = 4
#: More files than any scene we have seen by a factor of 100; their manifest fits in 8 MiB.
MAX_ASSETS = 100_000
#: A 16k frame in 16-pixel buckets is about a million units; beyond it the bookkeeping itself
#: would cost more than a gigabyte.
MAX_UNITS = 1_100_000

ServerId = str  # the uid of a row of the server list
ClientId = int  # given by the server's shell, never used twice


@dataclass(frozen=True, slots=True)
class Unit:
    """A work unit: samples `first_sample` .. `first_sample + samples` of a region of pixels.

    Attributes:
        index: place in `JobSpec.units`; the unit's name in messages.
        x, y: top left pixel of the region.
    """

    index: int
    x: int
    y: int
    width: int
    height: int
    first_sample: int
    samples: int

    @property
    def pixels(self) -> int:
        """Number of pixels of the region."""
        return self.width * self.height

    @property
    def pixel_samples(self) -> int:
        """How much work the unit is: pixels times samples."""
        return self.width * self.height * self.samples


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

    def __post_init__(self) -> None:
        if len(self.assets) > MAX_ASSETS:
            raise ValueError(f"the scene has {len(self.assets)} files; at most {MAX_ASSETS} work")
        if not 0 < len(self.units) <= MAX_UNITS:
            raise ValueError(
                f"the frame has {len(self.units)} buckets; 1 to {MAX_UNITS} work: "
                "choose another bucket size"
            )
        if any(unit.index != place for place, unit in enumerate(self.units)):
            raise ValueError("units must be numbered in handing-out order")

    @property
    def bucket_pixels(self) -> int:
        """Most pixels of a unit."""
        return max(unit.pixels for unit in self.units)

    def result_bytes(self, unit: Unit) -> int:
        """Exact payload size of a result of `unit`."""
        return unit.pixels * self.components * BYTES_PER_COMPONENT
