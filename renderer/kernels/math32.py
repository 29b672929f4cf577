"""Vectors and elementary functions in float32, the same bits on every CPU.

The polynomials are our own minimax fits (Lawson's iteration on Chebyshev nodes); the errors
stated are absolute unless said otherwise. Only + - * / sqrt, comparisons and bit casts are used,
which IEEE 754 defines exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renderer.kernels.jit import device
from renderer.kernels.lane_functions import (
    bits_float,
    float_bits,
    select,
    sqrt,
    to_float,
    to_int,
    to_word,
)

F = np.float32
Vec3 = tuple[np.float32, np.float32, np.float32]

ZERO = F(0.0)
HALF = F(0.5)
ONE = F(1.0)
TWO = F(2.0)
FOUR = F(4.0)
PI = F(np.pi)
TWO_PI = F(2.0 * np.pi)
HALF_PI = F(0.5 * np.pi)
INV_PI = F(1.0 / np.pi)
INFINITY = F(np.inf)
TINY = F(1e-20)
LOG2_E = F(1.4426950408889634)
MAX_EXP2 = F(126.0)
SQRT_2 = F(1.4142135)
MANTISSA = np.uint32(0x007FFFFF)
EXPONENT_OF_ONE = np.uint32(0x3F800000)
MANTISSA_WIDTH = np.uint32(23)
MANTISSA_BITS = np.int32(23)
EXPONENT_BIAS = np.int32(127)
ZERO_INT, ONE_INT, TWO_INT = np.int32(0), np.int32(1), np.int32(2)

S0, S1, S2, S3 = F(1.570796322), F(-0.6459634792), F(0.07968023285), F(-0.004602187949)
C1, C2, C3, C4 = F(-1.233700541), F(0.2536692041), F(-0.02086007211), F(0.0009036331197)
A0, A1, A2, A3 = F(0.9999999118), F(-0.3333209488), F(0.1997139024), F(-0.1402949276)
A4, A5, A6, A7 = F(0.09942939742), F(-0.05990710296), F(0.02455872834), F(-0.004780885775)
K0, K1, K2, K3 = F(1.570796305), F(-0.2145988037), F(0.08897904737), F(-0.05017469969)
K4, K5, K6, K7 = F(0.03089300804), F(-0.0170897436), F(0.006671243796), F(-0.001262816643)
E1, E2, E3 = F(0.6931472067), F(0.240226515), F(0.05550327216)
E4, E5, E6 = F(0.009617994531), F(0.001340043167), F(0.0001547801774)
L0, L1, L2, L3 = F(2.88539008), F(0.9617988538), F(0.5767137373), F(0.4317520293)


@device
def add(a: Vec3, b: Vec3) -> Vec3:
    """Return a + b."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


@device
def sub(a: Vec3, b: Vec3) -> Vec3:
    """Return a - b."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


@device
def mul(a: Vec3, b: Vec3) -> Vec3:
    """Return the product per component."""
    return (a[0] * b[0], a[1] * b[1], a[2] * b[2])


@device
def scale(a: Vec3, s: np.float32) -> Vec3:
    """Return a * s."""
    return (a[0] * s, a[1] * s, a[2] * s)


@device
def neg(a: Vec3) -> Vec3:
    """Return -a."""
    return (-a[0], -a[1], -a[2])


@device
def dot(a: Vec3, b: Vec3) -> np.float32:
    """Return the inner product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@device
def cross(a: Vec3, b: Vec3) -> Vec3:
    """Return the cross product."""
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


@device
def normalize(a: Vec3) -> Vec3:
    """Return a at unit length; (0, 0, 0) stays as it is."""
    length = sqrt(dot(a, a))
    return scale(a, select(length > ZERO, ONE / length, ONE))


@device
def mix(a: Vec3, b: Vec3, t: np.float32) -> Vec3:
    """Return a at t = 0, b at t = 1."""
    s = ONE - t
    return (a[0] * s + b[0] * t, a[1] * s + b[1] * t, a[2] * s + b[2] * t)


@device
def choose_vector(mask: Any, yes: Vec3, no: Vec3) -> Vec3:
    """Return `select` per component."""
    return (select(mask, yes[0], no[0]), select(mask, yes[1], no[1]), select(mask, yes[2], no[2]))


@device
def max_component(a: Vec3) -> np.float32:
    """Return the largest component."""
    return max(a[0], max(a[1], a[2]))


@device
def luminance(a: Vec3) -> np.float32:
    """Return the luminance of linear Rec. 709 colour."""
    return F(0.2126) * a[0] + F(0.7152) * a[1] + F(0.0722) * a[2]


@device
def clamp(x: np.float32, low: np.float32, high: np.float32) -> np.float32:
    """Return x limited to low..high."""
    return min(max(x, low), high)


