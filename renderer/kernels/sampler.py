"""Random numbers as a pure function of (seed, pixel, sample, dimension).

Pairs of dimensions are Owen-scrambled Sobol points: the sample index is shuffled and both
coordinates are scrambled, each by a hash seeded with pixel and dimension. So every pair is well
distributed over a pixel's samples, and different pairs and pixels are independent.

Sources: Burley 2020, Practical Hash-based Owen Scrambling (JCGT 9, 4); the hash is the variant
published by Vegdahl 2021, Building a Better LK Hash; integer mixing by Wellons' low-bias search.
"""

from __future__ import annotations

import numpy as np

from renderer.kernels.jit import device
from renderer.kernels.lane_functions import (
    any_lane,
    mul_wide,
    reverse_bits,
    select,
    to_float,
    to_word,
)
from renderer.kernels.math32 import F

U = np.uint32
M1, M2, M4 = U(0x55555555), U(0x33333333), U(0x0F0F0F0F)
M8, M16 = U(0x00FF00FF), U(0x0000FFFF)
S1, S2, S4, S8, S16, S15 = U(1), U(2), U(4), U(8), U(16), U(15)
MIX_A, MIX_B = U(0x21F0AAAD), U(0xD35A2D97)
OWEN_A, OWEN_B, OWEN_C = U(0x3D20ADEA), U(0x05526C56), U(0x53A22864)
GOLDEN = U(0x9E3779B9)
SECOND = U(0x68BC21EB)
THIRD = U(0x2C1B3C6D)
ODD = U(1)
TO_UNIT = F(2.0**-24)
KEEP_24 = U(8)

#: Numbers of the pairs of dimensions; each vertex of a path has its own three.
PAIR_FILTER = U(0)
PAIR_LENS = U(1)
FIRST_VERTEX_PAIR = U(2)
PAIRS_PER_VERTEX = U(3)
PAIR_BSDF = U(0)
PAIR_LIGHT = U(1)
PAIR_CHOICE = U(2)
#: Beyond this vertex stratification no longer shows; plain hashed numbers are cheaper.
STRATIFIED_VERTICES = U(2)


@device
def mix_bits(x: np.uint32) -> np.uint32:
    """Return a hash of x; a bijection of 32-bit numbers."""
    x = to_word(x ^ to_word(x >> S16))
    x = to_word(x * MIX_A)
    x = to_word(x ^ to_word(x >> S15))
    x = to_word(x * MIX_B)
    return to_word(x ^ to_word(x >> S15))


@device
def hash_pixel(seed: np.uint32, x: np.uint32, y: np.uint32) -> np.uint32:
    """Return the hash that stands for a pixel of a frame with this seed."""
    return mix_bits(to_word(x ^ mix_bits(to_word(y ^ mix_bits(to_word(seed + GOLDEN))))))


@device
def owen_hash(x: np.uint32, seed: np.uint32) -> np.uint32:
    """Owen-scramble bit-reversed x: each bit of the result depends on lower bits only."""
    x = to_word(x ^ to_word(x * OWEN_A))
    x = to_word(x + seed)
    x = to_word(x * to_word(to_word(seed >> S16) | ODD))
    x = to_word(x ^ to_word(x * OWEN_B))
    return to_word(x ^ to_word(x * OWEN_C))


@device
def sobol_second_reversed(i: np.uint32) -> np.uint32:
    """Return Sobol's second dimension of index i, bit-reversed.

    Its generator is Pascal's triangle mod 2: by Lucas, bit j is the XOR of all bits k of the
    index where j is a submask of k, a superset sum that takes five steps.
    """
    i = to_word(i ^ to_word(to_word(i >> S1) & M1))
    i = to_word(i ^ to_word(to_word(i >> S2) & M2))
    i = to_word(i ^ to_word(to_word(i >> S4) & M4))
    i = to_word(i ^ to_word(to_word(i >> S8) & M8))
    return to_word(i ^ to_word(to_word(i >> S16) & M16))


@device
def sample_bits(
    pixel: np.uint32, sample: np.uint32, pair: np.uint32
) -> tuple[np.uint32, np.uint32]:
    """Return a well distributed pair of 32-bit numbers.

    Args:
        pixel: from `hash_pixel`.
        sample: the sample's index in its pixel, bit-reversed (`reverse_bits`).
        pair: number of the pair of dimensions.
    """
    seed = mix_bits(to_word(pixel ^ to_word(pair * GOLDEN)))
    index = reverse_bits(owen_hash(sample, seed))
    first = reverse_bits(owen_hash(index, to_word(seed ^ SECOND)))
    second = reverse_bits(owen_hash(sobol_second_reversed(index), mix_bits(to_word(seed ^ THIRD))))
    return first, second


@device
def hashed_bits(
    pixel: np.uint32, sample: np.uint32, pair: np.uint32
) -> tuple[np.uint32, np.uint32]:
    """Return an unstratified pair of 32-bit numbers; arguments as for `sample_bits`."""
    first = mix_bits(to_word(sample ^ mix_bits(to_word(pixel ^ to_word(pair * GOLDEN)))))
    return first, mix_bits(to_word(first + THIRD))


@device
def to_unit(bits: np.uint32) -> np.float32:
    """Return a float32 in [0, 1), one of 2**24 equidistant values."""
    return to_float(to_word(bits >> KEEP_24)) * TO_UNIT


@device
def vertex_bits(
    pixel: np.uint32, sample: np.uint32, vertex: np.uint32, which: np.uint32
) -> tuple[np.uint32, np.uint32]:
    """Return the pair `which` (PAIR_BSDF...) of a path's vertex as 32-bit numbers."""
    pair = to_word(FIRST_VERTEX_PAIR + to_word(vertex * PAIRS_PER_VERTEX + which))
    is_early = vertex < STRATIFIED_VERTICES
    first, second = hashed_bits(pixel, sample, pair)
    if any_lane(is_early):
        stratified = sample_bits(pixel, sample, pair)
        first = select(is_early, stratified[0], first)
        second = select(is_early, stratified[1], second)
    return first, second


@device
def choose(bits: np.uint32, count: np.uint32) -> tuple[np.uint32, np.uint32]:
    """Split a random number into an index below count and a fresh random number."""
    return mul_wide(bits, count)
