"""What every test needs: no display, no folder of the person who runs it, kernels compiled once."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

# Set before anything imports Qt or asks for a folder, and inherited by every child process.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_HOME = Path(tempfile.mkdtemp(prefix="brigade-test-"))
os.environ["BRIGADE_HOME"] = str(_HOME)
# Compiling takes half a minute, so the kernels outlive the session; their folder's name follows
# from their sources, so that stale ones are never used.
os.environ.setdefault(
    "BRIGADE_KERNELS", str(platformdirs.user_cache_path("bucket-brigade-tests", appauthor=False))
)

# Numba must know the folder before anything imports the kernels.
from app.system import paths  # noqa: E402
from renderer import kernel_cache  # noqa: E402

kernel_cache.configure(paths.kernel_dir())


# As `app.system.garbage`: Qt objects that die in a background thread take the tests along.
gc.disable()


@pytest.fixture(autouse=True)
def _collected_here() -> Iterator[None]:
    """Garbage is collected between tests, in their thread."""
    yield
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [x for x in range(3) if counts[x] > thresholds[x]]
    if due:
        gc.collect(due[-1])


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch) -> None:
    """Each test starts with no settings, no server list and no cache."""
    monkeypatch.setenv("BRIGADE_HOME", str(tmp_path_factory.mktemp("home")))
