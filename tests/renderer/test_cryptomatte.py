"""Ids and manifests against the Cryptomatte specification and published hashes."""

import json

import numpy as np
import pytest

from renderer.cryptomatte import (
    MAX_MANIFEST_NAMES,
    Matte,
    hash_name,
    make_attributes,
    make_ids,
    merge_ranks,
    name_id,
)


def rank_samples(ids: list[float], ranks: int) -> np.ndarray:
    """Return a pixel's (ranks, 2) pairs of (id, coverage) from its samples' ids; 0: nothing hit.

    Equal coverages keep the order in which the ids came first.
    """
    values = np.asarray(ids, np.float32)
    pairs = np.zeros((ranks, 2), np.float32)
    kinds, first, counts = np.unique(values.view(np.uint32), return_index=True, return_counts=True)
    order = [k for k in np.lexsort((first, -counts)) if kinds[k] != 0][:ranks]
    pairs[: len(order), 0] = kinds[order].astype(np.uint32).view(np.float32)
    pairs[: len(order), 1] = (counts[order] / len(values)).astype(np.float32)
    return pairs


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", 0),
        ("hello", 0x248BFA47),
        ("hello, world", 0x149BBB7F),
        ("The quick brown fox jumps over the lazy dog", 0x2E4FF723),
    ],
)
def test_hash_is_murmur3_with_seed_zero(name, expected):
    assert hash_name(name) == expected


def test_ids_are_normal_floats_whatever_the_name():
    ids = make_ids(f"object {number}" for number in range(20_000))

    assert np.isfinite(ids).all()
    assert (np.abs(ids) >= np.finfo(np.float32).tiny).all()
    assert (ids.view(np.uint32) == [name_id(f"object {n}") for n in range(20_000)]).all()
    assert len({hash_name(f"object {n}") >> 23 & 0xFF for n in range(20_000)}) == 256


def test_names_beyond_ascii_are_hashed_as_utf8():
    assert hash_name("Würfel") == hash_name("W\u00fcrfel") != hash_name("Wurfel")


def test_header_names_layer_hash_conversion_and_every_object():
    attributes = make_attributes(Matte.OBJECT, ["lamp", "bunny", "lamp"])

    prefix = f"cryptomatte/{hash_name('CryptoObject'):08x}"[:19]
    assert attributes[f"{prefix}/name"] == "CryptoObject"
    assert attributes[f"{prefix}/hash"] == "MurmurHash3_32"
    assert attributes[f"{prefix}/conversion"] == "uint32_to_float32"
    manifest = json.loads(attributes[f"{prefix}/manifest"])
    assert manifest == {name: f"{name_id(name):08x}" for name in ("bunny", "lamp")}


def test_manifest_is_left_out_when_no_header_could_hold_it():
    names = [str(number) for number in range(MAX_MANIFEST_NAMES + 1)]

    (manifest,) = (v for k, v in make_attributes(Matte.MATERIAL, names).items() if "manif" in k)

    assert manifest == "{}"


def test_pairs_are_ranked_by_coverage_and_then_by_first_appearance():
    a, b, c = (float(value) for value in make_ids(["a", "b", "c"]))

    pairs = rank_samples([c, 0.0, b, a, a, b, 0.0, 0.0], ranks=6)

    np.testing.assert_array_equal(pairs[:3, 0], np.array([b, a, c], np.float32))
    np.testing.assert_array_equal(pairs[:4, 1], [0.25, 0.25, 0.125, 0.0])


def test_merged_passes_equal_one_pass_over_all_samples():
    rng = np.random.default_rng(5)
    ids = make_ids([f"object {number}" for number in range(6)])
    samples = rng.choice(ids, 64, p=[0.4, 0.25, 0.15, 0.1, 0.06, 0.04])

    whole = rank_samples(samples, 6).reshape(1, 12)
    parts = [rank_samples(samples[:16], 6), rank_samples(samples[16:], 6)]
    merged = merge_ranks([part.reshape(1, 12) for part in parts], (0.25, 0.75))

    assert dict(zip(merged[0, ::2], merged[0, 1::2], strict=True)) == pytest.approx(
        dict(zip(whole[0, ::2], whole[0, 1::2], strict=True))
    )
    assert (np.diff(merged[0, 1::2]) <= 0.0).all()


def test_pixels_without_any_surface_merge_to_nothing():
    nothing = np.zeros((2, 12), np.float32)

    assert not merge_ranks([nothing, nothing], (0.5, 0.5)).any()
