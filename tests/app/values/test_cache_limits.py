import math

import pytest

from app.values.cache_limits import MAX_SIZE_BYTES, format_size, parse_age, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("20GB", 20 << 30),
        ("20", 20 << 30),
        ("1.5 gb", 3 << 29),
        ("500MB", 500 << 20),
        ("2tb", 2 << 40),
        ("2048kb", 2 << 20),
        ("none", MAX_SIZE_BYTES),
    ],
)
def test_size_is_read_as_people_write_it(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "big", "-1GB", "1e9", "20 potatoes", "0", "1KB", "9999999TB"])
def test_size_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not (a size like|between)"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "age_s"),
    [
        ("30d", 30 * 86400.0),
        ("12h", 43200.0),
        ("12", 43200.0),
        ("2W", 1209600.0),
        ("None", math.inf),
    ],
)
def test_age_is_read_as_people_write_it(text: str, age_s: float) -> None:
    assert parse_age(text) == age_s


@pytest.mark.parametrize("text", ["", "old", "-1d", "0h", "999999d", "5 minutes"])
def test_age_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not (an age like|between)"):
        parse_age(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [(12, "12 bytes"), (2048, "2.0 KB"), (3 << 29, "1.5 GB"), (5 << 40, "5.0 TB")],
)
def test_size_is_told_with_its_unit(size: int, text: str) -> None:
    assert format_size(size) == text
