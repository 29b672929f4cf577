"""glTF's metallic-roughness surface as a Mitsuba BSDF, written from the specification.

Mitsuba's own metals and plastics use other formulas (uncorrelated Smith masking, no light after
many bounces between microfacets), so a comparison with them would judge the model, not the
implementation. Here the model is written a second time: glTF 2.0 appendix B with Smith's
height-correlated masking (Heitz 2014), and with the coupling of diffuse and specular by
directional albedo and the return of lost light after Kulla and Conty (2017). The albedo is
integrated here, on a finer grid than the tracer's.
"""

from __future__ import annotations

from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from renderer.scene import Doubles

ROUGHNESS_STEPS, COSINE_STEPS = 48, 64
_SMALLEST_ALPHA = 1e-3
_tables: list[Any] = []


def make_gltf_bsdf(
    base: Any, metallic_roughness: Any, f0: Any, f90: float, vertex_color: bool = False
) -> Any:
    """Return the BSDF.

    Args:
        base: texture of the base colour.
        metallic_roughness: texture; G is roughness, B is metallic, factors included.
        f0: (3,) of the dielectric part.
        f90: of the dielectric part.
        vertex_color: the mesh's attribute `vertex_color` multiplies the base colour.
    """
    props = mi.Properties("gltf")
    props["base"] = base
    props["metallic_roughness"] = metallic_roughness
    props["f0"] = mi.ScalarColor3d(*[float(v) for v in f0])
    props["f90"] = float(f90)
    props["vertex_color"] = vertex_color
    return define_bsdf()(props)


def integrate_albedo(roughness: Doubles, cosines: Doubles, samples: int = 2048) -> Doubles:
    """Return (R, C, 2): what a GGX surface reflects in all, as factors of f0 and f90.

    Integrated over visible normals (Heitz 2018): the weight is masking both ways over one way.
    """
    index = np.arange(samples) + 0.5
    u1, u2 = index / samples, np.modf(index * 0.6180339887498949)[0]
    result = np.zeros((len(roughness), len(cosines), 2))
    for row, value in enumerate(roughness):
        alpha = max(float(value) ** 2, _SMALLEST_ALPHA)
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


def _albedo_tables() -> list[Any]:
    """Textures over (cosine, roughness): albedo factors; over roughness: their means."""
    if not _tables:
        roughness = np.linspace(0.0, 1.0, ROUGHNESS_STEPS)
        cosines = (np.arange(COSINE_STEPS) + 0.5) / COSINE_STEPS
        values = integrate_albedo(roughness, cosines)
        mean = np.sum(values * cosines[None, :, None], axis=1) * 2.0 / COSINE_STEPS
        for table in (values, np.repeat(mean[:, None], 2, axis=1)):
            tensor = mi.TensorXf(np.ascontiguousarray(table, dtype=np.float32))
            _tables.append(
                mi.Texture2f(tensor, wrap_mode=dr.WrapMode.Clamp, filter_mode=dr.FilterMode.Linear)
            )
    return _tables


