import io
import struct
import zlib

import numpy as np
import PIL.Image
import pytest
from gltf_builder import encode_image

from renderer.images import EncodedImage, decode_image, decode_images
from renderer.scene import SceneError

COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def decode(data: bytes):
    return decode_image(EncodedImage("picture", data)).texels


def random_texels(channels: int, dtype=np.uint8) -> np.ndarray:
    rng = np.random.default_rng(channels)
    return rng.integers(0, np.iinfo(dtype).max + 1, (5, 7, channels)).astype(dtype)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_png_16(texels: np.ndarray, size: tuple[int, int] | None = None) -> bytes:
    """A PNG of 16 bits per channel, which Pillow cannot write; rows are "up"-filtered."""
    height, width, channels = texels.shape
    rows = texels.astype(">u2").reshape(height, -1).view(np.uint8).astype(np.int16)
    filtered = np.diff(rows, axis=0, prepend=0).astype(np.uint8)
    raw = b"".join(b"\2" + row.tobytes() for row in filtered)
    size = size or (width, height)
    header = struct.pack(">IIBBBBB", *size, 16, COLOR_TYPES[channels], 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(raw))
        + png_chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_keeps_its_channels(channels):
    texels = random_texels(channels)

    np.testing.assert_array_equal(decode(encode_image(texels)), texels)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_of_16_bits_keeps_them(channels):
    texels = random_texels(channels, np.uint16)

    decoded = decode(write_png_16(texels))

    assert decoded.dtype == np.uint16
    np.testing.assert_array_equal(decoded, texels)


def test_webp_and_jpeg_are_decoded():
    texels = random_texels(3)
    flat = np.full((8, 8, 3), 100, np.uint8)

    np.testing.assert_array_equal(decode(encode_image(texels, "webp")), texels)
    np.testing.assert_allclose(decode(encode_image(flat, "jpeg")), flat, atol=2)


def test_palette_becomes_color_and_keeps_transparency():
    image = PIL.Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putpixel((1, 0), 1)
    opaque, clear = io.BytesIO(), io.BytesIO()
    image.save(opaque, "png")
    image.save(clear, "png", transparency=0)

    assert decode(opaque.getvalue()).tolist() == [[[10, 20, 30], [40, 50, 60]]]
    assert decode(clear.getvalue()).tolist() == [[[10, 20, 30, 0], [40, 50, 60, 255]]]


def test_cmyk_and_one_bit_images_are_converted():
    stream = io.BytesIO()
    PIL.Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(stream, "jpeg")
    bits = io.BytesIO()
    PIL.Image.new("1", (3, 2), 1).save(bits, "png")

    np.testing.assert_allclose(decode(stream.getvalue())[0, 0], [255, 0, 0], atol=3)
    np.testing.assert_array_equal(decode(bits.getvalue()), np.full((2, 3, 1), 255))


def test_decoding_keeps_the_order_and_counts_every_image():
    encoded = [EncodedImage(str(n), encode_image(random_texels(3) // (n + 1))) for n in range(9)]
    done: list[int] = []

    images = decode_images(encoded, lambda: done.append(1))

    assert [image.name for image in images] == [str(n) for n in range(9)]
    np.testing.assert_array_equal(images[4].texels, random_texels(3) // 5)
    assert len(done) == 9


def test_size_in_the_header_is_refused_before_decoding():
    bomb = write_png_16(random_texels(3, np.uint16), size=(9000, 9000))
    huge = write_png_16(random_texels(3, np.uint16), size=(60000, 60000))

    with pytest.raises(SceneError, match=r"picture: 9000 × 9000 pixels exceeds the limit"):
        decode(bomb)
    with pytest.raises(SceneError, match=r"picture: the image exceeds the limit"):
        decode(huge)


def test_all_images_together_are_limited(monkeypatch):
    monkeypatch.setattr("renderer.images.MAX_TEXEL_BYTES", 1000)
    encoded = [EncodedImage(f"image {n}", encode_image(random_texels(3))) for n in range(9)]

    with pytest.raises(SceneError, match=r"image 7: the scene's images need more than"):
        decode_images(encoded)


def test_other_formats_are_refused_by_content():
    stream = io.BytesIO()
    PIL.Image.new("RGB", (2, 2)).save(stream, "tiff")

    with pytest.raises(SceneError, match=r"picture: is not a PNG, JPEG or WebP image"):
        decode(stream.getvalue())


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_cut_off_images_are_refused_at_any_length(kind):
    data = encode_image(np.random.default_rng(3).integers(0, 255, (32, 32, 3), np.uint8), kind)

    for length in range(0, len(data) - 20, 41):
        with pytest.raises(SceneError, match=r"^picture: "):
            decode(data[:length])
