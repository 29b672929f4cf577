import hashlib
import json
from dataclasses import replace

import msgspec
import pytest

from app.frames.digest_cache import DigestCache
from app.frames.jobs import (
    ENVIRONMENT_PREFIX,
    decode_settings,
    encode_settings,
    free_label,
    prepare_job,
)
from app.values.session_types import RenderRequest
from renderer.bucket_size import BucketSize, square
from renderer.buckets import BucketOrder
from renderer.channels import CHANNEL_NAMES
from renderer.scene import SceneError
from renderer.settings import RenderSettings
from renderer.shot_settings import ShotSettings
from renderer.sky_settings import SkySettings


@pytest.fixture
def scene(tmp_path):
    """A glTF file with one buffer beside it; enough for a job, which decodes nothing."""
    (tmp_path / "data.bin").write_bytes(bytes(range(100)))
    path = tmp_path / "room.gltf"
    document = {
        "asset": {"version": "2.0"},
        "buffers": [{"uri": "data.bin", "byteLength": 100}],
        "bufferViews": [{"buffer": 0, "byteLength": 100}],
    }
    path.write_text(json.dumps(document))
    return path


def make_request(scene, **changes):
    settings = RenderSettings(width=100, height=50, samples=4)
    return replace(RenderRequest(scene, settings, square(32), BucketOrder.TOP_BOTTOM), **changes)


def test_job_lists_every_file_by_digest_and_the_scene_first(scene):
    job = prepare_job(make_request(scene), DigestCache())

    assert job.spec.scene == "room.gltf"
    by_label = {asset.label: asset for asset in job.spec.assets}
    assert set(by_label) == {"room.gltf", "data.bin"}
    data = scene.parent / "data.bin"
    assert by_label["data.bin"].digest == hashlib.sha256(data.read_bytes()).hexdigest()
    assert by_label["data.bin"].size == 100
    assert job.paths[by_label["data.bin"].digest].samefile(data)


def test_job_covers_each_pixel_once_with_all_samples(scene):
    job = prepare_job(make_request(scene), DigestCache())

    covered = set()
    for index, unit in enumerate(job.spec.units):
        assert (unit.index, unit.first_sample, unit.samples) == (index, 0, 4)
        for y in range(unit.y, unit.y + unit.height):
            for x in range(unit.x, unit.x + unit.width):
                assert (x, y) not in covered
                covered.add((x, y))
    assert len(covered) == 100 * 50


def test_job_sends_the_environment_as_an_asset_named_in_the_settings(scene, tmp_path):
    sky = tmp_path / "sky.hdr"
    sky.write_bytes(b"#?RADIANCE")

    job = prepare_job(make_request(scene, environment=sky), DigestCache())

    label = decode_settings(job.spec.settings).environment
    assert label == "environment/sky.hdr"
    assert label in {asset.label for asset in job.spec.assets}
    assert job.request.settings.environment == label


def test_job_sends_the_plate_as_an_asset_when_it_is_the_background(scene, tmp_path):
    wall = tmp_path / "wall.jpg"
    wall.write_bytes(b"any picture")
    request = make_request(scene, plate=wall)
    behind = replace(request.settings, shot=ShotSettings(background="plate"))

    job = prepare_job(replace(request, settings=behind), DigestCache())
    without = prepare_job(request, DigestCache())

    label = decode_settings(job.spec.settings).shot.plate
    assert label == "plate/wall.jpg"
    assert label in {asset.label for asset in job.spec.assets}
    assert label not in {asset.label for asset in without.spec.assets}


def test_job_without_the_plate_that_it_shows_says_so(scene):
    request = make_request(scene)
    settings = replace(request.settings, shot=ShotSettings(background="plate"))

    with pytest.raises(SceneError, match="none is chosen"):
        prepare_job(replace(request, settings=settings), DigestCache())


def test_job_names_the_missing_file_before_anything_is_rendered(scene):
    (scene.parent / "data.bin").unlink()

    with pytest.raises(SceneError, match=r"data\.bin"):
        prepare_job(make_request(scene), DigestCache())


@pytest.mark.parametrize(
    ("size", "side"), [(square(1024), "width"), (BucketSize(64, 7), "height")], ids=str
)
def test_job_refuses_a_bucket_size_that_no_server_takes(scene, size, side):
    with pytest.raises(SceneError, match=f"bucket {side} must be between 8 and 512 pixels"):
        prepare_job(make_request(scene, bucket_size=size), DigestCache())


