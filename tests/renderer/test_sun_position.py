"""The sun's place against almanacs."""

import math
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from renderer.sun_position import find_sun, parse_place_and_time


def test_sun_of_nrels_worked_example():
    """Reda & Andreas 2004, Solar Position Algorithm, table A5.1, whose air is thinner."""
    moment = datetime(2003, 10, 17, 12, 30, 30, tzinfo=timezone(timedelta(hours=-7)))

    sun = find_sun(moment, 39.742476, -105.1786)

    assert sun.elevation_deg == pytest.approx(90.0 - 50.11162, abs=0.01)
    assert sun.azimuth_deg == pytest.approx(194.34024, abs=0.01)


@pytest.mark.parametrize(
    ("moment", "declination"),
    [
        (datetime(2026, 3, 20, 14, 46, tzinfo=UTC), 0.0),  # equinox
        (datetime(2026, 6, 21, 8, 24, tzinfo=UTC), 23.436),  # solstices
        (datetime(2026, 12, 21, 20, 50, tzinfo=UTC), -23.436),
    ],
)
def test_noon_height_at_the_pole_is_the_declination(moment, declination):
    sun = find_sun(moment, 90.0, 0.0)

    refraction = {0.0: 0.48, 23.436: 0.037, -23.436: 0.013}[declination]
    assert sun.elevation_deg == pytest.approx(declination + refraction, abs=0.03)


@pytest.mark.parametrize(
    ("day", "minutes"),
    [((2, 11), -14.2), ((5, 14), 3.7), ((7, 26), -6.5), ((11, 3), 16.4)],
)
def test_noon_follows_the_equation_of_time(day, minutes):
    """Extremes of the equation of time: the sun is due south that much before 12."""
    noon = datetime(2026, *day, 12, tzinfo=UTC) - timedelta(minutes=minutes)

    sun = find_sun(noon, 51.5, 0.0)

    assert sun.azimuth_deg == pytest.approx(180.0, abs=0.06)


def test_sun_rises_in_the_east_and_sets_in_the_west():
    morning = find_sun(datetime(2026, 3, 20, 7, tzinfo=UTC), 0.0, 0.0)
    evening = find_sun(datetime(2026, 3, 20, 17, tzinfo=UTC), 0.0, 0.0)

    assert morning.azimuth_deg == pytest.approx(90.0, abs=0.5)
    assert evening.azimuth_deg == pytest.approx(270.0, abs=0.5)
    assert morning.elevation_deg > 10.0 < evening.elevation_deg


def test_horizon_lifts_the_sun_by_half_a_degree():
    """The lift changes fast there, but without a jump between NOAA's formulas."""
    heights = [
        find_sun(
            datetime(2026, 3, 20, 5, tzinfo=UTC) + timedelta(minutes=m), 0.0, 0.0
        ).elevation_deg
        for m in range(120)
    ]
    steps = np.diff(heights)

    assert np.all((steps > 0.1) & (steps < 0.55))  # 0.25 degrees a minute without refraction
    sunrise = datetime(2026, 3, 20, 6, 4, 30, tzinfo=UTC)  # on the equator and the meridian
    assert find_sun(sunrise, 0.0, 0.0).elevation_deg == pytest.approx(-16 / 60, abs=0.15)


def test_every_moment_of_a_year_gives_a_direction():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for hours in range(0, 24 * 366, 7):
        for latitude in (-90.0, -35.0, 0.0, 66.6, 90.0):
            sun = find_sun(start + timedelta(hours=hours), latitude, 15.0)
            assert -90.0 <= sun.elevation_deg <= 90.0
            assert 0.0 <= sun.azimuth_deg <= 360.0
            assert math.isfinite(sun.elevation_deg + sun.azimuth_deg)


def test_text_gives_time_and_place():
    text = "2026-06-21T15:30+02:00@48.2,16.4"
    moment = datetime(2026, 6, 21, 13, 30, tzinfo=UTC)

    assert parse_place_and_time(text) == find_sun(moment, 48.2, 16.4)
    assert parse_place_and_time(" 2026-06-21T13:30Z @ 48.2, 16.4 ") == find_sun(moment, 48.2, 16.4)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("2026-06-21T15:30+02:00", "has no place"),
        ("noon@48,16", "'noon' is not a time"),
        ("2026-06-21T15:30@48,16", "needs its offset"),
        ("2026-06-21T15:30Z@48;16", "has no place"),
        ("2026-06-21T15:30Z@north,16", "not a latitude"),
        ("2026-06-21T15:30Z@nan,16", "latitude must be between"),
        ("2026-06-21T15:30Z@91,16", "latitude must be between"),
        ("2026-06-21T15:30Z@48,181", "longitude must be between"),
        ("0026-06-21T15:30Z@48,16", "year must be between"),
    ],
)
def test_unusable_text_is_named(text, wrong):
    with pytest.raises(ValueError, match=wrong):
        parse_place_and_time(text)
