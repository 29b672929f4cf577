"""Folders are private, follow BRIGADE_HOME, and keep code away from received files."""

import os
import stat

import platformdirs
import pytest

from app.system import paths

FOLDERS = [paths.config_dir, paths.asset_cache_dir, paths.kernel_dir, paths.log_dir]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.delenv(paths.KERNELS_VARIABLE, raising=False)
    return tmp_path / "home"


@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_are_made_below_home_when_it_is_set(home, folder):
    assert folder().parent == home
    assert folder().is_dir()


def test_folders_are_all_different(home):
    assert len({folder() for folder in FOLDERS}) == len(FOLDERS)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_are_closed_to_other_users_even_when_they_were_open(home, folder):
    folder().chmod(0o755)

    assert stat.S_IMODE(folder().stat().st_mode) == 0o700


def test_kernels_can_be_kept_elsewhere(home, tmp_path, monkeypatch):
    monkeypatch.setenv(paths.KERNELS_VARIABLE, str(tmp_path / "shared"))

    assert paths.kernel_dir() == tmp_path / "shared"
    assert paths.config_dir().parent == home


def test_folders_are_the_platforms_own_without_home(tmp_path, monkeypatch):
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)
    monkeypatch.delenv(paths.KERNELS_VARIABLE, raising=False)
    monkeypatch.setattr(
        platformdirs.PlatformDirs, "user_cache_path", property(lambda _: tmp_path / "cache")
    )

    assert paths.asset_cache_dir() == tmp_path / "cache" / "assets"
    assert paths.kernel_dir() == tmp_path / "cache" / "kernels"
