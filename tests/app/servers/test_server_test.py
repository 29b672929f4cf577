"""Rungs of `brigade test` that need no server."""

import os

import pytest

from app.servers.server_test import Ladder
from network.addresses import Address
from network.keys import new_key, write_key_file

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no mode bits")


@pytest.mark.parametrize("trouble", ["missing", pytest.param("open to all", marks=posix_only)])
def test_key_file_that_cannot_be_used_fails_with_its_own_way_out(qapp, tmp_path, trouble):
    path = tmp_path / "farm.key"
    if trouble == "open to all":
        write_key_file(path, new_key())
        path.chmod(0o644)
    steps, ends = [], []
    ladder = Ladder(Address("127.0.0.1", 1), path)
    ladder.stepped.connect(steps.append)
    ladder.finished.connect(ends.append)

    ladder.climb()

    (step,) = steps
    assert (step.name, step.ok) == ("key", False)
    assert str(path) in step.detail
    assert "--key-file" in step.fix
    assert "brigade pair" not in step.fix
    assert ends == [False]
