"""The four decorators of all kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {
    # No reference counts: each is an atomic add on a counter that all threads share (measured:
    # two thirds of the time). Kernels allocate nothing; their arrays outlive the call.
    "_nrt": False,
    "nogil": True,  # render threads run side by side
    "fastmath": False,  # bits must not depend on the CPU (see the package's rules)
    "error_model": "numpy",  # division by zero gives infinity instead of a branch and an exception
    "boundscheck": False,  # the layout guarantees all indices
}

#: Nobody calls these from Python: leave out the wrappers for that, and the time to make them.
_INNER: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def device(function: _Function) -> _Function:
    """Compile a function into each of its callers.

    For small functions, and for those that take groups of arrays: a call passes every field of
    every array by value, which costs more than most of these functions do.
    """
    compiled: _Function = numba.njit(forceinline=True, **_INNER, **_OPTIONS)(function)
    return compiled


def shared(function: _Function) -> _Function:
    """Compile a function that is called: long, used in several places, and with few arguments."""
    compiled: _Function = numba.njit(**_INNER, **_OPTIONS)(function)
    return compiled


def stage(function: _Function) -> _Function:
    """Make a function part of its only caller before compilation.

    For the outermost functions: compiling them on their own as well would compile everything
    that they call once more, which takes seconds.
    """
    compiled: _Function = numba.njit(inline="always", **_OPTIONS)(function)
    return compiled


def program(function: _Function) -> _Function:
    """Leave a function to `renderer.machine_code`, which calls it without Numba.

    Python cannot call it: the wrappers for that would only be compiled, stored and loaded.
    """
    compiled: _Function = numba.njit(**_INNER, **_OPTIONS)(function)
    return compiled