def test_each_start_is_another_job(scene):
    digests = DigestCache()

    assert prepare_job(make_request(scene), digests).spec.job != (
        prepare_job(make_request(scene), digests).spec.job
    )


def test_environment_does_not_take_the_place_of_a_file_of_the_scene(scene, tmp_path):
    sky = tmp_path / "elsewhere" / "data.bin"
    sky.parent.mkdir()
    sky.write_bytes(b"sky")
    taken = {ENVIRONMENT_PREFIX + "data.bin": scene}

    assert free_label(ENVIRONMENT_PREFIX + "data.bin", taken) == "~environment/data.bin"
    assert free_label("environment/other.hdr", taken) == "environment/other.hdr"


def test_settings_survive_the_wire():
    settings = RenderSettings(width=7, height=9, seed=123, camera="Küche", clamp=2.5)

    assert decode_settings(encode_settings(settings)) == settings


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b'{"width": "wide"}', b'{"width": 0}', b'{"samples": 1e30}'],
)
def test_settings_that_are_none_are_refused(data):
    with pytest.raises(msgspec.MsgspecError):
        decode_settings(data)


def test_setting_of_a_newer_client_is_refused_by_name():
    newer = encode_settings(RenderSettings()).replace(b'{"width"', b'{"fog":1,"width"')

    with pytest.raises(msgspec.ValidationError, match="does not know the setting 'fog'"):
        decode_settings(newer)


def test_settings_of_a_shot_survive_the_message():
    shot = ShotSettings(
        projection="panorama", clip_far_m=9.0, background="color", background_color=(0.1, 0.2, 3.0)
    )
    settings = RenderSettings(shot=shot)

    assert decode_settings(encode_settings(settings)) == settings


def test_settings_without_a_shot_are_those_of_the_scenes_camera():
    assert decode_settings(b'{"width": 64}') == RenderSettings(width=64)


def test_server_refuses_a_setting_of_the_shot_that_it_does_not_know():
    data = encode_settings(RenderSettings()).replace(b'"shift_x"', b'"tilt_x"')

    with pytest.raises(msgspec.ValidationError, match="'tilt_x'"):
        decode_settings(data)


def test_job_carries_the_sky():
    settings = RenderSettings(sky=SkySettings(sun_elevation_deg=12.0))

    assert decode_settings(encode_settings(settings)) == settings


def test_server_refuses_a_setting_of_the_sky_that_it_does_not_know():
    data = encode_settings(RenderSettings(sky=SkySettings())).replace(b'"turbidity"', b'"clouds"')

    with pytest.raises(msgspec.ValidationError, match="'clouds'"):
        decode_settings(data)


def test_sky_and_map_exclude_each_other():
    data = encode_settings(RenderSettings(sky=SkySettings()))
    data = data.replace(b'"environment":""', b'"environment":"a.hdr"')

    with pytest.raises(msgspec.ValidationError, match="choose one"):
        decode_settings(data)


def test_server_refuses_a_projection_that_it_does_not_know():
    data = encode_settings(RenderSettings()).replace(b'"camera","shift', b'"fisheye","shift')

    with pytest.raises(msgspec.ValidationError, match=r"fisheye.*shot"):
        decode_settings(data)


def test_job_carries_the_chosen_channels_and_their_components(scene):
    settings = RenderSettings(width=64, height=64, channels=("normal", "server", "depth"))

    job = prepare_job(make_request(scene, settings=settings), DigestCache())

    assert job.spec.components == 4 + 3 + 1  # the server is known to the client alone
    assert decode_settings(job.spec.settings).channels == ("normal", "server", "depth")


def test_job_counts_samples_when_a_noise_threshold_may_save_some(scene):
    settings = RenderSettings(width=64, height=64, noise_threshold=0.02)

    job = prepare_job(make_request(scene, settings=settings), DigestCache())

    assert job.request.settings.channels == ("samples",)
    assert job.spec.components == 5


def test_job_refuses_buckets_of_more_bytes_than_a_result_may_have(scene):
    rich = RenderSettings(width=512, height=512, channels=CHANNEL_NAMES)

    prepare_job(make_request(scene, settings=rich, bucket_size=square(256)), DigestCache())
    with pytest.raises(SceneError, match="smaller bucket size or fewer channels"):
        prepare_job(make_request(scene, settings=rich, bucket_size=square(512)), DigestCache())


def test_server_refuses_a_channel_that_it_does_not_know():
    data = encode_settings(RenderSettings()).replace(b'"channels":[]', b'"channels":["smell"]')

    with pytest.raises(msgspec.ValidationError, match="no channel 'smell'"):
        decode_settings(data)
