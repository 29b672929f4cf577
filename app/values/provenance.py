"""Who rendered which pixels of a frame: a row for every piece that is on the film."""

from __future__ import annotations

from dataclasses import dataclass, replace

from network.work import Unit
from renderer.buckets import Region

#: Of the rows, in order. `server` is its number in the report and in channel `server`; `attempt`
#: is 0 where it is not known (rendered before the frame was resumed); `at_s` is seconds since the
#: frame began; `audited` tells that another server rendered the piece too and agreed.
COLUMNS = ("x", "y", "width", "height", "server", "attempt", "at_s", "render_s", "audited")
Row = tuple[int | float | bool, ...]


@dataclass(frozen=True)
class Origin:
    """Where a piece comes from; fields as said at `COLUMNS`."""

    server: int
    attempt: int
    at_s: float
    render_s: float
    audited: bool = False


class Provenance:
    """The pieces of one frame; their number is limited like that of units and parts."""

    def __init__(self) -> None:
        self._origins: dict[Region, Origin] = {}

    def commit(self, region: Region, origin: Origin) -> None:
        """A piece is on the film."""
        self._origins[region] = origin

    def confirm(self, unit: Unit) -> None:
        """Another server rendered a piece too, with the same bits."""
        region = Region(unit.x, unit.y, unit.width, unit.height)
        if region in self._origins:
            self._origins[region] = replace(self._origins[region], audited=True)

    def revoke(self, region: Region) -> None:
        """A piece turned out to be false; it comes again."""
        self._origins.pop(region, None)

    def rows(self) -> tuple[Row, ...]:
        """Return a row for each piece, top to bottom and left to right; see `COLUMNS`."""
        found = sorted(self._origins.items(), key=lambda item: (item[0].y, item[0].x))
        return tuple(
            (
                region.x,
                region.y,
                region.width,
                region.height,
                origin.server,
                origin.attempt,
                round(origin.at_s, 3),
                round(origin.render_s, 4),
                origin.audited,
            )
            for region, origin in found
        )
