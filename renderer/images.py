"""Image files into texels at their own bit depth: PNG, JPEG and WebP.

Files are told apart by content, never by name: on a server they lie in a cache without one. The
size in the header is checked before anything is decoded.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import PIL.Image
import PIL.ImageFile

from renderer.scene import Image, SceneError

#: 8K textures are the largest in use; a 20 KB PNG can claim hundreds of times as much.
MAX_IMAGE_PX = 8192 * 8192
#: All images of a scene together, decoded.
MAX_TEXEL_BYTES = 8 << 30

#: What glTF and its extensions allow (a new format of Pillow's must be allowed here first).
GLTF_FORMATS = ("PNG", "JPEG", "WEBP")
#: What the materials of OBJ files use besides.
MORE_FORMATS = (*GLTF_FORMATS, "BMP", "TIFF", "TGA")
#: Pillow modes that are kept; all others are converted to one of these.
_MODES = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}
_RAW_16_BIT = ("RGB;16B", "RGBA;16B", "LA;16B")

Texels = npt.NDArray[np.generic]


@dataclass(frozen=True)
class EncodedImage:
    """An image file's bytes.

    Attributes:
        name: for messages: the file or the place in the glTF file.
        data: the file's content.
        formats: Pillow's names of what it may be.
    """

    name: str
    data: bytes | memoryview
    formats: tuple[str, ...] = GLTF_FORMATS


def decode_images(
    encoded: Sequence[EncodedImage], advance: Callable[[], None] = lambda: None
) -> tuple[Image, ...]:
    """Decodes images on all cores (Pillow and zlib release the GIL).

    Args:
        encoded: the files.
        advance: called once for every image that is done.

    Returns:
        The images, in the same order.

    Raises:
        SceneError: names the image that cannot be used.
    """
    pixels = 0
    for image in encoded:
        with _open(image) as header:
            pixels += header.width * header.height
        if pixels * 4 > MAX_TEXEL_BYTES:
            raise SceneError(
                f"{image.name}: the scene's images need more than {MAX_TEXEL_BYTES >> 30} GiB; "
                f"make them smaller"
            )
    decoded = []
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for result in pool.map(decode_image, encoded):
            decoded.append(result)
            advance()
    return tuple(decoded)


def decode_image(encoded: EncodedImage) -> Image:
    """Decodes one image.

    Returns:
        Texels (H, W, C), row 0 at the top: uint16 for 16-bit PNG, else uint8. C is 1 for grey,
        2 for grey and alpha, 3 and 4 for colour. Embedded profiles and gamma are ignored, as
        glTF asks (2.0, 3.8.3).

    Raises:
        SceneError: the file is damaged, too large, or of another format.
    """
    with _open(encoded) as image:
        try:
            texels = _read_texels(image, encoded.data)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise SceneError(
                f"{encoded.name}: the image is damaged ({error}); export or copy it again"
            ) from error
    return Image(encoded.name, texels)


def _open(encoded: EncodedImage) -> PIL.Image.Image:
    """Opens an image without decoding it, and checks the size in its header."""
    try:
        image = PIL.Image.open(io.BytesIO(encoded.data), formats=encoded.formats)
    except PIL.UnidentifiedImageError:
        *others, last = (n.replace("WEBP", "WebP") for n in encoded.formats)
        names = f"{', '.join(others)} or {last}"
        raise SceneError(f"{encoded.name}: is not a {names} image, or damaged") from None
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning):
        raise SceneError(f"{encoded.name}: {_too_large()}") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise SceneError(f"{encoded.name}: the image is damaged ({error})") from error
    if image.width * image.height > MAX_IMAGE_PX:
        raise SceneError(f"{encoded.name}: {_too_large(image.size)}")
    return image


def _too_large(size: tuple[int, int] | None = None) -> str:
    what = "the image" if size is None else f"{size[0]} × {size[1]} pixels"
    return f"{what} exceeds the limit of {MAX_IMAGE_PX} pixels (8192 × 8192); make it smaller"


def _read_texels(image: PIL.Image.Image, data: bytes | memoryview) -> Texels:
    if image.mode.startswith("I;16"):
        return np.asarray(image).astype(np.uint16)[:, :, None]
    raw = _raw_mode(image)
    if raw in _RAW_16_BIT:
        return _read_16_bit(image, raw, data)
    mode = image.mode
    if mode not in _MODES or "transparency" in image.info:
        has_alpha = "transparency" in image.info or "A" in mode or "a" in mode
        mode = "RGBA" if has_alpha else ("L" if mode == "1" else "RGB")
    texels = np.asarray(image if mode == image.mode else image.convert(mode))
    return texels.reshape(image.height, image.width, _MODES[mode])


def _raw_mode(image: PIL.Image.Image) -> str:
    """How the PNG decoder is told to unpack its bytes; "" for other formats."""
    if not isinstance(image, PIL.ImageFile.ImageFile) or image.format != "PNG" or not image.tile:
        return ""
    raw = image.tile[0].args
    return raw if isinstance(raw, str) else ""


def _read_16_bit(image: PIL.Image.Image, raw: str, data: bytes | memoryview) -> Texels:
    """A PNG of 16 bits per channel, of which Pillow's own pixels keep only the high bytes.

    Its unpackers for little-endian data take the second byte of each pair, which in a PNG is the
    low one: two passes give both. Grey with alpha is unpacked as four channels of bytes.
    """
    if raw == "LA;16B":
        return _unpack(data, "RGBA", "RGBA").view(">u2").astype(np.uint16)
    mode = raw.partition(";")[0]
    high = _unpack(data, mode, f"{mode};16B").astype(np.uint16)
    low = _unpack(data, mode, f"{mode};16L")
    return (high << 8) | low


def _unpack(data: bytes | memoryview, mode: str, raw: str) -> npt.NDArray[np.uint8]:
    image = PIL.Image.open(io.BytesIO(data), formats=("PNG",))
    image.tile = [image.tile[0]._replace(args=raw)]
    image._mode = mode
    return np.array(image, dtype=np.uint8)
