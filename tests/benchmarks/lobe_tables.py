"""Makes tables of lobes: `python -m tests.benchmarks.lobe_tables brushed|frosted|layer`.

Prints the text of `renderer.kernels.brushed_data`, `frosted_data` or `layer_data`. Microfacets are
integrated in double precision, with samples at fixed places (`microfacet_albedo`).
"""

from __future__ import annotations

import argparse

import numpy as np

from renderer.kernels.albedo_table import SHEEN_RANGE, SIZE, load_albedo
from renderer.kernels.brushed_table import COSINES, ROUGHNESSES, STRENGTHS, TURNS
from renderer.kernels.frosted_table import (
    FROSTED_COSINES,
    FROSTED_ROUGHNESSES,
    PLANES,
    STEEPEST,
)
from renderer.kernels.layer_table import (
    LAYER_BASES,
    LAYER_COSINES,
    LAYER_ROUGHNESSES,
    PASS_RANGE,
)
from renderer.kernels.packed_numbers import pack_numbers
from renderer.scene import Doubles
from tests.benchmarks.microfacet_albedo import (
    SMALLEST_ALPHA,
    fresnel,
    integrate_brushed,
    reflect_masked,
    visible_normals,
)

WIDTH = 96
UNIT = 65535.0
#: How often a layer's factors are adjusted; each time halves what is missing.
STEPS = 60


def make_brushed(samples: int) -> tuple[Doubles, Doubles]:
    """Return (R, S, C, T, 2) of (A + B, B), and their hemispherical means (R, S, 2)."""
    values = np.zeros((ROUGHNESSES, STRENGTHS, COSINES, TURNS, 2))
    means = np.zeros((ROUGHNESSES, STRENGTHS, 2))
    for row in range(ROUGHNESSES):
        across = max((row / (ROUGHNESSES - 1)) ** 2, SMALLEST_ALPHA)
        for column in range(STRENGTHS):
            along = across + (1.0 - across) * (column / (STRENGTHS - 1)) ** 2
            for i in range(COSINES):
                for j in range(TURNS):
                    w = _brushed_direction(i, j, along, across)
                    a, b = integrate_brushed(w, along, across, samples)
                    values[row, column, i, j] = a + b, b
            means[row, column] = _mean(values[row, column], along, across)
    return values, means


def _brushed_direction(cosine: int, turn: int, along: float, across: float) -> Doubles:
    """The direction of a node: the inverse of the kernel's coordinate, by bisection."""
    z = max((cosine / (COSINES - 1)) ** 2, 1e-3)
    sine = np.sqrt(max(1.0 - z * z, 1e-12))
    low, high = 0.0, np.pi / 2.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        d = np.array([sine * np.cos(middle), sine * np.sin(middle), z])
        if turn_coordinate(d, along, across) > turn / (TURNS - 1):
            low = middle
        else:
            high = middle
    return np.array([sine * np.cos(low), sine * np.sin(low), z])


def turn_coordinate(w: Doubles, along: float, across: float) -> Doubles:
    """Return where directions (..., 3) lie between across the brushing, 0, and along it, 1."""
    sine = np.maximum(np.hypot(w[..., 0], w[..., 1]), 1e-6)
    rest = np.sqrt(3.0 * (w[..., 2] ** 2 + (across * w[..., 1]) ** 2))
    x = np.abs(w[..., 0])
    result: Doubles = x / sine * (along * sine + rest) / (along * x + rest)
    return result


def look_up_brushed(values: Doubles, w: Doubles, along: float, across: float) -> Doubles:
    """Interpolate one surface's (C, T, 2) as the kernels do, at directions (N, 3)."""
    x = np.sqrt(np.clip(w[:, 2], 0.0, 1.0)) * (COSINES - 1)
    y = np.clip(turn_coordinate(w, along, across), 0.0, 1.0) * (TURNS - 1)
    i = np.minimum(x.astype(int), COSINES - 2)
    j = np.minimum(y.astype(int), TURNS - 2)
    s, t = (x - i)[:, None], (y - j)[:, None]
    upper = values[i, j] * (1 - t) + values[i, j + 1] * t
    lower = values[i + 1, j] * (1 - t) + values[i + 1, j + 1] * t
    result: Doubles = upper * (1 - s) + lower * s
    return result


def _mean(values: Doubles, along: float, across: float) -> Doubles:
    z2, phi = np.meshgrid((np.arange(200) + 0.5) / 200, (np.arange(60) + 0.5) / 60 * np.pi / 2)
    sine = np.sqrt(1.0 - z2)
    w = np.stack([sine * np.cos(phi), sine * np.sin(phi), np.sqrt(z2)], axis=-1).reshape(-1, 3)
    mean: Doubles = look_up_brushed(values, w, along, across).mean(axis=0)
    return mean


def make_frosted(samples: int) -> Doubles:
    """Return (P, R, C): what facets of a boundary reflect and let through, of light met once.

    Planes are refractive indices, from a thin medium's side to a dense one's.
    """
    values = np.zeros((PLANES, FROSTED_ROUGHNESSES, FROSTED_COSINES))
    for plane in range(PLANES):
        pull = (2.0 * plane / (PLANES - 1) - 1.0) * STEEPEST
        eta = (1.0 + pull) / (1.0 - pull)
        for row in range(FROSTED_ROUGHNESSES):
            alpha = max((row / (FROSTED_ROUGHNESSES - 1)) ** 2, SMALLEST_ALPHA)
            for column in range(FROSTED_COSINES):
                z = max((column / (FROSTED_COSINES - 1)) ** 2, 1e-3)
                w = np.array([np.sqrt(max(1.0 - z * z, 0.0)), 0.0, z])
                values[plane, row, column] = integrate_frosted(w, alpha, eta, samples)
    return values


