"""glTF's metallic-roughness surface as a Mitsuba BSDF, written from the specification.

Mitsuba's own metals and plastics use other formulas (uncorrelated Smith masking, no light after
many bounces between microfacets), so a comparison with them would judge the model, not the
implementation. Here the model is written a second time: glTF 2.0 appendix B with Smith's
height-correlated masking (Heitz 2014), and with the coupling of diffuse and specular by
directional albedo and the return of lost light after Kulla and Conty (2017). The albedo comes
from `microfacet_albedo`, on a finer grid than the tracer's. Brushed surfaces: GGX of two
roughnesses, KHR_materials_anisotropy, with their albedo by the view's turn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import drjit as dr
import mitsuba as mi
import numpy as np

from tests.benchmarks.microfacet_albedo import SMALLEST_ALPHA, integrate_albedo, tabulate_brushed

ROUGHNESS_STEPS, COSINE_STEPS = 48, 64
BRUSHED_STEPS = (24, 32, 12)
_tables: list[Any] = []


@dataclass(frozen=True)
class Core:
    """The dielectric below, and how the metal is brushed.

    Attributes:
        f0: (3,) reflection straight on.
        f90: reflection at grazing angles.
        anisotropy: strength, KHR_materials_anisotropy.
        turn: of the brush from the tangent, radians, counter-clockwise.
    """

    f0: Any
    f90: float
    anisotropy: float = 0.0
    turn: float = 0.0


@dataclass(frozen=True)
class Facets:
    """A surface at the points that are shaded, as the textures tell.

    Attributes:
        base: colour.
        metal: 0..1.
        roughness: as in the file.
        ax: alpha along x of the local frame.
        ay: alpha along y.
        brushed: tables of the albedo and its mean; None for plain surfaces.
    """

    base: Any
    metal: Any
    roughness: Any
    ax: Any
    ay: Any
    brushed: Any


def make_gltf_bsdf(
    base: Any, metallic_roughness: Any, core: Core, vertex_color: bool = False
) -> Any:
    """Return the BSDF.

    Args:
        base: texture of the base colour.
        metallic_roughness: texture; G is roughness, B is metallic, factors included.
        core: what textures do not change.
        vertex_color: the mesh's attribute `vertex_color` multiplies the base colour.
    """
    props = mi.Properties("gltf")
    props["base"] = base
    props["metallic_roughness"] = metallic_roughness
    props["f0"] = mi.ScalarColor3d(*[float(v) for v in core.f0])
    props["f90"] = float(core.f90)
    props["anisotropy"] = float(core.anisotropy)
    props["turn"] = float(core.turn)
    props["vertex_color"] = vertex_color
    return define_bsdf()(props)


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


def _make_brushed(anisotropy: float) -> Any:
    """Textures over (turn, cosine, roughness) and of means over roughness; None for plain ones."""
    if anisotropy == 0.0:
        return None
    rows, columns, turns = BRUSHED_STEPS
    cosines = (np.arange(columns) + 0.5) / columns
    values = tabulate_brushed(
        np.linspace(0.0, 1.0, rows),
        cosines,
        (np.arange(turns) + 0.5) / turns * np.pi / 2.0,
        anisotropy,
    )
    means = (values.mean(axis=2) * cosines[None, :, None]).sum(axis=1) * 2.0 / columns
    settings = {"wrap_mode": dr.WrapMode.Clamp, "filter_mode": dr.FilterMode.Linear}
    tables = [mi.TensorXf(np.ascontiguousarray(t, dtype=np.float32)) for t in (values, means)]
    return mi.Texture3f(tables[0], **settings), mi.Texture1f(tables[1], **settings)


def _look_up_kept(facets: Facets, w: Any) -> Any:
    """What the specular lobe reflects of a direction's light, as factors of f0 and f90."""
    if facets.brushed is None:
        return _look_up(_albedo_tables()[0], facets.roughness, w.z)
    turn = dr.atan2(dr.abs(w.y), dr.abs(w.x)) / (dr.pi / 2)
    return facets.brushed[0].eval(mi.Point3f(turn, w.z, _brushed_row(facets)))


