"""Draco streams: the indices and attributes of a primitive, compressed together.

DracoPy (Google's decoder) is an optional package: without it a file that needs it is refused, and
its user told how to get it. `draco_primitives` says which primitives have such a stream.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import numpy.typing as npt

from renderer.gltf.place import Place

EXTENSION = "KHR_draco_mesh_compression"
WAY_OUT = (
    "install its decoder (python -m pip install DracoPy) here and on every server, or export it "
    "without Draco compression"
)


def is_installed() -> bool:
    """Whether this computer can decode."""
    return importlib.util.find_spec("DracoPy") is not None


def decode(extension: Place, data: bytes) -> Any:
    """The mesh of a stream, as DracoPy describes it.

    Args:
        extension: the object that names the stream, for errors.
        data: the stream.

    Raises:
        SceneError: the decoder is not installed, or the stream is damaged or has no triangles.
    """
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


def values_of(mesh: Any, number: Place) -> npt.NDArray[np.generic]:
    """The attribute of a decoded mesh whose unique id is `number`, (V, width).

    Raises:
        SceneError: it has no such attribute.
    """
    for attribute in mesh.attributes:
        if attribute["unique_id"] == number.integer():
            values: npt.NDArray[np.generic] = np.asarray(attribute["data"])
            return values.reshape(len(values), -1)
    raise number.error(f"the compressed data has no attribute {number.integer()}")
