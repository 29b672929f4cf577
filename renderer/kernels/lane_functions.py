"""Functions of kernels that take a scalar or 16 lanes alike.

Each is an intrinsic: Numba asks for its result's type, LLVM gets one or two instructions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from renderer.kernels.lanes import (
    F16,
    I16,
    L16,
    M16,
    U16,
    WIDTH,
    LanesType,
    call_intrinsic,
    splat,
    vector,
)


def _like(given: Any, scalar: types.Type, lanes: LanesType) -> types.Type:
    """Return `lanes` for lanes, `scalar` for a scalar."""
    return lanes if isinstance(given, LanesType) else scalar


def _is_float(kind: Any) -> bool:
    return kind == F16 or isinstance(kind, types.Float)


def _is_signed(kind: Any) -> bool:
    scalar = kind.scalar if isinstance(kind, LanesType) else kind
    return bool(getattr(scalar, "signed", False))


@intrinsic
def _select(typingctx: Any, mask: Any, yes: Any, no: Any) -> Any:
    lanes = [kind for kind in (yes, no) if isinstance(kind, LanesType)]
    if isinstance(mask, LanesType) and not lanes:
        both = typingctx.unify_types(types.unliteral(yes), types.unliteral(no))
        result = {k.scalar: k for k in (F16, I16, U16, L16, M16)}[both]
    else:
        result = lanes[0] if lanes else typingctx.unify_types(yes, no)
    mask_type = M16 if isinstance(mask, LanesType) else types.boolean

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        condition = args[0]
        if not isinstance(condition.type, ir.VectorType) and condition.type.width != 1:
            condition = builder.trunc(condition, ir.IntType(1))
        return builder.select(condition, args[1], args[2])

    return result(mask_type, result, result), codegen


@intrinsic
def _any_lane(typingctx: Any, mask: Any) -> Any:
    if mask == types.boolean:
        return types.boolean(mask), lambda context, builder, sig, args: args[0]

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        word = ir.IntType(WIDTH)
        return builder.icmp_unsigned("!=", builder.bitcast(args[0], word), word(0))

    return types.boolean(M16), codegen


@intrinsic
def _count_lanes(typingctx: Any, mask: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = builder.bitcast(args[0], ir.IntType(WIDTH))
        count = call_intrinsic(builder, f"llvm.ctpop.i{WIDTH}", bits.type, [bits])
        return builder.zext(count, ir.IntType(64))

    return types.int64(M16), codegen


@intrinsic
def _lane_mask(typingctx: Any, bits: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(builder.trunc(args[0], ir.IntType(WIDTH)), vector(M16))

    return M16(types.uint64), codegen


@intrinsic
def _mask_bits(typingctx: Any, mask: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.zext(builder.bitcast(args[0], ir.IntType(WIDTH)), ir.IntType(64))

    return types.uint64(M16), codegen


@intrinsic
def _first_lane(typingctx: Any, bits: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.IntType(1)(1))

    return types.int64(types.uint64), codegen


@intrinsic
def _ranks(typingctx: Any, mask: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        word = builder.zext(builder.bitcast(args[0], ir.IntType(WIDTH)), ir.IntType(32))
        below = ir.Constant(vector(I16), [(1 << lane) - 1 for lane in range(WIDTH)])
        bits = builder.and_(splat(builder, word), below)
        return call_intrinsic(builder, f"llvm.ctpop.v{WIDTH}i32", bits.type, [bits])

    return I16(M16), codegen


@intrinsic
def _lane_numbers(typingctx: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return ir.Constant(vector(I16), list(range(WIDTH)))

    return I16(), codegen


@intrinsic
def _get_lane(typingctx: Any, lanes: Any, index: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        value = builder.extract_element(args[0], builder.trunc(args[1], ir.IntType(32)))
        return value

    return lanes.scalar(lanes, types.int64), codegen


@intrinsic
def _set_lane(typingctx: Any, lanes: Any, index: Any, value: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        place = builder.trunc(args[1], ir.IntType(32))
        value = args[2]
        if sig.args[2] == types.boolean and value.type.width != 1:
            value = builder.trunc(value, ir.IntType(1))
        return builder.insert_element(args[0], value, place)

    return lanes(lanes, types.int64, lanes.scalar), codegen


def _converter(name: str, scalar: types.Type, lanes: LanesType) -> Any:
    """Make the intrinsic that turns numbers of any kind into one kind."""

    def convert(typingctx: Any, value: Any) -> Any:
        given = types.unliteral(value)
        result = _like(given, scalar, lanes)

        def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            target = vector(lanes) if result == lanes else vector(lanes).element
            return _convert(builder, args[0], given, lanes, target)

        return result(given), codegen

    convert.__name__ = name
    return intrinsic(convert)


def _convert(builder: Any, value: Any, given: Any, lanes: LanesType, target: Any) -> Any:
    if _is_float(given):
        if lanes == F16:
            return builder.fptrunc(value, target) if value.type != target else value
        return builder.fptoui(value, target) if lanes == U16 else builder.fptosi(value, target)
    if lanes == F16:
        return (builder.sitofp if _is_signed(given) else builder.uitofp)(value, target)
    bits = value.type.element.width if isinstance(value.type, ir.VectorType) else value.type.width
    wanted = vector(lanes).element.width
    if bits == wanted:
        return value
    if bits > wanted:
        return builder.trunc(value, target)
    return (builder.sext if _is_signed(given) else builder.zext)(value, target)


_to_float = _converter("to_float", types.float32, F16)
_to_int = _converter("to_int", types.int32, I16)
_to_word = _converter("to_word", types.uint32, U16)
_to_long = _converter("to_long", types.int64, L16)


@intrinsic
def _float_bits(typingctx: Any, value: Any) -> Any:
    result = _like(value, types.uint32, U16)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        target = vector(U16) if result == U16 else ir.IntType(32)
        return builder.bitcast(args[0], target)

    return result(value), codegen


@intrinsic
def _bits_float(typingctx: Any, value: Any) -> Any:
    result = _like(value, types.float32, F16)
    given = _like(value, types.uint32, U16)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        target = vector(F16) if result == F16 else ir.FloatType()
        return builder.bitcast(args[0], target)

    return result(given), codegen


@intrinsic
def _reverse_bits(typingctx: Any, value: Any) -> Any:
    kind = _like(value, types.uint32, U16)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        name = "llvm.bitreverse." + (f"v{WIDTH}i32" if kind == U16 else "i32")
        return call_intrinsic(builder, name, args[0].type, args)

    return kind(kind), codegen


@intrinsic
def _sqrt(typingctx: Any, value: Any) -> Any:
    kind = _like(value, types.float32, F16)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        name = "llvm.sqrt." + (f"v{WIDTH}f32" if kind == F16 else "f32")
        return call_intrinsic(builder, name, args[0].type, args)

    return kind(kind), codegen


@intrinsic
def _mul_wide(typingctx: Any, a: Any, b: Any) -> Any:
    """Return the product of two uint32 as (upper, lower) uint32."""
    kind = U16 if isinstance(a, LanesType) or isinstance(b, LanesType) else types.uint32

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        narrow = args[0].type
        wide: Any = ir.IntType(64)
        shift: Any = wide(32)
        if kind == U16:
            wide = ir.VectorType(wide, WIDTH)
            shift = ir.Constant(wide, [32] * WIDTH)
        product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        upper = builder.trunc(builder.lshr(product, shift), narrow)
        return context.make_tuple(builder, sig.return_type, (upper, builder.trunc(product, narrow)))

    return types.UniTuple(kind, 2)(kind, kind), codegen


#: select(mask, yes, no): yes where the mask is set. Both are computed.
select = cast("Callable[..., Any]", _select)
#: any_lane(mask): whether it is set in any lane; for a scalar itself.
any_lane = cast("Callable[[Any], bool]", _any_lane)
count_lanes = cast("Callable[[Any], int]", _count_lanes)
#: The lanes of the bits that are set in an integer, and back.
lane_mask = cast("Callable[[Any], Any]", _lane_mask)
mask_bits = cast("Callable[[Any], Any]", _mask_bits)
#: The lowest set bit of a number that is not 0.
first_lane = cast("Callable[[Any], int]", _first_lane)
#: ranks(mask): how many lanes before this one are set.
ranks = cast("Callable[[Any], Any]", _ranks)
#: 0, 1, 2 ... 15.
lane_numbers = cast("Callable[[], Any]", _lane_numbers)
get_lane = cast("Callable[[Any, int], Any]", _get_lane)
set_lane = cast("Callable[[Any, int, Any], Any]", _set_lane)
#: Conversions; of floats towards zero.
to_float = cast("Callable[[Any], Any]", _to_float)
to_int = cast("Callable[[Any], Any]", _to_int)
to_word = cast("Callable[[Any], Any]", _to_word)
to_long = cast("Callable[[Any], Any]", _to_long)
float_bits = cast("Callable[[Any], Any]", _float_bits)
bits_float = cast("Callable[[Any], Any]", _bits_float)
reverse_bits = cast("Callable[[Any], Any]", _reverse_bits)
sqrt = cast("Callable[[Any], Any]", _sqrt)
mul_wide = cast("Callable[[Any, Any], Any]", _mul_wide)
