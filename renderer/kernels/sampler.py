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
from renderer.kernels.math32 import F, reverse_bits

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
    x = U(x ^ U(x >> S16))
    x = U(x * MIX_A)
    x = U(x ^ U(x >> S15))
    x = U(x * MIX_B)
    return U(x ^ U(x >> S15))


@device
def hash_pixel(seed: np.uint32, x: np.uint32, y: np.uint32) -> np.uint32:
    """Return the hash that stands for a pixel of a frame with this seed."""
    return mix_bits(U(x ^ mix_bits(U(y ^ mix_bits(U(seed + GOLDEN))))))


@device
def owen_hash(x: np.uint32, seed: np.uint32) -> np.uint32:
    """Owen-scramble bit-reversed x: each bit of the result depends on lower bits only."""
    x = U(x ^ U(x * OWEN_A))
    x = U(x + seed)
    x = U(x * U(U(seed >> S16) | ODD))
    x = U(x ^ U(x * OWEN_B))
    return U(x ^ U(x * OWEN_C))


@device
def sobol_second_reversed(i: np.uint32) -> np.uint32:
    """Return Sobol's second dimension of index i, bit-reversed.

    Its generator is Pascal's triangle mod 2: by Lucas, bit j is the XOR of all bits k of the
    index where j is a submask of k, a superset sum that takes five steps.
    """
    i = U(i ^ U(U(i >> S1) & M1))
    i = U(i ^ U(U(i >> S2) & M2))
    i = U(i ^ U(U(i >> S4) & M4))
    i = U(i ^ U(U(i >> S8) & M8))
    return U(i ^ U(U(i >> S16) & M16))


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
    seed = mix_bits(U(pixel ^ U(pair * GOLDEN)))
    index = reverse_bits(owen_hash(sample, seed))
    first = reverse_bits(owen_hash(index, U(seed ^ SECOND)))
    second = reverse_bits(owen_hash(sobol_second_reversed(index), mix_bits(U(seed ^ THIRD))))
    return first, second


@device
def hashed_bits(
    pixel: np.uint32, sample: np.uint32, pair: np.uint32
) -> tuple[np.uint32, np.uint32]:
    """Return an unstratified pair of 32-bit numbers; arguments as for `sample_bits`."""
    first = mix_bits(U(sample ^ mix_bits(U(pixel ^ U(pair * GOLDEN)))))
    return first, mix_bits(U(first + THIRD))


@device
def to_unit(bits: np.uint32) -> np.float32:
    """Return a float32 in [0, 1), one of 2**24 equidistant values."""
    return F(U(bits >> KEEP_24)) * TO_UNIT


@device
def vertex_bits(
    pixel: np.uint32, sample: np.uint32, vertex: np.uint32, which: np.uint32
) -> tuple[np.uint32, np.uint32]:
    """Return the pair `which` (PAIR_BSDF...) of a path's vertex as 32-bit numbers."""
    pair = U(FIRST_VERTEX_PAIR + U(vertex * PAIRS_PER_VERTEX + which))
    if vertex < STRATIFIED_VERTICES:
        return sample_bits(pixel, sample, pair)
    return hashed_bits(pixel, sample, pair)


@device
def choose(bits: np.uint32, count: np.uint32) -> tuple[np.uint32, np.uint32]:
    """Split a random number into an index below count and a fresh random number."""
    product = np.uint64(bits) * np.uint64(count)
    return U(product >> np.uint64(32)), U(product & np.uint64(0xFFFFFFFF))
