"""Animations: where nodes are, and how meshes are morphed, at one moment.

Files hold either one animation for each object or several clips of one figure (walk, run). So
animations that move different nodes play together; of those that move the same node, the first.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from renderer.gltf.accessors import AccessorReader
from renderer.gltf.document import Document
from renderer.gltf.place import Place
from renderer.scene import Doubles, SceneError

#: Components of what a channel moves; a mesh may have any number of weights.
_WIDTHS = {"translation": 3, "rotation": 4, "scale": 3, "weights": 1}
_INTERPOLATIONS = ("LINEAR", "STEP", "CUBICSPLINE")


@dataclass(frozen=True)
class NodePose:
    """What animations make of a node; None: it keeps its own.

    Attributes:
        translation, scale: (3,) float64.
        rotation: (4,) float64, a unit quaternion x y z w.
        weights: of its mesh's morph targets.
    """

    translation: Doubles | None = None
    rotation: Doubles | None = None
    scale: Doubles | None = None
    weights: Doubles | None = None


#: By node; those that nothing moves are not in it.
Pose = Mapping[int, NodePose]


def has_animations(document: Document) -> bool:
    """Whether time makes a difference."""
    return bool(document.array("animations"))


def find_duration_s(document: Document) -> float:
    """The time of the last key, from the accessors' bounds alone; 0 where they do not tell it.

    What is broken is passed over: whoever never asks for a moment can do without.
    """
    last = 0.0
    accessors = document.array("accessors")
    for animation in document.array("animations"):
        with contextlib.suppress(SceneError):
            for sampler in animation.need("samplers").children():
                number = document.index(sampler.need("input"), "accessors")
                last = max(last, *accessors[number].vector("max", (0.0,)))
    return last


def read_pose(document: Document, accessors: AccessorReader, time_s: float) -> Pose:
    """The pose of all animated nodes.

    Args:
        document: the file.
        accessors: its accessors.
        time_s: seconds; before its first and behind its last key a channel stands still.

    Raises:
        SceneError: an animation is broken; names the channel.
    """
    moved: dict[int, dict[str, Doubles]] = {}
    for animation in document.array("animations"):
        channels = _channels(document, animation)
        if any(node in moved for node, _, _ in channels):
            continue
        for node, path, channel in channels:
            value = _evaluate(animation, channel, path, accessors, time_s)
            moved.setdefault(node, {})[path] = value
    return {node: NodePose(**values) for node, values in moved.items()}


def _channels(document: Document, animation: Place) -> list[tuple[int, str, Place]]:
    """Node, path and place of the channels that move nodes."""
    found: list[tuple[int, str, Place]] = []
    for channel in animation.need("channels").children():
        target = channel.need("target")
        node, path = target.find("node"), target.need("path").text()
        # Without a node the target is that of an extension (KHR_animation_pointer).
        if node is not None and path in _WIDTHS:
            found.append((document.index(node, "nodes"), path, channel))
    return found


def _evaluate(
    animation: Place, channel: Place, path: str, accessors: AccessorReader, time_s: float
) -> Doubles:
    """The value that a channel has at a time."""
    samplers = animation.need("samplers").children()
    reference = channel.need("sampler")
    if reference.integer() >= len(samplers):
        raise reference.error(f"is out of range (there are {len(samplers)} samplers)")
    sampler = samplers[reference.integer()]
    mode = sampler.choice("interpolation", "LINEAR")
    if mode not in _INTERPOLATIONS:
        raise sampler.error(f"{mode[:40]!r} is not one of {', '.join(_INTERPOLATIONS)}")
    times = accessors.floats(sampler.need("input"), 1)[:, 0].astype(np.float64)
    if (np.diff(times) <= 0.0).any():
        raise sampler.need("input").error("the times do not grow from key to key")
    values = accessors.floats(sampler.need("output"), _WIDTHS[path]).astype(np.float64)
    parts = 3 if mode == "CUBICSPLINE" else 1
    if len(values) % (len(times) * parts) or (
        path != "weights" and len(values) != len(times) * parts
    ):
        raise sampler.need("output").error(f"{len(values)} values for {len(times)} keys ({mode})")
    keys = values.reshape(len(times), parts, -1)
    result = _interpolate(mode, times, keys, time_s, turning=path == "rotation")
    if path == "rotation":
        length = float(np.linalg.norm(result))
        if length < 1e-9:
            raise channel.error("a rotation of four zeros has no direction")
        result = result / length
    return result


def _interpolate(
    mode: str, times: Doubles, keys: Doubles, time_s: float, *, turning: bool
) -> Doubles:
    """The value (N,) at a time from keys (K, 1 or 3, N) (glTF 2.0, appendix C)."""
    middle = keys.shape[1] // 2  # a cubic key is in-tangent, value, out-tangent
    last = len(times) - 1
    before = int(np.searchsorted(times, time_s, side="right")) - 1
    if before < 0 or before == last:
        held: Doubles = keys[max(before, 0), middle]
        return held
    span = times[before + 1] - times[before]
    t = (time_s - times[before]) / span
    start: Doubles = keys[before, middle]
    end: Doubles = keys[before + 1, middle]
    if mode == "STEP":
        return start
    if mode == "LINEAR":
        return _slerp(start, end, t) if turning else start + (end - start) * t
    out_tangent, in_tangent = keys[before, 2] * span, keys[before + 1, 0] * span
    result: Doubles = (
        (2 * t**3 - 3 * t**2 + 1) * start
        + (t**3 - 2 * t**2 + t) * out_tangent
        + (-2 * t**3 + 3 * t**2) * end
        + (t**3 - t**2) * in_tangent
    )
    return result


def _slerp(start: Doubles, end: Doubles, t: float) -> Doubles:
    """Between two unit quaternions, the short way (glTF 2.0, appendix C.4)."""
    start = start / max(float(np.linalg.norm(start)), 1e-9)  # rounded where keys are integers
    end = end / max(float(np.linalg.norm(end)), 1e-9)
    cosine = float(np.dot(start, end))
    if cosine < 0.0:  # the same rotation, with the other sign, is nearer
        end, cosine = -end, -cosine
    angle = float(np.arccos(min(cosine, 1.0)))
    if angle < 1e-4:
        return start + (end - start) * t
    result: Doubles = (start * np.sin((1.0 - t) * angle) + end * np.sin(t * angle)) / np.sin(angle)
    return result
