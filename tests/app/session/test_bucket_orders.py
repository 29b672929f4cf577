"""What the client's log says of buckets."""

import pytest

from app.session.bucket_orders import describe_unit
from network.work import Unit
from renderer.buckets import Region


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        (Unit(3, 32, 0, 32, 16, 0, 64), "unit 3 (32 x 16 at 32, 0)"),
        (Unit(210, 32, 0, 16, 16, 0, 64, whole=3), "unit 210 of bucket 3 (16 x 16 at 32, 0)"),
    ],
)
def test_log_names_unit_and_pixels_and_the_bucket_of_a_part(unit, words):
    assert describe_unit(unit, Region(unit.x, unit.y, unit.width, unit.height)) == words
