"""Materials, texture slots and texels as the kernels read them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from renderer.kernels import data
from renderer.kernels.data import MATERIAL, SLOT, Floats, Looks, Records, Words
from renderer.layout.space import Space
from renderer.layout.uv_sets import later_uv_sets
from renderer.scene import AlphaMode, Doubles, Material, Scene, TextureSlot, Wrap

_WRAPS = {
    Wrap.REPEAT: data.WRAP_REPEAT,
    Wrap.MIRROR: data.WRAP_MIRROR,
    Wrap.CLAMP: data.WRAP_CLAMP,
}
#: KHR_materials_dispersion: 20 / Abbe's number; it is (ior - 1) / (ior at blue - ior at red).
_SPREAD_PER_DISPERSION = 0.5 / 20.0
#: A texel of 16 bits or float32 is read as four components of up to four bytes.
_POOL_PADDING = 16
_POOLS = {"uint8": data.POOL_8, "uint16": data.POOL_16, "float32": data.POOL_F}
#: Slot fields of a material: (field of Material, field of the record, texels are sRGB).
_SLOTS = (
    ("base_color_slot", "base_slot", True),
    ("metallic_roughness_slot", "mr_slot", False),
    ("normal_slot", "normal_slot", False),
    ("emission_slot", "emission_slot", True),
    ("transmission_slot", "transmission_slot", False),
    ("specular_slot", "specular_slot", False),
    ("specular_color_slot", "specular_color_slot", True),
    ("clearcoat_slot", "coat_slot", False),
    ("clearcoat_roughness_slot", "coat_roughness_slot", False),
    ("clearcoat_normal_slot", "coat_normal_slot", False),
    ("sheen_color_slot", "sheen_color_slot", True),
    ("sheen_roughness_slot", "sheen_roughness_slot", False),
    ("specular_glossiness_slot", "glossiness_slot", True),
    ("anisotropy_slot", "anisotropy_slot", False),
    ("iridescence_slot", "film_slot", False),
    ("iridescence_thickness_slot", "film_thickness_slot", False),
)


def pack_looks(scene: Scene, space: Space, albedo: Words) -> Looks:
    """Return the material table, the slots and the texel pools.

    Args:
        scene: with its images.
        space: attenuation distances are lengths.
        albedo: see `Looks`.
    """
    pool = _Pool(scene)
    slots: list[Records] = []
    table = np.zeros(max(len(scene.materials), 1), MATERIAL)
    for number, material in enumerate(scene.materials):
        table[number] = _pack_material(scene, material, space, slots, pool)
    slot_table = np.array(slots, SLOT) if slots else np.zeros(1, SLOT)
    slot_rows = slot_table.view(np.float32).reshape(len(slot_table), -1)
    return Looks(table, slot_rows, pool.join(), make_decoding_table(), albedo)


def make_decoding_table() -> Floats:
    """Return the 256 linear values of 8-bit sRGB (IEC 61966-2-1), rounded to 2**-24."""
    table: Floats = decode_srgb(np.arange(256) / 255.0).astype(np.float32)
    return table


def decode_srgb(x: Doubles) -> Doubles:
    """Return linear values of sRGB ones, 0..1, rounded to 2**-24.

    Rounded so that the last bit of a platform's power function cannot show.
    """
    linear = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    rounded: Doubles = np.round(linear * 2.0**24) / 2.0**24
    return rounded


class _Pool:
    """Texels of all images in use behind each other, as bytes."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._offsets: dict[tuple[int, bool], int] = {}
        self._chunks: list[npt.NDArray[Any]] = []
        self._size = 0

    def add(self, image: int, *, srgb: bool) -> tuple[int, str]:
        """Return (first byte, kind of texels) of an image, which is added when it is new.

        Colours of 16-bit images are decoded here, into float32: they are rare, and a table for
        65,536 values would not stay in a cache.
        """
        texels = self._scene.images[image].texels
        decode = srgb and texels.dtype == np.uint16
        key = (image, decode)
        if key not in self._offsets:
            chunk = np.ascontiguousarray(_decode_16(texels) if decode else texels)
            self._offsets[key] = self._size
            self._chunks.append(chunk.reshape(-1).view(np.uint8))
            padding = -chunk.nbytes % data.TEXEL_ALIGNMENT
            self._chunks.append(np.zeros(padding, np.uint8))
            self._size += chunk.nbytes + padding
        return self._offsets[key], "float32" if decode else texels.dtype.name

    def join(self) -> npt.NDArray[np.uint8]:
        """Return the pool, padded: the last texel is read as four words, whatever its size."""
        return np.concatenate([*self._chunks, np.zeros(_POOL_PADDING, np.uint8)])


