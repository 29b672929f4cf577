"""Textures, samplers and the images behind them.

Only what a material uses is kept: `TextureTable` hands out indices as materials ask for slots, so
that unused images are neither sent to a server nor decoded.
"""

from __future__ import annotations

import math

import numpy as np

from renderer.gltf.document import Document
from renderer.gltf.extensions import way_out
from renderer.gltf.place import Place
from renderer.images import EncodedImage
from renderer.scene import Floats, Texture, TextureSlot, Wrap

#: glTF 2.0, 5.27.4: the sampler's wrapping modes are OpenGL's numbers.
_WRAPS = {10497: Wrap.REPEAT, 33648: Wrap.MIRROR, 33071: Wrap.CLAMP}
_NEAREST = 9728
#: UV sets beyond the eighth have no user; the spec asks for two.
MAX_UV_SETS = 8


class TextureTable:
    """The textures and images in use, in the order in which materials asked for them.

    Attributes:
        textures: what `Scene.textures` will hold.
        image_places: the `images` entries in use; `Texture.image` is an index into this list.
    """

    def __init__(self, document: Document) -> None:
        self.textures: list[Texture] = []
        self.image_places: list[Place] = []
        self._document = document
        self._texture_indices: dict[int, int] = {}
        self._image_indices: dict[int, int] = {}

    def slot(self, owner: Place, key: str) -> TextureSlot | None:
        """The texture slot `key` of a material object, or None where it has no texture."""
        info = owner.find(key)
        if info is None:
            return None
        uv_set = info.find("texCoord")
        transform = info.extension("KHR_texture_transform")
        if transform is not None:
            uv_set = transform.find("texCoord") or uv_set
        return TextureSlot(
            texture=self._use_texture(info.need("index")),
            uv_set=0 if uv_set is None else uv_set.integer(high=MAX_UV_SETS - 1),
            transform=_texture_transform(transform),
        )

    def encoded_images(self) -> list[EncodedImage]:
        """The bytes of the images in use, still encoded.

        Raises:
            SceneError: an image's file or bytes cannot be found.
        """
        return [self._encoded(place) for place in self.image_places]

    def _use_texture(self, reference: Place) -> int:
        index = self._document.index(reference, "textures")
        if index not in self._texture_indices:
            texture = self._read_texture(self._document.array("textures")[index])
            self._texture_indices[index] = len(self.textures)
            self.textures.append(texture)
        return self._texture_indices[index]

    def _read_texture(self, place: Place) -> Texture:
        image = self._use_image(_image_reference(place))
        reference = place.find("sampler")
        if reference is None:
            return Texture(image)
        sampler = self._document.follow(reference, "samplers")
        magnify = sampler.find("magFilter")
        return Texture(
            image=image,
            wrap_u=_wrap(sampler, "wrapS"),
            wrap_v=_wrap(sampler, "wrapT"),
            nearest=magnify is not None and magnify.integer() == _NEAREST,
        )

    def _use_image(self, reference: Place) -> int:
        index = self._document.index(reference, "images")
        if index not in self._image_indices:
            self._image_indices[index] = len(self.image_places)
            self.image_places.append(self._document.array("images")[index])
        return self._image_indices[index]

    def _encoded(self, place: Place) -> EncodedImage:
        uri = place.find("uri")
        if uri is not None:
            external = not uri.text().startswith("data:")
            detail = f" ({uri.text()[:200]})" if external else ""
            return EncodedImage(
                f"{place.file}: {place.path}{detail}", self._document.asset_bytes(uri)
            )
        view = self._document.follow(place.need("bufferView"), "bufferViews")
        return EncodedImage(f"{place.file}: {place.path}", self._document.view_bytes(view))


def _image_reference(texture: Place) -> Place:
    """Where a texture names its image; alternatives we cannot read are passed over."""
    webp = texture.extension("EXT_texture_webp")
    source = (webp and webp.find("source")) or texture.find("source")
    if source is not None:
        return source
    extensions = texture.find("extensions")
    for name in extensions.members() if extensions is not None else ():
        raise texture.error(f"has no image but that of {name[:80]}; {way_out(name)}")
    raise texture.error('"source" is missing')


def _wrap(sampler: Place, key: str) -> Wrap:
    place = sampler.find(key)
    if place is None:
        return Wrap.REPEAT
    mode = place.integer()
    if mode not in _WRAPS:
        raise place.error(f"{mode} is not a wrapping mode ({', '.join(map(str, _WRAPS))})")
    return _WRAPS[mode]


def _texture_transform(place: Place | None) -> Floats:
    """The (2, 3) matrix of KHR_texture_transform: scale first, then rotation, then offset.

    A positive angle turns the UVs counter-clockwise as seen in the image, whose v grows downwards.
    """
    if place is None:
        return np.eye(2, 3, dtype=np.float32)
    offset_u, offset_v = place.vector("offset", (0.0, 0.0))
    scale_u, scale_v = place.vector("scale", (1.0, 1.0))
    angle = place.number("rotation", 0.0)
    cos, sin = math.cos(angle), math.sin(angle)
    rows = [[cos * scale_u, sin * scale_v, offset_u], [-sin * scale_u, cos * scale_v, offset_v]]
    return np.array(rows, dtype=np.float32)
