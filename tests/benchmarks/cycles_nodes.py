"""Materials for `cycles_peer`, under the Python that has `bpy`."""

from __future__ import annotations

from typing import Any

import bpy


def make_material(one: dict[str, Any], images: list[Any]) -> Any:
    """Blender's Principled BSDF, as its glTF importer makes it; plain diffuse where that is all."""
    material = bpy.data.materials.new("material")
    nodes = Nodes(material.node_tree, one["slots"], images)
    surface = nodes.get("Principled BSDF")
    color, alpha = nodes.times_picture("base_color_slot", one["base_color"][:3], wants_alpha=True)
    nodes.set(surface, "Base Color", color)
    tint, _ = nodes.times_picture("specular_color_slot", one["specular_color"])
    nodes.set(surface, "Specular Tint", tint)
    for name, slot, channel, factor in (
        ("Roughness", "metallic_roughness_slot", "Green", one["roughness"]),
        ("Metallic", "metallic_roughness_slot", "Blue", one["metallic"]),
        ("Specular IOR Level", "specular_slot", "Alpha", 0.5 * one["specular"]),
        ("Transmission Weight", "transmission_slot", "Red", one["transmission"]),
        ("Coat Weight", "clearcoat_slot", "Red", one["clearcoat"]),
        ("Coat Roughness", "clearcoat_roughness_slot", "Green", one["clearcoat_roughness"]),
    ):
        nodes.set(surface, name, nodes.times(nodes.channel(slot, channel), factor))
    nodes.set(surface, "IOR", one["ior"])
    nodes.set(surface, "Sheen Weight", one["sheen"])
    nodes.set(surface, "Sheen Roughness", one["sheen_roughness"])
    if max(one["emission"]) > 0.0:
        glow, _ = nodes.times_picture("emission_slot", one["emission"])
        nodes.set(surface, "Emission Color", glow)
        nodes.set(surface, "Emission Strength", 1.0)
    if one["diffuse"] and max(one["emission"]) <= 0.0 and not one["alpha"]:
        surface = nodes.replace_surface("ShaderNodeBsdfDiffuse")
        nodes.set(surface, "Color", color)
    normal = nodes.normal_map(one["normal_scale"])
    if normal is not None:
        nodes.set(surface, "Normal", normal)
    if one["alpha"]:
        value = nodes.times(alpha, one["base_color"][3])
        nodes.set(surface, "Alpha", nodes.cut(value, one["alpha_cutoff"], one["cut_out"]))
    return material


class Nodes:
    """Makes and joins shader nodes; a value is a number, a colour or a socket."""

    def __init__(self, tree: Any, slots: dict[str, Any], images: list[Any]) -> None:
        self._tree, self._slots, self._images = tree, slots, images
        self._made: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        return self._tree.nodes[name]

    def set(self, node: Any, name: str, value: Any) -> None:
        socket = node.inputs[name]
        if isinstance(value, bpy.types.NodeSocket):
            self._tree.links.new(value, socket)
        elif isinstance(value, (tuple, list)):
            socket.default_value = (*value, 1.0)
        else:
            socket.default_value = value

    def replace_surface(self, kind: str) -> Any:
        node = self._tree.nodes.new(kind)
        self._tree.links.new(node.outputs[0], self.get("Material Output").inputs["Surface"])
        return node

    def picture(self, slot: str) -> Any:
        """The node of a slot's picture, or None; one for all that ask."""
        if slot not in self._slots or slot in self._made:
            return self._made.get(slot)
        one = self._slots[slot]
        where = self._tree.nodes.new("ShaderNodeUVMap")
        where.uv_map = one["uv"]
        node = self._tree.nodes.new("ShaderNodeTexImage")
        node.image = self._images[one["picture"]]
        node.interpolation, node.extension = one["interpolation"], one["extension"]
        self._tree.links.new(where.outputs[0], node.inputs["Vector"])
        self._made[slot] = node
        return node

    def times_picture(self, slot: str, factor: Any, wants_alpha: bool = False) -> tuple[Any, Any]:
        """Colour and alpha of a picture times a colour; the factor alone without a picture."""
        node = self.picture(slot)
        if node is None:
            return list(factor), None
        alpha = node.outputs["Alpha"] if wants_alpha else None
        if list(factor) == [1.0, 1.0, 1.0]:
            return node.outputs["Color"], alpha
        product = self._tree.nodes.new("ShaderNodeVectorMath")
        product.operation = "MULTIPLY"
        self._tree.links.new(node.outputs["Color"], product.inputs[0])
        product.inputs[1].default_value = factor
        return product.outputs[0], alpha

    def channel(self, slot: str, name: str) -> Any:
        """One channel of a picture, or None."""
        node = self.picture(slot)
        if node is None or name == "Alpha":
            return node and node.outputs["Alpha"]
        parts = self._tree.nodes.new("ShaderNodeSeparateColor")
        self._tree.links.new(node.outputs["Color"], parts.inputs[0])
        return parts.outputs[name]

    def times(self, source: Any, factor: float) -> Any:
        if source is None or factor == 1.0:
            return factor if source is None else source
        return self._math("MULTIPLY", source, factor)

    def cut(self, value: Any, cutoff: float, is_cut: bool) -> Any:
        if not is_cut:
            return value
        if not isinstance(value, bpy.types.NodeSocket):
            return float(value >= cutoff)
        return self._math("GREATER_THAN", value, cutoff)

    def normal_map(self, scale: float) -> Any:
        node = self.picture("normal_slot")
        if node is None:
            return None
        bump = self._tree.nodes.new("ShaderNodeNormalMap")
        bump.uv_map = self._slots["normal_slot"]["uv"]
        bump.inputs["Strength"].default_value = scale
        self._tree.links.new(node.outputs["Color"], bump.inputs["Color"])
        return bump.outputs[0]

    def _math(self, operation: str, a: Any, b: float) -> Any:
        node = self._tree.nodes.new("ShaderNodeMath")
        node.operation = operation
        self._tree.links.new(a, node.inputs[0])
        node.inputs[1].default_value = b
        return node.outputs[0]
