"""Where the tests of the cache keep it, and what time it is there."""

from pathlib import Path

import pytest
from cache_bench import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"
