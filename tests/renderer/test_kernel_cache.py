"""The private folder of compiled kernels."""

import os
import stat

import numba
import pytest

from renderer import kernel_cache


def test_folder_is_private_and_named_by_what_decides_the_code(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.modules", dict(kernel_cache.sys.modules))
    kernel_cache.sys.modules.pop("renderer.kernels.render", None)
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.setattr(kernel_cache, "_folder", None)

    folder = kernel_cache.configure(tmp_path / "kernels")

    assert folder.name == kernel_cache.code_fingerprint()
    assert kernel_cache.folder() == folder
    assert numba.config.CACHE_DIR == os.environ["NUMBA_CACHE_DIR"] == str(folder)
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_configuring_after_the_kernels_are_imported_is_refused(tmp_path):
    import renderer.kernels.render  # noqa: F401

    with pytest.raises(RuntimeError, match="too late"):
        kernel_cache.configure(tmp_path)


def test_versions_not_started_for_longest_are_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.modules", dict(kernel_cache.sys.modules))
    kernel_cache.sys.modules.pop("renderer.kernels.render", None)
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.setattr(kernel_cache, "_folder", None)
    versions = [tmp_path / f"{number:024x}" for number in range(10)]
    for age, version in enumerate(versions):
        version.mkdir()
        os.utime(version, (1_000_000 - age, 1_000_000 - age))
    other = tmp_path / "notes"
    other.mkdir()

    current = kernel_cache.configure(tmp_path)

    kept = versions[: kernel_cache.KEPT_VERSIONS - 1]
    assert set(tmp_path.iterdir()) == {current, other, *kept}
