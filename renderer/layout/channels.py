"""Which values the kernels note of each sample, for the channels that were chosen."""

from __future__ import annotations

import numpy as np

from renderer.channels import Channel, Merge, channel_offsets, engine_channels
from renderer.cryptomatte import Matte, make_ids
from renderer.kernels.channel_data import (
    ID_SLOTS,
    MOMENTS,
    PLAN,
    ChannelPlan,
    PixelSums,
)
from renderer.layout.shot import camera_axes
from renderer.layout.space import Space
from renderer.mattes import find_names
from renderer.scene import Camera, Scene
from renderer.settings import RenderSettings

#: Channels that are made of a path's first surface.
_OF_SURFACE = frozenset(("albedo", "normal", "depth", "position", "uv", "object_id", "material_id"))
#: Channels that are made of a path's light.
_OF_LIGHT = frozenset(("direct", "indirect", "emission", "background"))


def make_channel_plan(
    scene: Scene, camera: Camera, settings: RenderSettings, space: Space
) -> ChannelPlan:
    """Return what the kernels note.

    Args:
        scene: names objects and materials.
        camera: in world space.
        settings: channels, noise threshold and clamps.
        space: of the tracer.
    """
    channels = engine_channels(settings.channels)
    offsets = channel_offsets(channels)
    plan = np.zeros(1, PLAN)
    for name in _OF_SURFACE | _OF_LIGHT:
        plan[name] = -1
    targets = _place_columns(plan, channels, offsets)
    chosen = set(settings.channels)
    plan["has_surface"] = bool(chosen & _OF_SURFACE)
    plan["splits"] = bool(chosen & _OF_LIGHT) or settings.clamp_indirect > 0.0
    plan["noise"] = offsets.get("noise", -1)
    plan["samples"] = offsets.get("samples", -1)
    plan["moments"] = "noise" in chosen or settings.noise_threshold > 0.0
    plan["threshold"] = settings.noise_threshold
    plan["min_samples"] = min(settings.min_samples, settings.samples)
    plan["clamp_indirect"] = settings.clamp_indirect
    _place_camera(plan, camera, settings, space)
    # Hashing the names of many instances takes a while: only where it is wanted.
    wanted = {matte: find_names(scene, matte) for matte in Matte if matte.value in chosen}
    objects, materials = (make_ids(wanted.get(m, ())) for m in (Matte.OBJECT, Matte.MATERIAL))
    return ChannelPlan(plan, targets, objects, materials)


def _place_columns(
    plan: np.ndarray[tuple[int], np.dtype[np.void]],
    channels: tuple[Channel, ...],
    offsets: dict[str, int],
) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Give each channel its columns of an item; return the component that each column becomes."""
    targets: list[int] = []
    for merge, end in ((Merge.MEAN, "means"), (Merge.FIRST, "firsts"), (Merge.RANKS, "width")):
        for channel in channels:
            if channel.merge is not merge:
                continue
            if channel.name in _OF_SURFACE | _OF_LIGHT:
                plan[channel.name] = len(targets)
            columns = 1 if merge is Merge.RANKS else len(channel.components)
            targets += range(offsets[channel.name], offsets[channel.name] + columns)
        plan[end] = len(targets)
    return np.array(targets, np.int32)


def _place_camera(
    plan: np.ndarray[tuple[int], np.dtype[np.void]],
    camera: Camera,
    settings: RenderSettings,
    space: Space,
) -> None:
    forward, _right, _up = camera_axes(camera)
    eye = space.point(camera.transform[:3, 3])
    plan["radial"] = settings.shot.projection == "panorama"
    plan["unit"] = 1.0 / space.scale
    for name, vector in (("eye", eye), ("axis", forward), ("center", space.center)):
        for axis, value in zip("xyz", vector, strict=True):
            plan[f"{name}_{axis}"] = value


def make_pixel_sums(channels: ChannelPlan, pixels: int) -> PixelSums:
    """Return room for the sums of so many pixels; memory is only taken where it is used."""
    plan = channels.plan[0]
    slots = int(plan["width"] - plan["firsts"]) * ID_SLOTS
    return PixelSums(
        active=np.zeros(pixels, np.int32),
        taken=np.zeros(pixels, np.int32),
        totals=np.zeros((pixels, int(plan["firsts"])), np.float64),
        moments=np.zeros((pixels if plan["moments"] else 1, MOMENTS), np.float64),
        ids=np.zeros((pixels if slots else 1, slots), np.float32),
        counts=np.zeros((pixels if slots else 1, slots), np.int32),
    )
