"""All lights in one table, chosen by power; the environment's distribution."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from renderer.kernels import data
from renderer.kernels.data import COLUMN_EMITTER, ENVIRONMENT, LIGHT, Floats, Lights, Records
from renderer.layout.geometry import PackedGeometry
from renderer.layout.space import Space
from renderer.scene import Doubles, Environment, LightKind, PunctualLight, Scene, TextureSlot

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
#: Every light keeps at least this share of the choice of an average one, so that a wrong guess
#: of its power cannot make it explode in brightness when it is chosen after all.
_SMALLEST_SHARE = 0.05


def pack_lights(scene: Scene, packed: PackedGeometry, space: Space) -> Lights:
    """Return the light table and the environment, and number the emissive triangles.

    Writes the emitters' numbers into `packed.geometry.ids`.
    """
    triangles, radiance = _find_emitters(scene, packed)
    areas = _areas(packed, triangles)
    records = [_pack_emitters(triangles, areas)]
    powers = [radiance * areas * math.pi * 2.0]
    for light in scene.lights:
        record, light_power = _pack_punctual(light, space)
        records.append(record)
        powers.append(np.array([light_power]))
    environment = _make_environment(scene.environment)
    maps = _pack_map(scene.environment)
    if scene.environment is not None:
        sky = np.zeros(1, LIGHT)
        sky["kind"] = data.LIGHT_ENVIRONMENT
        records.append(sky)
        powers.append(np.array([_sky_power(scene.environment, space)]))
    table = np.concatenate(records)
    power = np.concatenate(powers)
    table, kept = _drop_dark(table, power)
    _set_alias_table(table, kept)
    chance = table["chance"][table["kind"] == data.LIGHT_ENVIRONMENT]
    environment["chance"] = chance[0] if len(chance) else 0.0
    is_triangle = table["kind"] == data.LIGHT_TRIANGLE
    _set_axes(table, is_triangle, packed)
    packed.geometry.ids[table["triangle"][is_triangle], COLUMN_EMITTER] = np.flatnonzero(
        is_triangle
    )
    return Lights(table, environment, *maps)


def _find_emitters(
    scene: Scene, packed: PackedGeometry
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return the numbers of emissive triangles and their mean luminance."""
    numbers: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)]
    radiance: list[Doubles] = [np.zeros(0)]
    for number, part in enumerate(packed.geometry.parts):
        material = scene.materials[int(part["material"])] if scene.materials else None
        if material is None or max(material.emission) <= 0.0 or material.unlit:
            continue
        first, end = packed.part_first[number], packed.part_first[number + 1]
        rows = np.arange(first, end)
        value = np.full(len(rows), float(_LUMINANCE @ np.array(material.emission)))
        slot = material.emission_slot
        if slot is not None:
            value = value * _mean_texel(scene, packed, rows, part, slot)
        numbers.append(rows)
        radiance.append(value)
    return np.concatenate(numbers), np.concatenate(radiance)


def _mean_texel(
    scene: Scene,
    packed: PackedGeometry,
    rows: npt.NDArray[np.int64],
    part: Records,
    slot: TextureSlot,
) -> Doubles:
    """Return the emission texture's luminance at a few points of each triangle, averaged.

    A guess for the choice of lights only: what a triangle emits is looked up where it is hit.
    """
    texture = scene.textures[slot.texture]
    texels = scene.images[texture.image].texels
    largest = 1.0 if texels.dtype.kind == "f" else float(np.iinfo(texels.dtype.name).max)
    shading = packed.geometry.shading[rows, 9:15]
    if slot.uv_set > 0 and part["uv_row"] != data.ABSENT_ROW:
        shading = packed.geometry.uvs[rows + int(part["uv_row"])]
    corners = shading.reshape(-1, 3, 2).astype(np.float64)
    weights = np.array([[4, 1, 1], [1, 4, 1], [1, 1, 4], [2, 2, 2]]) / 6.0
    points = np.einsum("kc,tcd->tkd", weights, corners)
    matrix = slot.transform.astype(np.float64)
    placed = points @ matrix[:, :2].T + matrix[:, 2]
    height, width = texels.shape[:2]
    x = np.floor(placed[..., 0] * width).astype(np.int64) % width
    y = np.floor(placed[..., 1] * height).astype(np.int64) % height
    values = (texels[y, x][..., :3].astype(np.float64) / largest).mean(axis=-1)
    if texels.dtype.kind != "f":
        values = values**2.2
    mean: Doubles = values.mean(axis=1)
    # A lamp smaller than the points' distance must not be lost.
    return np.maximum(mean, 0.02 * float((texels[..., :3].max() / largest) > 0))


def _areas(packed: PackedGeometry, triangles: npt.NDArray[np.int64]) -> Doubles:
    rows = packed.geometry.triangles[triangles].astype(np.float64)
    area: Doubles = 0.5 * np.linalg.norm(np.cross(rows[:, 3:6], rows[:, 6:9]), axis=1)
    return area


def _pack_emitters(triangles: npt.NDArray[np.int64], areas: Doubles) -> Records:
    table = np.zeros(len(triangles), LIGHT)
    table["kind"] = data.LIGHT_TRIANGLE
    table["triangle"] = triangles
    table["area"] = areas
    return table


def _set_axes(table: Records, is_triangle: npt.NDArray[np.bool_], packed: PackedGeometry) -> None:
    """Give triangles their normals, as long as area / chance."""
    lamps = table[is_triangle]
    rows = packed.geometry.triangles[lamps["triangle"]].astype(np.float64)
    axis = 0.5 * np.cross(rows[:, 3:6], rows[:, 6:9]) / lamps["chance"][:, None]
    for column, name in enumerate(("dx", "dy", "dz")):
        lamps[name] = axis[:, column]
    table[is_triangle] = lamps


