import io

import numpy as np
import OpenEXR
import PIL.Image
import pytest

from renderer.environment import load_environment, neutral_sky
from renderer.radiance_files import MAX_RADIANCE
from renderer.scene import SceneError


def write_exr(path, channels: dict, compression=OpenEXR.ZIP_COMPRESSION) -> None:
    header = {"compression": compression, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, channels).write(str(path))


def random_radiance(height: int = 6, width: int = 12) -> np.ndarray:
    return (np.random.default_rng(5).random((height, width, 3)) * 40).astype(np.float32)


def planes(radiance: np.ndarray) -> dict:
    return {name: np.ascontiguousarray(radiance[:, :, i]) for i, name in enumerate("RGB")}


def encode_rgbe(radiance: np.ndarray) -> np.ndarray:
    mantissa, exponent = np.frexp(radiance.max(axis=2))
    scale = mantissa * 256.0 / radiance.max(axis=2)
    rgb = np.floor(radiance * scale[:, :, None])
    return np.concatenate([rgb, (exponent + 128)[:, :, None]], axis=2).astype(np.uint8)


def hdr_header(width: int, height: int, size: str = "-Y {h} +X {w}") -> bytes:
    text = "#?RADIANCE\n# made by a test\nFORMAT=32-bit_rle_rgbe\n\n"
    return (text + size.format(w=width, h=height) + "\n").encode()


def run_length_encode(rgbe: np.ndarray) -> bytes:
    """New-style rows: runs where a value repeats more than twice, literals elsewhere."""
    result = bytearray()
    for row in rgbe:
        result += b"\2\2" + len(row).to_bytes(2, "big")
        for plane in row.T:
            start = 0
            while start < len(plane):
                same = 1
                while (
                    same < 127 and start + same < len(plane) and plane[start + same] == plane[start]
                ):
                    same += 1
                if same > 2:
                    result += bytes([128 + same, plane[start]])
                else:
                    same = 1
                    result += bytes([1, plane[start]])
                start += same
    return bytes(result)


@pytest.mark.parametrize(
    "compression", [OpenEXR.ZIP_COMPRESSION, OpenEXR.PIZ_COMPRESSION, OpenEXR.NO_COMPRESSION]
)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_exr_is_read_whatever_its_compression(tmp_path, compression, dtype):
    radiance = random_radiance().astype(dtype)
    write_exr(tmp_path / "sky", planes(radiance), compression)

    environment = load_environment(tmp_path / "sky", strength=2.0, rotation=0.5)

    np.testing.assert_array_equal(environment.radiance, radiance.astype(np.float32))
    assert environment.radiance.dtype == np.float32
    assert (environment.strength, environment.rotation) == (2.0, 0.5)


def test_exr_of_luminance_is_grey(tmp_path):
    grey = random_radiance()[:, :, 0].copy()
    write_exr(tmp_path / "sky.exr", {"Y": grey})

    radiance = load_environment(tmp_path / "sky.exr").radiance

    np.testing.assert_array_equal(radiance, np.repeat(grey[:, :, None], 3, axis=2))


def test_exr_texels_that_are_not_radiance_are_replaced(tmp_path):
    radiance = random_radiance()
    radiance[0, :4, 0] = [np.inf, np.nan, -1.0, -np.inf]
    write_exr(tmp_path / "sky.exr", planes(radiance))

    loaded = load_environment(tmp_path / "sky.exr").radiance

    assert loaded[0, :4, 0].tolist() == [MAX_RADIANCE, 0.0, 0.0, 0.0]


def test_exr_without_color_is_refused_with_its_channels(tmp_path):
    write_exr(tmp_path / "depth.exr", {"Z": random_radiance()[:, :, 0].copy()})

    with pytest.raises(SceneError, match=r"depth\.exr: has no R, G, B or Y channels \(Z\)"):
        load_environment(tmp_path / "depth.exr")


def test_exr_counts_all_its_channels_before_decoding(tmp_path, monkeypatch):
    monkeypatch.setattr("renderer.environment.MAX_ENVIRONMENT_PX", 72)
    extra = {f"extra.{n}": random_radiance()[:, :, 0].copy() for n in range(2)}
    write_exr(tmp_path / "few.exr", planes(random_radiance()))
    write_exr(tmp_path / "many.exr", planes(random_radiance()) | extra)

    load_environment(tmp_path / "few.exr")
    with pytest.raises(SceneError, match=r"many\.exr: 360 samples in all channels exceed .* 288"):
        load_environment(tmp_path / "many.exr")


def test_exr_header_with_a_forged_size_is_refused_before_decoding(tmp_path):
    write_exr(tmp_path / "sky.exr", planes(random_radiance()))
    data = bytearray((tmp_path / "sky.exr").read_bytes())
    at = data.index(b"dataWindow\0box2i\0") + len(b"dataWindow\0box2i\0") + 4
    data[at + 8 : at + 16] = (29999).to_bytes(4, "little") * 2
    (tmp_path / "sky.exr").write_bytes(data)

    with pytest.raises(SceneError, match=r"sky\.exr: "):
        load_environment(tmp_path / "sky.exr")


