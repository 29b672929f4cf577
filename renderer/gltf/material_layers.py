"""The KHR_materials_* extensions that add a lobe or a volume to a material."""

from __future__ import annotations

import math
from dataclasses import replace

from renderer.gltf.place import Place
from renderer.gltf.textures import TextureTable
from renderer.scene import Material

#: KHR_materials_ior allows 0 for "reflects everything"; a huge index does that without a special
#: case in the tracer (normal reflectance 0.9996).
_MIRROR_IOR = 1e4


def read_layers(material: Material, place: Place, textures: TextureTable) -> Material:
    """The material with the extensions that `place` gives it.

    Raises:
        SceneError: names the extension's member that is wrong.
    """
    for name, read in _READERS.items():
        extension = place.extension(name)
        if extension is not None:
            material = read(material, extension, textures)
    return material


def _ior(material: Material, place: Place, textures: TextureTable) -> Material:
    ior = place.number("ior", 1.5, 0.0, _MIRROR_IOR)
    return replace(material, ior=_MIRROR_IOR if ior == 0.0 else max(ior, 1.0))


def _transmission(material: Material, place: Place, textures: TextureTable) -> Material:
    return replace(
        material,
        transmission=place.number("transmissionFactor", 0.0, 0.0, 1.0),
        transmission_slot=textures.slot(place, "transmissionTexture"),
    )


def _volume(material: Material, place: Place, textures: TextureTable) -> Material:
    # An absent distance means infinity, which JSON cannot say; zero would absorb everything.
    distance = place.number("attenuationDistance", math.inf, 1e-9)
    return replace(
        material,
        thickness=place.number("thicknessFactor", 0.0, 0.0),
        thickness_slot=textures.slot(place, "thicknessTexture"),
        attenuation_color=_color(place, "attenuationColor", 1.0),
        attenuation_distance=distance,
    )


def _dispersion(material: Material, place: Place, textures: TextureTable) -> Material:
    return replace(material, dispersion=place.number("dispersion", 0.0, 0.0, 100.0))


def _specular(material: Material, place: Place, textures: TextureTable) -> Material:
    if material.specular_glossiness:  # that model has its own specular colour
        return material
    return replace(
        material,
        specular=place.number("specularFactor", 1.0, 0.0, 1.0),
        specular_slot=textures.slot(place, "specularTexture"),
        # May exceed 1: it scales the reflectance that the index of refraction gives.
        specular_color=_color(place, "specularColorFactor", 1.0, high=1e4),
        specular_color_slot=textures.slot(place, "specularColorTexture"),
    )


def _clearcoat(material: Material, place: Place, textures: TextureTable) -> Material:
    normal = place.find("clearcoatNormalTexture")
    return replace(
        material,
        clearcoat=place.number("clearcoatFactor", 0.0, 0.0, 1.0),
        clearcoat_slot=textures.slot(place, "clearcoatTexture"),
        clearcoat_roughness=place.number("clearcoatRoughnessFactor", 0.0, 0.0, 1.0),
        clearcoat_roughness_slot=textures.slot(place, "clearcoatRoughnessTexture"),
        clearcoat_normal_slot=textures.slot(place, "clearcoatNormalTexture"),
        clearcoat_normal_scale=(
            1.0 if normal is None else normal.number("scale", 1.0, -100.0, 100.0)
        ),
    )


def _sheen(material: Material, place: Place, textures: TextureTable) -> Material:
    return replace(
        material,
        sheen_color=_color(place, "sheenColorFactor", 0.0),
        sheen_color_slot=textures.slot(place, "sheenColorTexture"),
        sheen_roughness=place.number("sheenRoughnessFactor", 0.0, 0.0, 1.0),
        sheen_roughness_slot=textures.slot(place, "sheenRoughnessTexture"),
    )


def _anisotropy(material: Material, place: Place, textures: TextureTable) -> Material:
    return replace(
        material,
        anisotropy=place.number("anisotropyStrength", 0.0, 0.0, 1.0),
        anisotropy_rotation=math.remainder(place.number("anisotropyRotation", 0.0), math.tau),
        anisotropy_slot=textures.slot(place, "anisotropyTexture"),
    )


def _iridescence(material: Material, place: Place, textures: TextureTable) -> Material:
    return replace(
        material,
        iridescence=place.number("iridescenceFactor", 0.0, 0.0, 1.0),
        iridescence_slot=textures.slot(place, "iridescenceTexture"),
        iridescence_ior=place.number("iridescenceIor", 1.3, 1.0, 100.0),
        iridescence_thickness_nm=(
            place.number("iridescenceThicknessMinimum", 100.0, 0.0, 1e6),
            place.number("iridescenceThicknessMaximum", 400.0, 0.0, 1e6),
        ),
        iridescence_thickness_slot=textures.slot(place, "iridescenceThicknessTexture"),
    )


def _color(place: Place, key: str, default: float, high: float = 1.0) -> tuple[float, float, float]:
    red, green, blue = (
        min(max(value, 0.0), high) for value in place.vector(key, (default, default, default))
    )
    return red, green, blue


_READERS = {
    "KHR_materials_ior": _ior,
    "KHR_materials_transmission": _transmission,
    "KHR_materials_volume": _volume,
    "KHR_materials_dispersion": _dispersion,
    "KHR_materials_specular": _specular,
    "KHR_materials_clearcoat": _clearcoat,
    "KHR_materials_sheen": _sheen,
    "KHR_materials_anisotropy": _anisotropy,
    "KHR_materials_iridescence": _iridescence,
}
