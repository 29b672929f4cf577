"""Reading arrays and records by lanes, and records whose fields are lanes.

`array[lanes]` and `array[lanes, column]` of float32, int32, uint32, int64 and `records[lanes].x`
gather one element per lane. `lanes_of(record)` of a type made by `lane_record` gives access to
its fields as lanes, to read and to write. Nothing is checked: indices of idle lanes must be
valid too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import (
    intrinsic,
    lower_builtin,
    lower_getattr_generic,
    lower_setattr_generic,
    models,
    register_model,
)

from renderer.kernels.data import lane_record as lane_record
from renderer.kernels.lane_code import gather, transpose, vector_address
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

_BY_SCALAR = {types.float32: F16, types.int32: I16, types.uint32: U16, types.int64: L16}
_ALIGN = 4 * WIDTH


class RowsType(types.Type):
    """One record of a table per lane."""

    def __init__(self, record: types.Record) -> None:
        self.record = record
        super().__init__(name=f"rows({record})")


@register_model(RowsType)
class _RowsModel(models.StructModel):
    def __init__(self, manager: Any, rows: RowsType) -> None:
        members = [("base", types.CPointer(types.int32)), ("offset", I16)]
        super().__init__(manager, rows, members)


class BlockType(types.Type):
    """A record whose fields are lanes."""

    def __init__(self, record: types.Record) -> None:
        self.record = record
        super().__init__(name=f"block({record})")


@register_model(BlockType)
class _BlockModel(models.PrimitiveModel):
    def __init__(self, manager: Any, block: BlockType) -> None:
        super().__init__(manager, block, ir.IntType(8).as_pointer())


@infer_global(operator.getitem)
class _GetByLanes(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        array, index = args
        if not isinstance(array, types.Array) or array.layout != "C":
            return None
        if index in (I16, U16) and array.ndim == 1:
            if isinstance(array.dtype, types.Record):
                return signature(RowsType(array.dtype), array, index)
            lanes = _BY_SCALAR.get(array.dtype)
            return signature(lanes, array, index) if lanes else None
        if isinstance(index, types.BaseTuple) and array.ndim == 2 and len(index) == 2:
            pair: Any = index
            row, column = pair.types
            lanes = _BY_SCALAR.get(array.dtype)
            if lanes and row in (I16, U16) and (column in (I16, U16) or _is_whole(column)):
                wide = column if column in (I16, U16) else types.int64
                return signature(lanes, array, types.BaseTuple.from_types((row, wide)))
        return None


def _is_whole(kind: Any) -> bool:
    return isinstance(kind, (types.Integer, types.IntegerLiteral))


def _data(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return context.make_array(kind)(context, builder, value=value)


@lower_builtin(operator.getitem, types.Array, I16)
@lower_builtin(operator.getitem, types.Array, U16)
def _get_by_lanes(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    array = _data(context, builder, sig.args[0], args[0])
    result = sig.return_type
    if isinstance(result, LanesType):
        return gather(builder, result, array.data, args[1], vector(result).element)
    words = ir.Constant(args[1].type, [sig.args[0].dtype.size // 4] * WIDTH)
    rows = context.make_helper(builder, result)
    rows.base = builder.bitcast(array.data, ir.IntType(32).as_pointer())
    rows.offset = builder.mul(args[1], words)
    return rows._getvalue()


def _get_by_row_and_column(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    array = _data(context, builder, sig.args[0], args[0])
    row = builder.extract_value(args[1], 0)
    column = builder.extract_value(args[1], 1)
    width = builder.trunc(builder.extract_value(array.shape, 1), ir.IntType(32))
    index = builder.mul(row, splat(builder, width))
    base = array.data
    if sig.args[1][1] == types.int64:
        base = builder.gep(base, [column])
    else:
        index = builder.add(index, column)
    return gather(builder, sig.return_type, base, index, vector(sig.return_type).element)


# Registered for these index types one by one: for tuples in general it would replace Numba's own.
for _row in (I16, U16):
    for _column in (I16, U16, types.int64):
        _pair = types.BaseTuple.from_types((_row, _column))
        lower_builtin(operator.getitem, types.Array, _pair)(_get_by_row_and_column)


@infer_getattr
class _RowsAttributes(AttributeTemplate):
    key = RowsType

    def generic_resolve(self, rows: Any, name: str) -> Any:
        return _BY_SCALAR[rows.record.typeof(name)] if name in rows.record.fields else None


@lower_getattr_generic(RowsType)
def _get_field(context: Any, builder: Any, kind: Any, value: Any, name: str) -> Any:
    rows = context.make_helper(builder, kind, value=value)
    lanes = _BY_SCALAR[kind.record.typeof(name)]
    place = ir.IntType(32)(kind.record.offset(name) // 4)
    base = builder.gep(rows.base, [place])
    # Counted in words: a record's size is no multiple of an int64's.
    return gather(builder, lanes, base, rows.offset, ir.IntType(32))


@intrinsic
def _lanes_of(typingctx: Any, record: Any) -> Any:
    if not isinstance(record, types.Record):
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(8).as_pointer())

    return BlockType(record)(record), codegen


@infer_getattr
class _BlockAttributes(AttributeTemplate):
    key = BlockType

    def generic_resolve(self, block: Any, name: str) -> Any:
        return _BY_SCALAR[block.record.typeof(name).dtype] if name in block.record.fields else None


def _field_pointer(builder: Any, block: Any, value: Any, name: str) -> tuple[Any, LanesType]:
    lanes = _BY_SCALAR[block.record.typeof(name).dtype]
    place = ir.IntType(32)(block.record.offset(name))
    address = builder.gep(value, [place])
    return builder.bitcast(address, vector(lanes).as_pointer()), lanes


@lower_getattr_generic(BlockType)
def _load_field(context: Any, builder: Any, kind: Any, value: Any, name: str) -> Any:
    pointer, _ = _field_pointer(builder, kind, value, name)
    return builder.load(pointer, align=_ALIGN)


@lower_setattr_generic(BlockType)
def _store_field(context: Any, builder: Any, sig: Any, args: Any, name: str) -> Any:
    pointer, _ = _field_pointer(builder, sig.args[0], args[0], name)
    builder.store(args[1], pointer, align=_ALIGN)


@intrinsic
def _address_of(typingctx: Any, block: Any) -> Any:
    """Return the address of a block's first byte."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.ptrtoint(args[0], ir.IntType(64))

    return types.uint64(block), codegen