def integrate_frosted(w: Doubles, alpha: float, eta: float, samples: int) -> float:
    """Return the share of light that leaves frosted glass after one facet, to either side."""
    h = visible_normals(w, alpha, alpha, samples)
    along = h @ w
    reflected = fresnel(along, eta)
    kept = reflected * reflect_masked(w, 2.0 * along[:, None] * h - w, alpha, alpha)
    inside = np.sqrt(np.maximum(1.0 - (1.0 - along**2) / eta**2, 0.0))
    through = (along / eta - inside)[:, None] * h - w / eta
    through[:, 2] *= -1.0
    kept += (1.0 - reflected) * reflect_masked(w, through, alpha, alpha)
    return float(kept.mean())


def make_layers(samples: int) -> tuple[Doubles, Doubles]:
    """Return (B, R, C) factors a of coat and of sheen over metal.

    A base that scatters the share s(o, i) of light from o to i shall keep all that the layer,
    which reflects L(o), lets through: s(o, i) a(o) a(i), summed over i, is what s(o, i) is
    times 1 - L(o). Solved as by Sinkhorn and Knopp 1967.
    """
    coat = np.ones((LAYER_BASES, LAYER_ROUGHNESSES, LAYER_COSINES))
    fuzz = np.ones_like(coat)
    nodes = np.maximum((np.arange(LAYER_COSINES) / (LAYER_COSINES - 1)) ** 2, 1e-3)
    for base in range(LAYER_BASES):
        alpha = max((base / (LAYER_BASES - 1)) ** 2, SMALLEST_ALPHA)
        shares = _scatter_matrix(alpha, nodes, samples)
        for row in range(LAYER_ROUGHNESSES):
            taken, fuzzy = layer_albedo(row / (LAYER_ROUGHNESSES - 1), nodes)
            coat[base, row] = _balance(shares, 1.0 - taken)
            fuzz[base, row] = _balance(shares, 1.0 - fuzzy)
    return coat, fuzz


def layer_albedo(roughness: float, cosines: Doubles) -> tuple[Doubles, Doubles]:
    """Return what a full coat and white sheen reflect, by the tracer's own table."""
    words = load_albedo()[: SIZE * (SIZE + 1)].reshape(SIZE, SIZE + 1, 2)[:, :SIZE]
    table = np.stack([words[..., 0] & 0xFFFF, words[..., 0] >> 16, words[..., 1]]) / UNIT
    y = roughness * (SIZE - 1)
    i = min(int(y), SIZE - 2)
    rows = table[:, i] * (1.0 - (y - i)) + table[:, i + 1] * (y - i)
    a, b, fuzz = (np.interp(cosines * (SIZE - 1), np.arange(SIZE), row) for row in rows)
    return 0.04 * a + b, np.minimum(fuzz * SHEEN_RANGE, 1.0)


def _scatter_matrix(alpha: float, nodes: Doubles, samples: int) -> Doubles:
    """(C, C): share of light from a node's cosine that goes to near another's."""
    matrix = np.zeros((len(nodes), len(nodes)))
    for row, z in enumerate(nodes):
        w = np.array([np.sqrt(max(1.0 - z * z, 0.0)), 0.0, z])
        h = visible_normals(w, alpha, alpha, samples)
        i = 2.0 * (h @ w)[:, None] * h - w
        weight = reflect_masked(w, i, alpha, alpha) / samples
        x = np.sqrt(np.clip(i[:, 2], 0.0, 1.0)) * (len(nodes) - 1)
        cell = np.minimum(x.astype(int), len(nodes) - 2)
        np.add.at(matrix[row], cell, weight * (1.0 - (x - cell)))
        np.add.at(matrix[row], cell + 1, weight * (x - cell))
    return matrix


def _balance(shares: Doubles, passed: Doubles) -> Doubles:
    """Return a with a * (shares @ a) = shares @ 1 * passed."""
    wanted = shares.sum(axis=1) * passed
    factor = np.sqrt(passed)
    for _ in range(STEPS):
        factor = np.sqrt(factor * wanted / np.maximum(shares @ factor, 1e-12))
    return factor


def _print(name: str, values: Doubles, comment: str) -> None:
    """Print 16-bit numbers, each as its difference from the one before, packed as text."""
    numbers = np.rint(np.clip(values, 0.0, 1.0) * UNIT).astype(np.uint32)
    text = pack_numbers(numbers)
    print(f"#: {comment}\n{name} = (")
    for start in range(0, len(text), WIDTH):
        print(f'    "{text[start : start + WIDTH]}"')
    print(")")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="lobe_tables", description=__doc__)
    parser.add_argument("table", choices=("brushed", "frosted", "layer"))
    parser.add_argument("--samples", type=int, default=4096)
    options = parser.parse_args()
    if options.table == "brushed":
        values, means = make_brushed(options.samples)
        _print("KEPT", values[..., 0], "A + B over (roughness, strength, cosine, turn).")
        _print("GRAZING", values[..., 1], "B, likewise.")
        _print("MEANS", means, "Hemispherical means of both over (roughness, strength).")
    elif options.table == "layer":
        for name, values in zip(("COAT", "FUZZ"), make_layers(options.samples), strict=True):
            _print(f"{name}_PASS", values / PASS_RANGE, "Over (base, layer's roughness, cosine).")
    else:
        values = make_frosted(options.samples)
        _print("FROSTED_KEPT", values, "Shares over (index, roughness, cosine).")


if __name__ == "__main__":
    main()
