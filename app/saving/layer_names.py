"""The channels of a frame as layers of a file, with the names that its mattes stand for."""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt

from app.values.session_types import RenderRequest
from renderer.channels import film_channels
from renderer.cryptomatte import Matte, make_attributes
from renderer.film_layers import film_layers
from renderer.layers import Layer
from renderer.scene import Scene, SceneError

log = logging.getLogger("brigade.client")


def make_layers(request: RenderRequest, pixels: npt.NDArray[np.float32]) -> dict[str, Layer]:
    """Return the layers that a file holds besides beauty and alpha.

    Where there are mattes, the scene is read once more: servers send ids, not names. If it
    cannot be read now, the mattes lack their names and work by picking.

    Args:
        request: of the frame.
        pixels: (H, W, components) of its film.
    """
    chosen = request.settings.channels
    mattes = [matte for matte in Matte if matte.value in chosen]
    manifests: dict[Matte, dict[str, str]] = {}
    if mattes:
        try:
            scene = _load(request)
        except (SceneError, OSError) as error:
            log.warning("the mattes have no names: %s", error)
        else:
            from renderer.mattes import find_names

            for matte in mattes:
                manifests[matte] = make_attributes(matte, find_names(scene, matte))
    return film_layers(pixels, film_channels(chosen), manifests)


def _load(request: RenderRequest) -> Scene:
    from renderer.assets import FolderAssets
    from renderer.formats import load_scene

    path = request.scene
    return load_scene(FolderAssets(path.parent), path.name, time_s=request.settings.time_s)
