"""KHR_draco_mesh_compression: primitives whose accessors get their elements from a Draco stream."""

from __future__ import annotations

import numpy as np

from renderer.gltf import draco
from renderer.gltf.accessors import AccessorReader
from renderer.gltf.document import Document
from renderer.gltf.place import Place


def decode_primitive(primitive: Place, document: Document, accessors: AccessorReader) -> None:
    """Gives the accessors of a compressed primitive their elements.

    Does nothing for a primitive that is not compressed, or that has an uncompressed copy.

    Raises:
        SceneError: the decoder is not installed, or the stream is damaged or lacks something.
    """
    extension = primitive.extension(draco.EXTENSION)
    if extension is None:
        return
    attributes = primitive.need("attributes")
    references = {name: attributes.need(name) for name in attributes.members()}
    indices = primitive.need("indices")
    places = [document.follow(r, "accessors") for r in (indices, *references.values())]
    if all(place.find("bufferView") is not None for place in places):
        return
    mode = primitive.find("mode")
    if mode is not None and mode.integer() != 4:
        raise mode.error(f"{mode.integer()} is not a mode that {draco.EXTENSION} is read in; use 4")
    view = document.follow(extension.need("bufferView"), "bufferViews")
    mesh = draco.decode(extension, bytes(document.view_bytes(view)))
    faces = np.ascontiguousarray(mesh.faces, np.uint32).reshape(-1, 1)
    accessors.provide(indices, faces)
    ids = extension.need("attributes")
    for name, reference in references.items():
        number = ids.find(name)
        if number is not None:
            accessors.provide(reference, draco.values_of(mesh, number))
        elif document.follow(reference, "accessors").find("bufferView") is None:
            raise ids.error(f"does not list {name}, which is nowhere else")
