"""Reading mesh files as bytes, and the limits that hold for all of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from renderer.assets import AssetSource
from renderer.scene import Floats, Material, SceneError

if TYPE_CHECKING:
    import numpy as np

#: A text of 4 GiB holds some 30 million triangles, and is read as a whole.
MAX_FILE_BYTES = 4 << 30
#: Positions beyond this cannot be squared in float32, whatever their unit.
MAX_COORDINATE = 1e18
DAMAGED = "the file may be damaged or cut off; export or copy it again"


def read_bytes(source: AssetSource, label: str) -> bytes:
    """The content of the file `label`.

    Raises:
        SceneError: it is missing, unreadable or too large.
    """
    data = read_head(source, label, MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise SceneError(f"{label}: is larger than {MAX_FILE_BYTES >> 30} GiB; save it as .glb")
    return data


def read_head(source: AssetSource, label: str, size: int) -> bytes:
    """The first `size` bytes of the file `label`, or as many as it has.

    Raises:
        SceneError: it is missing or unreadable.
    """
    path = source.path(label)
    try:
        with path.open("rb") as file:
            # Python reserves what is asked for before it reads: ask for no more than there is.
            return file.read(min(size, os.fstat(file.fileno()).st_size))
    except FileNotFoundError as error:
        raise SceneError(f"{label}: there is no such file ({path})") from error
    except OSError as error:
        raise SceneError(f"{label}: cannot be read: {error.strerror} ({path})") from error
    except ValueError as error:  # a zero byte
        raise SceneError(f"{label!r} is no name of a file") from error


def is_sound(positions: Floats | np.ndarray) -> bool:
    """Whether all coordinates are finite and can be squared."""
    return len(positions) == 0 or bool(
        positions.max() <= MAX_COORDINATE and positions.min() >= -MAX_COORDINATE
    )


def make_plain_material(name: str, *, colored: bool = False) -> Material:
    """What a surface looks like whose file says nothing: a light grey, neither dull nor glossy.

    Args:
        name: for messages and ids.
        colored: the mesh has colours of its own, which this one must not darken.
    """
    grey = 1.0 if colored else 0.8
    return Material(
        name=name,
        base_color=(grey, grey, grey, 1.0),
        metallic=0.0,
        roughness=0.5,
        double_sided=True,
    )
