"""Where the sun stands, from place and time.

Source: NOAA's solar calculator, after Meeus 1998, Astronomical Algorithms (the low-precision
theory): good to some 0.01 degrees between 1900 and 2100, where the sun's own radius is 0.27.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_DAYS_PER_CENTURY = 36525.0
#: Within these years the theory's error stays small against the sun's disc.
YEARS = (1800, 2200)


@dataclass(frozen=True)
class SunPosition:
    """A direction as seen by an observer, degrees.

    Attributes:
        elevation_deg: above the horizon, -90..90, refraction of the air included.
        azimuth_deg: clockwise from north seen from above, 0..360: east is 90.
    """

    elevation_deg: float
    azimuth_deg: float


def find_sun(moment: datetime, latitude_deg: float, longitude_deg: float) -> SunPosition:
    """Return the sun's direction.

    Args:
        moment: with its offset from UTC.
        latitude_deg: north is positive, -90..90.
        longitude_deg: east is positive, -180..180.

    Raises:
        ValueError: a value is out of range, or the moment has no offset.
    """
    if moment.tzinfo is None:
        raise ValueError("the time needs its offset from UTC, as in 2026-06-21T15:30+02:00")
    for name, value, low, high in (
        ("year", moment.year, *YEARS),
        ("latitude", latitude_deg, -90.0, 90.0),
        ("longitude", longitude_deg, -180.0, 180.0),
    ):
        if not low <= value <= high:
            raise ValueError(f"{name} must be between {low} and {high}, not {value}")
    declination, equation_min = _find_declination(moment)
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    minutes = (moment - midnight) / timedelta(minutes=1)
    hour_angle = math.radians((minutes + equation_min) / 4.0 + longitude_deg - 180.0)
    latitude = math.radians(latitude_deg)
    # The sun in the observer's frame: east, north, up.
    east = -math.cos(declination) * math.sin(hour_angle)
    north = math.sin(declination) * math.cos(latitude) - math.cos(declination) * math.sin(
        latitude
    ) * math.cos(hour_angle)
    up = math.sin(declination) * math.sin(latitude) + math.cos(declination) * math.cos(
        latitude
    ) * math.cos(hour_angle)
    elevation = math.degrees(math.asin(max(-1.0, min(1.0, up))))
    azimuth = math.degrees(math.atan2(east, north)) % 360.0
    return SunPosition(min(90.0, elevation + _find_refraction(elevation)), azimuth)


def _find_declination(moment: datetime) -> tuple[float, float]:
    """Return the sun's declination, radians, and the equation of time, minutes."""
    t = (moment - _J2000) / timedelta(days=1) / _DAYS_PER_CENTURY
    mean_longitude = math.radians((280.46646 + t * (36000.76983 + t * 0.0003032)) % 360.0)
    anomaly = math.radians(357.52911 + t * (35999.05029 - t * 0.0001537))
    eccentricity = 0.016708634 - t * (0.000042037 + t * 0.0000001267)
    center = math.radians(
        math.sin(anomaly) * (1.914602 - t * (0.004817 + t * 0.000014))
        + math.sin(2.0 * anomaly) * (0.019993 - t * 0.000101)
        + math.sin(3.0 * anomaly) * 0.000289
    )
    node = math.radians(125.04 - 1934.136 * t)
    longitude = mean_longitude + center - math.radians(0.00569 + 0.00478 * math.sin(node))
    obliquity = math.radians(
        23.439291 - t * (0.0130042 + t * (0.00000016 - t * 0.000000504)) + 0.00256 * math.cos(node)
    )
    declination = math.asin(math.sin(obliquity) * math.sin(longitude))
    y = math.tan(obliquity / 2.0) ** 2
    equation = (
        y * math.sin(2.0 * mean_longitude)
        - 2.0 * eccentricity * math.sin(anomaly)
        + 4.0 * eccentricity * y * math.sin(anomaly) * math.cos(2.0 * mean_longitude)
        - 0.5 * y * y * math.sin(4.0 * mean_longitude)
        - 1.25 * eccentricity * eccentricity * math.sin(2.0 * anomaly)
    )
    return declination, 4.0 * math.degrees(equation)


def _find_refraction(elevation_deg: float) -> float:
    """Return how much the air lifts the sun, degrees (NOAA's approximation, 1013 hPa)."""
    if elevation_deg > 85.0:
        return 0.0
    tangent = math.tan(math.radians(elevation_deg))
    if elevation_deg > 5.0:
        seconds = 58.1 / tangent - 0.07 / tangent**3 + 0.000086 / tangent**5
    elif elevation_deg > -0.575:
        e = elevation_deg
        seconds = 1735.0 + e * (-518.2 + e * (103.4 + e * (-12.79 + e * 0.711)))
    else:
        seconds = -20.772 / tangent
    return seconds / 3600.0


def parse_place_and_time(text: str) -> SunPosition:
    """Return the sun's direction for a text such as `2026-06-21T15:30+02:00@48.2,16.4`.

    The part before the `@` is a time of ISO 8601 with its offset from UTC (`Z` for UTC itself),
    the part behind it latitude and longitude in degrees, north and east positive.

    Raises:
        ValueError: not of this form, or out of range; the text says what is wrong.
    """
    example = "write it as 2026-06-21T15:30+02:00@48.2,16.4"
    when, at, where = text.strip().partition("@")
    latitude, comma, longitude = where.partition(",")
    if not at or not comma:
        raise ValueError(f"{text!r} has no place: {example} (latitude,longitude)")
    try:
        moment = datetime.fromisoformat(when.strip())
    except ValueError:
        raise ValueError(f"{when!r} is not a time: {example}") from None
    try:
        place = float(latitude), float(longitude)
    except ValueError:
        raise ValueError(f"{where!r} is not a latitude and a longitude: {example}") from None
    return find_sun(moment, *place)
