"""How the compile of `counting_kernels.measure` is shared between two processes."""

from renderer.kernels.jit import device, program, shared
from tests.renderer.counting_kernels import weigh

ARGUMENTS = 1


@shared
def mark(outer):
    """Leave a trace in memory; returns nothing."""
    outer.words[0] = 5


@device
def count(outer):
    """Return a whole number, which no part may return: both processes compile it."""
    return outer.words.shape[0]


ROOTS = (mark, count)


@program
def compile_beside(outer):
    """Call what the second process compiles."""
    mark(outer)
    count(outer)


@program
def compile_meanwhile(outer):
    """Call what the first process compiles before it waits."""
    weigh(outer.inner.numbers[0, 0], 1)


@program
def measure(outer, out):
    """Call all of it."""
    mark(outer)
    out[0, 0] = weigh(outer.inner.numbers[0, 0], 1)
    return count(outer) * 100 + outer.words[0]