def _decode_16(texels: npt.NDArray[Any]) -> Floats:
    """Return 16-bit sRGB texels as linear float32; a second or fourth channel is alpha."""
    values = texels.astype(np.float64) / 65535.0
    colors = values.shape[2] - (1 - values.shape[2] % 2)
    values[..., :colors] = decode_srgb(values[..., :colors])
    result: Floats = values.astype(np.float32)
    return result


def _pack_material(
    scene: Scene, m: Material, space: Space, slots: list[Records], pool: _Pool
) -> Records:
    record = np.zeros((), MATERIAL)
    _set_color(record, "base", m.base_color[:3])
    record["base_a"] = m.base_color[3]
    _set_color(record, "emission", m.emission)
    _set_color(record, "specular", m.specular_color)
    _set_color(record, "sheen", m.sheen_color)
    for name, value in (
        ("metallic", m.metallic),
        ("roughness", m.roughness),
        ("normal_scale", m.normal_scale),
        ("alpha_cutoff", m.alpha_cutoff),
        ("specular", m.specular),
        ("transmission", m.transmission),
        ("coat", m.clearcoat),
        ("coat_roughness", m.clearcoat_roughness),
        ("coat_normal_scale", m.clearcoat_normal_scale),
        ("sheen_roughness", m.sheen_roughness),
        ("glossiness", m.glossiness),
        ("anisotropy", m.anisotropy),
        ("anisotropy_cos", math.cos(m.anisotropy_rotation)),
        ("anisotropy_sin", math.sin(m.anisotropy_rotation)),
        ("film", m.iridescence),
        ("film_ior", m.iridescence_ior),
        ("film_thinnest", m.iridescence_thickness_nm[0]),
        ("film_thickest", m.iridescence_thickness_nm[1]),
    ):
        record[name] = value
    # KHR_materials_ior: 0 asks for full reflection; a very dense glass does nearly that.
    ior = m.ior if m.ior >= 1.0 else 1e3
    record["ior"] = ior
    record["f0"] = ((ior - 1.0) / (ior + 1.0)) ** 2
    record["ior_spread"] = (ior - 1.0) * m.dispersion * _SPREAD_PER_DISPERSION
    for axis, color in zip("rgb", m.attenuation_color, strict=True):
        record[f"sigma_{axis}"] = _absorption(color, m.attenuation_distance) / space.scale
    sets = later_uv_sets(m)
    for field, name, srgb in _SLOTS:
        record[name] = _add_slot(scene, getattr(m, field), slots, pool, srgb=srgb)
        if record[name] >= 0:
            slots[-1]["flags"] |= _uv_flags(getattr(m, field), sets)
    record["flags"] = _flags(m)
    record["kind"] = _kind(m)
    return record


def _absorption(color: float, distance: float) -> float:
    """Return Beer's coefficient per metre (KHR_materials_volume: color = exp(-sigma * d))."""
    if not 0.0 < distance < math.inf:
        return 0.0
    return -math.log(min(max(color, 1e-6), 1.0)) / distance


def _set_color(record: Records, name: str, color: Iterable[float]) -> None:
    for axis, value in zip("rgb", color, strict=True):
        record[f"{name}_{axis}"] = value


