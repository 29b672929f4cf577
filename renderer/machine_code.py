"""Compiled kernels as machine code that runs without Numba.

Importing Numba and waking its dispatchers takes longer than everything else that a worker does
at its start. So a kernel is compiled by Numba once; its machine code is kept as an object file
in the private folder of `renderer.kernel_cache`, and every later start lets LLVM load that file
and calls the function by its address.

Numba's own calling convention is used as it stands: int32 status f(result*, error**, arguments),
where an array is (memory info, parent, elements, bytes per element, data, shape, strides) and a
named tuple is its fields in order. `test_machine_code` holds a kernel against Numba's own call.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib
import json
import os
import struct
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from renderer import kernel_cache, kernel_helper

_MAGIC = b"BKTCODE1"
_HEADER = struct.Struct("<8sI")
#: Status of a call: the function returned; it returned None.
_RETURNED = (0, -2)


class MachineCodeError(RuntimeError):
    """Compiled code that cannot be used; the message says which."""


@dataclass(frozen=True)
class _Function:
    """A function in memory.

    Attributes:
        call: releases the interpreter's lock while it runs.
        engine: keeps the code alive.
    """

    call: Any
    engine: Any


class Kernel:
    """A kernel by its name, compiled for the kinds of arguments that it is given.

    Attributes:
        module, name: where the function is; imported only when it must be compiled.
        beside: module of what `renderer.kernel_helper` may compile meanwhile; "" for nothing.
    """

    def __init__(self, module: str, name: str, beside: str = "") -> None:
        self.module = module
        self.name = name
        self.beside = beside
        self._functions: dict[str, _Function] = {}
        self._lock = threading.Lock()

    def bind(self, *fixed: Any, example: tuple[Any, ...] = ()) -> BoundKernel:
        """Return the kernel with its first arguments given, which is what takes long.

        Loads the machine code, or compiles it (half a minute) where there is none.

        Args:
            fixed: arrays, integers, and tuples of them.
            example: what the other arguments will be like, for the kinds of arrays.
        """
        key = describe((*fixed, *example))
        with self._lock:
            if key not in self._functions:
                self._functions[key] = self._find(key, (*fixed, *example))
        return BoundKernel(self._functions[key], fixed)

    def __call__(self, *arguments: Any) -> int:
        """Call the kernel once; its whole number is the result, 0 where it has none."""
        return self.bind(example=arguments)(*arguments)

    def _find(self, key: str, arguments: tuple[Any, ...]) -> _Function:
        path = kernel_cache.folder() / f"{self.name}-{key}{kernel_cache.CODE_SUFFIX}"
        stored = read_code(path)
        if stored is None:
            symbol, code = self._compile(arguments)
            write_code(path, symbol, code)
        else:
            symbol, code = stored
        return _load(symbol, code)

    def _compile(self, arguments: tuple[Any, ...]) -> tuple[str, bytes]:
        """Return the symbol and the object file that Numba makes."""
        from renderer.kernel_compiler import compile_to_object
        from renderer.kernel_takeover import Beside

        function = getattr(importlib.import_module(self.module), self.name)
        helper = kernel_helper.take() if self.beside else None
        if helper is None:
            return compile_to_object(function, arguments)
        with contextlib.closing(helper):
            parts = importlib.import_module(self.beside)
            helper.ask(arguments[: parts.ARGUMENTS])
            beside = Beside(parts.ROOTS, helper.collect, parts.compile_meanwhile, parts.ARGUMENTS)
            return compile_to_object(function, arguments, beside)


class BoundKernel:
    """A kernel with its first arguments given."""

    def __init__(self, function: _Function, fixed: tuple[Any, ...]) -> None:
        self._function = function
        self._alive = fixed  # their memory is what the addresses point to
        self._fixed = list(_flatten(fixed))

    def __call__(self, *arguments: Any) -> int:
        """Call it and return its whole number.

        Raises:
            MachineCodeError: it raised an exception, which kernels must not.
        """
        result, error = ctypes.c_int64(), ctypes.c_void_p()
        status = self._function.call(
            ctypes.byref(result),
            ctypes.byref(error),
            *self._fixed,
            *_flatten(arguments),
        )
        if status not in _RETURNED:
            raise MachineCodeError(f"the kernel ended with status {status}: this is a bug")
        return result.value


def describe(arguments: tuple[Any, ...]) -> str:
    """Return a hash of everything about arguments that decides the code compiled for them.

    Raises:
        TypeError: an argument is of a kind that no kernel takes.
    """
    return hashlib.sha256("\n".join(_kinds(arguments)).encode()).hexdigest()[:16]


def _kinds(arguments: tuple[Any, ...]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            flags = argument.flags
            layout = f"{flags.c_contiguous:d}{flags.aligned:d}{flags.writeable:d}"
            yield f"array {argument.dtype.descr} {argument.ndim} {layout}"
        elif isinstance(argument, tuple):
            yield f"{type(argument).__name__} {len(argument)}"
            yield from _kinds(argument)
        elif isinstance(argument, int):
            yield "int"
        else:
            raise TypeError(f"kernels take arrays, tuples and whole numbers, not {argument!r}")


def _flatten(arguments: tuple[Any, ...]) -> Iterator[Any]:
    """Yield the C values that stand for arguments."""
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            yield ctypes.c_void_p()  # reference counting: kernels do without
            yield ctypes.c_void_p()
            yield ctypes.c_int64(argument.size)
            yield ctypes.c_int64(argument.itemsize)
            yield ctypes.c_void_p(argument.ctypes.data)
            yield from map(ctypes.c_int64, argument.shape)
            yield from map(ctypes.c_int64, argument.strides)
        elif isinstance(argument, tuple):
            yield from _flatten(argument)
        else:
            yield ctypes.c_int64(argument)


def _load(symbol: str, code: bytes) -> _Function:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    address = engine.get_function_address(symbol)
    if not address:
        raise MachineCodeError(f"{symbol[:60]} is not in its object file: clear the kernel cache")
    return _Function(ctypes.CFUNCTYPE(ctypes.c_int32)(address), engine)


def write_code(path: Path, symbol: str, code: bytes) -> None:
    """Store an object file; other processes see it whole or not at all.

    A folder that cannot be written costs a compile at each start, and nothing else.
    """
    header = json.dumps({"symbol": symbol, "sha256": hashlib.sha256(code).hexdigest()}).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(_HEADER.pack(_MAGIC, len(header)) + header + code)
        os.replace(file.name, path)
    except OSError:
        return


def read_code(path: Path) -> tuple[str, bytes] | None:
    """Return symbol and object file; None where there is none, or a damaged one."""
    try:
        data = path.read_bytes()
        magic, length = _HEADER.unpack_from(data)
        header = json.loads(data[_HEADER.size : _HEADER.size + length])
    except (OSError, ValueError, struct.error):
        return None
    code = data[_HEADER.size + length :]
    if magic != _MAGIC or hashlib.sha256(code).hexdigest() != header.get("sha256"):
        return None
    return str(header["symbol"]), code
