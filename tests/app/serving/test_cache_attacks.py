"""An asset cache whose folder cannot be used, or in which somebody planted something."""

import errno
import os
import shutil
from pathlib import Path

import pytest
from cache_bench import JOB, Clock, digest_of, files, make_cache, put

from app.serving.asset_cache import MAX_OPEN_PARTS, CacheError

# -- folders that cannot be used --------------------------------------------------------------


def test_cache_goes_on_elsewhere_when_its_folder_cannot_be_written(
    folder: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    cache = make_cache(folder, clock)
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("a file in the place of the folder")

    digest = put(cache, b"content")

    assert cache.path(digest).read_bytes() == b"content"
    assert folder not in cache.path(digest).parents
    assert cache.find(JOB, [digest]).present == {digest}
    assert "new files go to" in caplog.text
    spare = cache.path(digest)
    cache.close()
    assert not spare.exists()


def test_files_of_a_folder_that_became_read_only_are_still_used(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"content")

    def read_only(*_args: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "utime", read_only)

    assert cache.find(JOB, [digest]).present == {digest}


# -- attacks ----------------------------------------------------------------------------------


def test_file_replaced_during_the_session_is_noticed(
    folder: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"content")
    cache.path(digest).unlink()
    cache.path(digest).write_bytes(b"CONTENT")

    assert cache.find(JOB, [digest]).present == frozenset()
    assert files(folder) == []
    assert "is damaged: deleted, fetched again" in caplog.text


@pytest.mark.skipif(os.name == "nt", reason="needs other rights on Windows")
def test_file_with_a_second_name_is_not_used(folder: Path, clock: Clock, tmp_path: Path) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"content")
    os.link(cache.path(digest), tmp_path / "second")

    assert cache.find(JOB, [digest]).present == frozenset()
    assert (tmp_path / "second").read_bytes() == b"content"


@pytest.mark.skipif(os.name == "nt", reason="needs a privilege on Windows")
def test_planted_link_to_a_folder_is_not_followed(
    folder: Path, clock: Clock, tmp_path: Path
) -> None:
    cache = make_cache(folder, clock)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    digest = digest_of(b"content")
    folder.mkdir()
    (folder / digest[:2]).symlink_to(elsewhere)

    put(cache, b"content")

    assert list(elsewhere.iterdir()) == []
    assert not (folder / digest[:2]).is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="needs a privilege on Windows")
def test_planted_part_is_neither_followed_nor_resumed(
    folder: Path, clock: Clock, tmp_path: Path
) -> None:
    cache = make_cache(folder, clock)
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    digest = digest_of(b"content")
    (folder / digest[:2]).mkdir(parents=True)
    link = folder / digest[:2] / f"{digest}.{'0' * 16}.part"
    link.symlink_to(target)
    second = folder / digest[:2] / f"{digest}.{'1' * 16}.part"
    os.link(target, second)

    assert cache.find(JOB, [digest]).partial == {}
    put(cache, b"content")
    assert target.read_bytes() == b"precious"


@pytest.mark.skipif(os.name == "nt", reason="needs a privilege on Windows")
def test_link_is_not_followed_when_files_are_sent_on(
    folder: Path, clock: Clock, tmp_path: Path
) -> None:
    cache = make_cache(folder, clock)
    digest = put(cache, b"content")
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret!")
    cache.path(digest).unlink()
    cache.path(digest).symlink_to(secret)

    with pytest.raises(CacheError, match="cannot be read"):
        cache.read(digest, 0, 7)


def test_cache_has_only_so_many_files_on_their_way(folder: Path, clock: Clock) -> None:
    cache = make_cache(folder, clock)
    for number in range(MAX_OPEN_PARTS):
        cache.store(digest_of(b"%d" % number), 10, 0, b"x")

    with pytest.raises(CacheError, match="files on their way at once"):
        cache.store(digest_of(b"one more"), 10, 0, b"x")
    cache.close()
