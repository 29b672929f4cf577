"""The environment's map, its distribution and the sun as the kernels read them."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from renderer.kernels.data import ENVIRONMENT, Floats, Ints, Records
from renderer.scene import Doubles, Environment, Sun

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
#: Share of the mean that the darkest part of a map is chosen with: what lies between texels is
#: as bright as its neighbours, and the distribution is not infinitely fine.
_SMALLEST_DENSITY = 0.05
#: Bounds of the sun's share of the choice between map and sun: neither may starve the other.
_SUN_SHARE = (0.2, 0.7)
#: Columns per entry of the guide: as coarse as to add a quarter to the memory of the table.
_COLUMNS_PER_STEP = 4

Map = tuple[Floats, Floats, Ints, Floats, Ints]


def pack_environment(environment: Environment | None) -> tuple[Records, Map]:
    """Return the environment's record, and the arrays `radiance` to `columns_guide` of `Lights`."""
    record = np.zeros(1, ENVIRONMENT)
    record["cos_turn"] = 1.0
    if environment is None:
        zeros = np.zeros(2, np.float32)
        none = np.zeros(2, np.int32)
        return record, (np.zeros((1, 4), np.float32), zeros, none, zeros, none)
    height, width = environment.radiance.shape[:2]
    record["sin_turn"] = math.sin(environment.rotation)
    record["cos_turn"] = math.cos(environment.rotation)
    record["strength"] = environment.strength
    record["height"], record["width"] = height, width
    record["guide_steps"] = max(1, width // _COLUMNS_PER_STEP)
    record["present"] = 1
    record["visible"] = environment.visible
    if environment.sun is not None:
        _set_sun(record, environment, environment.sun)
    return record, _pack_map(environment, int(record["guide_steps"][0]))


def environment_irradiance(environment: Environment) -> float:
    """Return a measure of the light that the environment sends: the mean over the sphere.

    Map: pi times the mean radiance; sun: a quarter of what it gives a surface that faces it.
    """
    weights = _map_weights(environment.radiance)
    mean = float(weights.sum()) / max(float(_row_sines(weights.shape[0]).sum()), 1e-30)
    return float(math.pi * mean / weights.shape[1] * environment.strength) + _sun_power(environment)


def _sun_power(environment: Environment) -> float:
    if environment.sun is None:
        return 0.0
    return float(LUMINANCE @ np.array(environment.sun.irradiance)) * environment.strength / 4.0


def _set_sun(record: Records, environment: Environment, sun: Sun) -> None:
    """Write the sun's disc, turned with the map (a turn moves +X towards -Z)."""
    power = _sun_power(environment)
    if not power > 0.0:
        return
    sine, cosine = math.sin(environment.rotation), math.cos(environment.rotation)
    x, y, z = sun.direction / np.linalg.norm(sun.direction)
    record["sun_x"], record["sun_y"], record["sun_z"] = (
        x * cosine + z * sine,
        y,
        z * cosine - x * sine,
    )
    chord2 = 4.0 * math.sin(sun.radius / 2.0) ** 2
    record["sun_chord2"] = chord2
    solid_angle = math.pi * chord2
    for axis, value in zip("rgb", sun.irradiance, strict=True):
        record[f"sun_{axis}"] = value * environment.strength / solid_angle
    total = environment_irradiance(environment)
    share = min(max(power / total, _SUN_SHARE[0]), _SUN_SHARE[1])
    record["sun_share"] = share
    record["sun_pdf"] = share / solid_angle


def _row_sines(height: int) -> Doubles:
    sines: Doubles = np.sin((np.arange(height) + 0.5) / height * math.pi)
    return sines


def _map_weights(radiance: npt.NDArray[np.float32]) -> Doubles:
    """Return (H, W): luminance times each row's share of the sphere."""
    luminance = np.maximum(radiance, np.float32(0.0)).astype(np.float64) @ LUMINANCE
    weights: Doubles = luminance * _row_sines(luminance.shape[0])[:, None]
    return weights


def _pack_map(environment: Environment, guide_steps: int) -> Map:
    radiance = np.ascontiguousarray(np.nan_to_num(environment.radiance), np.float32)
    weights = _smooth(_map_weights(radiance))
    if not weights.sum() > 0.0:
        weights = np.ones_like(weights)
    weights = np.maximum(weights, _SMALLEST_DENSITY * weights.mean())
    rows = _cumulative(weights.sum(axis=1)[None])
    columns = _cumulative(weights)
    texels = np.empty((*weights.shape, 4), np.float32)
    texels[..., :3] = radiance
    texels[..., 3] = weights / weights.mean()
    return (
        texels.reshape(-1, 4),
        rows.reshape(-1),
        _make_guide(rows, len(weights)).reshape(-1),
        columns.reshape(-1),
        _make_guide(columns, guide_steps).reshape(-1),
    )


def _smooth(weights: Doubles) -> Doubles:
    """Return each texel's mean over its own square when neighbours are interpolated."""
    low = np.concatenate([weights[:1], weights[:-1]])
    high = np.concatenate([weights[1:], weights[-1:]])
    rows = 0.75 * weights + 0.125 * (low + high)
    result: Doubles = 0.75 * rows + 0.125 * (np.roll(rows, 1, axis=1) + np.roll(rows, -1, axis=1))
    return result


def _cumulative(weights: Doubles) -> Floats:
    """Return cumulative sums along the last axis, from 0 to exactly 1."""
    result = np.zeros((weights.shape[0], weights.shape[1] + 1), np.float32)
    total = np.cumsum(weights, axis=1)
    result[:, 1:] = total / total[:, -1:]
    return result


def _make_guide(cumulative: Floats, steps: int) -> Ints:
    """Return (rows, steps + 1): the interval that holds each multiple of 1 / steps.

    Counts the entries not above it, all rows at once: entry k stands at the first multiple that
    is not below it.
    """
    rows, entries = cumulative.shape
    first = np.ceil(cumulative[:, :-1].astype(np.float64) * steps).astype(np.int64)
    place = first + np.arange(rows)[:, None] * (steps + 1)
    counts = np.bincount(place.reshape(-1), minlength=rows * (steps + 1))
    guide = np.cumsum(counts.reshape(rows, steps + 1), axis=1) - 1
    result: Ints = np.minimum(guide, entries - 2).astype(np.int32)
    return result
