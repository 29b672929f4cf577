"""What a rough mirror reflects in all, integrated apart from the tracer's own tables.

Smith's height-correlated masking over GGX (Heitz 2014), sampled by visible normals (Heitz 2018).
"""

from __future__ import annotations

import numpy as np

from renderer.scene import Doubles

SMALLEST_ALPHA = 1e-3


def integrate_albedo(roughness: Doubles, cosines: Doubles, samples: int = 2048) -> Doubles:
    """Return (R, C, 2): what a GGX surface reflects in all, as factors of f0 and f90.

    Integrated over visible normals (Heitz 2018): the weight is masking both ways over one way.
    """
    index = np.arange(samples) + 0.5
    u1, u2 = index / samples, np.modf(index * 0.6180339887498949)[0]
    result = np.zeros((len(roughness), len(cosines), 2))
    for row, value in enumerate(roughness):
        alpha = max(float(value) ** 2, SMALLEST_ALPHA)
        for column, cosine in enumerate(cosines):
            c = min(max(float(cosine), 1e-4), 1.0)
            w = np.array([np.sqrt(1.0 - c * c), 0.0, c])
            h = _visible_normals(w, alpha, u1, u2)
            along = h @ w
            i = 2.0 * along[:, None] * h - w
            lambda_o, lambda_i = _lambda(np.array([c]), alpha), _lambda(i[:, 2], alpha)
            weight = np.where(i[:, 2] > 0.0, (1 + lambda_o) / (1 + lambda_o + lambda_i), 0.0)
            fresnel = np.clip(1.0 - along, 0.0, 1.0) ** 5
            result[row, column] = np.mean(weight * (1 - fresnel)), np.mean(weight * fresnel)
    return result


def _lambda(z: Doubles, alpha: float) -> Doubles:
    z2 = np.maximum(z * z, 1e-12)
    result: Doubles = 0.5 * (np.sqrt(1.0 + alpha**2 * (1.0 - z2) / z2) - 1.0)
    return result


def _visible_normals(w: Doubles, alpha: float, u1: Doubles, u2: Doubles) -> Doubles:
    """Heitz 2018, Sampling the GGX Distribution of Visible Normals; w has y = 0."""
    v = np.array([alpha * w[0], 0.0, w[2]])
    v /= np.linalg.norm(v)
    t1 = np.array([0.0, 1.0, 0.0])
    t2 = np.cross(v, t1)
    r, phi = np.sqrt(u1), 2.0 * np.pi * u2
    p1 = r * np.cos(phi)
    s = 0.5 * (1.0 + v[2])
    p2 = (1.0 - s) * np.sqrt(1.0 - p1 * p1) + s * r * np.sin(phi)
    p3 = np.sqrt(np.maximum(0.0, 1.0 - p1 * p1 - p2 * p2))
    h = p1[:, None] * t1 + p2[:, None] * t2 + p3[:, None] * v
    h = np.stack([alpha * h[:, 0], alpha * h[:, 1], np.maximum(h[:, 2], 1e-9)], axis=1)
    unit: Doubles = h / np.linalg.norm(h, axis=1, keepdims=True)
    return unit
