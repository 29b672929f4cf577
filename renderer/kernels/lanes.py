"""Sixteen lanes: Numba types that hold 16 numbers and compute with all of them at once.

Kernels follow 16 paths side by side, as ISPC programs do: a lane is a path, and each operation
works on all lanes. LLVM makes of it whatever the processor has: one AVX-512 instruction, two of
AVX2, four of NEON. The operations are those of IEEE 754 on each lane alone, so the bits are
those of the same code run on one float32 after the other, and do not depend on the width.

Device functions serve both kinds of values, plain float32 and lanes, as long as no `if` asks
about a lane: `select` takes its place, and `if any_lane(mask)` guards what is rare. Memory is
read by indexing with lanes (`array[lanes]`, `array[lanes, column]`, `records[lanes].field`).

Here are the types and their operators; `renderer.kernels.lane_memory` reads and writes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typeconv.castgraph import Conversion
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin, lower_cast, models, register_model

from renderer.kernels.data import WIDTH as WIDTH


class LanesType(types.Type):
    """Sixteen values of one scalar type."""

    def __init__(self, scalar: types.Type) -> None:
        self.scalar = scalar
        super().__init__(name=f"lanes({scalar})")

    def can_convert_from(self, typingctx: Any, other: Any) -> Any:
        """A scalar of the same type stands for 16 equal lanes; so does an integer constant."""
        if other == self.scalar:
            return Conversion.safe
        is_whole = isinstance(self.scalar, types.Integer)
        if is_whole and isinstance(other, types.IntegerLiteral):
            return Conversion.safe
        return None


F16 = LanesType(types.float32)
I16 = LanesType(types.int32)
U16 = LanesType(types.uint32)
L16 = LanesType(types.int64)
M16 = LanesType(types.boolean)

_ELEMENTS = {
    F16: ir.FloatType(),
    I16: ir.IntType(32),
    U16: ir.IntType(32),
    L16: ir.IntType(64),
    M16: ir.IntType(1),
}
_NUMBERS = (F16, I16, U16, L16)
_WHOLE = (I16, U16, L16)


def vector(lanes: LanesType) -> ir.VectorType:
    """Return the LLVM type of lanes."""
    return ir.VectorType(_ELEMENTS[lanes], WIDTH)


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: LanesType) -> None:
        super().__init__(manager, lanes, vector(lanes))


def splat(builder: Any, value: Any) -> Any:
    """Return the vector of 16 times a scalar."""
    kind = ir.VectorType(value.type, WIDTH)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.IntType(32)(0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), zeros)


def call_intrinsic(builder: Any, name: str, result: Any, args: Any) -> Any:
    """Call an LLVM intrinsic by its full name."""
    kind = ir.FunctionType(result, [arg.type for arg in args])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, args)


@lower_cast(types.Float, LanesType)
@lower_cast(types.Boolean, LanesType)
@lower_cast(types.Integer, LanesType)
@lower_cast(types.IntegerLiteral, LanesType)
def _cast_scalar(context: Any, builder: Any, source: Any, target: Any, value: Any) -> Any:
    if isinstance(source, types.IntegerLiteral):
        value = context.get_constant(target.scalar, source.literal_value)
    elif source != target.scalar:
        value = context.cast(builder, value, source, target.scalar)
    if target == M16:
        value = builder.trunc(value, ir.IntType(1)) if value.type.width != 1 else value
    return splat(builder, value)


def _lanes_of(args: Any) -> LanesType | None:
    """Return the lanes type among arguments of which each converts to it, or None."""
    found = [arg for arg in args if isinstance(arg, LanesType)]
    if not found:
        return None
    lanes = found[0]
    for arg in args:
        if arg != lanes and lanes.can_convert_from(None, arg) is None:
            return None
    return lanes


def _operator(
    functions: Any,
    kinds: tuple[LanesType, ...],
    result: LanesType | None,
    emit: Any,
    arity: int = 2,
) -> None:
    """Make Python operators work on lanes.

    Args:
        functions: that stand for one operation, such as `operator.add` and `operator.iadd`.
        kinds: of lanes that it takes; all operands are of one kind.
        result: kind of the result; None for the operands' own.
        emit: (builder, kind, values) to the resulting vector.
        arity: number of operands.
    """

    class Template(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            lanes = _lanes_of(args) if len(args) == arity and not kws else None
            if lanes not in kinds:
                return None
            return signature(result or lanes, *[lanes] * arity)

    for function in functions:
        infer_global(function)(type(f"Lanes_{function.__name__}", (Template,), {}))
        for kind in kinds:
            lower_builtin(function, *[kind] * arity)(_lowering(emit, kind))


def _lowering(emit: Any, kind: LanesType) -> Callable[..., Any]:
    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return emit(builder, kind, args)

    return lower


def _arithmetic(on_floats: str, on_whole: str) -> Any:
    def emit(builder: Any, kind: LanesType, args: Any) -> Any:
        name = on_floats if kind is F16 or kind == F16 else on_whole
        return getattr(builder, name)(*args)

    return emit


def _comparison(sign: str) -> Any:
    def emit(builder: Any, kind: LanesType, args: Any) -> Any:
        if kind == F16:
            ordered = builder.fcmp_unordered if sign == "!=" else builder.fcmp_ordered
            return ordered(sign, *args)
        if kind == U16:
            return builder.icmp_unsigned(sign, *args)
        return builder.icmp_signed(sign, *args)

    return emit


def _shift_right(builder: Any, kind: LanesType, args: Any) -> Any:
    return builder.lshr(*args) if kind == U16 else builder.ashr(*args)


def _whole_quotient(builder: Any, kind: LanesType, args: Any) -> Any:
    # Processors have no such vector instruction. In float64 the quotient of two 32-bit numbers
    # is never rounded up to a whole one that it does not reach.
    wide = ir.VectorType(ir.DoubleType(), WIDTH)
    to_wide = builder.uitofp if kind == U16 else builder.sitofp
    quotient = builder.fdiv(*[to_wide(arg, wide) for arg in args])
    return (builder.fptoui if kind == U16 else builder.fptosi)(quotient, args[0].type)


def _extremum(sign: str) -> Any:
    # The same choice as Numba's `min` and `max` of two scalars: the first one where one is NaN.
    compare = _comparison(sign)

    def emit(builder: Any, kind: LanesType, args: Any) -> Any:
        first, second = args
        return builder.select(compare(builder, kind, (second, first)), second, first)

    return emit


def _negative(builder: Any, kind: LanesType, args: Any) -> Any:
    return builder.fneg(args[0]) if kind == F16 else builder.neg(args[0])


def _absolute(builder: Any, kind: LanesType, args: Any) -> Any:
    if kind == F16:
        return call_intrinsic(builder, f"llvm.fabs.v{WIDTH}f32", args[0].type, args)
    below = builder.icmp_signed("<", args[0], args[0].type(None))
    return builder.select(below, builder.neg(args[0]), args[0])


def _invert(builder: Any, kind: LanesType, args: Any) -> Any:
    return builder.not_(args[0])


_operator((operator.add, operator.iadd), _NUMBERS, None, _arithmetic("fadd", "add"))
_operator((operator.sub, operator.isub), _NUMBERS, None, _arithmetic("fsub", "sub"))
_operator((operator.mul, operator.imul), _NUMBERS, None, _arithmetic("fmul", "mul"))
_operator((operator.truediv, operator.itruediv), (F16,), None, _arithmetic("fdiv", ""))
# Rounds towards zero: for numbers that are not negative the same as Python's.
_operator((operator.floordiv,), (I16, U16), None, _whole_quotient)
_operator((operator.neg,), (F16, I16, L16), None, _negative, 1)
_operator((abs,), (F16, I16), None, _absolute, 1)
_operator((min,), (F16, I16, U16), None, _extremum("<"))
_operator((max,), (F16, I16, U16), None, _extremum(">"))
_operator((operator.and_, operator.iand), (*_WHOLE, M16), None, _arithmetic("", "and_"))
_operator((operator.or_, operator.ior), (*_WHOLE, M16), None, _arithmetic("", "or_"))
_operator((operator.xor, operator.ixor), (*_WHOLE, M16), None, _arithmetic("", "xor"))
_operator((operator.invert,), (*_WHOLE, M16), None, _invert, 1)
_operator((operator.lshift,), _WHOLE, None, _arithmetic("", "shl"))
_operator((operator.rshift,), _WHOLE, None, _shift_right)
for _function, _sign in (
    (operator.lt, "<"),
    (operator.le, "<="),
    (operator.gt, ">"),
    (operator.ge, ">="),
    (operator.eq, "=="),
    (operator.ne, "!="),
):
    _operator((_function,), (*_NUMBERS, M16), M16, _comparison(_sign))
