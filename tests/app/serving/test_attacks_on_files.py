"""Attacks of SECURITY.md's list on the cache and the key files: by their numbers."""

import hashlib
import os
import stat
from pathlib import Path

import msgspec
import pytest

from app.keys.pairings import PairedServer, PairedServers
from app.serving.asset_cache import AssetCache, CacheError
from app.values.cache_limits import CacheLimits
from network.assets import ManifestError, decode_manifest
from network.messages import AssetEntry
from renderer.assets import MappedAssets
from renderer.scene import SceneError

JOB = "1" * 32
CONTENT = b"the right content"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
LABELS = [
    "../../etc/passwd", "/etc/passwd", "C:\\Windows\\win.ini", "\\\\host\\share\\x", "a\0b", "CON",
    "NUL.png", "..", ".", "~/.ssh/id_rsa", "a/../../b", "\u202egnp.exe", "x" * 1024,
]  # fmt: skip


def make_cache(folder: Path, now_s: float = 1_000_000.0) -> AssetCache:
    limits = CacheLimits(1 << 30)
    return AssetCache(folder, limits, clock=lambda: now_s, free_bytes=lambda _: 1 << 40)


# -- 18: files that are not what was announced ------------------------------------------------


def test_file_larger_than_announced_is_refused_before_it_is_written(tmp_path):
    cache = make_cache(tmp_path / "cache")
    assert not cache.store(DIGEST, 20, 0, CONTENT)

    with pytest.raises(CacheError):
        cache.store(DIGEST, 20, len(CONTENT), b"xxxx")

    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_file_of_the_right_size_and_another_content_is_refused(tmp_path):
    cache = make_cache(tmp_path / "cache")

    with pytest.raises(CacheError, match="not what was announced"):
        cache.store(DIGEST, len(CONTENT), 0, CONTENT[::-1])

    assert cache.find(JOB, [DIGEST]).present == frozenset()


# -- 19: names that want to be paths ----------------------------------------------------------


@pytest.mark.parametrize("label", LABELS)
def test_label_is_a_name_to_look_up_and_never_a_path(tmp_path, label):
    payload = msgspec.msgpack.encode([AssetEntry(label, DIGEST, len(CONTENT))])
    [entry] = decode_manifest(payload, label, 1 << 30)
    cache = make_cache(tmp_path / "cache")
    cache.store(entry.digest, entry.size, 0, CONTENT)
    source = MappedAssets({entry.label: cache.path(entry.digest)})

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert source.path(label).read_bytes() == CONTENT
    assert files == [tmp_path / "cache" / DIGEST[:2] / DIGEST]


def test_scene_cannot_name_a_file_that_the_job_did_not_bring(tmp_path):
    source = MappedAssets({"a.png": tmp_path / "a.png"})

    for label in ("/etc/passwd", "../a.png", "A.png", "a.png\0", ""):
        with pytest.raises(SceneError, match="not among the job's files"):
            source.path(label)


@pytest.mark.parametrize(
    "digest", ["../" + "a" * 61, DIGEST.upper(), DIGEST + "\n", "/" * 64, DIGEST[:63], "٣" * 64]
)
def test_manifest_takes_digests_only(digest):
    payload = msgspec.msgpack.encode([["a.png", digest, 5]])

    with pytest.raises(ManifestError) as caught:
        decode_manifest(payload, "a.png", 1 << 30)
    assert caught.value.hostile


# -- 31: files that lie there already ---------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_planted_link_in_place_of_a_part_is_not_written_through(tmp_path, link):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    folder = tmp_path / "cache" / DIGEST[:2]
    folder.mkdir(parents=True)
    planted = folder / f"{DIGEST}.{'0' * 16}.part"
    link(victim, planted)
    os.utime(planted, (1.0, 1.0), follow_symlinks=False)
    cache = make_cache(tmp_path / "cache")

    found = cache.find(JOB, [DIGEST])
    cache.store(DIGEST, len(CONTENT), 0, CONTENT)

    assert found.partial == {}
    assert victim.read_bytes() == b"precious"
    assert cache.path(DIGEST).read_bytes() == CONTENT
    assert stat.S_ISREG(cache.path(DIGEST).lstat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_planted_link_in_place_of_the_pairings_is_replaced_and_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"[]")
    victim.chmod(0o600)
    config = tmp_path / "config"
    config.mkdir()
    (config / "paired-servers.json").symlink_to(victim)

    PairedServers(config).put(PairedServer("aa" * 32, b"k" * 32, "studio-2", "studio-2:20727"))

    assert victim.read_bytes() == b"[]"
    assert not (config / "paired-servers.json").is_symlink()
