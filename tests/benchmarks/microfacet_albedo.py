"""What a rough mirror reflects in all, integrated apart from the tracer's own tables.

Smith's height-correlated masking over GGX (Heitz 2014), sampled by visible normals (Heitz 2018).
"""

from __future__ import annotations

import numpy as np

from renderer.scene import Doubles

SMALLEST_ALPHA = 1e-3


def integrate_albedo(roughness: Doubles, cosines: Doubles, samples: int = 2048) -> Doubles:
    """Return (R, C, 2): what a GGX surface reflects in all, as factors of f0 and f90."""
    result = np.zeros((len(roughness), len(cosines), 2))
    for row, value in enumerate(roughness):
        alpha = max(float(value) ** 2, SMALLEST_ALPHA)
        for column, cosine in enumerate(cosines):
            result[row, column] = integrate_brushed(_direction(cosine, 0.0), alpha, alpha, samples)
    return result


def tabulate_brushed(
    roughness: Doubles, cosines: Doubles, turns: Doubles, anisotropy: float
) -> Doubles:
    """Return (R, C, T, 2): as `integrate_albedo`, by the view's turn from the brushing too."""
    result = np.zeros((len(roughness), len(cosines), len(turns), 2))
    for row, value in enumerate(roughness):
        across = max(float(value) ** 2, SMALLEST_ALPHA)
        along = across + (1.0 - across) * anisotropy**2
        for column, cosine in enumerate(cosines):
            for number, turn in enumerate(turns):
                w = _direction(cosine, turn)
                result[row, column, number] = integrate_brushed(w, along, across, 512)
    return result


def _direction(cosine: float, turn: float) -> Doubles:
    c = min(max(float(cosine), 1e-4), 1.0)
    s = np.sqrt(1.0 - c * c)
    return np.array([s * np.cos(turn), s * np.sin(turn), c])


def integrate_brushed(w: Doubles, ax: float, ay: float, samples: int) -> Doubles:
    """Return (2,): what facets of two roughnesses reflect, as factors of f0 and f90."""
    h = visible_normals(w, ax, ay, samples)
    along = h @ w
    weight = reflect_masked(w, 2.0 * along[:, None] * h - w, ax, ay)
    fresnel = np.clip(1.0 - along, 0.0, 1.0) ** 5
    return np.array([np.mean(weight * (1 - fresnel)), np.mean(weight * fresnel)])


def reflect_masked(w: Doubles, i: Doubles, ax: float, ay: float) -> Doubles:
    """Return (N,) weights of sampled directions: masking both ways over one way; 0 below."""
    seen, lit = _lambda(w[None], ax, ay), _lambda(i, ax, ay)
    result: Doubles = np.where(i[:, 2] > 0.0, (1 + seen) / (1 + seen + lit), 0.0)
    return result


def mask_once(i: Doubles, alpha: float) -> Doubles:
    """Return (N,) Smith's masking of directions on their own; 0 below."""
    seen = 1.0 / (1.0 + _lambda(i, alpha, alpha))
    result: Doubles = np.where(i[:, 2] > 0.0, seen, 0.0)
    return result


def fresnel(cosine: Doubles, eta: float) -> Doubles:
    """Return what a smooth boundary reflects; eta is the other side's index over this one's."""
    inside = np.sqrt(np.maximum(1.0 - (1.0 - cosine**2) / eta**2, 0.0))
    parallel = (eta * cosine - inside) / np.maximum(eta * cosine + inside, 1e-12)
    crossed = (cosine - eta * inside) / np.maximum(cosine + eta * inside, 1e-12)
    result: Doubles = 0.5 * (parallel**2 + crossed**2)
    return result


def _lambda(w: Doubles, ax: float, ay: float) -> Doubles:
    stretched2 = (w[:, 0] * ax) ** 2 + (w[:, 1] * ay) ** 2
    result: Doubles = 0.5 * (np.sqrt(1.0 + stretched2 / np.maximum(w[:, 2] ** 2, 1e-12)) - 1.0)
    return result


def visible_normals(w: Doubles, ax: float, ay: float, samples: int) -> Doubles:
    """Heitz 2018, Sampling the GGX Distribution of Visible Normals; at fixed places."""
    index = np.arange(samples) + 0.5
    u1, u2 = index / samples, np.modf(index * 0.6180339887498949)[0]
    v = np.array([ax * w[0], ay * w[1], w[2]])
    v /= np.linalg.norm(v)
    t1 = np.array([-v[1], v[0], 0.0]) if v[2] < 0.9999999 else np.array([1.0, 0.0, 0.0])
    t1 /= np.linalg.norm(t1)
    t2 = np.cross(v, t1)
    r, phi = np.sqrt(u1), 2.0 * np.pi * u2
    p1 = r * np.cos(phi)
    s = 0.5 * (1.0 + v[2])
    p2 = (1.0 - s) * np.sqrt(1.0 - p1 * p1) + s * r * np.sin(phi)
    p3 = np.sqrt(np.maximum(0.0, 1.0 - p1 * p1 - p2 * p2))
    h = p1[:, None] * t1 + p2[:, None] * t2 + p3[:, None] * v
    h = np.stack([ax * h[:, 0], ay * h[:, 1], np.maximum(h[:, 2], 1e-9)], axis=1)
    unit: Doubles = h / np.linalg.norm(h, axis=1, keepdims=True)
    return unit