def test_exr_that_is_cut_off_is_refused(tmp_path):
    write_exr(tmp_path / "sky.exr", planes(random_radiance(40, 80)))
    data = (tmp_path / "sky.exr").read_bytes()

    for length in range(4, len(data), len(data) // 20):
        (tmp_path / "sky.exr").write_bytes(data[:length])
        with pytest.raises(SceneError, match=r"sky\.exr: the OpenEXR file is damaged"):
            load_environment(tmp_path / "sky.exr")


@pytest.mark.parametrize("encode", [lambda rgbe: rgbe.tobytes(), run_length_encode])
def test_hdr_is_read_flat_and_run_length_encoded(tmp_path, encode):
    radiance = random_radiance()
    radiance[2] = radiance[2, 0]
    (tmp_path / "sky.hdr").write_bytes(hdr_header(12, 6) + encode(encode_rgbe(radiance)))

    loaded = load_environment(tmp_path / "sky.hdr").radiance

    # Eight bits of mantissa, shared exponent: half a step of the brightest channel.
    error = np.abs(loaded - radiance) / radiance.max(axis=2, keepdims=True)
    assert error.max() <= 0.5 / 128 + 1e-6


def test_hdr_is_read_with_old_style_repeats(tmp_path):
    pixel, other = [128, 64, 32, 129], [64, 64, 64, 128]
    # One pixel, 2 + (1 << 8) copies of it, another.
    rows = bytes([*pixel, 1, 1, 1, 2, 1, 1, 1, 1, *other])
    (tmp_path / "sky.hdr").write_bytes(hdr_header(260, 1) + rows)

    radiance = load_environment(tmp_path / "sky.hdr").radiance

    assert (radiance[0, :259] == radiance[0, 0]).all()
    np.testing.assert_allclose(radiance[0, 0], np.array([128.5, 64.5, 32.5]) / 128)
    np.testing.assert_allclose(radiance[0, 259], np.full(3, 64.5 / 256))


def test_hdr_rows_may_run_upwards_and_columns_backwards(tmp_path):
    radiance = random_radiance()
    header = hdr_header(12, 6, "+Y {h} -X {w}")
    (tmp_path / "a.hdr").write_bytes(header + encode_rgbe(radiance).tobytes())
    (tmp_path / "b.hdr").write_bytes(hdr_header(12, 6) + encode_rgbe(radiance).tobytes())

    turned, plain = (load_environment(tmp_path / name).radiance for name in ("a.hdr", "b.hdr"))

    np.testing.assert_array_equal(turned, plain[::-1, ::-1])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"#?RADIANCE\nno end", r"header is damaged"),
        (b"#?RADIANCE\nFORMAT=32-bit_rle_xyze\n\n-Y 1 +X 1\n1234", r"32-bit_rle_xyze cannot be"),
        (hdr_header(9, 9, "-Y nine +X nine"), r"'-Y nine \+X nine' is not of the form"),
        (hdr_header(999999, 999999), r"999999 × 999999 pixels are outside"),
        (hdr_header(0, 9), r"0 × 9 pixels are outside"),
        (hdr_header(9, 9), r"damaged or cut off"),
        (hdr_header(12, 1) + b"\2\2\0\x0c" + b"\xff\1" * 8, r"damaged or cut off"),
        (hdr_header(12, 1) + b"\2\2\0\x0c" + b"\0\1" * 8, r"damaged or cut off"),
        (hdr_header(4, 1) + b"\1\1\1\3" * 4, r"damaged or cut off"),
        (b"not an image at all", r"is not a PNG, JPEG or WebP image"),
        (b"", r"is not a PNG, JPEG or WebP image"),
    ],
)
def test_broken_environment_says_what_is_wrong(tmp_path, content, message):
    (tmp_path / "sky.hdr").write_bytes(content)

    with pytest.raises(SceneError, match=r"^sky\.hdr: .*" + message):
        load_environment(tmp_path / "sky.hdr")


def test_missing_environment_is_named_by_its_label(tmp_path):
    with pytest.raises(SceneError, match=r"^studio\.exr: there is no such file"):
        load_environment(tmp_path / "0a1b", label="studio.exr")


def test_png_environment_is_decoded_from_srgb(tmp_path):
    stream = io.BytesIO()
    PIL.Image.new("RGB", (4, 2), (255, 188, 0)).save(stream, "png")
    (tmp_path / "sky.png").write_bytes(stream.getvalue())

    radiance = load_environment(tmp_path / "sky.png").radiance

    assert radiance.shape == (2, 4, 3)
    np.testing.assert_allclose(radiance[0, 0], [1.0, 0.5029, 0.0], atol=1e-3)


def test_neutral_sky_lights_from_above_without_blinding():
    sky = neutral_sky().radiance
    polar = (np.arange(len(sky)) + 0.5) * np.pi / len(sky)
    weights = np.sin(polar) * np.maximum(np.cos(polar), 0) * np.pi / len(sky)

    facing_up = float((sky.mean(axis=(1, 2)) * weights).sum() * 2)

    assert 0.8 < facing_up < 1.15
    assert sky[:32].mean() > 1.5 * sky[32:].mean()
    assert np.ptp(sky.mean(axis=(0, 1))) < 0.1 * sky.mean()
