"""Sixteen lanes against numpy's own arithmetic, operation by operation."""

import numba
import numpy as np
import pytest

from renderer.kernels import lane_functions as fn
from renderer.kernels import math32
from renderer.kernels.jit import device
from renderer.kernels.lane_memory import lane_record, lanes_of, load_rows, scatter
from renderer.kernels.lanes import WIDTH

pytestmark = pytest.mark.slow

KINDS = {"a": "f4", "b": "f4", "f": "f4", "i": "i4", "j": "i4", "n": "i4"}
SCALARS = np.dtype([*KINDS.items(), ("w", "u4"), ("x", "u4"), ("u", "u4")])
A = np.array([0.0, -0.0, 1.5, -2.25, 3e38, 1e-40, np.inf, -np.inf, np.nan, 7, 8, 9, 1, 2, 3, 4])
B = np.array([1.0, 2.0, -1.5, 0.5, 2.0, 3.0, 1.0, np.inf, 1.0, np.nan, 8, -9, 3, 7, 0.1, 1e-3])
SIGNED = np.array([0, 1, -1, 7, -7, 2**31 - 1, -(2**31), 5, 3, 100, 1000, -5, 12, 13, 14, 15])
J = np.array([3, 2, 5, 7, 2, 1, 1, -5, 31, 7, 9, 4, 0, 1, 2, 3])
W = np.array([0, 1, 2**32 - 1, 7, 2**31, 12345, 99, 2**16, 3, 5, 6, 7, 8, 9, 10, 11])
X = np.array([5, 2**32 - 1, 2, 7, 3, 54321, 100, 2**16, 31, 4, 3, 2, 1, 9, 8, 7])


def aligned(dtype, count=1):
    memory = np.zeros(dtype.itemsize * count + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + dtype.itemsize * count].view(dtype)


@pytest.fixture
def block():
    block = aligned(lane_record(SCALARS))
    for name, values in (("a", A), ("b", B), ("i", SIGNED), ("j", J)):
        block[name][0] = values
    block["w"][0] = W.astype(np.uint32)
    block["x"][0] = X.astype(np.uint32)
    return block


def on_lanes(function, block, result, *names):
    """Run a device function on fields of the block; return the field with its result."""
    source = f"def run(block):\n    b = lanes_of(block[0])\n    b.{result} = function("
    source += ", ".join(f"b.{name}" for name in names) + ")\n"
    space = {"lanes_of": lanes_of, "function": function}
    exec(source, space)  # Numba reads attributes by name; the source is this file's own
    numba.njit(_nrt=False, error_model="numpy")(space["run"])(block)
    return block[result][0]


def floats(expression):
    with np.errstate(all="ignore"):
        return expression(A.astype(np.float32), B.astype(np.float32))


def same_bits(a, b):
    return np.array_equal(a.view(np.uint32), np.asarray(b, np.float32).view(np.uint32))


OPERATORS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a, b: -a,
    "abs": lambda a, b: abs(b),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_floats_compute_as_ieee_754_says(name, block):
    expected = floats(OPERATORS[name])

    got = on_lanes(device(OPERATORS[name]), block, "f", "a", "b")

    assert np.array_equal(np.isnan(got), np.isnan(expected))
    good = ~np.isnan(expected)
    assert same_bits(got[good], expected[good])


COMPARISONS = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


@pytest.mark.parametrize("name", COMPARISONS)
@pytest.mark.parametrize("fields", ["ab", "ij", "wx"])
def test_comparisons_select_as_numpys_do(name, fields, block):
    compare = device(COMPARISONS[name])

    @device
    def choose(a, b):
        return fn.select(compare(a, b), np.int32(1), np.int32(0))

    got = on_lanes(choose, block, "n", *fields)

    first, second = (block[field][0] for field in fields)
    assert np.array_equal(got, COMPARISONS[name](first, second).astype(np.int32))


WHOLE = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "invert": lambda a, b: ~a,
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize(("fields", "result"), [("ij", "n"), ("wx", "u")])
def test_whole_numbers_wrap_around(name, fields, result, block):
    first, second = (block[field][0].copy() for field in fields)
    with np.errstate(over="ignore"):
        expected = WHOLE[name](first, second)

    got = on_lanes(device(WHOLE[name]), block, result, *fields)

    assert np.array_equal(got, expected)


def test_shifts_keep_the_sign_of_signed_numbers_only(block):
    signed = on_lanes(device(lambda i: i >> np.int32(3)), block, "n", "i").copy()
    unsigned = on_lanes(device(lambda w: w >> np.uint32(3)), block, "u", "w").copy()
    left = on_lanes(device(lambda w: w << np.uint32(3)), block, "u", "w")

    assert np.array_equal(signed, block["i"][0] >> 3)
    assert np.array_equal(unsigned, block["w"][0] >> np.uint32(3))
    assert np.array_equal(left, block["w"][0] << np.uint32(3))


