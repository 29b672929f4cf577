"""The scene as plain data: arrays and indices, no pointers and no behaviour.

A loader (`renderer.gltf`) makes a `Scene`; the tracer (`renderer.tracer`) lays it out for its
kernels. Everything here is in metres, radiance and linear Rec. 709 colour, right-handed with
+Y up, as glTF 2.0 defines them. Matrices are column-vector matrices: `world = transform @ local`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


class AlphaMode(Enum):
    """What a material's alpha means (glTF 2.0, 3.9.4)."""

    OPAQUE = "OPAQUE"
    MASK = "MASK"
    BLEND = "BLEND"


class Wrap(Enum):
    """What a texture lookup outside 0..1 returns."""

    REPEAT = "repeat"
    MIRROR = "mirror"
    CLAMP = "clamp"


@dataclass(frozen=True)
class Texture:
    """An image with its sampler.

    Attributes:
        image: index into `Scene.images`.
        wrap_u, wrap_v: behaviour outside 0..1, per axis.
        nearest: True for nearest-texel lookup, False for bilinear.
    """

    image: int
    wrap_u: Wrap = Wrap.REPEAT
    wrap_v: Wrap = Wrap.REPEAT
    nearest: bool = False


@dataclass(frozen=True)
class TextureSlot:
    """Where a material looks a texture up.

    Attributes:
        texture: index into `Scene.textures`.
        uv_set: which of the mesh's UV sets.
        transform: (2, 3) float32, `uv' = transform @ (u, v, 1)` (KHR_texture_transform).
    """

    texture: int
    uv_set: int = 0
    transform: Floats = field(default_factory=lambda: np.eye(2, 3, dtype=np.float32))


@dataclass(frozen=True)
class Image:
    """Texels of one image file, at their own bit depth.

    Attributes:
        name: for messages: the file or the place in the glTF file.
        texels: (H, W, C) uint8, uint16 or float32 with C = 1, 2, 3 or 4; row 0 is the top
            (v = 0). C = 1 is grey, C = 2 grey and alpha, standing for (g, g, g, a). uint8 and
            uint16 stand for 0..1; whether they are sRGB-encoded depends
            on the slot that uses them (base colour and emission are, the others are not).
    """

    name: str
    texels: npt.NDArray[np.generic]


@dataclass(frozen=True)
class Material:
    """glTF metallic-roughness, with the KHR extensions of the physically based set.

    Factors multiply their texture. Colours are linear. Defaults are glTF's. The extension
    fields default to "extension absent".
    """

    name: str = ""
    base_color: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    base_color_slot: TextureSlot | None = None
    metallic: float = 1.0
    roughness: float = 1.0
    metallic_roughness_slot: TextureSlot | None = None  # G roughness, B metallic
    normal_slot: TextureSlot | None = None
    normal_scale: float = 1.0
    occlusion_slot: TextureSlot | None = None  # R; ignored by a path tracer, kept for channels
    occlusion_strength: float = 1.0
    emission: tuple[float, float, float] = (0.0, 0.0, 0.0)  # radiance, emissive_strength included
    emission_slot: TextureSlot | None = None
    alpha_mode: AlphaMode = AlphaMode.OPAQUE
    alpha_cutoff: float = 0.5
    double_sided: bool = False
    unlit: bool = False  # KHR_materials_unlit
    ior: float = 1.5  # KHR_materials_ior
    transmission: float = 0.0  # KHR_materials_transmission
    transmission_slot: TextureSlot | None = None  # R
    thickness: float = 0.0  # KHR_materials_volume; 0 is thin-walled
    thickness_slot: TextureSlot | None = None  # G
    attenuation_color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    attenuation_distance: float = float("inf")  # metres of the scene
    dispersion: float = 0.0  # KHR_materials_dispersion
    specular: float = 1.0  # KHR_materials_specular
    specular_slot: TextureSlot | None = None  # A
    specular_color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    specular_color_slot: TextureSlot | None = None  # sRGB
    clearcoat: float = 0.0  # KHR_materials_clearcoat
    clearcoat_slot: TextureSlot | None = None  # R
    clearcoat_roughness: float = 0.0
    clearcoat_roughness_slot: TextureSlot | None = None  # G
    clearcoat_normal_slot: TextureSlot | None = None
    clearcoat_normal_scale: float = 1.0
    sheen_color: tuple[float, float, float] = (0.0, 0.0, 0.0)  # KHR_materials_sheen
    sheen_color_slot: TextureSlot | None = None  # sRGB
    sheen_roughness: float = 0.0
    sheen_roughness_slot: TextureSlot | None = None  # A
    anisotropy: float = 0.0  # KHR_materials_anisotropy
    anisotropy_rotation: float = 0.0  # radians
    anisotropy_slot: TextureSlot | None = None
    iridescence: float = 0.0  # KHR_materials_iridescence
    iridescence_slot: TextureSlot | None = None  # R
    iridescence_ior: float = 1.3
    iridescence_thickness_nm: tuple[float, float] = (100.0, 400.0)
    iridescence_thickness_slot: TextureSlot | None = None  # G
    # KHR_materials_pbrSpecularGlossiness: when set, base_color is the diffuse colour.
    specular_glossiness: bool = False
    glossiness: float = 1.0
    specular_glossiness_slot: TextureSlot | None = None  # RGB specular (sRGB), A glossiness


