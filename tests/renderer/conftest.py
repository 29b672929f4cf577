"""Compiled kernels are kept between test runs; Numba must know where before it sees them."""

from app import paths
from renderer import kernel_cache

kernel_cache.configure(paths.kernel_dir())