@device
def make_basis(n: Vec3) -> tuple[Vec3, Vec3]:
    """Return two unit vectors that form a right-handed frame with the unit vector n.

    Source: Duff et al. 2017, Building an Orthonormal Basis, Revisited.
    """
    sign = select(n[2] >= ZERO, ONE, -ONE)
    a = -ONE / (sign + n[2])
    b = n[0] * n[1] * a
    return (
        (ONE + sign * n[0] * n[0] * a, sign * b, -sign * n[0]),
        (b, sign + n[1] * n[1] * a, -n[1]),
    )


@device
def floor_int(x: np.float32) -> np.int32:
    """Return the largest integer not above x, for |x| below 2**31.

    `math.floor` would call a library function for float32.
    """
    whole = to_int(x)
    return to_int(whole - select(to_float(whole) > x, ONE_INT, ZERO_INT))


@device
def sincos_turns(turns: np.float32) -> tuple[np.float32, np.float32]:
    """Return (sin, cos) of an angle given in turns (2 pi); error below 2e-7."""
    quarters = turns * FOUR
    quadrant = floor_int(quarters + HALF)
    r = quarters - to_float(quadrant)
    r2 = r * r
    s = r * (S0 + r2 * (S1 + r2 * (S2 + r2 * S3)))
    c = ONE + r2 * (C1 + r2 * (C2 + r2 * (C3 + r2 * C4)))
    is_odd = (quadrant & ONE_INT) != ZERO_INT
    sine = select(is_odd, c, s)
    cosine = select(is_odd, s, c)
    # Upper half turn: the sine is negative; second and third quarter: the cosine is.
    sine = select((quadrant & TWO_INT) != ZERO_INT, -sine, sine)
    cosine = select(((quadrant + ONE_INT) & TWO_INT) != ZERO_INT, -cosine, cosine)
    return sine, cosine


@device
def atan2(y: np.float32, x: np.float32) -> np.float32:
    """Return the angle of (x, y) in -pi..pi; error below 4e-7; 0 for the origin."""
    ax = abs(x)
    ay = abs(y)
    larger = max(ax, ay)
    q = min(ax, ay) / select(larger == ZERO, ONE, larger)
    q2 = q * q
    high = A4 + q2 * (A5 + q2 * (A6 + q2 * A7))
    angle = q * (A0 + q2 * (A1 + q2 * (A2 + q2 * (A3 + q2 * high))))
    angle = select(ay > ax, HALF_PI - angle, angle)
    angle = select(x < ZERO, PI - angle, angle)
    return select(y < ZERO, -angle, angle)


@device
def acos(x: np.float32) -> np.float32:
    """Return the arc cosine; arguments beyond -1..1 are clamped; error below 4e-7."""
    a = min(abs(x), ONE)
    high = K4 + a * (K5 + a * (K6 + a * K7))
    angle = sqrt(ONE - a) * (K0 + a * (K1 + a * (K2 + a * (K3 + a * high))))
    return select(x < ZERO, PI - angle, angle)


@device
def exp2(x: np.float32) -> np.float32:
    """Return 2**x; x is clamped to -126..126; relative error below 3e-7."""
    limited = clamp(x, -MAX_EXP2, MAX_EXP2)
    whole = floor_int(limited + HALF)
    r = limited - to_float(whole)
    p = ONE + r * (E1 + r * (E2 + r * (E3 + r * (E4 + r * (E5 + r * E6)))))
    return p * bits_float(to_word((whole + EXPONENT_BIAS) << MANTISSA_BITS))


@device
def exp(x: np.float32) -> np.float32:
    """Return e**x with the range of `exp2`; relative error grows with |x| as float32's must."""
    return exp2(x * LOG2_E)


@device
def log2(x: np.float32) -> np.float32:
    """Return the binary logarithm of a positive normal number; -126 for anything smaller."""
    bits = float_bits(x)
    exponent = to_float(to_int(bits >> MANTISSA_WIDTH)) - F(127.0)
    m = bits_float(to_word((bits & MANTISSA) | EXPONENT_OF_ONE))
    is_upper = m > SQRT_2
    m = select(is_upper, m * HALF, m)
    exponent = select(is_upper, exponent + ONE, exponent)
    s = (m - ONE) / (m + ONE)
    s2 = s * s
    result = exponent + s * (L0 + s2 * (L1 + s2 * (L2 + s2 * L3)))
    return select(x > F(1.1754944e-38), result, -MAX_EXP2)


@device
def power(x: np.float32, y: np.float32) -> np.float32:
    """Return x**y for x >= 0; 0 for x = 0."""
    return select(x > ZERO, exp2(y * log2(x)), ZERO)
