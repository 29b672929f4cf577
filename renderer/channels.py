"""The channels (render elements) that a frame can have besides its beauty.

One table says everything about a channel: its components, its unit, how results of several
sample passes become one, and how a person is shown it. Beauty and alpha are in every frame and
come first; the others are chosen by name (`RenderSettings.channels`) and follow in that order.
A channel that nobody chose has no component anywhere: not in results, not on the film.

Values of pixels where a camera ray hits nothing are 0, but for `depth` (`FAR_M`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

#: Depth where nothing was hit: what compositors know as "infinitely far" (as Blender writes it);
#: infinity itself may not be on the film.
FAR_M = 1e10
#: Pairs of (id, coverage) per pixel: Cryptomatte's usual three layers of two.
RANKS = 6
RANK_COMPONENTS = 2 * RANKS


class Merge(Enum):
    """How the results of two sample ranges of a pixel become the result of both."""

    MEAN = "mean"  # weighted by the numbers of samples
    FIRST = "first"  # of the sample with the smallest index
    SUM = "sum"
    RANKS = "ranks"  # coverages are means; the largest stay (exact up to `RANKS` ids)
    ERROR = "error"  # of the mean: errors of independent parts add in squares
    ANY = "any"  # not of the samples; the last part's


class Show(Enum):
    """How a channel becomes a picture for people; see `renderer.channel_view`."""

    LIGHT = "light"  # by the view transform, like the beauty
    COLOR = "color"  # 0..1, linear
    VECTOR = "vector"  # -1..1
    RANGE = "range"  # from the smallest to the largest value of the frame
    NEARNESS = "nearness"  # near is white, far is black
    IDS = "ids"  # a colour per id, mixed by coverage
    HEAT = "heat"  # from the smallest to the largest value, as colours
    SERVERS = "servers"  # a colour per number


@dataclass(frozen=True)
class Channel:
    """What there is to know about a channel.

    Attributes:
        name: what it is chosen by, and its name in files.
        components: their names in files.
        unit: of its values; "" for plain numbers.
        merge: over sample passes.
        show: to people.
        text: for the help.
        measured: not a function of the pixel: two renders of one frame may differ in it.
        of_client: known to the render client only; no server sends it.
    """

    name: str
    components: tuple[str, ...]
    unit: str
    merge: Merge
    show: Show
    text: str
    measured: bool = False
    of_client: bool = False


RGB = ("R", "G", "B")
XYZ = ("X", "Y", "Z")
_RANKED = tuple(f"{kind}{rank}" for rank in range(RANKS) for kind in ("id", "coverage"))

BEAUTY = Channel("beauty", RGB, "radiance", Merge.MEAN, Show.LIGHT, "the picture")
ALPHA = Channel("alpha", ("A",), "", Merge.MEAN, Show.COLOR, "how much of the pixel is covered")
_CHOICE = (
    Channel("albedo", RGB, "", Merge.MEAN, Show.COLOR, "colour of the surface without light"),
    Channel("normal", XYZ, "", Merge.MEAN, Show.VECTOR, "shading normal, world space"),
    Channel("depth", ("Z",), "m", Merge.FIRST, Show.NEARNESS, "distance along the view axis"),
    Channel("position", XYZ, "m", Merge.FIRST, Show.RANGE, "surface point, world space"),
    Channel("uv", ("U", "V"), "", Merge.FIRST, Show.COLOR, "texture coordinates of set 0"),
    Channel("object_id", _RANKED, "", Merge.RANKS, Show.IDS, "mattes per object (Cryptomatte)"),
    Channel("material_id", _RANKED, "", Merge.RANKS, Show.IDS, "mattes per material (Cryptomatte)"),
    Channel("direct", RGB, "radiance", Merge.MEAN, Show.LIGHT, "light after one bounce"),
    Channel("indirect", RGB, "radiance", Merge.MEAN, Show.LIGHT, "light after more bounces"),
    Channel("emission", RGB, "radiance", Merge.MEAN, Show.LIGHT, "glow that the camera sees"),
    Channel("background", RGB, "radiance", Merge.MEAN, Show.LIGHT, "sky that the camera sees"),
    Channel("samples", ("Y",), "samples", Merge.SUM, Show.HEAT, "samples taken"),
    Channel("noise", ("Y",), "", Merge.ERROR, Show.HEAT, "estimated relative error"),
    Channel(
        "time", ("Y",), "s", Merge.SUM, Show.HEAT, "seconds per pixel, by tile", measured=True
    ),
    Channel(
        "server", ("Y",), "", Merge.ANY, Show.SERVERS, "number of the server that delivered",
        measured=True, of_client=True,
    ),
)  # fmt: skip
_ALL = {channel.name: channel for channel in (BEAUTY, ALPHA, *_CHOICE)}
#: Names that can be chosen, in the order of the help.
CHANNEL_NAMES = tuple(channel.name for channel in _CHOICE)


def find_channel(name: str) -> Channel:
    """Return the channel of this name.

    Raises:
        ValueError: there is none; the text lists those there are.
    """
    channel = _ALL.get(name)
    if channel is None:
        known = ", ".join(CHANNEL_NAMES)
        raise ValueError(f"there is no channel {name!r}; choose from: {known}")
    return channel


def parse_channels(text: str) -> tuple[str, ...]:
    """Return the names of a list such as "beauty, albedo, normal".

    Beauty and alpha may be named and are left out, for every frame has them; so are repetitions.

    Raises:
        ValueError: there is no such channel; the text lists those there are.
    """
    names = [word.strip().lower() for word in text.split(",")]
    return with_channels((), [name for name in names if name])


def with_channels(chosen: Sequence[str], more: Iterable[str]) -> tuple[str, ...]:
    """Return the chosen names and those of `more` that are not among them.

    Raises:
        ValueError: there is no such channel.
    """
    channels = [find_channel(name) for name in (*chosen, *more)]
    return tuple(dict.fromkeys(c.name for c in channels if c not in (BEAUTY, ALPHA)))


def check_channels(chosen: Sequence[str]) -> None:
    """See that these are channels that can be chosen, each once.

    Raises:
        ValueError: they are not; the text says which.
    """
    for name in chosen:
        if find_channel(name) in (BEAUTY, ALPHA):
            raise ValueError(f"channel {name!r} is in every frame: leave it out of the list")
    if len(set(chosen)) != len(chosen):
        raise ValueError(f"a channel is named twice: {', '.join(chosen)}")


def engine_channels(chosen: Sequence[str]) -> tuple[Channel, ...]:
    """Return the channels of an engine's results, in order."""
    channels = (BEAUTY, ALPHA, *map(find_channel, chosen))
    return tuple(channel for channel in channels if not channel.of_client)


def film_channels(chosen: Sequence[str]) -> tuple[Channel, ...]:
    """Return the channels of the film: the results' and, behind them, the client's own."""
    own = tuple(channel for channel in map(find_channel, chosen) if channel.of_client)
    return engine_channels(chosen) + own


def count_components(channels: Iterable[Channel]) -> int:
    """Return how many floats a pixel of these channels has."""
    return sum(len(channel.components) for channel in channels)


def channel_offsets(channels: Iterable[Channel]) -> dict[str, int]:
    """Return the first component of each channel, by name."""
    offsets: dict[str, int] = {}
    place = 0
    for channel in channels:
        offsets[channel.name] = place
        place += len(channel.components)
    return offsets
