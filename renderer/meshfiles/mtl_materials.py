"""From MTL statements to the materials of `renderer.scene`.

MTL describes Phong's shading of 1990, with the additions of the PBR extension (Pr, Pm, Ps, Pc,
aniso) where an exporter is newer. What is done with the rest:

- Ns becomes roughness by alpha = sqrt(2 / (Ns + 2)) (Walter et al. 2007, "Microfacet Models for
  Refraction", section 5.2, the width of equal lobes) and roughness = sqrt(alpha), as glTF has it.
- Ks of 0.5 is the reflection of Ni, as Blender writes it; of black Kd, Ks is the colour of a metal.
- illum 0 and 1 have no highlight; 4, 6, 7 and 9 make what is transparent refract.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from renderer.meshfiles.files import make_plain_material
from renderer.meshfiles.mtl import MtlMap, MtlMaterial
from renderer.meshfiles.mtl_images import ImageRecipe
from renderer.scene import AlphaMode, Material, Texture, TextureSlot, Wrap

_REFRACTING = (4, 6, 7, 9)
_BLACK = (0.0, 0.0, 0.0)
_WHITE = (1.0, 1.0, 1.0)

Color = tuple[float, float, float]


class MtlConverter:
    """Makes materials, and collects the textures that they use.

    Attributes:
        textures: what `Scene.textures` will hold; their images are rows of `recipes`.
        recipes: the images to make.
    """

    def __init__(self) -> None:
        self.textures: list[Texture] = []
        self.recipes: list[ImageRecipe] = []

    def convert(self, name: str, source: MtlMaterial | None) -> Material:
        """The material `name`; light grey where no file describes it."""
        if source is None:
            return make_plain_material(name)
        material = self._with_color(Material(name=name, double_sided=True), source)
        material = self._with_highlight(material, source)
        material = self._with_layers(material, source)
        material = self._with_bumps(material, source)
        material = self._with_emission(material, source)
        return _with_transparency(material, source)

    def _with_color(self, material: Material, source: MtlMaterial) -> Material:
        color = source.color("kd") or (0.8, 0.8, 0.8)
        map_kd, map_d = source.maps.get("Kd"), source.maps.get("d")
        if map_kd is not None and max(color) <= 0.0:
            color = _WHITE  # the factor of a program that does not multiply
        slot = None
        if map_d is not None:
            files = ("" if map_kd is None else map_kd.label, map_d.label)
            slot = self._slot(ImageRecipe("alpha", files), map_kd or map_d)
        elif map_kd is not None:
            slot = self._slot(ImageRecipe("plain", (map_kd.label,)), map_kd)
        return replace(
            material,
            base_color=(*_units(color), 1.0),
            base_color_slot=slot,
            alpha_mode=AlphaMode.OPAQUE if map_d is None else AlphaMode.BLEND,
        )

    def _with_highlight(self, material: Material, source: MtlMaterial) -> Material:
        numbers, maps = source.numbers, source.maps
        ior = source.number("ni", 1.5)
        material = replace(material, ior=min(ior, 4.0) if ior > 1.0 else 1.5)
        if numbers.keys() & {"pr", "pm"} or maps.keys() & {"Pr", "Pm"}:
            rough, metal = maps.get("Pr"), maps.get("Pm")
            slot = None
            known = rough or metal
            if known is not None:
                files = ("" if rough is None else rough.label, "" if metal is None else metal.label)
                slot = self._slot(ImageRecipe("metal", files), known)
            return replace(
                material,
                roughness=1.0 if rough else _unit(source.number("pr", 0.5)),
                metallic=1.0 if metal else _unit(source.number("pm", 0.0)),
                metallic_roughness_slot=slot,
            )
        return _with_phong(material, source)

    def _with_layers(self, material: Material, source: MtlMaterial) -> Material:
        sheen = _unit(source.number("ps", 0.0))
        return replace(
            material,
            sheen_color=(sheen, sheen, sheen),
            sheen_roughness=0.5 if sheen > 0.0 else 0.0,
            clearcoat=_unit(source.number("pc", 0.0)),
            clearcoat_roughness=_unit(source.number("pcr", 0.0)),
            anisotropy=_unit(source.number("aniso", 0.0)),
            anisotropy_rotation=source.number("anisor", 0.0) * 2.0 * math.pi,
        )

    def _with_bumps(self, material: Material, source: MtlMaterial) -> Material:
        normal, bump = source.maps.get("norm"), source.maps.get("bump")
        if normal is not None:
            slot = self._slot(ImageRecipe("plain", (normal.label,)), normal)
            return replace(material, normal_slot=slot, normal_scale=normal.strength)
        if bump is not None:
            recipe = ImageRecipe("bump", (bump.label,), bump.strength)
            return replace(material, normal_slot=self._slot(recipe, bump))
        return material

    def _with_emission(self, material: Material, source: MtlMaterial) -> Material:
        emission = source.color("ke") or _BLACK
        map_ke = source.maps.get("Ke")
        slot = None
        if map_ke is not None:
            slot = self._slot(ImageRecipe("plain", (map_ke.label,)), map_ke)
            emission = emission if max(emission) > 0.0 else _WHITE
        red, green, blue = (min(max(value, 0.0), 1e10) for value in emission)
        return replace(material, emission=(red, green, blue), emission_slot=slot)

    def _slot(self, recipe: ImageRecipe, options: MtlMap) -> TextureSlot:
        if recipe not in self.recipes:
            self.recipes.append(recipe)
        wrap = Wrap.CLAMP if options.clamp else Wrap.REPEAT
        texture = Texture(self.recipes.index(recipe), wrap, wrap)
        if texture not in self.textures:
            self.textures.append(texture)
        # MTL scales and moves with v upwards; ours grows downwards: v' = 1 - (s (1 - v) + o).
        (scale_u, scale_v), (offset_u, offset_v) = options.scale, options.offset
        transform = [[scale_u, 0.0, offset_u], [0.0, scale_v, 1.0 - scale_v - offset_v]]
        return TextureSlot(self.textures.index(texture), transform=np.array(transform, np.float32))


def _with_phong(material: Material, source: MtlMaterial) -> Material:
    """Highlights by Ks and Ns."""
    shininess = max(source.number("ns", 30.0), 0.0)
    roughness = (2.0 / (shininess + 2.0)) ** 0.25
    color = source.color("ks")
    model = int(source.number("illum", 2.0))
    if model in (0, 1) or (color is not None and max(color) <= 0.0):
        return replace(material, roughness=1.0, metallic=0.0, specular=0.0)
    if color is None:
        return replace(material, roughness=roughness, metallic=0.0)
    black = max(source.color("kd") or _WHITE) < 0.02 and "Kd" not in source.maps
    transparent = model in _REFRACTING or source.number("d", 1.0) < 1.0
    if black and not transparent and max(color) > 0.2:
        alpha = material.base_color[3]
        return replace(
            material, base_color=(*_units(color), alpha), roughness=roughness, metallic=1.0
        )
    return replace(material, roughness=roughness, metallic=0.0, specular=_unit(2.0 * max(color)))


def _with_transparency(material: Material, source: MtlMaterial) -> Material:
    """Opacity d (or 1 - Tr): a share of nothing, or of glass where the model refracts."""
    opacity = _unit(source.number("d", 1.0 - source.number("tr", 0.0)))
    model = int(source.number("illum", 2.0))
    through = source.color("tf")
    if model in _REFRACTING and (opacity < 1.0 or model in (6, 7)):
        tint = through or (source.color("kd") or _WHITE)
        tint = tint if max(tint) > 0.0 else _WHITE
        return replace(
            material,
            base_color=(*_units(tint), 1.0),
            metallic=0.0,
            transmission=1.0 - opacity if opacity < 1.0 else 1.0,
            thickness=1.0,  # a body, not a sheet
        )
    if opacity >= 1.0:
        return material
    red, green, blue, _ = material.base_color
    return replace(material, base_color=(red, green, blue, opacity), alpha_mode=AlphaMode.BLEND)


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _units(color: Color) -> Color:
    return _unit(color[0]), _unit(color[1]), _unit(color[2])
