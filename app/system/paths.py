"""Where this user's configuration, caches and logs are.

Each operating system has its own places (platformdirs knows them). `BRIGADE_HOME` puts all of
them into one folder instead, for tests, for portable sticks and for two farms on one computer;
`BRIGADE_KERNELS` moves only the compiled kernels, which may be shared by homes that come and go.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

HOME_VARIABLE = "BRIGADE_HOME"
KERNELS_VARIABLE = "BRIGADE_KERNELS"
APP_NAME = "bucket-brigade"
PRIVATE_MODE = 0o700


class FolderError(OSError):
    """A folder of ours cannot be used; the text names it and the way out."""


def config_dir() -> Path:
    """Return the folder of the server list, the settings and the keys; made when absent."""
    return _make_private(_under_home("config") or _platform().user_config_path)


def asset_cache_dir() -> Path:
    """Return the folder of received scene files, named by their hash; made when absent."""
    return _make_private(_under_home("assets") or _platform().user_cache_path / "assets")


def digest_file() -> Path:
    """Return where the hashes of this user's scene files are remembered; it may not exist."""
    return asset_cache_dir().with_name("digests.json")


def kernel_dir() -> Path:
    """Return the folder of compiled kernels; made when absent.

    Its files are code: it is readable and writable by this user only, and it is never inside
    the folder that files from the network go to.
    """
    chosen = os.environ.get(KERNELS_VARIABLE)
    if chosen:
        return _make_private(Path(chosen).expanduser().resolve())
    return _make_private(_under_home("kernels") or _platform().user_cache_path / "kernels")


def unfinished_dir() -> Path:
    """Return the folder of the journals of the window's frames; made when absent."""
    return _make_private(_under_home("unfinished") or _platform().user_data_path / "unfinished")


def history_dir() -> Path:
    """Return the folder of the window's earlier pictures; made when absent."""
    return _make_private(_under_home("history") or _platform().user_data_path / "history")


def log_dir() -> Path:
    """Return the folder of the log files; made when absent."""
    return _make_private(_under_home("log") or _platform().user_log_path)


def _platform() -> platformdirs.PlatformDirs:
    return platformdirs.PlatformDirs(APP_NAME, appauthor=False)


def _under_home(name: str) -> Path | None:
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).expanduser().resolve() / name if home else None


def _make_private(folder: Path) -> Path:
    """Make the folder and close it to others (on Windows the user's profile is closed already).

    Raises:
        FolderError: it cannot be made, or belongs to someone else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_MODE)
        if os.name == "posix" and folder.stat().st_mode & 0o077:
            folder.chmod(PRIVATE_MODE)
    except OSError as error:
        raise FolderError(
            f"cannot use the folder {folder}: {error.strerror or error}; set {HOME_VARIABLE} to "
            "a folder that you may write"
        ) from error
    return folder
