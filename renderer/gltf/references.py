"""Which other files a glTF file needs."""

from __future__ import annotations

from renderer.gltf.document import Document
from renderer.gltf.materials import read_materials
from renderer.gltf.place import Place
from renderer.gltf.textures import TextureTable
from renderer.gltf.uris import is_data_uri


def external_uris(document: Document) -> list[Place]:
    """The URIs of all buffers, and of the images that materials use, that are files.

    The images are found by the same code that loads them, so that a list made on the client and
    the loader on a server never disagree.
    """
    table = TextureTable(document)
    read_materials(document, table)
    owners = document.array("buffers") + table.image_places
    uris = [owner.find("uri") for owner in owners]
    return [uri for uri in uris if uri is not None and not is_data_uri(uri)]
