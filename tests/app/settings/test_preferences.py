import pytest

from app.settings.preferences import (
    MAX_RECENT,
    Preferences,
    add_recent,
    load_preferences,
    save_preferences,
)
from app.values.render_options import RenderOptions
from renderer.buckets import BucketOrder


def test_preferences_are_the_same_when_they_were_saved_and_loaded(tmp_path):
    path = tmp_path / "settings.toml"
    kept = Preferences(
        options=RenderOptions(
            width=1920,
            height=1080,
            camera="Küche",
            clamp=3.5,
            order="hilbert",
            reverse=True,
            channels=("normal", "depth"),
        ),
        exposure_ev=-1.5,
        view="aces",
        outlines="white",
        color_scheme="dark",
        recent=("/scenes/a.glb", "/scenes/b.gltf"),
        save_folder="/pictures",
    )

    save_preferences(path, kept)

    assert load_preferences(path) == kept


def test_defaults_are_used_when_there_is_no_file_or_it_is_broken(tmp_path):
    broken = tmp_path / "broken.toml"
    broken.write_text("[window\n")

    assert load_preferences(tmp_path / "none.toml") == Preferences()
    assert load_preferences(broken) == Preferences()


@pytest.mark.parametrize(
    "text",
    [
        "window = 1\nrender = []",
        "[window]\nexposure_ev = 'bright'\nrecent = 'x'",
        "[render]\nwidth = 'wide'\nsamples = true",
        "[render]\nwidth = 0",
        "[render]\norder = 'zigzag'",
    ],
)
def test_wrong_values_fall_back_to_their_defaults(tmp_path, text):
    path = tmp_path / "settings.toml"
    path.write_text(text)

    assert load_preferences(path) == Preferences()


def test_one_wrong_value_leaves_the_others(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("[window]\nexposure_ev = 2\nview = 7\n[render]\nsamples = 8\nseed = 'x'")

    kept = load_preferences(path)

    assert kept.exposure_ev == 2.0
    assert kept.view == Preferences().view
    assert kept.options == RenderOptions(samples=8)


def test_options_that_do_not_go_together_lose_one_of_them_only(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("[render]\nsamples = 8\nclip_near_m = 5.0\nclip_far_m = 2.0\nfstop = 2.8")

    kept = load_preferences(path).options

    assert (kept.samples, kept.fstop) == (8, 2.8)
    assert (kept.clip_near_m, kept.clip_far_m) in ((0.0, 2.0), (5.0, 0.0))


def test_recent_scenes_have_each_file_once_the_newest_first():
    recent: tuple[str, ...] = ()
    for i in range(MAX_RECENT + 3):
        recent = add_recent(recent, f"{i}.glb")
    recent = add_recent(recent, "7.glb")

    assert recent[0] == "7.glb"
    assert len(recent) == MAX_RECENT
    assert len(set(recent)) == MAX_RECENT


def test_options_become_a_request_in_the_renderers_units(tmp_path):
    options = RenderOptions(
        width=1000,
        height=500,
        percent=25,
        environment="sky.exr",
        environment_rotation_deg=180.0,
        order="checker",
    )

    request = options.to_request(tmp_path / "scene.glb")

    assert (request.settings.width, request.settings.height) == (250, 125)
    assert request.settings.environment_rotation == pytest.approx(3.14159265)
    assert request.order is BucketOrder.CHECKER
    assert str(request.environment) == "sky.exr"
    assert RenderOptions().to_request(tmp_path).environment is None
