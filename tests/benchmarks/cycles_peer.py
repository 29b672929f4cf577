"""Cycles behind a pipe: `PYTHON tests/benchmarks/cycles_peer.py FOLDER THREADS` with `bpy`.

Reads what `cycles_scene` wrote, then answers lines of JSON: `{"samples": n, "seed": s, "save":
path}` in, `{"wall_s": ..., "core_s": ...}` out; `save` names a .npy for the (H, W, 3) picture.
Runs under the Python that `bpy` was made for, and so imports nothing of ours but its neighbour.

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
from cycles_nodes import make_material  # beside this script
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
    materials = [make_material(one, images) for one in text["materials"]]
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


if __name__ == "__main__":
    main()
