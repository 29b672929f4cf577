import io

import numpy as np
import OpenEXR
import PIL.Image
import PIL.ImageOps
import pytest

from renderer.plate import fit_plate, load_plate
from renderer.scene import SceneError


def random_plate(height, width):
    return np.random.default_rng(3).random((height, width, 4)).astype(np.float32)


def ramp(height, width):
    """Red runs from left to right, green from top to bottom, opaque."""
    plate = np.ones((height, width, 4), np.float32)
    plate[:, :, 0] = (np.arange(width) + 0.5) / width
    plate[:, :, 1] = ((np.arange(height) + 0.5) / height)[:, None]
    return plate


@pytest.mark.parametrize("fit", ["cover", "contain", "stretch"])
def test_plate_of_the_frames_size_stays_as_it_is(fit):
    plate = random_plate(9, 16)

    np.testing.assert_array_equal(fit_plate(plate, 16, 9, fit), plate)


def test_cover_crops_both_sides_evenly():
    fitted = fit_plate(ramp(100, 400), 50, 50, "cover")

    assert (fitted[:, :, 3] == 1.0).all()
    np.testing.assert_allclose(fitted[25, :, 0], 0.375 + (np.arange(50) + 0.5) / 200, atol=1e-5)
    np.testing.assert_allclose(fitted[1:-1, 25, 1], (np.arange(1, 49) + 0.5) / 50, atol=1e-5)


def test_contain_shows_everything_between_transparent_borders():
    fitted = fit_plate(ramp(100, 400), 80, 80, "contain")

    assert (fitted[:30] == 0.0).all()
    assert (fitted[50:] == 0.0).all()
    assert (fitted[30:50, :, 3] == 1.0).all()
    np.testing.assert_allclose(fitted[40, 1:-1, 0], (np.arange(1, 79) + 0.5) / 80, atol=1e-5)


def test_contain_covers_a_border_pixel_by_its_share():
    fitted = fit_plate(np.ones((1, 3, 4), np.float32), 9, 4, "contain")

    np.testing.assert_allclose(fitted[:, 4, 3], [0.5, 1.0, 1.0, 0.5])


def test_stretch_fills_the_frame_with_the_whole_plate():
    fitted = fit_plate(ramp(60, 60), 90, 20, "stretch")

    assert (fitted[:, :, 3] == 1.0).all()
    np.testing.assert_allclose(fitted[10, 2:-2, 0], (np.arange(2, 88) + 0.5) / 90, atol=1e-5)
    np.testing.assert_allclose(fitted[1:-1, 45, 1], (np.arange(1, 19) + 0.5) / 20, atol=1e-5)


def test_small_plate_averages_what_a_pixel_covers():
    checker = np.ones((64, 64, 4), np.float32)
    checker[:, :, :3] = ((np.indices((64, 64)).sum(axis=0) % 2)[:, :, None]).astype(np.float32)

    fitted = fit_plate(checker, 8, 8, "cover")

    np.testing.assert_allclose(fitted[1:-1, 1:-1, :3], 0.5, atol=1e-6)


def test_image_file_becomes_linear_and_premultiplied(tmp_path):
    image = PIL.Image.new("RGBA", (4, 2), (255, 188, 0, 128))
    image.save(tmp_path / "sky.png")

    plate = load_plate(tmp_path / "sky.png", "plate/sky.png")

    alpha = 128 / 255
    assert plate.shape == (2, 4, 4)
    np.testing.assert_allclose(plate[0, 0], [alpha, 0.5029 * alpha, 0.0, alpha], atol=1e-3)


def test_exr_keeps_its_light_and_alpha(tmp_path):
    rng = np.random.default_rng(4)
    planes = {name: rng.random((3, 5)).astype(np.float32) for name in "RGBA"}
    planes["A"][0, 0] = 2.0
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, dict(planes)).write(str(tmp_path / "p.exr"))

    plate = load_plate(tmp_path / "p.exr", "p.exr")

    for index, name in enumerate("RGB"):
        np.testing.assert_array_equal(plate[:, :, index], planes[name])
    np.testing.assert_array_equal(plate[:, :, 3], np.minimum(planes["A"], 1.0))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_stands_upright_as_its_camera_noted(tmp_path, orientation):
    image = PIL.Image.fromarray(np.arange(2 * 3, dtype=np.uint8).reshape(2, 3) * 40)
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    image.save(tmp_path / "photo.png", exif=exif)
    upright = PIL.ImageOps.exif_transpose(PIL.Image.open(tmp_path / "photo.png")).convert("RGBA")
    stream = io.BytesIO()
    upright.save(stream, "png")
    (tmp_path / "upright.png").write_bytes(stream.getvalue())

    plate = load_plate(tmp_path / "photo.png", "photo")

    np.testing.assert_array_equal(plate, load_plate(tmp_path / "upright.png", "upright"))


def test_plate_that_is_none_is_named(tmp_path):
    (tmp_path / "0a1b").write_bytes(b"no picture")

    with pytest.raises(SceneError, match=r"^plate/wall\.png: is not a PNG"):
        load_plate(tmp_path / "0a1b", "plate/wall.png")
