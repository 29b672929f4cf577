"""Materials: glTF metallic-roughness and the KHR extensions of the physically based set.

Each function reads the JSON of one subject into the fields of `renderer.scene.Material` that
belong to it; a field whose extension is absent keeps the default of `Material`.
"""

from __future__ import annotations

from dataclasses import replace

from renderer.gltf.document import Document
from renderer.gltf.material_layers import read_layers
from renderer.gltf.place import Place
from renderer.gltf.textures import TextureTable
from renderer.scene import AlphaMode, Material

#: Radiance beyond this is a slip: the sun's disc, unfiltered, has some 2e9 cd/m².
MAX_EMISSION = 1e10


def read_materials(document: Document, textures: TextureTable) -> list[Material]:
    """All materials of the file, in its order.

    Args:
        document: the file.
        textures: takes up the textures that the materials use.

    Raises:
        SceneError: names the material and the member that is wrong.
    """
    return [_read_material(place, textures) for place in document.array("materials")]


def _read_material(place: Place, textures: TextureTable) -> Material:
    material = Material(
        name=place.name(),
        alpha_mode=_alpha_mode(place),
        alpha_cutoff=place.number("alphaCutoff", 0.5, 0.0),
        double_sided=place.flag("doubleSided"),
        unlit=place.extension("KHR_materials_unlit") is not None,
    )
    material = _with_metallic_roughness(material, place.find("pbrMetallicRoughness"), textures)
    material = _with_specular_glossiness(
        material, place.extension("KHR_materials_pbrSpecularGlossiness"), textures
    )
    material = _with_surface_textures(material, place, textures)
    material = _with_emission(material, place, textures)
    return read_layers(material, place, textures)


def _alpha_mode(place: Place) -> AlphaMode:
    mode = place.find("alphaMode")
    if mode is None:
        return AlphaMode.OPAQUE
    try:
        return AlphaMode(mode.text())
    except ValueError:
        names = ", ".join(m.value for m in AlphaMode)
        raise mode.error(f"{mode.text()[:40]!r} is not one of {names}") from None


def _with_metallic_roughness(
    material: Material, place: Place | None, textures: TextureTable
) -> Material:
    if place is None:
        return material
    return replace(
        material,
        base_color=_color4(place, "baseColorFactor"),
        base_color_slot=textures.slot(place, "baseColorTexture"),
        metallic=place.number("metallicFactor", 1.0, 0.0, 1.0),
        roughness=place.number("roughnessFactor", 1.0, 0.0, 1.0),
        metallic_roughness_slot=textures.slot(place, "metallicRoughnessTexture"),
    )


def _with_specular_glossiness(
    material: Material, place: Place | None, textures: TextureTable
) -> Material:
    """KHR_materials_pbrSpecularGlossiness; it replaces metallic-roughness where both are given."""
    if place is None:
        return material
    red, green, blue = place.vector("specularFactor", (1.0, 1.0, 1.0))
    return replace(
        material,
        specular_glossiness=True,
        base_color=_color4(place, "diffuseFactor"),
        base_color_slot=textures.slot(place, "diffuseTexture"),
        metallic=0.0,
        metallic_roughness_slot=None,
        specular_color=(_unit(red), _unit(green), _unit(blue)),
        glossiness=place.number("glossinessFactor", 1.0, 0.0, 1.0),
        specular_glossiness_slot=textures.slot(place, "specularGlossinessTexture"),
    )


def _with_surface_textures(material: Material, place: Place, textures: TextureTable) -> Material:
    normal = place.find("normalTexture")
    occlusion = place.find("occlusionTexture")
    return replace(
        material,
        normal_slot=textures.slot(place, "normalTexture"),
        normal_scale=1.0 if normal is None else normal.number("scale", 1.0, -100.0, 100.0),
        occlusion_slot=textures.slot(place, "occlusionTexture"),
        occlusion_strength=(
            1.0 if occlusion is None else occlusion.number("strength", 1.0, 0.0, 1.0)
        ),
    )


def _with_emission(material: Material, place: Place, textures: TextureTable) -> Material:
    red, green, blue = place.vector("emissiveFactor", (0.0, 0.0, 0.0))
    extension = place.extension("KHR_materials_emissive_strength")
    strength = 1.0 if extension is None else extension.number("emissiveStrength", 1.0, 0.0)
    return replace(
        material,
        emission=(
            _radiance(red * strength),
            _radiance(green * strength),
            _radiance(blue * strength),
        ),
        emission_slot=textures.slot(place, "emissiveTexture"),
    )


def _color4(place: Place, key: str) -> tuple[float, float, float, float]:
    red, green, blue, alpha = place.vector(key, (1.0, 1.0, 1.0, 1.0))
    return _unit(red), _unit(green), _unit(blue), _unit(alpha)


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _radiance(value: float) -> float:
    return min(max(value, 0.0), MAX_EMISSION)
