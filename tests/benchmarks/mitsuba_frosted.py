"""Mitsuba's rough glass with the light of many bounces given back, as ours does.

Mitsuba's `roughdielectric` leaves out what meets a second facet. Here it is scaled, for each
angle and side, to what it keeps, integrated from its own formulas: masking is the product of
both ways' there (ours is height-correlated), so the integral is another than the tracer's.
"""

from __future__ import annotations

from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from renderer.scene import Doubles
from tests.benchmarks.microfacet_albedo import fresnel, mask_once, visible_normals

STEPS = 64
SAMPLES = 8192


def make_frosted(alpha: float, ior: float) -> Any:
    """Return the BSDF of solid, colourless, frosted glass."""
    nested = mi.load_dict(
        {
            "type": "roughdielectric",
            "distribution": "ggx",
            "alpha": alpha,
            "int_ior": ior,
            "ext_ior": 1.0,
        }
    )
    props = mi.Properties("frosted")
    props["nested"] = nested
    props["alpha"] = alpha
    props["ior"] = ior
    return define_bsdf()(props)


def integrate_kept(alpha: float, eta: float) -> Doubles:
    """Return (STEPS,) what single scattering sends on to either side, over the cosine."""
    kept = np.empty(STEPS)
    for i, z in enumerate((np.arange(STEPS) + 0.5) / STEPS):
        w = np.array([np.sqrt(1.0 - z * z), 0.0, z])
        h = visible_normals(w, alpha, alpha, SAMPLES)
        along = h @ w
        reflected = fresnel(along, eta)
        back = mask_once(2.0 * along[:, None] * h - w, alpha)
        inside = np.sqrt(np.maximum(1.0 - (1.0 - along**2) / eta**2, 0.0))
        through = w / eta - (along / eta - inside)[:, None] * h
        kept[i] = np.mean(reflected * back + (1.0 - reflected) * mask_once(through, alpha))
    return kept


def define_bsdf() -> Any:
    """Return the class; it derives from a class of the variant in use."""

    class Frosted(mi.BSDF):  # type: ignore[misc]
        """See the module."""

        def __init__(self, props: Any) -> None:
            mi.BSDF.__init__(self, props)
            self.nested = props["nested"]
            self.m_components = [self.nested.flags(i) for i in range(2)]
            self.m_flags = self.nested.flags()
            self.kept = []
            for eta in (props["ior"], 1.0 / props["ior"]):
                values = integrate_kept(props["alpha"], eta)[:, None]
                tensor = mi.TensorXf(np.ascontiguousarray(values, dtype=np.float32))
                self.kept.append(mi.Texture1f(tensor, wrap_mode=dr.WrapMode.Clamp))

        def _gain(self, si: Any) -> Any:
            place = mi.Point1f(dr.abs(si.wi.z))
            front, behind = (table.eval(place)[0] for table in self.kept)
            return 1 / dr.select(si.wi.z > 0, front, behind)

        def sample(self, ctx: Any, si: Any, choice: Any, u: Any, active: Any = True) -> Any:
            sample, weight = self.nested.sample(ctx, si, choice, u, active)
            return sample, weight * self._gain(si)

        def eval(self, ctx: Any, si: Any, wo: Any, active: Any = True) -> Any:
            return self.nested.eval(ctx, si, wo, active) * self._gain(si)

        def pdf(self, ctx: Any, si: Any, wo: Any, active: Any = True) -> Any:
            return self.nested.pdf(ctx, si, wo, active)

        def eval_pdf(self, ctx: Any, si: Any, wo: Any, active: Any = True) -> tuple[Any, Any]:
            value, pdf = self.nested.eval_pdf(ctx, si, wo, active)
            return value * self._gain(si), pdf

    return Frosted
