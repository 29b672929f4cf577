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


def test_side_of_square_buckets_is_read_from_an_older_file(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("[render]\nbucket_size = 32\nsamples = 8")

    assert load_preferences(path).options == RenderOptions(
        samples=8, bucket_width=32, bucket_height=32
    )


def test_sides_of_buckets_outlive_the_program_and_so_does_the_open_lock(tmp_path):
    path = tmp_path / "settings.toml"
    for options in (
        RenderOptions(bucket_width=64, bucket_height=16),
        RenderOptions(bucket_square=False),
    ):
        save_preferences(path, Preferences(options=options))

        assert load_preferences(path).options == options
        assert not options.bucket_square


def test_two_values_out_of_range_leave_the_others(tmp_path, caplog):
    path = tmp_path / "settings.toml"
    path.write_text("[render]\nsamples = 8\nbucket_width = 4\nbucket_height = 1000\nseed = 3")

    assert load_preferences(path).options == RenderOptions(samples=8, seed=3)
    assert "bucket_width starts from its default: bucket width must be" in caplog.text
    assert "bucket_height starts from its default: bucket height must be" in caplog.text


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
