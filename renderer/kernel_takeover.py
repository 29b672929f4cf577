"""Functions that another process has compiled become Numba's, as those of its disk cache do.

Before Numba compiles a function for new types, it asks the function's cache. Here that is one
which waits for the other process at the first question, and answers from what came.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numba.core.compiler
import numba.core.environment
import numba.core.funcdesc
from numba.core import types
from numba.core.caching import NullCache
from numba.core.registry import cpu_target

from renderer.kernel_parts import CompiledPart
from renderer.kernels.lanes import F16, I16, M16, U16

log = logging.getLogger(__name__)

_core: Any = numba.core
_VECTOR: Any = _core.types.UniTuple(F16, 3)
_COLOR_AND_NUMBER: Any = _core.types.Tuple((_VECTOR, F16))
#: What functions of a part may return; others are compiled in both processes.
_RESULTS = {
    str(kind): kind for kind in (types.none, F16, I16, U16, M16, _VECTOR, _COLOR_AND_NUMBER)
}


@dataclass(frozen=True)
class Beside:
    """Functions that somebody else compiles meanwhile.

    Attributes:
        roots: their dispatchers.
        collect: waits for them; None if they do not come.
        meanwhile: program of functions to compile before that; takes as many arguments as they do.
        arguments: how many that are.
    """

    roots: tuple[Any, ...]
    collect: Callable[[], CompiledPart | None]
    meanwhile: Any
    arguments: int


def function_key(dispatcher: Any, args: tuple[Any, ...]) -> str:
    """Return what a function and the types of its arguments are called in both processes."""
    return f"{dispatcher.__module__}.{dispatcher.__name__}({', '.join(map(str, args))})"


class _PartCache(NullCache):
    """Stands where Numba's disk cache would, and has what the second process compiled."""

    def __init__(self, dispatcher: Any, load: Callable[[], tuple[CompiledPart, Any] | None]):
        self._dispatcher = dispatcher
        self._load = load

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the function for these types; None where it must be compiled."""
        args, _ = _core.sigutils.normalize_signature(sig)
        found = self._load()
        if found is None:
            return None
        part, library = found
        symbol, result = part.functions.get(function_key(self._dispatcher, args), ("", ""))
        if result not in _RESULTS:
            return None
        return _make_overload(self._dispatcher, _RESULTS[result], args, symbol, library)


def _make_overload(
    dispatcher: Any, result: Any, args: tuple[Any, ...], symbol: str, library: Any
) -> Any:
    """Return what Numba would have made of a function, had it compiled it here."""
    descriptor = _core.funcdesc.FunctionDescriptor(
        native=True,
        modname=dispatcher.__module__,
        qualname=dispatcher.__name__,
        unique_name=symbol,
        doc="",
        typemap=None,
        restype=result,
        calltypes=None,
        args=tuple(f"arg{i}" for i in range(len(args))),
        kws=(),
        mangler=lambda *_, **__: symbol,
        argtypes=args,
        inline=bool(dispatcher.targetoptions.get("forceinline")),
        env_name=f"environment.{symbol}",
    )
    context = cpu_target.target_context
    objects = _core.environment.Environment.from_fndesc(descriptor)
    return _core.compiler.compile_result(
        typing_context=cpu_target.typing_context,
        target_context=context,
        entry_point=context.get_executable(library, descriptor, objects),
        signature=_core.typing.signature(result, *args),
        objectmode=False,
        lifted=(),
        fndesc=descriptor,
        library=library,
        environment=objects,
    )


@contextlib.contextmanager
def taken_over(beside: Beside | None) -> Iterator[None]:
    """Let Numba find what is compiled beside, when it first needs it."""
    if beside is None:
        yield
        return
    loaded: list[tuple[CompiledPart, Any] | None] = []

    def load() -> tuple[CompiledPart, Any] | None:
        if not loaded:
            part = beside.collect()
            library = _unpack(part)
            loaded.append((part, library) if part is not None and library is not None else None)
        return loaded[0]

    before = [(root, root._cache) for root in beside.roots]
    for root in beside.roots:
        root._cache = _PartCache(root, load)
    try:
        yield
    finally:
        for root, cache in before:
            root._cache = cache


def _unpack(part: CompiledPart | None) -> Any:
    """Return the part as a library of Numba's; None if there is none or LLVM does not want it."""
    if part is None:
        return None
    generator: Any = cpu_target.target_context.codegen()
    try:
        return generator.unserialize_library(("beside", "bitcode", part.bitcode))
    except RuntimeError as error:
        log.warning(
            "one process compiles all the kernels: the second one's are damaged (%s)", error
        )
        return None
