"""Compiling kernels by Numba to object files. Imports Numba: only for those that must.

Numba makes machine code of every function it meets, and optimises each together with all that
it calls, because each could be called from Python. Kernels' inner functions never are: they
become part of the one function that is. So while a kernel is compiled, they are kept as they are
before optimisation; only the whole is optimised and made into code. That took 32 instead of 44
seconds of one core for the tracer, with the same bits and speed.

Most of that time is Numba's own Python, on one core. `renderer.kernel_helper` has a second
process that compiles some of the functions meanwhile (`renderer.kernel_takeover`).
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator
from typing import Any

import numba
from numba.core import event
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target

from renderer.kernel_parts import CompiledPart
from renderer.kernel_takeover import Beside, function_key, taken_over


class _RawLibrary(JITCodeLibrary):
    """Functions that others will contain: no code, no optimisation, no address."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_specific(self) -> None:
        pass

    def get_pointer_to_function(self, name: str) -> int:
        finish: Any = self._ensure_finalized
        finish()  # which is when it is joined with what it calls
        return 0


def compile_to_object(
    dispatcher: Any, arguments: tuple[Any, ...], beside: Beside | None = None
) -> tuple[str, bytes]:
    """Return the symbol and the object file of a kernel for arguments like these.

    Args:
        dispatcher: a function that `renderer.kernels.jit.program` made.
        arguments: whose types count, not their values.
        beside: functions that need not be compiled here; compiled all the same if they do not
            come, or come for other types.
    """
    with global_compiler_lock, _raw_functions() as code_generator, taken_over(beside):
        if beside is not None:
            _compile(beside.meanwhile, arguments[: beside.arguments])
        compiled = _compile(dispatcher, arguments)
        library = compiled.library
        optimize: Any = JITCodeLibrary._optimize_final_module
        optimize(library)
        code = code_generator._tm.emit_object(library._final_module)
    return compiled.fndesc.llvm_func_name, code


def compile_part(dispatcher: Any, arguments: tuple[Any, ...], roots: Iterable[Any]) -> CompiledPart:
    """Return functions that a program calls, before optimisation, for `compile_to_object`.

    Args:
        dispatcher: of the program that calls them.
        arguments: whose types count, not their values.
        roots: dispatchers of the functions.
    """
    with global_compiler_lock, _raw_functions():
        library = _compile(dispatcher, arguments).library
        functions = {}
        for root in roots:
            for args, overload in root.overloads.items():
                result = str(overload.signature.return_type)
                functions[function_key(root, args)] = (overload.fndesc.llvm_func_name, result)
        _simplify(library, [name for name, _ in functions.values()])
        bitcode = library._final_module.as_bitcode()
    return CompiledPart(functions, bitcode)


def _simplify(library: Any, kept: list[str]) -> None:
    """Do now, while the first process is busy, some of what it would have to do at the end.

    That is the first of the two rounds of passes that Numba optimises a kernel with.
    """
    module, generator = library._final_module, library._codegen
    for name in kept:
        module.get_function(name).linkage = "external"  # else it goes with its last caller
    manager, builder = generator._module_pass_manager(
        loop_vectorize=False, slp_vectorize=False, opt=generator._opt_level, cost="cheap"
    )
    manager.run(module, builder)
    for name in kept:
        module.get_function(name).linkage = "linkonce_odr"


def _compile(dispatcher: Any, arguments: tuple[Any, ...]) -> Any:
    typeof: Any = numba.typeof
    dispatcher.compile(tuple(typeof(argument) for argument in arguments))
    return dispatcher.overloads[dispatcher.signatures[-1]]


@contextlib.contextmanager
def _raw_functions() -> Iterator[Any]:
    """Let Numba's code generator keep functions raw, and put nothing into memory."""
    code_generator = cpu_target.target_context.codegen()
    instead = {
        "_library_class": _RawLibrary,
        "_add_module": lambda module: None,
        # Functions find the objects they need of Python there; kernels need none.
        "set_env": lambda name, environment: None,
    }
    collects = gc.isenabled()
    gc.disable()  # it would walk through millions of objects that all stay: a twentieth of the time
    for name, value in instead.items():
        setattr(code_generator, name, value)
    try:
        with _no_events():
            yield code_generator
    finally:
        for name in instead:
            delattr(code_generator, name)
        if collects:
            gc.enable()


@contextlib.contextmanager
def _no_events() -> Iterator[None]:
    """Keep Numba from telling its timers of each lock: 300,000 events, one second."""
    before = event.start_event, event.end_event
    event.start_event = event.end_event = lambda *_, **__: None
    try:
        yield
    finally:
        event.start_event, event.end_event = before
