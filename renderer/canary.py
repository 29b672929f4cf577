"""The test picture: a tiny scene that every server renders before it gets work.

It has a bit of everything that decides bits: a curved mesh with smooth normals, a texture, rough
and clear materials, an area light, a lamp and a sky. Its arrays are made by arithmetic that IEEE
754 rounds in one way only (no sine, no power), so that they are the same on every computer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from renderer.buckets import Region
from renderer.scene import (
    Camera,
    Environment,
    Image,
    Instance,
    LightKind,
    Material,
    Mesh,
    PunctualLight,
    Scene,
    Texture,
    TextureSlot,
)
from renderer.settings import RenderSettings

if TYPE_CHECKING:
    from renderer.engine import TracerEngine  # a client judges test pictures and renders none

SIDE_PX = 16
SAMPLES = 16
COMPONENTS = 4
#: Of red, green and blue of all pixels; a test holds it against the renderer.
MEAN = 0.40
#: Faces of the ball's cube are cut into so many squares a side.
_CUTS = 6


def make_canary_scene() -> Scene:
    """Return a glossy ball and a pane of glass on a chequered floor, under a lamp."""
    floor = Mesh(
        np.array([[-4, -1, -4], [-4, -1, 4], [4, -1, 4], [4, -1, -4]], np.float32),
        np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        material=0,
        uv_sets=(np.array([[0, 0], [0, 4], [4, 4], [4, 0]], np.float32),),
    )
    panel = Mesh(
        np.array([[-1, 2.5, -1], [1, 2.5, -1], [1, 2.5, 1], [-1, 2.5, 1]], np.float32),
        np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        material=2,
    )
    pane = Mesh(
        np.array([[0.3, -1, 1.2], [1.6, -1, 1.4], [1.6, 1, 1.4], [0.3, 1, 1.2]], np.float32),
        np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        material=3,
    )
    cheques = np.array([[[230, 200, 90], [40, 60, 120]], [[40, 60, 120], [230, 200, 90]]], np.uint8)
    lamp = np.eye(4)
    lamp[:3, 3] = (2.0, 1.5, 2.0)
    eye = np.eye(4)
    eye[:3, 3] = (0.0, 0.2, 5.0)
    return Scene(
        meshes=(floor, _make_ball(), panel, pane),
        instances=tuple(Instance(number, np.eye(4)) for number in range(4)),
        materials=(
            Material(base_color_slot=TextureSlot(0), metallic=0.0, roughness=0.8),
            Material(base_color=(0.9, 0.6, 0.3, 1.0), metallic=1.0, roughness=0.3),
            Material(emission=(4.0, 4.0, 3.5), double_sided=True),
            Material(metallic=0.0, roughness=0.1, transmission=1.0, double_sided=True),
        ),
        textures=(Texture(0),),
        images=(Image("cheques", cheques),),
        lights=(PunctualLight(LightKind.POINT, np.full(3, 3.0, np.float32), lamp),),
        cameras=(Camera("camera", eye),),
        environment=Environment(np.full((2, 4, 3), 0.4, np.float32)),
        name="test picture",
    )


def _make_ball() -> Mesh:
    """Return a unit ball: a cube whose points are drawn in to the distance 1."""
    steps = np.arange(_CUTS + 1, dtype=np.float64) / _CUTS * 2.0 - 1.0
    across, down = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    points: list[npt.NDArray[np.float64]] = []
    triangles: list[npt.NDArray[np.int64]] = []
    corner = np.arange((_CUTS + 1) ** 2).reshape(_CUTS + 1, _CUTS + 1)
    quads = [corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]]
    a, b, c, d = (quad.ravel() for quad in quads)
    for axis in range(3):
        for sign in (-1.0, 1.0):
            face = np.empty((across.size, 3))
            face[:, axis] = sign
            face[:, (axis + 1) % 3] = across
            face[:, (axis + 2) % 3] = sign * down
            first = len(points) * across.size
            points.append(face)
            triangles.append(first + np.stack([a, b, c], axis=1))
            triangles.append(first + np.stack([a, c, d], axis=1))
    xyz = np.concatenate(points)
    squares = xyz * xyz
    length = np.sqrt(squares[:, 0] + squares[:, 1] + squares[:, 2])
    normals = (xyz / length[:, None]).astype(np.float32)
    return Mesh(normals, np.concatenate(triangles).astype(np.int32), material=1, normals=normals)


def render_canary(engine: TracerEngine) -> npt.NDArray[np.float32]:
    """Render the test picture; what the engine had open is closed.

    Returns:
        (SIDE_PX, SIDE_PX, COMPONENTS) float32: linear RGB and alpha.
    """
    settings = RenderSettings(width=SIDE_PX, height=SIDE_PX, samples=SAMPLES)
    engine.open_scene(make_canary_scene(), settings)
    pixels = np.empty((SIDE_PX, SIDE_PX, COMPONENTS), np.float32)
    engine.render(Region(0, 0, SIDE_PX, SIDE_PX), 0, SAMPLES, pixels)
    engine.close()
    return pixels
