"""All lights in one table: chosen by power when few, by the light tree when many."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from renderer.kernels import data
from renderer.kernels.data import COLUMN_EMITTER, LIGHT, LIGHT_NODE, Lights, Records
from renderer.layout.emission import mean_emission
from renderer.layout.environment import LUMINANCE, environment_irradiance, pack_environment
from renderer.layout.geometry import PackedGeometry
from renderer.layout.light_tree import make_light_tree
from renderer.layout.space import Space
from renderer.scene import Doubles, LightKind, PunctualLight, Scene

#: Up to so many lights a choice by power costs less than the tree gains.
FEW_LIGHTS = 8
#: Every light keeps at least this share of the choice of an average one, so that a wrong guess
#: of its power cannot make it explode in brightness when it is chosen after all.
_SMALLEST_SHARE = 0.05
#: Likewise of the tree against the sky and the sun, which outdoors are a million times stronger
#: and in a room mostly hidden.
_SMALLEST_TREE_SHARE = 0.3


def pack_lights(scene: Scene, packed: PackedGeometry, space: Space) -> Lights:
    """Return the light table and the environment, and number the emissive triangles.

    A few lights, and those that are infinitely far away, are chosen by power; more than
    `FEW_LIGHTS` that are somewhere form the light tree, which is chosen like one light.
    Writes the emitters' numbers into `packed.geometry.ids`.
    """
    near, power = _pack_near(scene, packed, space)
    far, far_power = _pack_far(scene, space)
    if len(near) > FEW_LIGHTS:
        tree_entry = np.zeros(1, LIGHT)
        tree_entry["kind"] = data.LIGHT_TREE
        choices = np.concatenate([tree_entry, far])
        shares = np.concatenate([[power.sum()], far_power])
        shares = np.maximum(shares, shares.sum() * _SMALLEST_TREE_SHARE / len(shares))
        tree = make_light_tree(near, power, packed, len(choices))
        _set_alias_table(choices, shares)
        near["chance"] = choices["chance"][0]
        table = np.concatenate([choices, near])
    else:
        tree = np.zeros((0, LIGHT_NODE.itemsize // 4), np.float32)
        shares = np.concatenate([power, far_power])
        table = choices = np.concatenate([near, far])
        if len(shares):
            _set_alias_table(table, np.maximum(shares, shares.mean() * _SMALLEST_SHARE))
    environment, maps = pack_environment(scene.environment)
    chance = table["chance"][table["kind"] == data.LIGHT_ENVIRONMENT]
    environment["chance"] = chance[0] if len(chance) else 0.0
    environment["choices"] = len(choices)
    is_triangle = table["kind"] == data.LIGHT_TRIANGLE
    _set_axes(table, is_triangle, packed)
    packed.geometry.ids[table["triangle"][is_triangle], COLUMN_EMITTER] = np.flatnonzero(
        is_triangle
    )
    return Lights(table, environment, *maps, tree)


def _pack_near(scene: Scene, packed: PackedGeometry, space: Space) -> tuple[Records, Doubles]:
    """Return the lights that are somewhere, and their power; dark ones are left out."""
    triangles, radiance = _find_emitters(scene, packed)
    areas = _areas(packed, triangles)
    records = [_pack_emitters(triangles, areas)]
    powers = [radiance * areas * math.pi * 2.0]
    for light in scene.lights:
        if light.kind is not LightKind.DIRECTIONAL:
            records.append(_pack_punctual(light, space))
            powers.append(np.array([4.0 * math.pi * _luminance(records[-1])]))
    return _drop_dark(np.concatenate(records), np.concatenate(powers))


def _pack_far(scene: Scene, space: Space) -> tuple[Records, Doubles]:
    """Return directional lights and the environment, and what each sends through the scene."""
    records = [np.zeros(0, LIGHT)]
    powers: list[float] = []
    disc = math.pi * space.radius**2
    for light in scene.lights:
        if light.kind is LightKind.DIRECTIONAL:
            records.append(_pack_punctual(light, space))
            powers.append(disc * _luminance(records[-1]))
    if scene.environment is not None:
        sky = np.zeros(1, LIGHT)
        sky["kind"] = data.LIGHT_ENVIRONMENT
        records.append(sky)
        powers.append(4.0 * disc * environment_irradiance(scene.environment))
    return _drop_dark(np.concatenate(records), np.array(powers))


def _luminance(record: Records) -> float:
    return float(LUMINANCE @ np.array([record["r"][0], record["g"][0], record["b"][0]]))


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
        value = np.full(len(rows), float(LUMINANCE @ np.array(material.emission)))
        slot = material.emission_slot
        if slot is not None:
            value = value * mean_emission(scene, packed, rows, part, slot)
        numbers.append(rows)
        radiance.append(value)
    return np.concatenate(numbers), np.concatenate(radiance)


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


def _pack_punctual(light: PunctualLight, space: Space) -> Records:
    """Return the record of a light without area."""
    record = np.zeros(1, LIGHT)
    axis = -light.transform[:3, 2]
    axis = axis / max(float(np.linalg.norm(axis)), 1e-30)
    position = space.point(light.transform[:3, 3])
    for name, value in zip(("x", "y", "z", "dx", "dy", "dz"), (*position, *axis), strict=True):
        record[name] = value
    intensity = light.intensity.astype(np.float64)
    if light.kind is LightKind.DIRECTIONAL:
        record["kind"] = data.LIGHT_SUN
    else:
        # Irradiance is intensity / distance^2, and distances shrink by the scale.
        intensity = intensity * space.scale**2
        record["kind"] = data.LIGHT_SPOT if light.kind is LightKind.SPOT else data.LIGHT_POINT
    record["range"] = light.range_m * space.scale
    record["cos_inner"] = math.cos(light.inner_angle)
    record["cos_outer"] = math.cos(light.outer_angle)
    record["r"], record["g"], record["b"] = intensity
    return record


def _drop_dark(table: Records, power: Doubles) -> tuple[Records, Doubles]:
    """Leave out lights without power, and what is not finite."""
    finite = np.nan_to_num(power, nan=0.0, posinf=0.0, neginf=0.0)
    usable = finite > 0.0
    return table[usable].copy(), finite[usable]


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
