"""Mattes get the names of the scene's objects when a file is written."""

import json
import logging
from dataclasses import replace

import numpy as np

from app.saving.layer_names import make_layers
from app.system.demo import demo_scene
from app.values.session_types import RenderRequest
from renderer.channels import count_components, film_channels
from renderer.cryptomatte import name_id
from renderer.settings import RenderSettings


def make_request(*channels):
    return RenderRequest(demo_scene(), RenderSettings(width=4, height=2, channels=channels))


def make_pixels(request):
    components = count_components(film_channels(request.settings.channels))
    return np.zeros((2, 4, components), np.float32)


def test_manifest_names_the_scenes_objects():
    request = make_request("object_id")

    layers = make_layers(request, make_pixels(request))

    attributes = layers["CryptoObject00"].attributes
    (manifest,) = (json.loads(v) for k, v in attributes.items() if k.endswith("/manifest"))
    assert len(manifest) > 3
    assert all(f"{name_id(name):08x}" == bits for name, bits in manifest.items())


def test_frame_without_mattes_does_not_read_the_scene(tmp_path):
    request = replace(make_request("depth"), scene=tmp_path / "gone.glb")

    assert set(make_layers(request, make_pixels(request))) == {"depth"}


def test_mattes_of_a_scene_that_is_gone_lack_their_names_only(tmp_path, caplog):
    request = replace(make_request("material_id"), scene=tmp_path / "gone.glb")

    with caplog.at_level(logging.WARNING, "brigade.client"):
        layers = make_layers(request, make_pixels(request))

    assert layers["CryptoMaterial00"].attributes == {}
    assert "the mattes have no names" in caplog.text
