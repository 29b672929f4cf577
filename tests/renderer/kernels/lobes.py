"""Runs the compiled BSDF on one surface point of a material, for tests."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from renderer.kernels import bsdf, material, material_base, surface
from renderer.kernels.albedo_table import load_albedo
from renderer.kernels.data import BSDF_SAMPLE, SURFACE
from renderer.kernels.placing import FLAT
from renderer.layout.geometry import pack_geometry
from renderer.layout.materials import pack_looks
from renderer.layout.space import make_space
from renderer.scene import Image, Material, Texture
from tests.renderer.scenes import make_quad, make_scene

F = np.float32


@numba.njit
def _prepare(point, looks, geometry, origin, direction, band):
    surface.locate(point, geometry, 0, FLAT, origin, direction)
    material_base.fetch_base(point, looks, geometry)
    point.band = band
    material.prepare_lobes(point, looks, geometry, direction)
    # The cheapest materials do without it; the tests need it.
    surface.set_viewer(point, (-direction[0], -direction[1], -direction[2]))


@numba.njit
def _eval(point, albedo, directions, f, pdf):
    for i in range(len(directions)):
        d = (directions[i, 0], directions[i, 1], directions[i, 2])
        f[i], pdf[i] = bsdf.eval_bsdf(point, albedo, d)


@numba.njit
def _sample(point, albedo, out, u, directions, weights, pdf):
    for i in range(len(u)):
        bsdf.sample_bsdf(point, albedo, out, u[i, 0], u[i, 1], u[i, 2])
        if out.valid == 0:
            weights[i] = 0.0
            pdf[i] = -1.0
            continue
        directions[i] = (out.dx, out.dy, out.dz)
        weights[i] = (out.r, out.g, out.b)
        pdf[i] = 0.0 if out.delta else out.pdf


@dataclass
class Lobes:
    """A material at a point, seen from a cosine, from the front or from behind."""

    looks: object
    point: np.ndarray

    @property
    def viewer(self) -> np.ndarray:
        return np.array([self.point[0][name] for name in ("wx", "wy", "wz")], np.float32)

    def eval(self, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (N, 3) f * |cos| and (N,) densities."""
        f, pdf = np.zeros((len(directions), 3), np.float32), np.zeros(len(directions), np.float32)
        _eval(self.point[0], self.looks.albedo, directions.astype(np.float32), f, pdf)
        return f, pdf

    def sample(self, count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return directions, weights and densities (0: mirror or pane, -1: no direction)."""
        u = np.random.default_rng(seed).random((count, 3), np.float32)
        directions, weights = np.zeros((count, 3), np.float32), np.zeros((count, 3), np.float32)
        pdf = np.zeros(count, np.float32)
        out = np.zeros(1, BSDF_SAMPLE)[0]
        _sample(self.point[0], self.looks.albedo, out, u, directions, weights, pdf)
        return directions, weights, pdf


def make_lobes(
    what: Material,
    cosine: float,
    *,
    front: bool = True,
    azimuth: float = 0.0,
    images: tuple[Image, ...] = (),
    band: int = 0,
) -> Lobes:
    """Prepare a material for a viewer at this cosine and azimuth (0: over the UVs' u).

    Args:
        what: the material; its slots' textures are the images of the same number.
        cosine: of the viewer's angle.
        front: whether the viewer sees the front.
        azimuth: of the viewer, radians.
        images: for textures.
        band: of the path, for dispersive glass.
    """
    textures = tuple(Texture(i) for i in range(len(images)))
    scene = make_scene(make_quad(0), materials=(what,), textures=textures, images=images)
    space = make_space(scene)
    geometry = pack_geometry(scene, space).geometry
    looks = pack_looks(scene, space, load_albedo())
    sine = np.sqrt(1.0 - cosine**2)
    side = 1.0 if front else -1.0
    to_viewer = np.array([sine * np.cos(azimuth), sine * np.sin(azimuth), side * cosine])
    origin = tuple(F(x) for x in to_viewer + np.array([0.1, -0.2, 0.0]))
    point = np.zeros(1, SURFACE)
    direction = tuple(F(-x) for x in to_viewer)
    _prepare(point[0], looks, geometry, origin, direction, np.int32(band))
    return Lobes(looks, point)


def make_directions(rows: int, columns: int, *, below: bool) -> tuple[np.ndarray, float]:
    """Return directions at the middles of cells of equal solid angle, and that solid angle."""
    low = -1.0 if below else 0.0
    z = low + (np.arange(rows) + 0.5) / rows * (1.0 - low)
    phi = (np.arange(columns) + 0.5) / columns * 2.0 * np.pi
    z, phi = np.meshgrid(z, phi, indexing="ij")
    sine = np.sqrt(1.0 - z * z)
    directions = np.stack([sine * np.cos(phi), sine * np.sin(phi), z], axis=-1).reshape(-1, 3)
    return directions, (1.0 - low) * 2.0 * np.pi / (rows * columns)
