"""What Blender gets to read is the scene that we render."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from renderer.scene import Image, Material, Texture, TextureSlot
from renderer.settings import RenderSettings
from tests.benchmarks.cycles_scene import export_scene, spread_texels
from tests.renderer.scenes import make_quad, make_scene

UVS = np.array([[0.0, 0.25], [1.0, 0.25], [1.0, 1.0], [0.0, 1.0]], np.float32)


def export(scene, folder, **settings):
    return json.loads(export_scene(scene, RenderSettings(**settings), folder).read_text())


def test_export_counts_bounces_between_camera_ray_and_light_ray(tmp_path):
    scene = make_scene(make_quad(0), materials=(Material(),))

    text = export(scene, tmp_path, max_depth=8, roulette_depth=5)

    assert (text["max_bounces"], text["min_bounces"]) == (6, 3)


def test_export_turns_up_to_blenders_z(tmp_path):
    scene = make_scene(make_quad(0), materials=(Material(),))

    text = export(scene, tmp_path)

    up = np.array(text["instances"][0]["matrix"]) @ [0.0, 1.0, 0.0, 0.0]
    assert up.tolist() == [0.0, 0.0, 1.0, 0.0]


def test_export_applies_transforms_to_uvs_and_turns_v_up(tmp_path):
    moved = np.array([[2.0, 0.0, 0.5], [0.0, 1.0, 0.0]], np.float32)
    material = Material(base_color_slot=TextureSlot(0, 0, moved))
    scene = make_scene(
        replace(make_quad(0), uv_sets=(UVS,)),
        materials=(material,),
        textures=(Texture(0),),
        images=(Image("grey", np.zeros((1, 1, 1), np.uint8)),),
    )

    text = export(scene, tmp_path)

    uv = np.load(tmp_path / text["meshes"][0]["file"])["uv0"]
    assert uv.tolist() == [[0.5, 0.75], [2.5, 0.75], [2.5, 0.0], [0.5, 0.0]]
    assert text["materials"][0]["slots"]["base_color_slot"]["uv"] == "uv0"


def test_texels_of_grey_and_alpha_are_spread_to_four_channels():
    texels = np.array([[[0, 255], [51, 0]]], np.uint8)

    spread = spread_texels(texels)

    np.testing.assert_allclose(spread, [[[0, 0, 0, 1], [0.2, 0.2, 0.2, 0]]], rtol=1e-6)
