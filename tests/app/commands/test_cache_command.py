import hashlib
import os
import time

from app.cli import main
from app.serving.asset_cache import AssetCache
from app.system.paths import asset_cache_dir


def put(content: bytes, used_s_ago: float) -> str:
    cache = AssetCache(asset_cache_dir())
    digest = hashlib.sha256(content).hexdigest()
    assert cache.store(digest, len(content), 0, content)
    used_s = time.time() - used_s_ago
    os.utime(cache.path(digest), (used_s, used_s))
    return digest


def test_cache_command_tells_how_much_is_there(capsys):
    put(b"a" * 10_000, 3 * 86400)
    put(b"b", 0)

    assert main(["cache"]) == 0

    out = capsys.readouterr().out
    assert str(asset_cache_dir()) in out
    assert "2 files, 16.0 KB, complete" in out
    assert "oldest used 3.0 days ago" in out


def test_cache_command_deletes_what_is_not_in_use(capsys):
    old, recent = put(b"old", 86400), put(b"recent", 5)

    assert main(["cache", "--clear"]) == 0

    left = [path.name for path in asset_cache_dir().rglob("*") if path.is_file()]
    assert left == [recent]
    assert old not in left
    assert "deleted 1 file, 4.0 KB; 1 in use just now stay" in capsys.readouterr().out


def test_cache_command_names_a_folder_that_is_not_there(capsys, tmp_path):
    assert main(["cache", "--cache-dir", str(tmp_path / "nowhere")]) == 1

    assert "there is no folder" in capsys.readouterr().err
