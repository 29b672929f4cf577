"""Lookup tables of colours: three curves, a cube of colours, or curves before a cube.

A cube is interpolated in tetrahedra: of the eight colours around a point the four are mixed that
span the tetrahedron it lies in, along the way from the cell's darkest corner to its brightest in
the order of the point's components. Greys are then mixed of greys alone, and stay what the table
says. (Kasson, Plouffe and Nin: "A tetrahedral interpolation technique for color space
conversion", SPIE 1909, 1993.)

All is float32, element by element: the same codes on every system and for any number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]
Triple = tuple[float, float, float]

#: Pixels looked up at a time: the intermediate arrays of this many stay near the core.
CHUNK_PIXELS = 1 << 13
#: Less is a mistake; and its inverse must stay finite in float32.
MIN_SPAN = 1e-6
BLACK: Triple = (0.0, 0.0, 0.0)
WHITE: Triple = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Domain:
    """What the first and the last entry of a table stand for, per component.

    Raises:
        ValueError: a component ends where it begins, or before.
    """

    low: Triple = BLACK
    high: Triple = WHITE

    def __post_init__(self) -> None:
        spans = (high - low for low, high in zip(self.low, self.high, strict=True))
        if not all(span >= MIN_SPAN for span in spans):  # NaN too
            raise ValueError("the domain ends where it begins, or before")


@dataclass(frozen=True, eq=False)
class Lut:
    """A table of colours; two are equal if they are the same object.

    Attributes:
        name: for people.
        curves: (n >= 2, 3) float32, a curve per component; None for a cube alone.
        cube: (3, n, n, n) float32: a component by blue, green and red; None for curves alone.
        curves_domain, cube_domain: what is outside is taken for the nearest that is inside.

    Raises:
        ValueError: there is no table, or one of another shape.
    """

    name: str
    curves: Floats | None = None
    cube: Floats | None = None
    curves_domain: Domain = Domain()
    cube_domain: Domain = Domain()

    def __post_init__(self) -> None:
        if self.curves is None and self.cube is None:
            raise ValueError("a LUT needs curves or a cube")
        if self.curves is not None and (len(self.curves) < 2 or self.curves.shape[1:] != (3,)):
            raise ValueError(f"curves must be of the shape (n, 3), not {self.curves.shape}")
        if self.cube is not None:
            size = self.cube.shape[-1]
            if size < 2 or self.cube.shape != (3, size, size, size):
                raise ValueError(f"a cube must be of the shape (3, n, n, n), not {self.cube.shape}")


def make_cube(colors: Floats) -> Floats:
    """Return (n, n, n, 3) colours, by blue, green and red, as a `Lut` takes them."""
    return np.ascontiguousarray(np.moveaxis(colors, -1, 0), np.float32)


def apply_lut(lut: Lut, values: Floats) -> Floats:
    """Return the table's colours.

    Args:
        lut: the table.
        values: (N, 3) float32, finite.

    Returns:
        (N, 3) float32, mixed of the table's entries.
    """
    found = np.empty((len(values), 3), dtype=np.float32)
    for start in range(0, len(values), CHUNK_PIXELS):
        chunk = slice(start, start + CHUNK_PIXELS)
        color = values[chunk]
        if lut.curves is not None:
            color = _bend(lut.curves, _place(color, lut.curves_domain, len(lut.curves)))
        if lut.cube is not None:
            color = _mix(lut.cube, _place(color, lut.cube_domain, lut.cube.shape[1]))
        found[chunk] = color
    return found


def _place(values: Floats, domain: Domain, size: int) -> Floats:
    """Return (N, 3): where values lie between the table's entries, 0 to size - 1."""
    low, high = np.array(domain.low), np.array(domain.high)
    placed = values
    if domain != Domain():
        placed = (values - low.astype(np.float32)) * (1.0 / (high - low)).astype(np.float32)
    placed = np.clip(placed, np.float32(0.0), np.float32(1.0))
    placed *= np.float32(size - 1)
    return placed


def _split(place: Floats, size: int) -> tuple[Indices, Floats]:
    """Return the entries below, the last but one at most, and how far it is from there."""
    below = place.astype(np.intp)
    np.minimum(below, size - 2, out=below)
    return below, place - below.astype(np.float32)


def _bend(curves: Floats, place: Floats) -> Floats:
    """Interpolate each component's curve."""
    below, rest = _split(place, len(curves))
    below *= 3
    below += np.arange(3)
    flat = curves.reshape(-1)
    # Every index is inside; any mode but "raise" spares numpy a look at all of them.
    low = np.take(flat, below, mode="wrap")
    below += 3
    return low + rest * (np.take(flat, below, mode="wrap") - low)


def _mix(cube: Floats, place: Floats) -> Floats:
    """Interpolate a cube in tetrahedra."""
    size = cube.shape[1]
    (red, green, blue), rests = _split(np.ascontiguousarray(place.T), size)
    steps = (1, size, size * size)
    first, last, (largest, middle, smallest) = _order(rests, steps)
    corners = np.empty((4, len(place)), dtype=np.intp)
    np.add(red + green * steps[1], blue * steps[2], out=corners[0])
    np.add(corners[0], sum(steps), out=corners[3])
    np.add(corners[0], first, out=corners[1])
    np.subtract(corners[3], last, out=corners[2])
    weights = np.empty((4, len(place)), dtype=np.float32)
    np.subtract(np.float32(1.0), largest, out=weights[0])
    np.subtract(largest, middle, out=weights[1])
    np.subtract(middle, smallest, out=weights[2])
    weights[3] = smallest
    mixed = np.empty((len(place), 3), dtype=np.float32)
    for component, plane in enumerate(cube.reshape(3, -1)):
        parts = np.take(plane, corners, mode="wrap")
        parts *= weights
        parts[0] += parts[1]
        parts[0] += parts[2]
        np.add(parts[0], parts[3], out=mixed[:, component])
    return mixed


def _order(
    rests: Floats, steps: tuple[int, int, int]
) -> tuple[Indices, Indices, tuple[Floats, Floats, Floats]]:
    """Sort the components of each point by size.

    Returns:
        The step along the largest, the step along the smallest, and the values in order. Of
        equal ones any may be first: the corner between them has no weight.
    """
    red, green, blue = rests
    upper, lower = np.maximum(red, green), np.minimum(red, green)
    largest, smallest = np.maximum(upper, blue), np.minimum(lower, blue)
    middle = np.maximum(lower, np.minimum(upper, blue))
    red_first = red >= green
    first = np.where(blue > upper, steps[2], np.where(red_first, steps[0], steps[1]))
    last = np.where(blue <= lower, steps[2], np.where(red_first, steps[1], steps[0]))
    return first, last, (largest, middle, smallest)
