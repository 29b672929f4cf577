"""Whole farms fetch a file in the model of `tests.benchmarks.asset_model`."""

import pytest

from tests.benchmarks.asset_model import LINK_BYTES_PER_S, Farm

SIZE = 50e6
ONCE_S = SIZE / LINK_BYTES_PER_S


@pytest.mark.parametrize(("broken", "most_times", "rounds"), [(0.0, 12, 12), (0.1, 14, 16)])
def test_client_sends_a_scene_a_few_times_to_a_hundred_servers(
    broken: float, most_times: int, rounds: int
) -> None:
    farm = Farm(100, SIZE, realm="network", broken=broken)
    farm.run()

    assert farm.client_bytes <= most_times * SIZE
    assert max(taker.done_s for taker in farm.takers.values()) <= rounds * ONCE_S


def test_client_feeds_servers_that_cannot_reach_each_other_one_after_the_other() -> None:
    farm = Farm(20, SIZE, realm="")
    farm.run()

    times = sorted(taker.done_s for taker in farm.takers.values())
    assert farm.client_bytes == 20 * SIZE
    assert times[-1] <= 1.05 * 20 * ONCE_S
    assert times[0] <= 4 * ONCE_S  # the first need not wait for the last