def _look_up_mean(facets: Facets) -> Any:
    if facets.brushed is None:
        return _look_up(_albedo_tables()[1], facets.roughness, 0.5)
    return facets.brushed[1].eval(mi.Point1f(_brushed_row(facets)))


def _brushed_row(facets: Facets) -> Any:
    steps = BRUSHED_STEPS[0]
    return (facets.roughness * (steps - 1) + 0.5) / steps


def _look_up(table: Any, roughness: Any, cosine: Any) -> Any:
    y = (roughness * (ROUGHNESS_STEPS - 1) + 0.5) / ROUGHNESS_STEPS
    return table.eval(mi.Point2f(cosine, y))


def _lambda(w: Any, facets: Facets) -> Any:
    """Smith's masking of a direction above the surface."""
    stretched2 = dr.square(w.x * facets.ax) + dr.square(w.y * facets.ay)
    return 0.5 * (dr.sqrt(1 + stretched2 / dr.square(w.z)) - 1)


def eval_specular(facets: Facets, o: Any, i: Any, f0: Any, f90: Any) -> tuple[Any, Any]:
    """Return (f * cos, density of choosing i by visible normals); both directions are above."""
    h = dr.normalize(o + i)
    length2 = dr.square(h.x / facets.ax) + dr.square(h.y / facets.ay) + dr.square(h.z)
    density = 1 / (dr.pi * facets.ax * facets.ay * dr.square(length2))
    shape = density / (4 * o.z)
    weight = dr.power(dr.maximum(1 - dr.dot(o, h), 0), 5)
    seen, lit = _lambda(o, facets), _lambda(i, facets)
    value = (f0 + (f90 - f0) * weight) * (shape / (1 + seen + lit))
    return value, shape / (1 + seen)


def eval_matt(facets: Facets, o: Any, i: Any, core_f0: Any, core_f90: Any) -> Any:
    """Return the lobes that know nothing of the angle between both, times pi over cos."""
    e_o, e_i, mean = _look_up_kept(facets, o), _look_up_kept(facets, i), _look_up_mean(facets)
    strongest = dr.max(dr.minimum(core_f0, 1.0))

    def core(e: Any) -> Any:
        return 1 - strongest * e[0] - core_f90 * e[1]

    def lost(e: Any) -> Any:
        return 1 - e[0] - e[1]

    share = facets.base * (1 - facets.metal)
    diffuse = share * core(e_o) * core(e_i) / dr.maximum(core(mean), 1e-6)
    fresnel = facets.base + (1 - facets.base) / 21
    kept = mean[0] + mean[1]
    many = fresnel * fresnel * kept / (1 - fresnel * (1 - kept))
    return diffuse + facets.metal * many * lost(e_o) * lost(e_i) / dr.maximum(lost(mean), 1e-6)


def _turn(w: Any, sine: float, cosine: float) -> Any:
    """Turn a local direction about the normal."""
    return mi.Vector3f(w.x * cosine - w.y * sine, w.x * sine + w.y * cosine, w.z)