def define_bsdf() -> Any:
    """Return the class; it derives from a class of the variant in use."""

    class GltfBsdf(mi.BSDF):  # type: ignore[misc]
        """See the module."""

        def __init__(self, props: Any) -> None:
            mi.BSDF.__init__(self, props)
            self.base = props["base"]
            self.mr = props["metallic_roughness"]
            self.core_f0 = mi.Color3f(props["f0"])
            self.core_f90 = mi.Float(props["f90"])
            self.vertex_color = props["vertex_color"]
            self.tables = _albedo_tables()
            flags = mi.BSDFFlags.DiffuseReflection | mi.BSDFFlags.GlossyReflection
            both = mi.BSDFFlags.FrontSide | mi.BSDFFlags.BackSide
            self.m_components = [flags | both]
            self.m_flags = flags | both

        def _albedo(self, roughness: Any, cosine: Any) -> Any:
            y = (roughness * (ROUGHNESS_STEPS - 1) + 0.5) / ROUGHNESS_STEPS
            return self.tables[0].eval(mi.Point2f(cosine, y))

        def _mean(self, roughness: Any) -> Any:
            y = (roughness * (ROUGHNESS_STEPS - 1) + 0.5) / ROUGHNESS_STEPS
            return self.tables[1].eval(mi.Point2f(0.5, y))

        def _surface(self, si: Any, active: Any) -> tuple[Any, Any, Any, Any]:
            base = self.base.eval(si, active)
            if self.vertex_color:
                color = si.shape.eval_attribute_3("vertex_color", si, active)
                base = base * mi.Color3f(color)
            mr = self.mr.eval(si, active)
            roughness = dr.clip(mr.y, 0.0, 1.0)
            alpha = dr.maximum(roughness * roughness, _SMALLEST_ALPHA)
            return base, dr.clip(mr.z, 0.0, 1.0), roughness, alpha

        def eval_pdf(self, ctx: Any, si: Any, wo: Any, active: Any = True) -> tuple[Any, Any]:
            base, metal, roughness, alpha = self._surface(si, active)
            side = dr.sign(si.wi.z)
            o, i = si.wi * side, wo * side
            active = active & (i.z > 1e-6) & (o.z > 1e-6)
            i.z = dr.maximum(i.z, 1e-6)
            o.z = dr.maximum(o.z, 1e-6)
            f0 = dr.minimum(self.core_f0, 1.0) * (1 - metal) + base * metal
            f90 = self.core_f90 * (1 - metal) + metal
            h = dr.normalize(o + i)
            a2 = alpha * alpha
            density = a2 / (dr.pi * dr.square((a2 - 1) * h.z * h.z + 1))
            lambda_o = self._masked(o.z, a2)
            lambda_i = self._masked(i.z, a2)
            weight = dr.power(dr.maximum(1 - dr.dot(o, h), 0), 5)
            shape = density / (4 * o.z)
            value = (f0 + (f90 - f0) * weight) * (shape / (1 + lambda_o + lambda_i))
            pdf = 0.5 * shape / (1 + lambda_o) + 0.5 * i.z / dr.pi
            value += self._smooth_part(base, metal, roughness, o.z, i.z) * (i.z / dr.pi)
            return dr.select(active, value, 0), dr.select(active, pdf, 0)

        def _smooth_part(self, base: Any, metal: Any, roughness: Any, o: Any, i: Any) -> Any:
            """The lobes that depend on the two cosines only, times pi."""
            e_o, e_i = self._albedo(roughness, o), self._albedo(roughness, i)
            mean = self._mean(roughness)
            strongest = dr.max(dr.minimum(self.core_f0, 1.0))

            def core(e: Any) -> Any:
                return 1 - strongest * e[0] - self.core_f90 * e[1]

            diffuse = base * (1 - metal) * core(e_o) * core(e_i) / dr.maximum(core(mean), 1e-6)

            def lost(e: Any) -> Any:
                return 1 - e[0] - e[1]

            fresnel = base + (1 - base) / 21
            kept = mean[0] + mean[1]
            many = fresnel * fresnel * kept / (1 - fresnel * (1 - kept))
            return diffuse + metal * many * lost(e_o) * lost(e_i) / dr.maximum(lost(mean), 1e-6)

        def _masked(self, z: Any, a2: Any) -> Any:
            tangent2 = (1 - z * z) / (z * z)
            return 0.5 * (dr.sqrt(1 + a2 * dr.maximum(tangent2, 0)) - 1)

        def eval(self, ctx: Any, si: Any, wo: Any, active: Any = True) -> Any:
            return self.eval_pdf(ctx, si, wo, active)[0]

        def pdf(self, ctx: Any, si: Any, wo: Any, active: Any = True) -> Any:
            return self.eval_pdf(ctx, si, wo, active)[1]

        def sample(self, ctx: Any, si: Any, choice: Any, u: Any, active: Any = True) -> Any:
            _, _, _, alpha = self._surface(si, active)
            side = dr.sign(si.wi.z)
            o = si.wi * side
            ggx = mi.MicrofacetDistribution(mi.MicrofacetType.GGX, alpha, True)
            h, _ = ggx.sample(o, u)
            i = dr.select(choice < 0.5, mi.reflect(o, h), mi.warp.square_to_cosine_hemisphere(u))
            sample = dr.zeros(mi.BSDFSample3f)
            sample.wo = i * side
            sample.eta = 1.0
            sample.sampled_type = mi.UInt32(+mi.BSDFFlags.GlossyReflection)
            sample.sampled_component = mi.UInt32(0)
            value, pdf = self.eval_pdf(ctx, si, sample.wo, active)
            sample.pdf = pdf
            valid = active & (pdf > 0)
            return sample, dr.select(valid, value / pdf, 0)

    return GltfBsdf
