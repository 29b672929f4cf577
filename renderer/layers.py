"""What a saved picture may hold besides the beauty, and where it lies in the frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """One render channel, as a file stores it.

    Attributes:
        pixels: (H, W, C) float32.
        components: C names as compositors expect: R G B, X Y Z, Z, U V.
        half_ok: colours may be stored as half floats and compressed with loss; what is a
            number (depth, position, an id) may not, whatever the artist chose.
        attributes: verbatim entries of an EXR header, such as Cryptomatte's manifest.

    Raises:
        ValueError: pixels and names do not belong together.
    """

    pixels: Floats
    components: tuple[str, ...]
    half_ok: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != len(self.components):
            raise ValueError(
                f"a layer of components {self.components} cannot have "
                f"pixels of shape {self.pixels.shape}"
            )


@dataclass(frozen=True)
class Placement:
    """Where the saved pixels lie in the frame: EXR's data window in its display window.

    Attributes:
        x, y: of the first pixel, from the frame's top left corner.
        width, height: of the frame, pixels.
        pixel_aspect: width of a pixel by its height.
    """

    x: int
    y: int
    width: int
    height: int
    pixel_aspect: float = 1.0
