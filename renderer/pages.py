"""Memory for large pictures that is paid for page by page, as it is written to."""

from __future__ import annotations

import math
import mmap
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T", bound=np.generic)

#: From here on numpy asks for huge pages. Smaller arrays come from the heap.
LARGE_BYTES = 4 << 20


def make_zeros(shape: tuple[int, ...], dtype: type[T]) -> npt.NDArray[T]:
    """Return an array of zeros as `np.zeros` does, never in huge pages.

    A bucket of 64 rows touches that many places of a large film. In huge pages each first touch
    makes the kernel find and clear 2 MB, which on a machine that has been up for a while held the
    window up for 80 ms; ordinary pages are 4 KB.

    Raises:
        MemoryError: so much is not to be had.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size < LARGE_BYTES:
        return np.zeros(shape, dtype)
    try:
        block = mmap.mmap(-1, size)
    except (OSError, OverflowError) as error:
        raise MemoryError(f"cannot have {size >> 20} MiB for {shape}") from error
    if hasattr(mmap, "MADV_NOHUGEPAGE"):  # Linux; others hand out small pages anyway
        block.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(block, dtype).reshape(shape)
