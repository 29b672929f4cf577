"""The tracer's inner loops: numpy code that Numba compiles.

Reading order: `data` (what the arrays hold), `render` (the entry), `path` (one light path), then
what it calls: `trace`, `surface`, `material`, `bsdf`, `light`, `environment`, `texture`.

Rules of this package:

- All arithmetic is float32 without contraction or reassociation, and transcendental functions
  are our own (`math32`), so that the bits depend neither on libm nor on the CPU.
- A float literal is float64 in Numba; constants are module-level `np.float32` values.
- Vectors in expressions are tuples of three float32; state that lives longer is a field of one
  of the records in `data`.
- Random numbers are arguments, or come from `sampler` by (seed, pixel, sample, dimension).
"""
