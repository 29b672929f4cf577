"""Layers of a file, and passes that become one result."""

import numpy as np
import pytest

from renderer.channels import CHANNEL_NAMES, channel_offsets, count_components, film_channels
from renderer.cryptomatte import Matte, make_attributes, make_ids
from renderer.film_layers import film_layers, merge_passes


def make_film(*names: str) -> np.ndarray:
    components = count_components(film_channels(names))
    return np.random.default_rng(1).random((3, 5, components), np.float32)


def test_every_channel_becomes_layers_with_all_its_components():
    pixels = make_film(*CHANNEL_NAMES)

    layers = film_layers(pixels, film_channels(CHANNEL_NAMES))

    mattes = {f"Crypto{kind}0{n}" for kind in ("Object", "Material") for n in range(3)}
    plain = set(CHANNEL_NAMES) - {"object_id", "material_id"}
    assert set(layers) == plain | mattes
    assert sum(len(layer.components) for layer in layers.values()) == pixels.shape[2] - 4
    assert all(np.shares_memory(layer.pixels, pixels) for layer in layers.values())


def test_layers_hold_their_own_channel():
    pixels = make_film("normal", "depth")

    layers = film_layers(pixels, film_channels(("normal", "depth")))

    np.testing.assert_array_equal(layers["normal"].pixels, pixels[:, :, 4:7])
    assert layers["depth"].components == ("Z",)
    np.testing.assert_array_equal(layers["depth"].pixels, pixels[:, :, 7:8])


def test_numbers_keep_all_their_bits_and_colours_may_be_half():
    layers = film_layers(make_film(*CHANNEL_NAMES), film_channels(CHANNEL_NAMES))

    half = {name for name, layer in layers.items() if layer.half_ok}
    assert half == {"albedo", "normal", "direct", "indirect", "emission", "background"}


def test_mattes_carry_their_manifest_once():
    manifest = make_attributes(Matte.OBJECT, ["bunny"])

    layers = film_layers(
        make_film("object_id"), film_channels(("object_id",)), {Matte.OBJECT: manifest}
    )

    assert layers["CryptoObject00"].attributes == manifest
    assert layers["CryptoObject01"].attributes == {}
    assert layers["CryptoObject00"].components == ("R", "G", "B", "A")


def test_passes_merge_as_each_channel_says():
    names = ("depth", "object_id", "samples", "noise", "server")
    channels = film_channels(names)
    place = channel_offsets(channels)
    one, other = (np.zeros((1, 1, count_components(channels)), np.float32) for _ in range(2))
    one[..., :4], other[..., :4] = 1.0, 5.0
    a, b = make_ids(["a", "b"])
    for part, depth, ids, samples, noise, server in (
        (one, 3.0, [a, 0.75, b, 0.25], 16, 0.3, 1),
        (other, 4.0, [b, 1.0], 48, 0.1, 2),
    ):
        part[..., place["depth"]] = depth
        part[..., place["object_id"] : place["object_id"] + len(ids)] = ids
        part[..., place["samples"]] = samples
        part[..., place["noise"]] = noise
        part[..., place["server"]] = server

    merged = merge_passes(channels, [one, other], [16, 48])[0, 0]

    assert merged[:4].tolist() == [4.0] * 4
    assert merged[place["depth"]] == 3.0
    first = place["object_id"]
    np.testing.assert_allclose(merged[first : first + 4], [b, 0.8125, a, 0.1875])
    assert merged[place["samples"]] == 64
    assert merged[place["noise"]] == pytest.approx(np.hypot(0.3 / 4, 0.1 * 3 / 4))
    assert merged[place["server"]] == 2


def test_film_of_other_channels_is_refused():
    with pytest.raises(ValueError, match="8 components is not one of beauty, alpha, normal"):
        film_layers(make_film("normal", "depth"), film_channels(("normal",)))
