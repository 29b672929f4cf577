"""Procedural textures: wood, marble, linen, plaster, fruit skins, hammered metal, a sky.

All but the sky repeat without a seam. Chance comes from a seed, so that every run makes the
same texels.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

Doubles = npt.NDArray[np.float64]
Colour = tuple[float, float, float]  # sRGB-encoded, 0..1


def to_image(texels: Doubles) -> Image.Image:
    """Turn (H, W, 3) values of 0..1 into an 8-bit image."""
    return Image.fromarray((np.clip(texels, 0, 1) * 255 + 0.5).astype(np.uint8))


def noise(size: int, cells: tuple[int, int], seed: int) -> Doubles:
    """Value noise that repeats: (size, size) of -1..1, with `cells` = (rows, columns) of bumps."""
    values = np.random.default_rng(seed).uniform(-1, 1, cells)
    row, column = (np.arange(size) * n / size for n in cells)
    return _lookup(values, row[:, None], column[None, :])


def cloudy(size: int, cells: tuple[int, int], octaves: int, seed: int) -> Doubles:
    """Octaves of noise, each twice as fine and half as strong; about -1..1."""
    total = np.zeros((size, size))
    for octave in range(octaves):
        fine = (cells[0] << octave, cells[1] << octave)
        total += noise(size, fine, seed + octave) * 0.5**octave
    return total / 1.6


def mix(a: Colour, b: Colour, t: Doubles) -> Doubles:
    """Blend two colours by t of 0..1, per texel."""
    weight = np.clip(t, 0, 1)[..., None]
    return np.array(a) * (1 - weight) + np.array(b) * weight


def normals_of(height: Doubles, strength: float) -> Image.Image:
    """A tangent-space normal map of a repeating height field (glTF: +Y is up the image)."""
    dx = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * strength
    dy = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * strength
    normal = np.stack([-dx, dy, np.ones_like(dx)], axis=2)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    return to_image(normal * 0.5 + 0.5)


def wood(size: int = 512, seed: int = 1) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Oak boards along U: (colour, normal map, roughness in G)."""
    boards = 4
    y, _ = np.mgrid[0:size, 0:size] / size
    board = (y * boards).astype(int) % boards
    warp = cloudy(size, (3, 1), 4, seed) * 0.9
    rings = np.zeros((size, size))
    for number in range(boards):
        own = np.roll(warp, 131 * number, axis=1)
        lines = np.sin(2 * np.pi * (y * (11 + 3 * number) + 2.2 * own))
        rings = np.where(board == number, lines, rings)
    fibre = noise(size, (256, 6), seed + 20) * 0.6 + noise(size, (128, 10), seed + 21) * 0.4
    pores = np.clip(noise(size, (256, 20), seed + 22) * 2.4 - 1.1, 0, 1)
    shade = np.random.default_rng(seed + 30).uniform(-0.22, 0.22, boards)[board]
    tone = 0.46 + 0.22 * rings + 0.14 * fibre + shade - 0.35 * pores
    gap = np.abs((y * boards + 0.5) % 1 - 0.5) < 0.006
    colour = mix((0.30, 0.17, 0.09), (0.66, 0.45, 0.27), tone)
    colour = np.where(gap[..., None], 0.11, colour)
    height = 0.10 * rings + 0.30 * fibre - 0.7 * pores - 2.5 * gap
    rough = 0.40 + 0.10 * fibre - 0.06 * rings + 0.15 * pores + 0.2 * gap
    roughness = np.stack([np.zeros_like(rough), rough, np.zeros_like(rough)], axis=2)
    return to_image(colour), normals_of(height, 0.35), to_image(roughness)


def marble(size: int = 512, seed: int = 40) -> Image.Image:
    """White marble with grey veins."""
    turbulence = cloudy(size, (3, 3), 6, seed)
    veins = 1 - np.abs(cloudy(size, (2, 2), 5, seed + 10) + 0.25 * turbulence) * 5
    fine = 1 - np.abs(cloudy(size, (5, 5), 5, seed + 20) + 0.2 * turbulence) * 9
    tone = np.clip(veins, 0, 1) ** 2 * 0.7 + np.clip(fine, 0, 1) ** 2 * 0.3 + 0.12 * turbulence
    return to_image(mix((0.90, 0.89, 0.87), (0.40, 0.41, 0.44), tone))


