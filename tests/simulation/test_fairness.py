"""Two clients on one farm get half of it each."""

from __future__ import annotations

import pytest

from .fairness import measure


@pytest.mark.slow
@pytest.mark.parametrize("open_s", [(0.3,), (0.3, 4.0)], ids=["quick", "slow to open"])
def test_two_clients_get_half_of_the_farm_each(open_s: tuple[float, ...]) -> None:
    share = measure(1, open_s=open_s)

    assert 0.45 <= share <= 0.55
