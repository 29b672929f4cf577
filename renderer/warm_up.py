"""The smallest scene that makes every kernel run once."""

from __future__ import annotations

import numpy as np

from renderer.scene import Camera, Environment, Instance, Material, Mesh, Scene


def make_warm_up_scene() -> Scene:
    """Return two shining triangles, so that there is a light tree, under a grey sky."""
    corners = np.array([[-1.0, -1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 1.0, 0.0]], np.float32)
    mesh = Mesh(corners, np.array([[0, 1, 2]], np.int32), material=0)
    place = np.eye(4)
    place[2, 3] = 3.0
    return Scene(
        meshes=(mesh,),
        instances=(Instance(0, np.eye(4)), Instance(0, np.diag([2.0, 2.0, 2.0, 1.0]))),
        materials=(Material(emission=(1.0, 1.0, 1.0)),),
        cameras=(Camera("camera", place),),
        environment=Environment(np.ones((2, 4, 3), np.float32)),
        name="warm-up",
    )
