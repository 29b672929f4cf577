"""Attack 18: a million tiny files, and files that would not fit."""

import msgspec
import pytest

from network.assets import ManifestError, decode_manifest
from network.limits import MANIFEST_BYTES
from network.messages import AssetEntry
from network.work import MAX_ASSETS


def encode(count: int, size: int = 1) -> bytes:
    entries = [AssetEntry(f"{i}", f"{i:064x}", size) for i in range(count)]
    return msgspec.msgpack.encode(entries)


def test_more_files_than_a_job_may_have_end_the_link() -> None:
    payload = encode(MAX_ASSETS + 1)

    with pytest.raises(ManifestError, match="more than") as caught:
        decode_manifest(payload, "0", 1 << 40)
    assert caught.value.hostile


def test_a_million_files_do_not_even_fit_into_a_message() -> None:
    smallest = len(encode(1000)) / 1000

    assert 1_000_000 * smallest > MANIFEST_BYTES


def test_files_that_together_exceed_the_cache_are_refused_before_the_first_byte() -> None:
    payload = encode(11, size=1 << 30)

    with pytest.raises(ManifestError, match="raise the cache limit there") as caught:
        decode_manifest(payload, "0", 10 << 30)
    assert not caught.value.hostile
