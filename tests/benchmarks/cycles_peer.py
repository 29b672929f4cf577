"""Cycles behind a pipe: `PYTHON -m tests.benchmarks.cycles_peer FOLDER THREADS` with `bpy`.

Reads what `cycles_scene` wrote, then answers lines of JSON: `{"samples": n, "seed": s, "save":
path}` in, `{"wall_s": ..., "core_s": ...}` out; `save` names a .npy for the (H, W, 3) picture.
 Runs under the Python that `bpy` was made for, and so imports nothing of ours.

Cycles as it is installed (CPU, Embree, light tree), but without what would change the picture:
no denoiser, no adaptive sampling, no clamp, no filter over caustics.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix


def main() -> None:
    """Build the scene, then serve."""
    # Blender chats on standard output: keep the pipe for answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    text = json.loads((folder / "scene.json").read_text(encoding="utf-8"))
    scene = _make_scene(text, folder)
    _set_up(scene, text, threads)
    print(json.dumps({"version": bpy.app.version_string}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(_render(scene, json.loads(line))), file=answers, flush=True)


def _render(scene: Any, order: dict[str, Any]) -> dict[str, float]:
    scene.cycles.samples = order["samples"]
    scene.cycles.seed = order["seed"]
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "frame.exr")
        started, core_started = time.perf_counter(), time.process_time()
        bpy.ops.render.render(write_still=True)
        wall_s, core_s = time.perf_counter() - started, time.process_time() - core_started
        _save_pixels(scene.render.filepath, order["save"])
    return {"wall_s": wall_s, "core_s": core_s}


def _save_pixels(source: str, target: str) -> None:
    image = bpy.data.images.load(source)
    width, height = image.size
    pixels = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(pixels)
    np.save(target, pixels.reshape(height, width, image.channels)[::-1, :, :3])
    bpy.data.images.remove(image)


def _set_up(scene: Any, text: dict[str, Any], threads: int) -> None:
    render, cycles = scene.render, scene.cycles
    render.engine = "CYCLES"
    render.resolution_x, render.resolution_y = text["width"], text["height"]
    render.resolution_percentage = 100
    render.threads_mode, render.threads = "FIXED", threads
    render.use_persistent_data = True  # or every frame builds the scene anew
    render.image_settings.file_format = "OPEN_EXR"
    render.image_settings.color_depth = "32"
    cycles.device = "CPU"
    cycles.use_denoising = cycles.use_adaptive_sampling = False
    cycles.use_auto_tile = False
    cycles.pixel_filter_type = "BOX"  # as wide as a pixel: as Mitsuba's
    cycles.sample_clamp_direct = cycles.sample_clamp_indirect = 0.0
    cycles.blur_glossy = cycles.light_sampling_threshold = 0.0
    cycles.min_light_bounces = text["min_bounces"]
    for kind in ("max", "diffuse", "glossy", "transmission"):
        setattr(cycles, f"{kind}_bounces", text["max_bounces"])


def _make_scene(text: dict[str, Any], folder: Path) -> Any:
    for thing in (*bpy.data.objects, *bpy.data.worlds):
        bpy.data.batch_remove([thing])
    scene = bpy.context.scene
    images = [
        _make_image(f"picture {n}", folder / one["file"], one["bytes"], one["srgb"])
        for n, one in enumerate(text["pictures"])
    ]
    materials = [_make_material(one, images) for one in text["materials"]]
    meshes = [
        _make_mesh(folder / one["file"], materials[one["material"]]) for one in text["meshes"]
    ]
    for number, one in enumerate(text["instances"]):
        _place(scene, f"object {number}", meshes[one["mesh"]], one["matrix"])
    for number, one in enumerate(text["lights"]):
        _place(scene, f"light {number}", _make_light(one), one["matrix"])
    _make_camera(scene, text["camera"], text["width"] / text["height"])
    _make_world(scene, text["environment"], folder)
    return scene


def _place(scene: Any, name: str, data: Any, matrix: list[list[float]]) -> Any:
    thing = bpy.data.objects.new(name, data)
    # Lists would be taken as columns; a Matrix is made of rows, as ours.
    thing.matrix_world = Matrix(matrix)
    scene.collection.objects.link(thing)
    return thing


def _make_image(name: str, path: Path, is_bytes: bool, srgb: bool) -> Any:
    texels = np.load(path)
    height, width = texels.shape[:2]
    image = bpy.data.images.new(name, width, height, alpha=True, float_buffer=not is_bytes)
    image.colorspace_settings.name = "sRGB" if srgb and is_bytes else "Non-Color"
    image.alpha_mode = "CHANNEL_PACKED"
    image.pixels.foreach_set(np.ascontiguousarray(texels).ravel())
    image.update()
    return image


def _make_mesh(path: Path, material: Any) -> Any:
    arrays = np.load(path)
    positions, triangles = arrays["positions"], arrays["triangles"]
    mesh = bpy.data.meshes.new(path.stem)
    mesh.vertices.add(len(positions))
    mesh.vertices.foreach_set("co", positions.ravel())
    mesh.loops.add(triangles.size)
    mesh.loops.foreach_set("vertex_index", triangles.astype(np.int32).ravel())
    mesh.polygons.add(len(triangles))
    mesh.polygons.foreach_set("loop_start", np.arange(0, triangles.size, 3, dtype=np.int32))
    for name in (name for name in arrays.files if name.startswith("uv")):
        layer = mesh.uv_layers.new(name=name)
        layer.uv.foreach_set("vector", arrays[name][triangles.ravel()].ravel())
    if "colors" in arrays.files:
        layer = mesh.color_attributes.new("colors", "FLOAT_COLOR", "POINT")
        layer.data.foreach_set("color", arrays["colors"].astype(np.float32).ravel())
    mesh.materials.append(material)
    mesh.update(calc_edges=True)
    if "normals" in arrays.files:
        mesh.normals_split_custom_set_from_vertices(arrays["normals"])
    else:
        mesh.shade_flat()
    return mesh


def _make_light(one: dict[str, Any]) -> Any:
    light = bpy.data.lights.new("light", one["kind"])
    light.color = (1.0, 1.0, 1.0)
    peak = max(*one["color"], 1e-30)
    light.color = [value / peak for value in one["color"]]
    light.energy = peak * one["power"]
    if one["kind"] == "SUN":
        light.angle = 0.0
        return light
    light.shadow_soft_size = 0.0
    if one["kind"] == "SPOT":
        light.spot_size, light.spot_blend = one["cone"], one["blend"]
    return light


def _make_camera(scene: Any, one: dict[str, Any], aspect: float) -> None:
    camera = bpy.data.cameras.new("camera")
    camera.sensor_fit = "VERTICAL"
    camera.clip_start, camera.clip_end = one["near"], one["far"]
    if one["yfov"] is None:
        # The scale is that of the longer side.
        camera.type = "ORTHO"
        camera.sensor_fit = "AUTO"
        camera.ortho_scale = 2.0 * one["ymag"] * max(aspect, 1.0)
    else:
        camera.angle_y = one["yfov"]
        camera.lens = camera.sensor_height / (2.0 * math.tan(one["yfov"] / 2.0))
    if one["lens_radius"] > 0.0:
        camera.dof.use_dof = True
        camera.dof.focus_distance = one["focus_distance"]
        camera.dof.aperture_fstop = camera.lens / 1000.0 / (2.0 * one["lens_radius"])
    scene.camera = _place(scene, "camera", camera, one["matrix"])


def _make_world(scene: Any, one: dict[str, Any] | None, folder: Path) -> None:
    world = bpy.data.worlds.new("world")
    scene.world = world
    tree = world.node_tree
    background = tree.nodes["Background"]
    background.inputs["Color"].default_value = (0.0, 0.0, 0.0, 1.0)
    if one is None:
        return
    background.inputs["Strength"].default_value = one["strength"]
    where = tree.nodes.new("ShaderNodeTexCoord")
    turn = tree.nodes.new("ShaderNodeMapping")
    # The middle column of ours looks to -Z, which is Blender's +Y; its own middle is +X.
    turn.inputs["Rotation"].default_value[2] = -math.pi / 2.0 - one["rotation"]
    picture = tree.nodes.new("ShaderNodeTexEnvironment")
    picture.image = _make_image("environment", folder / one["file"], False, False)
    tree.links.new(where.outputs["Generated"], turn.inputs["Vector"])
    tree.links.new(turn.outputs["Vector"], picture.inputs["Vector"])
    tree.links.new(picture.outputs["Color"], background.inputs["Color"])


def _make_material(one: dict[str, Any], images: list[Any]) -> Any:
    """Blender's Principled BSDF, as its glTF importer makes it; plain diffuse where that is all."""
    material = bpy.data.materials.new("material")
    nodes = _Nodes(material.node_tree, one["slots"], images)
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


class _Nodes:
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


if __name__ == "__main__":
    main()
