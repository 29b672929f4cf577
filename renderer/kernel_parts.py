"""What two processes that compile one kernel say to each other: plain text, and LLVM's bitcode.

The first says what the arguments are like, the second answers with functions. Neither trusts a
length, and all that a message can make are arrays and named tuples that are imported already.
"""

from __future__ import annotations

import json
import struct
import sys
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

_HEADER = struct.Struct("<II")
#: The tracer's question takes 12 KB, its answer 2 MB.
MAX_TEXT_BYTES = 1 << 20
MAX_BITCODE_BYTES = 1 << 26


class PartError(ValueError):
    """Something that the other process cannot have meant."""


@dataclass(frozen=True)
class CompiledPart:
    """Functions before optimisation.

    Attributes:
        functions: symbol and name of the result's type, by name and types of arguments.
        bitcode: LLVM's module that has them, and all that they call.
    """

    functions: dict[str, tuple[str, str]]
    bitcode: bytes


def write_message(stream: IO[bytes], text: Any, data: bytes = b"") -> None:
    """Write one message: anything that JSON can hold, and bytes."""
    encoded = json.dumps(text).encode()
    stream.write(_HEADER.pack(len(encoded), len(data)) + encoded + data)
    stream.flush()


def read_message(stream: IO[bytes]) -> tuple[Any, bytes]:
    """Wait for one message.

    Raises:
        PartError: there is none, or it is not whole.
    """
    head = stream.read(_HEADER.size)
    if len(head) < _HEADER.size:
        raise PartError("the other process has ended")
    text_bytes, data_bytes = _HEADER.unpack(head)
    if text_bytes > MAX_TEXT_BYTES or data_bytes > MAX_BITCODE_BYTES:
        raise PartError(f"a message of {text_bytes} + {data_bytes} bytes")
    text, data = stream.read(text_bytes), stream.read(data_bytes)
    if len(data) < data_bytes:
        raise PartError("the other process has ended in the middle of a message")
    return json.loads(text), data


def write_arguments(arguments: tuple[Any, ...]) -> list[Any]:
    """Return kinds of arguments as JSON can hold them.

    Raises:
        PartError: an argument is of a kind that cannot be told.
    """
    return [_write_kind(argument) for argument in arguments]


def _write_kind(argument: Any) -> Any:
    if isinstance(argument, np.ndarray):
        fields: Any = argument.dtype.descr if argument.dtype.names else argument.dtype.str
        if _read_dtype(json.loads(json.dumps(fields))) != argument.dtype:
            raise PartError(f"arrays of {argument.dtype} cannot be told")
        return {"fields": fields, "axes": argument.ndim, "writes": argument.flags.writeable}
    if isinstance(argument, tuple) and hasattr(argument, "_fields"):
        kind = type(argument)
        items = [_write_kind(item) for item in argument]
        return {"module": kind.__module__, "name": kind.__name__, "items": items}
    raise PartError(f"arguments of type {type(argument).__name__} cannot be told")


def read_arguments(kinds: list[Any]) -> tuple[Any, ...]:
    """Return arguments of these kinds, with empty arrays.

    Raises:
        PartError: a named tuple is not known here.
    """
    return tuple(_read_kind(kind) for kind in kinds)


def _read_kind(kind: dict[str, Any]) -> Any:
    if "fields" in kind:
        array = np.empty((0,) * int(kind["axes"]), _read_dtype(kind["fields"]))
        array.flags.writeable = bool(kind["writes"])
        return array
    named = getattr(sys.modules.get(kind["module"]), kind["name"], None)
    if not (isinstance(named, type) and issubclass(named, tuple) and hasattr(named, "_fields")):
        raise PartError(f"{kind['module']}.{kind['name']} is no named tuple of the kernel's")
    return named(*(_read_kind(item) for item in kind["items"]))


def _read_dtype(fields: Any) -> np.dtype[Any]:
    """Return the type of numbers or records; JSON has made lists of tuples."""
    if isinstance(fields, str):
        return np.dtype(fields)
    return np.dtype([(name, kind, *map(tuple, shape)) for name, kind, *shape in fields])