def linen(size: int = 256, threads: int = 32, seed: int = 60) -> tuple[Image.Image, Image.Image]:
    """Plain weave with blue stripes along V: (colour, normal map)."""
    y, x = np.mgrid[0:size, 0:size] / size * threads
    over = (np.floor(x) + np.floor(y)) % 2 == 0
    across = np.abs(np.sin(np.pi * x))
    along = np.abs(np.sin(np.pi * y))
    height = np.where(over, across * (0.6 + 0.4 * along), along * (0.6 + 0.4 * across))
    slub = 0.06 * noise(size, (threads, 4), seed) + 0.06 * noise(size, (4, threads), seed + 1)
    base = np.broadcast_to(np.array([0.87, 0.83, 0.75]), (size, size, 3))
    stripe = np.isin(np.floor(x), [4, 5, 6, 7, 8, 9, 12, 13, 22, 23])
    dyed = np.where(stripe[..., None], np.array([0.23, 0.34, 0.52]), base)
    colour = dyed * (0.74 + 0.26 * height + slub)[..., None]
    return to_image(colour), normals_of(height, 1.1)


def plaster(size: int = 256, seed: int = 80) -> tuple[Image.Image, Image.Image]:
    """A painted wall: (colour, normal map)."""
    broad = cloudy(size, (4, 4), 6, seed)
    colour = mix((0.44, 0.52, 0.51), (0.56, 0.64, 0.62), 0.5 + 0.5 * broad)
    return to_image(colour), normals_of(cloudy(size, (16, 16), 4, seed + 9), 0.9)


def apple(size: int = 256, seed: int = 100) -> Image.Image:
    """Red over yellow, streaked from pole to pole; V runs from the bottom to the stem."""
    v, _ = np.mgrid[0:size, 0:size] / size
    streaks = noise(size, (2, 64), seed) * 0.3 + noise(size, (4, 128), seed + 1) * 0.2
    blush = 0.62 + 0.65 * noise(size, (2, 3), seed + 2) + streaks
    pole = np.clip((v - 0.80) * 5, 0, 1) + np.clip((0.14 - v) * 5, 0, 1)
    colour = mix((0.80, 0.60, 0.20), (0.60, 0.07, 0.07), blush - 1.1 * pole)
    specks = nearest_point(size, 15, seed + 4) < 0.085
    return to_image(np.where(specks[..., None], colour * 0.7 + 0.22, colour))


def dimples(size: int = 256, cells: int = 26, seed: int = 120) -> Image.Image:
    """The skin of citrus fruit, as a normal map: a pit at each of many points."""
    pits = np.exp(-((nearest_point(size, cells, seed) / 0.27) ** 2))
    return normals_of(0.25 * cloudy(size, (8, 8), 3, seed + 1) - pits, 0.9)


def hammered(size: int = 256, cells: int = 10, seed: int = 140) -> Image.Image:
    """Shallow overlapping dents, as a normal map."""
    return normals_of(nearest_point(size, cells, seed) ** 2, 1.1)


def nearest_point(size: int, cells: int, seed: int) -> Doubles:
    """Distance to the nearest point, one at a random place in each cell (Worley 1996)."""
    place = np.random.default_rng(seed).uniform(0.2, 0.8, (2, cells * cells))
    row, column = np.mgrid[0:cells, 0:cells].reshape(2, -1) + place
    y, x = np.mgrid[0:size, 0:size] / size * cells
    nearest = np.full((size, size), np.inf)
    for r, c in zip(row, column, strict=True):
        dy, dx = np.abs(y - r), np.abs(x - c)
        np.minimum(
            nearest, np.hypot(np.minimum(dy, cells - dy), np.minimum(dx, cells - dx)), out=nearest
        )
    return nearest


def sky(size: int = 256, seed: int = 160) -> Image.Image:
    """An afternoon sky over hills: row 0 is the top. Encoded as sRGB, to be multiplied."""
    y, _ = np.mgrid[0:size, 0:size] / size
    air = mix((0.62, 0.78, 0.98), (0.97, 0.95, 0.90), y * 1.35)
    clouds = np.clip(cloudy(size, (4, 2), 5, seed) * 1.8 + 0.1, 0, 1) * np.clip(1.2 - y, 0, 1)
    air = air * (1 - clouds[..., None]) + np.array([1.0, 0.99, 0.97]) * clouds[..., None]
    ridge = (
        0.80 + 0.05 * noise(size, (1, 3), seed + 30)[:1] + 0.02 * noise(size, (1, 9), seed + 31)[:1]
    )
    land = mix((0.52, 0.58, 0.50), (0.36, 0.44, 0.30), (y - ridge) * 6)
    return to_image(np.where((y > ridge)[..., None], land, air))


def _lookup(values: Doubles, row: Doubles, column: Doubles) -> Doubles:
    """Smooth interpolation in a table that repeats."""
    rows, columns = values.shape
    r, c = np.floor(row).astype(int), np.floor(column).astype(int)
    t, s = row - r, column - c
    t, s = t * t * (3 - 2 * t), s * s * (3 - 2 * s)
    r0, r1, c0, c1 = r % rows, (r + 1) % rows, c % columns, (c + 1) % columns
    top = values[r0, c0] * (1 - s) + values[r0, c1] * s
    bottom = values[r1, c0] * (1 - s) + values[r1, c1] * s
    return top * (1 - t) + bottom * t
