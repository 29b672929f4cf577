"""The table of channels, and how names are chosen from it."""

import pytest

from renderer.channels import (
    ALPHA,
    BEAUTY,
    CHANNEL_NAMES,
    channel_offsets,
    check_channels,
    count_components,
    engine_channels,
    film_channels,
    find_channel,
    parse_channels,
    with_channels,
)


def test_list_is_parsed_without_what_every_frame_has():
    assert parse_channels(" Beauty, normal ,alpha,depth,normal,") == ("normal", "depth")


def test_unknown_name_is_refused_and_the_known_ones_are_listed():
    with pytest.raises(ValueError, match=r"no channel 'dept'; choose from: albedo, normal, depth"):
        parse_channels("dept")


def test_settings_refuse_repeated_and_standard_names():
    with pytest.raises(ValueError, match="named twice: depth, depth"):
        check_channels(("depth", "depth"))
    with pytest.raises(ValueError, match="'alpha' is in every frame"):
        check_channels(("alpha",))


def test_denoiser_adds_only_what_is_missing():
    assert with_channels(("normal", "uv"), ("albedo", "normal")) == ("normal", "uv", "albedo")


def test_frame_without_choice_has_beauty_and_alpha_only():
    assert engine_channels(()) == film_channels(()) == (BEAUTY, ALPHA)
    assert count_components(engine_channels(())) == 4


def test_what_only_the_client_knows_comes_last_and_no_engine_renders_it():
    chosen = ("server", "depth")

    assert [c.name for c in engine_channels(chosen)] == ["beauty", "alpha", "depth"]
    assert [c.name for c in film_channels(chosen)] == ["beauty", "alpha", "depth", "server"]
    assert channel_offsets(film_channels(chosen)) == {
        "beauty": 0, "alpha": 3, "depth": 4, "server": 5,
    }  # fmt: skip


def test_every_channel_explains_itself_and_fits_the_wire_together_with_all_others():
    for name in CHANNEL_NAMES:
        channel = find_channel(name)
        assert channel.text
        assert len(channel.components) in (1, 2, 3, 12)
    assert count_components(film_channels(CHANNEL_NAMES)) <= 64