def _pack_punctual(light: PunctualLight, space: Space) -> tuple[Records, float]:
    """Return the light's record and a measure of its power."""
    record = np.zeros(1, LIGHT)
    axis = -light.transform[:3, 2]
    axis = axis / max(float(np.linalg.norm(axis)), 1e-30)
    position = space.point(light.transform[:3, 3])
    for name, value in zip(("x", "y", "z", "dx", "dy", "dz"), (*position, *axis), strict=True):
        record[name] = value
    intensity = light.intensity.astype(np.float64)
    if light.kind is LightKind.DIRECTIONAL:
        record["kind"] = data.LIGHT_SUN
        power = math.pi * space.radius**2
    else:
        # Irradiance is intensity / distance^2, and distances shrink by the scale.
        intensity = intensity * space.scale**2
        record["kind"] = data.LIGHT_SPOT if light.kind is LightKind.SPOT else data.LIGHT_POINT
        power = 4.0 * math.pi
    record["range"] = light.range_m * space.scale
    record["cos_inner"] = math.cos(light.inner_angle)
    record["cos_outer"] = math.cos(light.outer_angle)
    record["r"], record["g"], record["b"] = intensity
    return record, power * float(_LUMINANCE @ intensity)


def _sky_power(environment: Environment, space: Space) -> float:
    """Return the power that the sky sends through a disc as large as the scene."""
    weights = _map_weights(environment)
    mean: float = float(weights.sum()) / max(float(_row_sines(weights.shape[0]).sum()), 1e-30)
    mean = mean / weights.shape[1] * environment.strength
    return float(mean * 4.0 * math.pi * math.pi * space.radius**2)


def _drop_dark(table: Records, power: Doubles) -> tuple[Records, Doubles]:
    """Leave out lights without power; their triangles still shine when a path meets them."""
    finite = np.nan_to_num(power, nan=0.0, posinf=0.0, neginf=0.0)
    usable = finite > 0.0
    table, power = table[usable].copy(), finite[usable]
    return table, np.maximum(power, power.mean() * _SMALLEST_SHARE) if len(power) else power


def _set_alias_table(table: Records, power: Doubles) -> None:
    """Fill keep, alias and chance (Walker 1977, in Vose's linear-time form)."""
    count = len(table)
    if not count:
        return
    chance = power / power.sum()
    scaled = chance * count
    keep = np.ones(count)
    alias = np.arange(count)
    small = [int(i) for i in np.flatnonzero(scaled < 1.0)]
    large = [int(i) for i in np.flatnonzero(scaled >= 1.0)]
    while small and large:
        low, high = small.pop(), large[-1]
        keep[low] = scaled[low]
        alias[low] = high
        scaled[high] -= 1.0 - scaled[low]
        if scaled[high] < 1.0:
            small.append(large.pop())
    table["chance"], table["keep"], table["alias"] = chance, keep, alias


def _make_environment(environment: Environment | None) -> Records:
    record = np.zeros(1, ENVIRONMENT)
    record["cos_turn"] = 1.0
    if environment is not None:
        record["sin_turn"] = math.sin(environment.rotation)
        record["cos_turn"] = math.cos(environment.rotation)
        record["strength"] = environment.strength
        record["height"], record["width"] = environment.radiance.shape[:2]
        record["present"] = 1
        record["visible"] = environment.visible
    return record


def _row_sines(height: int) -> Doubles:
    sines: Doubles = np.sin((np.arange(height) + 0.5) / height * math.pi)
    return sines


def _map_weights(environment: Environment) -> Doubles:
    """Return (H, W): luminance times each row's share of the sphere."""
    radiance = np.maximum(environment.radiance.astype(np.float64), 0.0)
    luminance = _mean_over_texels(radiance @ _LUMINANCE)
    weights: Doubles = luminance * _row_sines(luminance.shape[0])[:, None]
    return weights


def _mean_over_texels(values: Doubles) -> Doubles:
    """Return (H, W): each texel's mean of what is interpolated between texels' centres."""
    above, below = np.vstack([values[:1], values[:-1]]), np.vstack([values[1:], values[-1:]])
    values = 0.75 * values + 0.125 * (above + below)
    return 0.75 * values + 0.125 * (np.roll(values, 1, axis=1) + np.roll(values, -1, axis=1))


def _pack_map(environment: Environment | None) -> tuple[Floats, Floats, Floats, Floats]:
    """Return radiance, cumulative rows, cumulative columns and density of the map."""
    if environment is None:
        zeros = np.zeros((1, 2), np.float32)
        return np.zeros((1, 1, 3), np.float32), zeros[0], zeros, np.zeros((1, 1), np.float32)
    radiance = np.ascontiguousarray(np.nan_to_num(environment.radiance), np.float32)
    weights = _map_weights(environment)
    # Neighbours interpolate: a texel beside a bright one is bright near it. Never zero there.
    weights = np.maximum(weights, 0.05 * weights.mean())
    if not weights.sum() > 0.0:
        weights = np.ones_like(weights)
    rows = _cumulative(weights.sum(axis=1))
    columns = _cumulative(weights)
    density = weights / weights.mean()
    return radiance, rows, columns, density.astype(np.float32)


def _cumulative(weights: Doubles) -> Floats:
    """Return cumulative sums along the last axis, from 0 to exactly 1."""
    total = np.cumsum(weights, axis=-1)
    start = np.zeros((*weights.shape[:-1], 1))
    result = np.concatenate([start, total / total[..., -1:]], axis=-1)
    return result.astype(np.float32)
