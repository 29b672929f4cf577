"""KHR_draco_mesh_compression: primitives whose indices and attributes are one compressed stream.

The stream is decoded by DracoPy (Google's decoder), an optional package: without it such a file
is refused, and told how to get it.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from renderer.gltf.place import Place

if TYPE_CHECKING:
    from renderer.gltf.accessors import AccessorReader
    from renderer.gltf.document import Document

EXTENSION = "KHR_draco_mesh_compression"
WAY_OUT = (
    "install its decoder (python -m pip install DracoPy) here and on every server, or export it "
    "without Draco compression"
)


def is_installed() -> bool:
    """Whether this computer can decode."""
    return importlib.util.find_spec("DracoPy") is not None


def decode_primitive(primitive: Place, document: Document, accessors: AccessorReader) -> None:
    """Gives the accessors of a compressed primitive their elements.

    Does nothing for a primitive that is not compressed, or that has an uncompressed copy.

    Raises:
        SceneError: the decoder is not installed, or the stream is damaged or lacks something.
    """
    extension = primitive.extension(EXTENSION)
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
        raise mode.error(f"{mode.integer()} is not a mode that {EXTENSION} is read in; use 4")
    view = document.follow(extension.need("bufferView"), "bufferViews")
    mesh = _decode(extension, bytes(document.view_bytes(view)))
    faces = np.ascontiguousarray(mesh.faces, np.uint32).reshape(-1, 1)
    accessors.provide(indices, faces)
    ids = extension.need("attributes")
    for name, reference in references.items():
        number = ids.find(name)
        if number is not None:
            accessors.provide(reference, _values_of(mesh, number))
        elif document.follow(reference, "accessors").find("bufferView") is None:
            raise ids.error(f"does not list {name}, which is nowhere else")


def _decode(extension: Place, data: bytes) -> Any:
    if not is_installed():
        raise extension.error(f"only holds data compressed by {EXTENSION}; {WAY_OUT}")
    import DracoPy

    try:
        mesh = DracoPy.decode(data)
    except Exception as error:  # the package raises plain ones of its own
        raise extension.error(f"the compressed data is damaged ({error})") from error
    if not isinstance(mesh, DracoPy.DracoMesh) or not len(mesh.faces):
        raise extension.error("the compressed data holds no triangles")
    return mesh


def _values_of(mesh: Any, number: Place) -> npt.NDArray[np.generic]:
    """The attribute whose unique id is `number`, (V, width)."""
    for attribute in mesh.attributes:
        if attribute["unique_id"] == number.integer():
            values: npt.NDArray[np.generic] = np.asarray(attribute["data"])
            return values.reshape(len(values), -1)
    raise number.error(f"the compressed data has no attribute {number.integer()}")
