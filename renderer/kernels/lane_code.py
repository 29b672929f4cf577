"""LLVM instructions that read memory by lanes, for `renderer.kernels.lane_memory`."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from renderer.kernels.lanes import F16, L16, M16, WIDTH, LanesType, call_intrinsic, vector

_ADDRESS = ir.PointerType()


class _VectorAddress(ir.Instruction):
    """getelementptr with a vector of indices, which llvmlite's own cannot."""

    def __init__(self, parent: Any, element: Any, base: Any, index: Any) -> None:
        kind = ir.VectorType(_ADDRESS, WIDTH)
        super().__init__(parent, kind, "getelementptr", [base, index])
        self.element = element

    def descr(self, buf: Any) -> None:
        base, index = self.operands
        buf.append(
            f"getelementptr {self.element}, {base.type} {base.get_reference()}, "
            f"{index.type} {index.get_reference()}\n"
        )


def vector_address(builder: Any, unit: Any, base: Any, index: Any) -> Any:
    """Return the addresses base + index, counted in elements of the LLVM type `unit`."""
    address = _VectorAddress(builder.block, unit, builder.bitcast(base, _ADDRESS), index)
    builder._insert(address)
    return address


def gather(builder: Any, lanes: LanesType, base: Any, index: Any, unit: Any, align: int = 4) -> Any:
    """Load lanes from base + index, counted in elements of the LLVM type `unit`."""
    address = vector_address(builder, unit, base, index)
    kind = vector(lanes)
    element = {F16: "f32", L16: "i64"}.get(lanes, "i32")
    name = f"llvm.masked.gather.v{WIDTH}{element}.v{WIDTH}p0"
    every = ir.Constant(vector(M16), [1] * WIDTH)
    nothing = ir.Constant(kind, ir.Undefined)
    return call_intrinsic(builder, name, kind, [address, ir.IntType(32)(align), every, nothing])


def transpose(builder: Any, pieces: list[Any]) -> list[Any]:
    """Return the 4 columns of 16 rows of 4, by shuffles within quarters of a register."""

    def pick(a: Any, b: Any, places: list[int]) -> Any:
        kind = ir.VectorType(ir.IntType(32), len(places))
        return builder.shuffle_vector(a, b, ir.Constant(kind, places))

    def join(rows: list[Any]) -> Any:
        low, high = (pick(a, b, list(range(8))) for a, b in (rows[:2], rows[2:]))
        return pick(low, high, list(range(WIDTH)))

    # Register r holds rows r, 4 + r, 8 + r and 12 + r.
    rows = [join(pieces[r::4]) for r in range(4)]
    quarters = range(0, WIDTH, 4)

    def mix(a: Any, b: Any, first: tuple[int, ...], second: tuple[int, ...]) -> Any:
        places = []
        for quarter in quarters:
            for own, other in zip(first, second, strict=True):
                places += [quarter + own, WIDTH + quarter + other]
        return pick(a, b, places)

    low_01, high_01 = mix(rows[0], rows[1], (0, 1), (0, 1)), mix(rows[0], rows[1], (2, 3), (2, 3))
    low_23, high_23 = mix(rows[2], rows[3], (0, 1), (0, 1)), mix(rows[2], rows[3], (2, 3), (2, 3))

    def pairs(a: Any, b: Any, which: int) -> Any:
        places = []
        for quarter in quarters:
            own = quarter + 2 * which
            places += [own, own + 1, WIDTH + own, WIDTH + own + 1]
        return pick(a, b, places)

    return [
        pairs(low_01, low_23, 0),
        pairs(low_01, low_23, 1),
        pairs(high_01, high_23, 0),
        pairs(high_01, high_23, 1),
    ]