@intrinsic
def _scatter(typingctx: Any, array: Any, index: Any, column: Any, value: Any, mask: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = sig.args[0]
        data = _data(context, builder, kind, args[0])
        width = builder.trunc(builder.extract_value(data.shape, 1), ir.IntType(32))
        place = builder.mul(args[1], splat(builder, width))
        base = builder.gep(data.data, [args[2]])
        lanes = sig.args[3]
        address = vector_address(builder, vector(lanes).element, base, place)
        element = "f32" if lanes == F16 else "i32"
        name = f"llvm.masked.scatter.v{WIDTH}{element}.v{WIDTH}p0"
        operands = [args[3], address, ir.IntType(32)(4), args[4]]
        return call_intrinsic(builder, name, ir.VoidType(), operands)

    lanes = _BY_SCALAR[array.dtype]
    return types.void(array, I16, types.int64, lanes, M16), codegen


@intrinsic(prefer_literal=True)
def _load_rows(typingctx: Any, array: Any, index: Any, first: Any) -> Any:
    if not isinstance(first, types.IntegerLiteral):
        return None
    column = first.literal_value
    is_table = isinstance(array.dtype, types.Record)
    scalar = types.float32 if is_table else array.dtype
    lanes = _BY_SCALAR[scalar]
    element = vector(lanes).element

    def row_width(builder: Any, data: Any) -> Any:
        if is_table:
            return ir.IntType(64)(array.dtype.size // 4)
        return builder.extract_value(data.shape, 1)

    def scalar_codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = _data(context, builder, sig.args[0], args[0])
        place = builder.mul(args[1], row_width(builder, data))
        place = builder.add(place, ir.IntType(64)(column))
        start = builder.gep(builder.bitcast(data.data, element.as_pointer()), [place])
        values = [builder.load(builder.gep(start, [ir.IntType(64)(i)])) for i in range(4)]
        return context.make_tuple(builder, sig.return_type, values)

    if not isinstance(index, LanesType):
        kinds = (array, types.int64, types.literal(column))
        return types.UniTuple(scalar, 4)(*kinds), scalar_codegen

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = _data(context, builder, sig.args[0], args[0])
        width = row_width(builder, data)
        base = builder.bitcast(data.data, element.as_pointer())
        quad = ir.VectorType(element, 4)
        pieces = []
        for lane in range(WIDTH):
            row = builder.extract_element(args[1], ir.IntType(32)(lane))
            place = builder.mul(builder.zext(row, ir.IntType(64)), width)
            place = builder.add(place, ir.IntType(64)(column))
            address = builder.bitcast(builder.gep(base, [place]), quad.as_pointer())
            piece = builder.load(address, align=4)
            piece.set_metadata("invariant.load", builder.module.add_metadata([]))
            pieces.append(piece)
        return context.make_tuple(builder, sig.return_type, transpose(builder, pieces))

    return types.UniTuple(lanes, 4)(array, index, types.literal(column)), codegen


#: scatter(array, rows, column, values, mask): array[rows, column] = values where the mask is set;
#: no two lanes may have the same row.
scatter = cast("Callable[..., None]", _scatter)
#: load_rows(array, lanes, column): the four columns from a constant one on, like four gathers
#: of each lane's row but several times faster; the row must have them. For arrays that do not
#: change while kernels run. Of a table of records: four words from a constant one on, as float32,
#: whose bits (`float_bits`) are those of whole numbers where the record has them.
load_rows = cast("Callable[[Any, Any, int], tuple[Any, Any, Any, Any]]", _load_rows)
lanes_of = cast("Callable[[Any], Any]", _lanes_of)
address_of = cast("Callable[[Any], Any]", _address_of)


@intrinsic
def _gather_word(typingctx: Any, memory: Any, place: Any) -> Any:
    kind = U16 if isinstance(place, LanesType) else types.uint32

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = _data(context, builder, sig.args[0], args[0]).data
        byte = ir.IntType(8)
        if kind == U16:
            return gather(builder, kind, data, args[1], byte, align=1)
        address = builder.bitcast(builder.gep(data, [args[1]]), ir.IntType(32).as_pointer())
        return builder.load(address, align=1)

    return kind(memory, L16 if kind == U16 else types.int64), codegen


#: gather_word(bytes, places): the four bytes from each int64 place on, as a little-endian word.
gather_word = cast("Callable[[Any, Any], Any]", _gather_word)
