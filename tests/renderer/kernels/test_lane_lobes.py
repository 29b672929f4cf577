"""Sixteen materials side by side give the bits that each of them gives alone."""

import numba
import numpy as np
import pytest

from renderer.kernels import bsdf, material, material_base, surface
from renderer.kernels.albedo_table import load_albedo
from renderer.kernels.data import BSDF_SAMPLE, SURFACE
from renderer.kernels.lane_functions import lane_numbers, select
from renderer.kernels.lane_memory import lane_record, lanes_of, scatter
from renderer.kernels.placing import FLAT
from renderer.layout.geometry import pack_geometry
from renderer.layout.materials import pack_looks
from renderer.layout.space import make_space
from renderer.scene import Image, Material, Texture, TextureSlot
from tests.renderer.kernels.test_bsdf import CLEAR, GLASS, LAYERED, OPAQUE
from tests.renderer.scenes import make_quad, make_scene

pytestmark = pytest.mark.slow

F = np.float32
SLOT = TextureSlot(0)
TEXTURED = {
    "textured": Material(
        base_color_slot=SLOT, metallic_roughness_slot=SLOT, normal_slot=SLOT, specular_slot=SLOT
    ),
    "layers": Material(
        clearcoat=1.0,
        clearcoat_slot=SLOT,
        clearcoat_normal_slot=SLOT,
        clearcoat_roughness_slot=SLOT,
        clearcoat_roughness=0.5,
        sheen_color=(0.8, 0.5, 0.3),
        sheen_color_slot=SLOT,
        sheen_roughness=0.7,
        sheen_roughness_slot=SLOT,
    ),
    "film": Material(
        iridescence=1.0, iridescence_slot=SLOT, iridescence_thickness_slot=SLOT, roughness=0.4,
        anisotropy=0.8, anisotropy_slot=SLOT,
    ),
    "gloss": Material(specular_glossiness=True, specular_glossiness_slot=SLOT),
    "prism": Material(
        metallic=0.0, transmission=0.9, transmission_slot=SLOT, thickness=1.0, dispersion=1.0,
        roughness=0.3,
    ),
}  # fmt: skip
MATERIALS = tuple({**OPAQUE, **GLASS, **CLEAR, **LAYERED, **TEXTURED}.values())
LANES = 16


@numba.njit
def _one(point, out, looks, geometry, ray, triangle, wi, u, result):
    direction = (ray[3], ray[4], ray[5])
    surface.locate(point, geometry, triangle, FLAT, (ray[0], ray[1], ray[2]), direction)
    material_base.fetch_base(point, looks, geometry)
    point.band = np.int32(triangle % 6)
    material.prepare_lobes(point, looks, geometry, direction)
    f, result[3] = bsdf.eval_bsdf(point, looks.albedo, (wi[0], wi[1], wi[2]))
    result[0], result[1], result[2] = f
    bsdf.sample_bsdf(point, looks.albedo, out, u[0], u[1], u[2])
    result[4], result[5], result[6], result[7] = out.dx, out.dy, out.dz, out.valid
    result[8], result[9], result[10], result[11] = out.r, out.g, out.b, out.pdf
    result[12], result[13], result[14], result[15] = out.delta, out.transmitted, out.top, out.eta


@numba.njit
def _sixteen(points, outs, looks, geometry, rays, triangles, bands, wis, us, results):
    point, out, i = lanes_of(points), lanes_of(outs), lane_numbers()
    every = i >= np.int32(0)
    direction = (rays[i, 3], rays[i, 4], rays[i, 5])
    origin = (rays[i, 0], rays[i, 1], rays[i, 2])
    flat = select(every, FLAT, FLAT)
    surface.locate(point, geometry, triangles[i], flat, origin, direction)
    material_base.fetch_base(point, looks, geometry)
    point.band = bands[i]
    material.prepare_lobes(point, looks, geometry, direction)
    f, pdf = bsdf.eval_bsdf(point, looks.albedo, (wis[i, 0], wis[i, 1], wis[i, 2]))
    scatter(results, i, 0, f[0], every)
    scatter(results, i, 1, f[1], every)
    scatter(results, i, 2, f[2], every)
    scatter(results, i, 3, pdf, every)
    bsdf.sample_bsdf(point, looks.albedo, out, us[i, 0], us[i, 1], us[i, 2])


def _aligned(kind):
    """One record of lanes where vector instructions want it."""
    memory = np.zeros(kind.itemsize + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + kind.itemsize].view(kind)


def test_sixteen_materials_give_the_bits_of_each_alone():
    rng = np.random.default_rng(3)
    texels = rng.integers(1, 255, (4, 4, 4), dtype=np.uint8)
    scene = make_scene(
        *(make_quad(i) for i in range(len(MATERIALS))),
        materials=MATERIALS,
        textures=(Texture(0),),
        images=(Image("noise", texels),),
    )
    space = make_space(scene)
    geometry = pack_geometry(scene, space).geometry
    looks = pack_looks(scene, space, load_albedo())
    points, outs = _aligned(lane_record(SURFACE)), _aligned(lane_record(BSDF_SAMPLE))
    alone, sample = np.zeros(1, SURFACE), np.zeros(1, BSDF_SAMPLE)
    compared = 0

    for _ in range(60):
        triangles = rng.integers(0, 2 * len(MATERIALS), LANES).astype(np.int32)
        wi = rng.normal(size=(LANES, 3)).astype(F)
        wi /= np.linalg.norm(wi, axis=1, keepdims=True)
        rays = np.zeros((LANES, 6), F)
        rays[:, 3:] = rng.normal(size=(LANES, 3))
        rays[:, 3:] /= np.linalg.norm(rays[:, 3:], axis=1, keepdims=True)
        rays[:, :3] = np.array([0.3, -0.2, 0.0], F) * space.scale - rays[:, 3:]
        u = rng.random((LANES, 3), F)
        results = np.zeros((LANES, 4), F)
        _sixteen(
            points[0], outs[0], looks, geometry, rays, triangles, triangles % 6, wi, u, results
        )

        for lane in range(LANES):
            expected = np.zeros(LANES, F)
            _one(
                alone[0], sample[0], looks, geometry, rays[lane], triangles[lane], wi[lane],
                u[lane], expected,
            )  # fmt: skip
            assert results[lane].tobytes() == expected[:4].tobytes()
            names = ("valid", "delta", "transmitted", "straight", "top", "eta", "dx", "dy", "dz")
            for name in names if sample[0]["valid"] else ("valid",):
                assert outs[0][name][lane] == sample[0][name], (name, triangles[lane])
            if sample[0]["valid"]:
                weights = [[o[n] for n in ("r", "g", "b")] for o in (sample[0],)]
                assert [outs[0][n][lane] for n in ("r", "g", "b")] == weights[0]
                compared += 1
    assert compared > 500