def _flags(m: Material) -> int:
    """Return the HAS_... flags: what the kernels may skip for this material."""
    conditions = (
        (m.alpha_mode is AlphaMode.MASK, data.HAS_ALPHA_MASK),
        (m.alpha_mode is AlphaMode.BLEND, data.HAS_ALPHA_BLEND),
        (any(getattr(m, field) is not None for field, _, _ in _SLOTS), data.HAS_TEXTURES),
        (m.normal_slot is not None, data.HAS_NORMAL_MAP),
        (max(m.emission) > 0.0, data.HAS_EMISSION),
        (m.transmission > 0.0 and m.thickness <= 0.0, data.IS_THIN),
        (m.specular_glossiness, data.IS_SPECULAR_GLOSSINESS),
        (m.clearcoat > 0.0, data.HAS_COAT),
        (max(m.sheen_color) > 0.0, data.HAS_SHEEN),
        (_has_specular(m), data.HAS_SPECULAR),
        (m.anisotropy > 0.0, data.HAS_ANISOTROPY),
        (m.iridescence > 0.0, data.HAS_IRIDESCENCE),
        (m.dispersion > 0.0 and m.transmission > 0.0 < m.thickness, data.HAS_DISPERSION),
        (m.alpha_mode is not AlphaMode.OPAQUE or m.transmission > 0.0, data.LETS_LIGHT_PASS),
    )
    return sum(flag for condition, flag in conditions if condition)


def _has_specular(m: Material) -> bool:
    """Return whether KHR_materials_specular changes anything."""
    textured = m.specular_slot is not None or m.specular_color_slot is not None
    return textured or m.specular != 1.0 or m.specular_color != (1.0, 1.0, 1.0)


def _kind(m: Material) -> int:
    """Return the cheapest kind of surface that shows everything the material has."""
    if m.unlit:
        return data.KIND_UNLIT
    if m.clearcoat > 0.0 or max(m.sheen_color) > 0.0:
        return data.KIND_LAYERED
    if m.transmission > 0.0:
        return data.KIND_GLASS
    if m.metallic == 0.0 and m.specular == 0.0 and not m.specular_glossiness:
        return data.KIND_DIFFUSE
    return data.KIND_GLOSSY


def _add_slot(
    scene: Scene,
    slot: TextureSlot | None,
    slots: list[Records],
    pool: _Pool,
    *,
    srgb: bool,
) -> int:
    """Append the slot's record and return its number; -1 for no texture."""
    if slot is None:
        return -1
    texture = scene.textures[slot.texture]
    texels = scene.images[texture.image].texels
    record = np.zeros((), SLOT)
    start, kind = pool.add(texture.image, srgb=srgb)
    record["start"] = start // data.TEXEL_ALIGNMENT
    height, width, channels = texels.shape
    record["height"], record["width"] = height, width
    for row in range(2):
        for column in range(3):
            record[f"m{row}{column}"] = slot.transform[row, column]
    is_moved = not np.array_equal(slot.transform, np.eye(2, 3, dtype=np.float32))
    record["flags"] = (
        channels
        | (channels * np.dtype(kind).itemsize) << data.SLOT_BYTES_SHIFT
        | _WRAPS[texture.wrap_u] << data.SLOT_WRAP_U_SHIFT
        | _WRAPS[texture.wrap_v] << data.SLOT_WRAP_V_SHIFT
        | _POOLS[kind] << data.SLOT_POOL_SHIFT
        | data.SLOT_NEAREST * texture.nearest
        | data.SLOT_SRGB * (srgb and kind == "uint8")
        | data.SLOT_MOVED * is_moved
    )
    slots.append(record)
    return len(slots) - 1


def _uv_flags(slot: TextureSlot, sets: tuple[int, ...]) -> int:
    """Return the flags that tell where a slot's UV set lies among the material's later ones."""
    if slot.uv_set == 0:
        return 0
    number = sets.index(slot.uv_set)
    return (
        data.SLOT_LATER_UV
        | len(sets) << data.SLOT_UV_SETS_SHIFT
        | number << data.SLOT_UV_NUMBER_SHIFT
    )
