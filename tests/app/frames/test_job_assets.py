import os
from pathlib import Path

import pytest

from app.frames.digest_cache import DigestCache
from app.frames.job_assets import CAN_HOLD, AssetError, JobAssets

CONTENT = b"0123456789"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "texture.png"
    path.write_bytes(CONTENT)
    os.utime(path, (1e6, 1e6))
    return path


def open_job(path: Path, *, hold: bool = CAN_HOLD) -> tuple[JobAssets, str]:
    file = DigestCache().digest(path)
    return JobAssets({file.digest: file}, hold=hold), file.digest


@pytest.mark.parametrize("hold", [False, CAN_HOLD])
def test_job_reads_exactly_the_bytes_asked_for(path: Path, hold: bool) -> None:
    assets, digest = open_job(path, hold=hold)

    assert assets.read(digest, 3, 4) == b"3456"
    assert assets.find_changed() == []


@pytest.mark.skipif(not CAN_HOLD, reason="open files cannot be replaced there")
def test_job_still_has_a_file_that_was_replaced(path: Path) -> None:
    assets, digest = open_job(path)
    new = path.with_name("new")
    new.write_bytes(b"something else")
    os.replace(new, path)

    assert assets.read(digest, 0, 10) == CONTENT
    assert assets.find_changed() == [path]


@pytest.mark.skipif(not CAN_HOLD, reason="open files cannot be deleted there")
def test_job_still_has_a_file_that_was_deleted(path: Path) -> None:
    assets, digest = open_job(path)
    path.unlink()

    assert assets.read(digest, 0, 10) == CONTENT
    assert assets.find_changed() == [path]


@pytest.mark.parametrize("hold", [False, CAN_HOLD])
@pytest.mark.parametrize("content", [b"9876543210", b"01234"])
def test_file_that_was_overwritten_is_refused_by_name(
    path: Path, hold: bool, content: bytes
) -> None:
    assets, digest = open_job(path, hold=hold)
    path.write_bytes(content)

    with pytest.raises(AssetError, match=r"texture\.png was overwritten after the frame began"):
        assets.read(digest, 0, 5)


def test_file_that_is_gone_is_named(path: Path) -> None:
    assets, digest = open_job(path, hold=False)
    path.unlink()

    with pytest.raises(AssetError, match=r"cannot read .*texture\.png"):
        assets.read(digest, 0, 5)


def test_file_that_changed_before_it_could_be_held_is_refused(path: Path) -> None:
    file = DigestCache().digest(path)
    path.write_bytes(b"changed!!!")

    with pytest.raises(AssetError, match="was overwritten"):
        JobAssets({file.digest: file}).read(file.digest, 0, 5)


def test_closed_job_holds_nothing(path: Path) -> None:
    assets, digest = open_job(path)
    assets.close()
    assets.close()

    assert assets.read(digest, 0, 2) == b"01"  # by its name, as long as it is the same
