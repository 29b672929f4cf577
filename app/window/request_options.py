"""A frame's request as the options that the panel shows: the way back of `RenderOptions`."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

from app.values.render_options import RenderOptions
from app.values.session_types import RenderRequest
from app.values.srgb import format_hex
from renderer.settings import RenderSettings
from renderer.shot_settings import ShotSettings
from renderer.sky_settings import SkySettings

#: An angle in degrees comes back from radians to so many digits.
DIGITS = 6


def options_of(request: RenderRequest, shown: RenderOptions) -> RenderOptions:
    """Return options that ask for this frame again.

    Args:
        request: of the frame.
        shown: what the panel shows now: keeps what a request does not say, such as the place of
            the sun on Earth, and a size and test resolution that give the frame's size.
    """
    settings = request.settings
    changes: dict[str, Any] = {
        **_common(shown, settings),
        **_shot(shown, settings.shot),
        "bucket_width": request.bucket_size.width_px,
        "bucket_height": request.bucket_size.height_px,
        "order": request.order.value,
        "reverse": request.reverse,
        "environment": str(request.environment or ""),
        "environment_rotation_deg": _degrees(settings.environment_rotation),
        "plate": str(request.plate or ""),
        "animated": settings.time_s is not None,
        "time_s": shown.time_s if settings.time_s is None else settings.time_s,
    }
    options = replace(shown, **changes)
    if options.size_px != (settings.width, settings.height):
        options = replace(options, width=settings.width, height=settings.height, percent=100)
    return _with_sky(options, settings.sky)


def _common(shown: RenderOptions, settings: RenderSettings) -> dict[str, Any]:
    """Return what both call by one name, but for the size."""
    names = {field.name for field in fields(RenderSettings)} - {"width", "height", "time_s"}
    return {f.name: getattr(settings, f.name) for f in fields(shown) if f.name in names}


def _shot(shown: RenderOptions, shot: ShotSettings) -> dict[str, Any]:
    names = {field.name for field in fields(ShotSettings)} - {"plate", "background_color"}
    same = {f.name: getattr(shot, f.name) for f in fields(shown) if f.name in names}
    return {
        **same,
        "clip_near_m": shot.clip_near_m or 0.0,
        "clip_far_m": shot.clip_far_m or 0.0,
        "aperture_rotation_deg": _degrees(shot.aperture_rotation),
        "background_color": format_hex(shot.background_color),
    }


def _with_sky(options: RenderOptions, sky: SkySettings | None) -> RenderOptions:
    if sky is None:
        return replace(options, sky=False)
    kept = replace(options, sky=True)
    if kept.to_sky() == sky:
        return kept  # place and time say the same
    return replace(
        kept,
        sun_when_and_where="",
        sun_elevation_deg=sky.sun_elevation_deg,
        sun_azimuth_deg=sky.sun_azimuth_deg,
        turbidity=sky.turbidity,
        sun_size_deg=sky.sun_size_deg,
    )


def _degrees(radians: float) -> float:
    return round(math.degrees(radians), DIGITS)
