from dataclasses import replace
from pathlib import Path

import pytest

from app.values.render_options import RenderOptions
from app.values.srgb import format_hex, parse_hex
from app.window.request_options import options_of

SCENE = Path("/scenes/room.glb")
SHOWN = RenderOptions()
CHANGES = [
    {},
    {"width": 640, "height": 480, "samples": 7, "seed": 3, "camera": "Top"},
    {"percent": 50},
    {"max_depth": 3, "roulette_depth": 2, "clamp": 4.0, "clamp_indirect": 2.0},
    {"diffuse_depth": 1, "glossy_depth": 2, "transmission_depth": 3, "transparent_depth": 4},
    {"noise_threshold": 0.02, "min_samples": 8, "channels": ("normal", "depth")},
    {"environment": "/maps/sky.exr", "environment_strength": 2.0, "environment_rotation_deg": 33.0},
    {"bucket_width": 32, "bucket_height": 32, "order": "hilbert", "reverse": True},
    {"bucket_width": 64, "bucket_height": 16},
    {"animated": True, "time_s": 1.25},
    {"fstop": 2.8, "focal_length_mm": 50.0, "aperture_blades": 6, "aperture_rotation_deg": 15.0},
    {"clip_near_m": 0.1, "clip_far_m": 30.0, "camera_clip": "both", "shift_x": 0.1},
    {"background": "color", "background_color": "#336699"},
    {"plate": "/plates/yard.jpg", "background": "plate", "plate_fit": "contain"},
    {"sky": True, "sun_elevation_deg": 12.0, "turbidity": 4.0},
    {"sky": True, "sun_when_and_where": "2026-06-21T15:30+02:00@48.2,16.4"},
    {"pixel_filter": "box", "filter_width_px": 2.0, "projection": "panorama", "width": 800},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda c: ",".join(c) or "defaults")
def test_options_of_a_request_ask_for_the_same_frame(changes):
    request = replace(SHOWN, **changes).to_request(SCENE)

    assert options_of(request, SHOWN).to_request(SCENE) == request


def test_what_the_panel_shows_stays_where_it_says_the_same():
    shown = replace(
        SHOWN, percent=50, sky=True, sun_when_and_where="2026-06-21T15:30+02:00@48.2,16.4"
    )

    assert options_of(shown.to_request(SCENE), shown) == shown


@pytest.mark.parametrize("text", ["#000000", "#ffffff", "#336699", "#010203", "#7f80fe"])
def test_colour_comes_back_as_it_was_written(text):
    assert format_hex(parse_hex(text)) == text


def test_colour_that_is_brighter_than_white_is_white():
    assert format_hex((2.0, -1.0, 0.0)) == "#ff0000"
