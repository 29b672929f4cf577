"""Cameras and punctual lights: what nodes carry besides meshes."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from renderer.gltf.document import Document
from renderer.gltf.nodes import Node
from renderer.gltf.place import Place
from renderer.gltf.transforms import without_scale
from renderer.scene import Camera, LightKind, PunctualLight

#: A list to choose from; nobody reads a longer one.
MAX_CAMERAS = 1000


def read_cameras(document: Document, nodes: Iterable[Node]) -> tuple[Camera, ...]:
    """The cameras of the scene, in the order of their nodes; each has its own name.

    Raises:
        SceneError: a camera is broken.
    """
    cameras: list[Camera] = []
    names: set[str] = set()
    for node in nodes:
        reference = node.place.find("camera")
        if reference is None:
            continue
        if len(cameras) == MAX_CAMERAS:
            raise reference.error(f"the scene has more than {MAX_CAMERAS} cameras")
        place = document.follow(reference, "cameras")
        name = _unique(node.name or place.name(f"Camera {len(cameras) + 1}"), names)
        cameras.append(_read_camera(place, name, node))
    return tuple(cameras)


def read_lights(document: Document, nodes: Iterable[Node]) -> tuple[PunctualLight, ...]:
    """The lights of KHR_lights_punctual that nodes place in the scene.

    Raises:
        SceneError: a light is broken.
    """
    found: list[PunctualLight] = []
    for node in nodes:
        extension = node.place.extension("KHR_lights_punctual")
        if extension is None:
            continue
        top = document.root.extension("KHR_lights_punctual")
        lights = [] if top is None else top.list_of("lights")
        reference = extension.need("light")
        index = reference.integer()
        if index >= len(lights):
            raise reference.error(f"{index} is out of range (the file has {len(lights)} lights)")
        found.append(_read_light(lights[index], node))
    return tuple(found)


def _read_camera(place: Place, name: str, node: Node) -> Camera:
    transform = without_scale(node.world)
    kind = place.need("type").text()
    if kind == "perspective":
        lens = place.need("perspective")
        yfov = lens.need("yfov")
        if not 1e-4 <= yfov.real() <= math.pi - 1e-4:
            raise yfov.error(f"{yfov.real():g} is not between 0 and pi")
        near, far = _depths(lens)
        return Camera(name, transform, yfov=yfov.real(), znear=near, zfar=far)
    if kind == "orthographic":
        lens = place.need("orthographic")
        ymag = lens.need("ymag")
        # Negative sizes are in files that older exporters wrote; zero shows nothing.
        if ymag.real() == 0.0:
            raise ymag.error("must not be zero")
        near, far = _depths(lens)
        return Camera(name, transform, yfov=None, ymag=abs(ymag.real()), znear=near, zfar=far)
    raise place.need("type").error(f"{kind[:40]!r} is not perspective or orthographic")


def _depths(lens: Place) -> tuple[float, float]:
    """Near and far plane; without `zfar` the view is infinite (glTF 2.0, 3.10.3.3)."""
    near = lens.number("znear", 0.0, 0.0)
    far = lens.number("zfar", math.inf, 0.0)
    return near, far if far > near else math.inf


def _read_light(place: Place, node: Node) -> PunctualLight:
    kind = place.need("type")
    try:
        light_kind = LightKind(kind.text())
    except ValueError:
        names = ", ".join(k.value for k in LightKind)
        raise kind.error(f"{kind.text()[:40]!r} is not one of {names}") from None
    color = np.clip(place.vector("color", (1.0, 1.0, 1.0)), 0.0, 1e6)
    intensity = place.number("intensity", 1.0, 0.0)
    inner, outer = 0.0, math.pi / 4
    spot = place.find("spot")
    if spot is not None:
        outer = spot.number("outerConeAngle", outer, 1e-4, math.pi / 2)
        inner = spot.number("innerConeAngle", 0.0, 0.0, outer)
    return PunctualLight(
        kind=light_kind,
        intensity=(color * intensity).astype(np.float32),
        transform=without_scale(node.world),
        # Zero would be a light that reaches nothing; exporters write it for "no limit".
        range_m=place.number("range", math.inf, 0.0) or math.inf,
        inner_angle=inner,
        outer_angle=outer,
        name=node.name or place.name(),
    )


def _unique(name: str, taken: set[str]) -> str:
    """The name, with a number where the scene already has it."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name} ({number})", number + 1
    taken.add(candidate)
    return candidate