def test_whole_quotients_of_natural_numbers_are_exact(block):
    rng = np.random.default_rng(3)
    block["i"][0] = rng.integers(0, 2**31 - 1, WIDTH)
    block["j"][0] = rng.integers(1, 2**15, WIDTH)
    block["i"][0, :3] = 2**31 - 1, 0, 4095
    block["j"][0, :3] = 2**31 - 1, 5, 64
    block["w"][0], block["x"][0] = 2**32 - 1, rng.integers(1, 2**32, WIDTH)

    signed = on_lanes(device(lambda i, j: i // j), block, "n", "i", "j").copy()
    unsigned = on_lanes(device(lambda w, x: w // x), block, "u", "w", "x")

    assert np.array_equal(signed, block["i"][0] // block["j"][0])
    assert np.array_equal(unsigned, block["w"][0] // block["x"][0])


def test_minimum_and_maximum_choose_as_numbas_scalars_do(block):
    low = on_lanes(device(lambda a, b: min(a, b)), block, "f", "a", "b").copy()
    high = on_lanes(device(lambda a, b: max(a, b)), block, "f", "a", "b").copy()

    smaller, larger = numba.njit(lambda x, y: min(x, y)), numba.njit(lambda x, y: max(x, y))
    scalar_low = [smaller(a, b) for a, b in zip(*_ab(block), strict=True)]
    scalar_high = [larger(a, b) for a, b in zip(*_ab(block), strict=True)]
    assert np.array_equal(low, np.array(scalar_low, np.float32), equal_nan=True)
    assert np.array_equal(high, np.array(scalar_high, np.float32), equal_nan=True)


def _ab(block):
    return block["a"][0], block["b"][0]


def test_conversions_round_towards_zero(block):
    block["a"][0] = np.linspace(-20.5, 1e6, WIDTH)

    whole = on_lanes(fn.to_int, block, "n", "a").copy()
    back = on_lanes(fn.to_float, block, "f", "w")

    assert np.array_equal(whole, block["a"][0].astype(np.int32))
    assert np.array_equal(back, block["w"][0].astype(np.float32))


def test_bits_of_floats_come_and_go_unchanged(block):
    bits = on_lanes(fn.float_bits, block, "u", "a").copy()
    assert np.array_equal(bits, block["a"][0].view(np.uint32))

    block["w"][0] = bits
    back = on_lanes(fn.bits_float, block, "f", "w")
    assert np.array_equal(back.view(np.uint32), bits)


def test_reversed_bits_are_those_of_each_number(block):
    got = on_lanes(fn.reverse_bits, block, "u", "w")

    assert [int(f"{w:032b}"[::-1], 2) for w in block["w"][0]] == got.tolist()


def test_wide_product_has_both_halves(block):
    upper = on_lanes(device(lambda w, x: fn.mul_wide(w, x)[0]), block, "u", "w", "x").copy()
    lower = on_lanes(device(lambda w, x: fn.mul_wide(w, x)[1]), block, "u", "w", "x")

    exact = [int(w) * int(x) for w, x in zip(block["w"][0], block["x"][0], strict=True)]
    assert [value >> 32 for value in exact] == upper.tolist()
    assert [value & 0xFFFFFFFF for value in exact] == lower.tolist()


def test_masks_tell_their_lanes():
    @numba.njit(_nrt=False)
    def run(block, out):
        b = lanes_of(block[0])
        mask = b.i > 2
        out[0] = fn.mask_bits(mask)
        out[1] = fn.count_lanes(mask)
        out[2] = fn.any_lane(mask)
        out[3] = fn.any_lane(mask & ~mask)
        out[4] = fn.first_lane(fn.mask_bits(mask))
        out[5] = fn.mask_bits(fn.lane_mask(np.uint64(0b1010)))
        b.j = fn.ranks(mask)

    block = aligned(lane_record(SCALARS))
    block["i"][0] = np.arange(WIDTH) % 5
    out = np.zeros(6, np.int64)

    run(block, out)

    is_set = block["i"][0] > 2
    assert out[0] == sum(1 << lane for lane in range(WIDTH) if is_set[lane])
    assert out[1:5].tolist() == [is_set.sum(), 1, 0, 3]
    assert out[5] == 0b1010
    assert np.array_equal(block["j"][0], np.cumsum(is_set) - is_set)


def test_gathers_read_each_lanes_own_element(block):
    table = np.zeros(40, SCALARS)
    table["a"] = np.arange(40) * 0.5
    table["w"] = np.arange(40) + 100
    plane = np.arange(40 * 6, dtype=np.float32).reshape(40, 6)
    line = np.arange(100, 140, dtype=np.int32)

    @numba.njit(_nrt=False)
    def run(block, table, plane, line):
        b = lanes_of(block[0])
        rows = table[b.i]
        b.a = rows.a
        b.u = rows.w
        b.b = plane[b.i, 4]
        b.f = plane[b.i, b.j]
        b.n = line[b.w]

    block["i"][0] = (np.arange(WIDTH) * 7) % 40
    block["j"][0] = np.arange(WIDTH) % 6
    block["w"][0] = (np.arange(WIDTH) * 3) % 40
    run(block, table, plane, line)

    i, j = block["i"][0], block["j"][0]
    assert np.array_equal(block["a"][0], table["a"][i])
    assert np.array_equal(block["u"][0], table["w"][i])
    assert np.array_equal(block["b"][0], plane[i, 4])
    assert np.array_equal(block["f"][0], plane[i, j])
    assert np.array_equal(block["n"][0], line[block["w"][0]])


@pytest.mark.parametrize("column", [0, 5, 8])
def test_loaded_rows_are_each_lanes_own_four_columns(column, block):
    plane = np.random.default_rng(1).random((50, 12)).astype(np.float32)

    @numba.njit(_nrt=False)
    def run(block, plane):
        b = lanes_of(block[0])
        b.a, b.b, b.f, other = load_rows(plane, b.w, column)
        b.n = fn.to_int(fn.float_bits(other))

    block["w"][0] = (np.arange(WIDTH) * 7 + 3) % 50
    run(block, plane)

    rows = plane[block["w"][0]]
    assert np.array_equal(block["a"][0], rows[:, column])
    assert np.array_equal(block["b"][0], rows[:, column + 1])
    assert np.array_equal(block["f"][0], rows[:, column + 2])
    assert np.array_equal(block["n"][0].view(np.float32), rows[:, column + 3])


def test_scatter_writes_the_masks_lanes_only(block):
    plane = np.full((WIDTH, 3), -1.0, np.float32)

    @numba.njit(_nrt=False)
    def run(block, plane):
        b = lanes_of(block[0])
        scatter(plane, b.i, 1, b.a, b.i > 3)

    block["i"][0] = np.arange(WIDTH)[::-1]
    block["a"][0] = np.arange(WIDTH)
    run(block, plane)

    expected = np.full((WIDTH, 3), -1.0)
    expected[4:, 1] = np.arange(WIDTH)[::-1][4:]
    assert np.array_equal(plane, expected)


def test_scalars_stand_for_sixteen_equal_lanes(block):
    @device
    def grow(i, a):
        value = np.float32(1.0)
        if fn.any_lane(i > 0):
            value = a * np.float32(2.0) + np.float32(1.0)
        return fn.select(i > 0, value, np.float32(-1.0))

    got = on_lanes(grow, block, "f", "i", "b")

    b = block["b"][0]
    expected = np.where(block["i"][0] > 0, b * np.float32(2.0) + np.float32(1.0), np.float32(-1.0))
    assert np.array_equal(got, expected, equal_nan=True)


ELEMENTARY = {
    "acos": device(lambda a, b: math32.acos(a * b)),
    "exp": device(lambda a, b: math32.exp(a * b)),
    "exp2": device(lambda a, b: math32.exp2(a * b)),
    "log2": device(lambda a, b: math32.log2(a * b)),
    "sine": device(lambda a, b: math32.sincos_turns(a)[0] * b),
    "cosine": device(lambda a, b: math32.sincos_turns(a)[1] * b),
    "atan2": device(lambda a, b: math32.atan2(a, b)),
    "power": device(lambda a, b: math32.power(a, b)),
    "normalize": device(lambda a, b: math32.normalize((a, b, a * b))[1]),
    "basis": device(lambda a, b: math32.make_basis(math32.normalize((a, b, b)))[0][1]),
}


@pytest.mark.parametrize("name", ELEMENTARY)
def test_elementary_functions_have_the_same_bits_on_lanes_as_on_scalars(name, block):
    wrapped = ELEMENTARY[name]

    rng = np.random.default_rng(7)
    block["a"][0] = rng.uniform(-1.0, 3.0, WIDTH)
    block["b"][0] = rng.uniform(-2.0, 2.0, WIDTH)
    block["a"][0, :3] = 0.0, 1.0, -1.0

    got = on_lanes(wrapped, block, "f", "a", "b").copy()

    scalar = numba.njit(lambda a, b: wrapped(a, b), error_model="numpy")
    expected = np.array([scalar(a, b) for a, b in zip(*_ab(block), strict=True)], np.float32)
    assert same_bits(got, expected)
