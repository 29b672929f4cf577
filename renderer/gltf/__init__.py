"""Reading glTF 2.0 scenes (`.gltf`, `.glb`)."""

from renderer.gltf.inspection import inspect_scene
from renderer.gltf.loader import load_scene
from renderer.overview import SceneInfo

__all__ = ["SceneInfo", "inspect_scene", "load_scene"]