@dataclass(frozen=True)
class Mesh:
    """One triangle mesh of one material, in object space.

    Attributes:
        positions: (V, 3) float32, metres.
        triangles: (T, 3) int32, indices below V.
        material: index into `Scene.materials`.
        normals: (V, 3) float32, unit length; None: flat shading.
        tangents: (V, 4) float32, xyz unit length, w the handedness; None: derived from UVs.
        uv_sets: each (V, 2) float32.
        colors: (V, 4) float32, linear, multiplies the base colour; None: white.
        name: for messages and object ids.
    """

    positions: Floats
    triangles: Ints
    material: int
    normals: Floats | None = None
    tangents: Floats | None = None
    uv_sets: tuple[Floats, ...] = ()
    colors: Floats | None = None
    name: str = ""


@dataclass(frozen=True)
class Instance:
    """A mesh placed in the world.

    Attributes:
        mesh: index into `Scene.meshes`.
        transform: (4, 4) float64, object to world; may mirror and shear.
        name: the node's name.
    """

    mesh: int
    transform: Doubles
    name: str = ""


class LightKind(Enum):
    """KHR_lights_punctual."""

    POINT = "point"
    SPOT = "spot"
    DIRECTIONAL = "directional"


@dataclass(frozen=True)
class PunctualLight:
    """A light without area; shines along its local -Z.

    Attributes:
        intensity: (3,) float32. Radiant intensity (W/sr) for point and spot, irradiance
            (W/m²) for directional lights; glTF's candela and lux taken as such.
        range_m: distance where the light ends; inf for never.
        inner_angle, outer_angle: half angles of a spot's cone, radians.
    """

    kind: LightKind
    intensity: Floats
    transform: Doubles
    range_m: float = float("inf")
    inner_angle: float = 0.0
    outer_angle: float = np.pi / 4
    name: str = ""


@dataclass(frozen=True)
class Camera:
    """A camera looking along its local -Z with +Y up.

    Attributes:
        yfov: vertical field of view, radians; None for an orthographic camera. It always
            spans the frame's height; the width follows from the frame's aspect ratio.
        ymag: half the height of the orthographic view, metres.
        lens_radius, focus_distance: thin lens; radius 0 is a pinhole.
    """

    name: str
    transform: Doubles
    yfov: float | None = 0.8
    ymag: float = 1.0
    znear: float = 0.0
    zfar: float = float("inf")
    lens_radius: float = 0.0
    focus_distance: float = 1.0


@dataclass(frozen=True)
class Sun:
    """A disc in the sky, infinitely far away, bright all over.

    Attributes:
        direction: (3,) float64, unit, towards its centre.
        radius: half the angle that it spans, radians.
        irradiance: that it gives a surface facing it, linear RGB; its radiance times the disc's
            solid angle.
    """

    direction: Doubles
    radius: float
    irradiance: tuple[float, float, float]


@dataclass(frozen=True)
class Environment:
    """Light from infinitely far away.

    Attributes:
        radiance: (H, W, 3) float32 equirectangular map. Row 0 looks to +Y; column W/2 looks
            to -Z, columns grow to +X (clockwise seen from above).
        rotation: turn about +Y, radians.
        strength: multiplies the radiance.
        visible: False: lights the scene, but the camera sees black behind it (alpha 0).
        sun: stands before the map, turns with it and shares its strength.
    """

    radiance: Floats
    rotation: float = 0.0
    strength: float = 1.0
    visible: bool = True
    sun: Sun | None = None


@dataclass(frozen=True)
class Scene:
    """Everything the tracer needs; all indices refer to the tuples of this object.

    Attributes:
        plate: (H, W, 4) float32, what only the camera sees behind everything: linear radiance
            multiplied by alpha, and alpha; None: nothing.
        warnings: what the files lack that the picture can do without, in words for the artist.
    """

    meshes: tuple[Mesh, ...]
    instances: tuple[Instance, ...]
    materials: tuple[Material, ...]
    textures: tuple[Texture, ...] = ()
    images: tuple[Image, ...] = ()
    lights: tuple[PunctualLight, ...] = ()
    cameras: tuple[Camera, ...] = ()
    environment: Environment | None = None
    plate: Floats | None = None
    name: str = ""
    warnings: tuple[str, ...] = ()


class SceneError(ValueError):
    """A scene file that cannot be used; the message names the file, the place and the way out."""
