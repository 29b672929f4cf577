"""The scenes that both renderers must show alike, each about one feature."""

from __future__ import annotations

from collections.abc import Callable

from renderer.scene import AlphaMode, LightKind, Wrap
from tests.benchmarks import cases_light, cases_shape, cases_surface
from tests.benchmarks.case import Case

CASES: dict[str, Callable[[], Case]] = {
    "cornell box": cases_light.cornell,
    "diffuse, sky": cases_light.sky,
    "diffuse, sky turned": cases_light.sky_turned,
    "sky seen, ahead": lambda: cases_light.sky_seen((0.3, 0.2, -1.0), 0.0),
    "sky seen, up": lambda: cases_light.sky_seen((1.0, 0.8, 0.5), 0.7),
    "sky seen, down": lambda: cases_light.sky_seen((-0.4, -0.9, 0.6), -2.0),
    "point light": lambda: cases_light.lights(LightKind.POINT),
    "point light, range": lambda: cases_light.lights(LightKind.POINT, range_m=5.0),
    "spot light": lambda: cases_light.lights(LightKind.SPOT, inner_angle=0.2, outer_angle=0.36),
    "spot light, soft": lambda: cases_light.lights(LightKind.SPOT, outer_angle=0.5),
    "directional light": lambda: cases_light.lights(LightKind.DIRECTIONAL),
    "texture 8 bit, repeat": lambda: cases_surface.textures(Wrap.REPEAT, False, "uint8"),
    "texture 16 bit, mirror": lambda: cases_surface.textures(Wrap.MIRROR, False, "uint16"),
    "texture float, clamp, nearest": lambda: cases_surface.textures(Wrap.CLAMP, True, "float32"),
    "normal map": lambda: cases_surface.normal_map(False),
    "normal map, turned UV": lambda: cases_surface.normal_map(True),
    "dielectric balls": lambda: cases_surface.balls(0.0),
    "metal balls": lambda: cases_surface.balls(1.0),
    "half metal balls": lambda: cases_surface.balls(0.5),
    "later meshes, UV sets": cases_surface.later_meshes,
    "brushed metal": lambda: cases_surface.brushed(1.0),
    "brushed dielectric": lambda: cases_surface.brushed(0.0),
    "metallic-roughness map": cases_surface.metallic_roughness_map,
    "clear glass ball": lambda: cases_surface.glass(0.0, 1.0),
    "tinted glass ball": lambda: cases_surface.glass(
        0.0, 1.0, attenuation_color=(0.9, 0.5, 0.3), attenuation_distance=1.5
    ),
    "frosted glass ball": lambda: cases_surface.glass(0.3, 1.0),
    "thin pane": lambda: cases_surface.glass(0.0, 0.0),
    "10,000 lamps": cases_light.many_lamps,
    "glowing picture": cases_light.glowing_picture,
    "thin lens": cases_shape.lens,
    "orthographic": cases_shape.orthographic,
    "panorama": cases_shape.panorama,
    "shift and clip": cases_shape.shifted,
    "400 instances": cases_shape.forest,
    "mirrored, sheared instances": cases_shape.mirrored_instances,
    "alpha mask": lambda: cases_shape.cut_out(AlphaMode.MASK),
    "alpha blend": lambda: cases_shape.cut_out(AlphaMode.BLEND),
    "vertex colours": cases_surface.vertex_colors,
}