class Surface:
    """What the BSDF computes; of no variant's class, so that it can stand at this level.

    Args:
        props: as `make_gltf_bsdf` fills them.
    """

    def __init__(self, props: Any) -> None:
        self._base = props["base"]
        self._mr = props["metallic_roughness"]
        self._core_f0 = mi.Color3f(props["f0"])
        self._core_f90 = mi.Float(props["f90"])
        self._anisotropy = props["anisotropy"]
        self._brushed = _make_brushed(self._anisotropy)
        self._sine, self._cosine = math.sin(props["turn"]), math.cos(props["turn"])
        self._vertex_color = props["vertex_color"]

    def eval_pdf(self, si: Any, wo: Any, active: Any) -> tuple[Any, Any]:
        """Return (f * cos, density of `sample`) of the direction `wo`."""
        facets = self._facets(si, active)
        side = dr.sign(si.wi.z)
        o = _turn(si.wi * side, -self._sine, self._cosine)
        i = _turn(wo * side, -self._sine, self._cosine)
        active = active & (i.z > 1e-6) & (o.z > 1e-6)
        i.z = dr.maximum(i.z, 1e-6)
        o.z = dr.maximum(o.z, 1e-6)
        f0 = dr.minimum(self._core_f0, 1.0) * (1 - facets.metal) + facets.base * facets.metal
        f90 = self._core_f90 * (1 - facets.metal) + facets.metal
        value, pdf = eval_specular(facets, o, i, f0, f90)
        cosine = i.z / dr.pi
        value += eval_matt(facets, o, i, self._core_f0, self._core_f90) * cosine
        return dr.select(active, value, 0), dr.select(active, 0.5 * (pdf + cosine), 0)

    def sample(self, si: Any, choice: Any, u: Any, active: Any) -> tuple[Any, Any]:
        """Return a BSDF sample and f * cos / density: visible normals or cosine, half each."""
        facets = self._facets(si, active)
        side = dr.sign(si.wi.z)
        o = _turn(si.wi * side, -self._sine, self._cosine)
        ggx = mi.MicrofacetDistribution(mi.MicrofacetType.GGX, facets.ax, facets.ay, True)
        h, _ = ggx.sample(o, u)
        i = dr.select(choice < 0.5, mi.reflect(o, h), mi.warp.square_to_cosine_hemisphere(u))
        sample = dr.zeros(mi.BSDFSample3f)
        sample.wo = _turn(i, self._sine, self._cosine) * side
        sample.eta = 1.0
        sample.sampled_type = mi.UInt32(+mi.BSDFFlags.GlossyReflection)
        sample.sampled_component = mi.UInt32(0)
        value, pdf = self.eval_pdf(si, sample.wo, active)
        sample.pdf = pdf
        valid = active & (pdf > 0)
        return sample, dr.select(valid, value / pdf, 0)

    def _facets(self, si: Any, active: Any) -> Facets:
        base = self._base.eval(si, active)
        if self._vertex_color:
            color = si.shape.eval_attribute_3("vertex_color", si, active)
            base = base * mi.Color3f(color)
        mr = self._mr.eval(si, active)
        roughness = dr.clip(mr.y, 0.0, 1.0)
        alpha = dr.maximum(roughness * roughness, SMALLEST_ALPHA)
        along = dr.lerp(alpha, 1.0, self._anisotropy**2)
        return Facets(base, dr.clip(mr.z, 0.0, 1.0), roughness, along, alpha, self._brushed)


def define_bsdf() -> Any:
    """Return Mitsuba's class around a `Surface`; its base is one of the variant in use."""

    class GltfBsdf(mi.BSDF):  # type: ignore[misc]
        """See the module."""

        def __init__(self, props: Any) -> None:
            mi.BSDF.__init__(self, props)
            self.surface = Surface(props)
            flags = mi.BSDFFlags.DiffuseReflection | mi.BSDFFlags.GlossyReflection
            both = mi.BSDFFlags.FrontSide | mi.BSDFFlags.BackSide
            self.m_components = [flags | both]
            self.m_flags = flags | both

        def eval_pdf(self, ctx: Any, si: Any, wo: Any, active: Any = True) -> tuple[Any, Any]:
            return self.surface.eval_pdf(si, wo, active)

        def eval(self, ctx: Any, si: Any, wo: Any, active: Any = True) -> Any:
            return self.surface.eval_pdf(si, wo, active)[0]

        def pdf(self, ctx: Any, si: Any, wo: Any, active: Any = True) -> Any:
            return self.surface.eval_pdf(si, wo, active)[1]

        def sample(self, ctx: Any, si: Any, choice: Any, u: Any, active: Any = True) -> Any:
            return self.surface.sample(si, choice, u, active)

    return GltfBsdf
