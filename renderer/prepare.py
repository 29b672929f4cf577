"""From files to a scene that can be rendered: what a file leaves out is added here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from renderer.assets import AssetSource
from renderer.environment import load_environment, neutral_sky
from renderer.formats import load_scene
from renderer.framing import frame_scene
from renderer.glow import has_light
from renderer.plate import load_plate
from renderer.scene import Floats, Scene, SceneError
from renderer.settings import RenderSettings
from renderer.sky import make_sky


def prepare_scene(
    source: AssetSource,
    label: str,
    settings: RenderSettings,
    progress: Callable[[float], None] = lambda fraction: None,
) -> Scene:
    """Loads a scene and completes it.

    The environment, the sky and the plate of the settings are added; the neutral sky where
    nothing else gives light; the automatic camera, as the only one, where the file has none.

    Args:
        source: finds the job's files.
        label: the scene file's label.
        settings: name the environment and the size of the frame.
        progress: called with the fraction that is done, 0..1.

    Returns:
        A scene with at least one triangle, one camera, and some light.

    Raises:
        SceneError: a file cannot be used, or there is nothing to render.
    """
    scene = load_scene(source, label, progress, time_s=settings.time_s)
    if not scene.instances:
        raise SceneError(f"{label}: there are no triangles to render")
    if not scene.cameras:
        camera = frame_scene(scene, settings.width / settings.height)
        scene = replace(scene, cameras=(camera,))
    if settings.shot.background == "plate":
        scene = replace(scene, plate=_load_plate(source, settings.shot.plate))
    if settings.sky is not None:
        sky = make_sky(settings.sky, settings.environment_strength, settings.environment_rotation)
        return replace(scene, environment=sky)
    if settings.environment:
        environment = load_environment(
            source.path(settings.environment),
            settings.environment_strength,
            settings.environment_rotation,
            settings.environment,
        )
        return replace(scene, environment=environment)
    return scene if has_light(scene) else replace(scene, environment=neutral_sky())


def _load_plate(source: AssetSource, label: str) -> Floats:
    if not label:
        raise SceneError("the background is a plate, but there is none: choose its image file")
    return load_plate(source.path(label), label)
