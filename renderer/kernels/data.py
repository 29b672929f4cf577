"""What the kernels' arrays hold: records for tables and state, named tuples to pass them.

Records are numpy structured types, so the same definition serves the layout code (numpy) and
the kernels (Numba reads `record.field`). Lengths are in the tracer's own unit: the scene is
moved and scaled by a power of two so that it is about one unit large (`renderer.layout.space`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from renderer.kernels.channel_data import ChannelPlan, PixelSums

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint32]
#: A structured array, or one record of it.
Records = Any
Record = Any
#: A float32, or 16 of them (`renderer.kernels.lanes`); a truth value of one or 16 lanes.
Number = Any
Mask = Any


def _fields(names: str, kind: str) -> list[tuple[str, str]]:
    """Return fields of one kind for a structured type."""
    return [(name, kind) for name in names.split()]


def _record(floats: str, ints: str = "", words: str = "") -> np.dtype[np.void]:
    """Return a packed record type from lists of names: float32, int32 and uint32 fields."""
    return np.dtype(_fields(floats, "<f4") + _fields(ints, "<i4") + _fields(words, "<u4"))


#: Columns of `Geometry.triangles` behind corner 0, edge 0-1 and edge 0-2: two integers, and one
#: over twice the area (0 for a degenerate triangle).
COLUMN_PART = 9
COLUMN_EMITTER = 10
COLUMN_INVERSE_AREA = 11

#: A run of triangles from one instance. Rows are offsets: row of triangle i is `row + i`.
#: An offset may be negative, so what a part lacks has the smallest int32 as its row.
PART = _record("", "material smooth tangent_row color_row uv_row object")
ABSENT_ROW = -(1 << 31)

#: An instance of a shared mesh (`renderer.layout.instances`). `m` takes points of the mesh's rows
#: to the tracer's space (row by row, as Embree takes it), `n` normals; `flip` is -1 where it
#: mirrors; `stretch` tells how much more it stretches one direction than another; `first` is the
#: row of the mesh's first triangle, `part` the number of the instance's part.
INSTANCE = _record(
    "m00 m01 m02 m03 m10 m11 m12 m13 m20 m21 m22 m23 n00 n01 n02 n10 n11 n12 n20 n21 n22 "
    "flip stretch",
    "first part",
)

#: Material kinds, from cheap to complete.
KIND_DIFFUSE = 0
KIND_GLOSSY = 1
KIND_GLASS = 2
KIND_LAYERED = 3
KIND_UNLIT = 4

#: Material flags.
HAS_ALPHA_MASK = 1
HAS_ALPHA_BLEND = 2
HAS_TEXTURES = 4
HAS_NORMAL_MAP = 8
HAS_EMISSION = 16
IS_THIN = 32
HAS_VERTEX_COLOR = 64
IS_SPECULAR_GLOSSINESS = 128
HAS_COAT = 256
HAS_SHEEN = 512
LETS_LIGHT_PASS = 1024  # alpha below 1 or clear glass: shadow rays must look closer
HAS_ANISOTROPY = 2048
HAS_IRIDESCENCE = 4096
HAS_DISPERSION = 8192
HAS_SPECULAR = 16384  # KHR_materials_specular with other values than its defaults

#: A thin film's thickness is in nanometres; `ior_spread`: how much more blue is refracted than
#: green, and green than red.
MATERIAL = np.dtype(
    _fields("base_r base_g base_b base_a metallic roughness f0 normal_scale", "<f4")
    + _fields("kind flags base_slot mr_slot", "<i4")
    + _fields(
        "alpha_cutoff emission_r emission_g emission_b specular specular_r specular_g specular_b "
        "ior transmission sigma_r sigma_g sigma_b "
        "coat coat_roughness coat_normal_scale sheen_r sheen_g sheen_b sheen_roughness glossiness "
        "anisotropy anisotropy_cos anisotropy_sin "
        "film film_ior film_thinnest film_thickest ior_spread",
        "<f4",
    )
    + _fields(
        "normal_slot emission_slot transmission_slot specular_slot "
        "specular_color_slot coat_slot coat_roughness_slot coat_normal_slot sheen_color_slot "
        "sheen_roughness_slot glossiness_slot anisotropy_slot film_slot film_thickness_slot",
        "<i4",
    )
)
#: Words of a material that kernels load four at a time: base_r..., metallic..., kind...
BASE_WORDS, SHADE_WORDS, KIND_WORDS = 0, 4, 8

#: Bit depths of texels.
POOL_8, POOL_16, POOL_F = 0, 1, 2
WRAP_REPEAT, WRAP_MIRROR, WRAP_CLAMP = 0, 1, 2

#: One use of a texture by a material: where its first texel lies in the pool, in units of
#: `TEXEL_ALIGNMENT` bytes, its size, in `flags` all else but the transform of the coordinates:
#: channels, bytes per texel, wrap modes, pool... Kernels read it as rows of float32.
SLOT = np.dtype(
    _fields("start", "<u4")
    + _fields("width height flags", "<i4")
    + _fields("m00 m01 m02 m10 m11 m12 padding0 padding1", "<f4")
)
TEXEL_ALIGNMENT = 4
SLOT_CHANNELS_MASK = 7
SLOT_BYTES_SHIFT = 3  # 5 bits
SLOT_WRAP_U_SHIFT = 8  # 2 bits each
SLOT_WRAP_V_SHIFT = 10
SLOT_POOL_SHIFT = 12
SLOT_NEAREST = 1 << 14
SLOT_SRGB = 1 << 15
SLOT_LATER_UV = 1 << 16  # not the first set
SLOT_MOVED = 1 << 17  # the transform is not the identity
#: How many later UV sets the material looks up, and which of these the slot does; 3 bits each.
SLOT_UV_SETS_SHIFT = 18
SLOT_UV_NUMBER_SHIFT = 21

#: Light kinds.
LIGHT_TRIANGLE, LIGHT_POINT, LIGHT_SPOT, LIGHT_SUN, LIGHT_ENVIRONMENT = 0, 1, 2, 3, 4
LIGHT_TREE = 5  # stands for all lights of the tree

#: A light. `d`: where it shines to; of a triangle its normal, as long as area / chance. `keep`
#: and `alias` are the alias table's; `chance` is the probability of the choice, for lights of the
#: tree that of choosing the tree. `trail`: the turns from the tree's root to the light.
LIGHT = _record(
    "keep chance x y z dx dy dz r g b area range cos_inner cos_outer",
    "alias kind triangle",
    "trail",
)
#: A part of the light tree: bounding sphere, cone of its emitters' normals, power. `child`: number
#: of the first of two children, which are neighbours; of a leaf -1 - number of the light.
LIGHT_NODE = _record("x y z radius2 ax ay az cos_axis sin_axis power", "child padding")

#: `sun`: direction, squared chord of the disc's radius, radiance, the probability of choosing it
#: instead of the map, and its density. `choices`: how
#: many lights, from the table's first one on, are chosen by the alias table.
ENVIRONMENT = _record(
    "sin_turn cos_turn strength chance "
    "sun_x sun_y sun_z sun_chord2 sun_r sun_g sun_b sun_share sun_pdf",
    "width height present visible guide_steps choices",
)

CAMERA_FLAT, CAMERA_PANORAMA = 0, 1
#: `f` looks to the frame's centre, at distance 1 along the axis; `r` and `u` span the frame from
#: there to its edges; `flat` is 1 where they move the ray's start (orthographic), 0 where they
#: turn it. Of a panorama they are the unit axes, and `turn_x turn_y` move its centre, in half
#: frames. `near` and `far` are measured along the axis.
CAMERA = _record(
    "ox oy oz fx fy fz rx ry rz ux uy uz flat turn_x turn_y lens_radius blades blade_turn focus "
    "near far",
    "kind width height",
)

#: What decides a path besides the scene. `shows_plate`: camera rays that meet nothing see
#: `Shot.plate` (row: number of the pixel * `plate_step`) instead of the environment.
FRAME = _record(
    "clamp offset_scale",
    "max_depth roulette_depth has_filters shows_plate plate_step "
    "diffuse_depth glossy_depth transmission_depth max_passes limits_kinds",
    "seed",
)

BACKEND_EMBREE, BACKEND_BVH, BACKEND_FEW = 0, 1, 2
#: A ray for our own tree, and its hit; of 16 of them the first also knows who traces the scene,
#: and Embree's scene.
RAY = np.dtype(
    _fields("ox oy oz near dx dy dz far", "<f4")
    + _fields("primitive geometry", "<u4")
    + _fields("scene", "<u8")
    + _fields("backend padding", "<i4")
)

#: Samples in a queue of `render`: enough that its end, where lanes stay idle, weighs little; their
#: results (64 KiB) stay in the processor's second cache.
ITEMS = 4096
#: Lanes: as wide as the widest vector registers (AVX-512) hold float32.
WIDTH = 16


def lane_record(scalar: np.dtype[np.void]) -> np.dtype[np.void]:
    """Return the record type that holds 16 records of `scalar`, field by field."""
    assert scalar.names is not None
    return np.dtype([(name, scalar[name], (WIDTH,)) for name in scalar.names])


#: Of 16 of these, field by field, the first 21 are Embree's RTCRayHit16; `valid` is -1 in the
#: lanes that ask.
PACKET = np.dtype(
    _fields("ox oy oz near dx dy dz time far", "<f4")
    + _fields("mask id flags", "<u4")
    + _fields("nx ny nz u v", "<f4")
    + _fields("primitive geometry instance instance_primitive", "<u4")
    + _fields("valid", "<i4")
)

#: What is asked of our own tree, and its answer: the triangle or -1 for nothing.
QUERY = _record("ox oy oz dx dy dz far", "triangle")

#: A path on its way: ray, throughput, radiance so far, and what multiple importance sampling
#: must know of the last scattering: `pdf` is its density (0: a mirror, a pane or the camera),
#: `travelled` the way since, through panes and cut-outs; `chain` says what was passed since.
#: `vx vy vz` and `vnx vny vnz` are the point and the lit side's normal of the last scattering;
#: `reach` is how far the camera's ray still may go; `place` the number of the pixel in the frame.
#: `split`: the path has gone through a prism and has one colour only (`kernels.material_layers`).
#: `glow` to `indirect`: the radiance by bounces, only where a channel or a clamp wants it.
PATH = _record(
    "ox oy oz dx dy dz tr tg tb lr lg lb alpha pdf eta2 travelled reach "
    "vx vy vz vnx vny vnz "
    "glow_r glow_g glow_b sky_r sky_g sky_b "
    "direct_r direct_g direct_b indirect_r indirect_g indirect_b",
    "depth vertex passes medium chain place item bounces diffuse glossy transmitted split",
    "pixel sample",
)

#: Values of `PATH.chain`: nothing rough met yet; since the last rough surface nothing clear;
#: only clear glass; a mirror.
CHAIN_CAMERA, CHAIN_ROUGH, CHAIN_GLASS, CHAIN_MIRROR = 0, 1, 2, 3

#: A surface point and its lobes. (e1, e2: the triangle's edges; s0, t0: texture coordinates of
#: the first set; g: geometric normal and n: shading normal, both towards the viewer; t, b:
#: tangent frame; w: direction to the viewer in that frame; bent: g and n differ; ax, ay: squared
#: roughness along x and y; stretch: `ggx_stretch` of w; layer_pass: `pass_layers` of w; film: how
#: much of the surface has a thin film, film_r g b: f0 of plastic below it; film_mean: see
#: `iridescence`; band: see `material_layers.split_colors`.)
SURFACE = _record(
    "t u v e1x e1y e1z e2x e2y e2z s0 t0 px py pz lx ly lz offset "
    "gx gy gz nx ny nz tx ty tz bx by bz wx wy wz "
    "base_r base_g base_b alpha metallic roughness transmission "
    "diffuse_r diffuse_g diffuse_b ms_r ms_g ms_b f0_r f0_g f0_b f90 ax ay stretch "
    "core_f0 core_f90 film film_ior film_nm film_r film_g film_b "
    "film_mean_r film_mean_g film_mean_b "
    "glass glass_gain eta tint_r tint_g tint_b "
    "coat coat_ax coat_roughness coat_view coat_nx coat_ny coat_nz "
    "sheen_r sheen_g sheen_b sheen_roughness sheen_view layer_pass "
    "p_diffuse p_specular p_glass p_coat",
    "kind flags front emitter smooth bent band instance tangent_row",
    "triangle part material",  # unsigned: Numba then does not check for indices from the end
)
#: Bits of `smooth`: lobes that are perfect mirrors or panes.
SMOOTH_SPECULAR, SMOOTH_GLASS, SMOOTH_COAT = 1, 2, 4

#: A direction to a light and what arrives from there. `only`: no path finds it by chance
#: (a light without area, or light on the straight way through solid glass).
LIGHT_SAMPLE = _record("dx dy dz distance r g b weight sx sy sz mis", "only")
#: A direction chosen by the material: `r g b` is f * cos / pdf. `straight`: it goes on as it
#: came, through a pane. `luck`: the vertex's random number for Russian roulette.
BSDF_SAMPLE = _record("dx dy dz r g b pdf eta luck", "valid delta transmitted straight top")


class Vertices(NamedTuple):
    """Vertices of one mesh in the space of its rows; what it lacks has length 0."""

    points: Floats  # (V, 3)
    normals: Floats  # (V, 3)
    uvs: Floats  # (V, 2)


class Geometry(NamedTuple):
    """Triangles; `ids` is an int32 view of `triangles`."""

    triangles: Floats  # (T, 12)
    ids: Ints  # (T, 12)
    shading: Floats  # (T, 16): three normals, three UVs of set 0, padding
    parts: Records
    colors: Floats  # (C, 12): three RGBA
    tangents: Floats  # (K, 12): three XYZ + handedness
    uvs: Floats  # (K, 6): three UVs of a later set; a triangle has as many rows as its slots say
    instances: Records


class Looks(NamedTuple):
    """Materials and their textures."""

    materials: Records
    slots: Floats  # (S, 12): SLOT
    texels: npt.NDArray[np.uint8]  # of all images, each at its own bit depth
    decoding: Floats  # (256,): 8-bit texels decoded from sRGB
    albedo: Words  # see `renderer.kernels.albedo`


class Lights(NamedTuple):
    """All lights, and the environment's map with its distribution."""

    table: Records
    environment: Records
    radiance: Floats  # (H * W, 4): the fourth is the density, relative to uniform on the square
    rows: Floats  # (H + 1,) cumulative
    rows_guide: Ints  # (H + 1,): where to begin to search them
    columns: Floats  # (H * (W + 1),) cumulative
    columns_guide: Ints  # (H * (steps + 1),)
    tree: Floats  # (N, 12): LIGHT_NODE, see `renderer.kernels.light_tree`; empty for few lights


#: Bins of `light_tree_build`.
LIGHT_BINS = 16


class LightTreeWork(NamedTuple):
    """Working memory of `light_tree_build` for N lights."""

    order: Ints  # (N,)
    stack: Ints  # (64, 5)
    bins: Floats  # (LIGHT_BINS + 1, 8): boxes and power; the last row is a sum
    bounds: Floats  # (2 N - 1, 7): boxes of nodes, and half angles of their cones


class Nodes(NamedTuple):
    """What rays meet, if Embree is not used: our own tree (`renderer.bvh`), or few triangles."""

    boxes: Floats  # (N, 12): both children's bounds
    links: Ints  # (N, 4): both children's (index, count)
    order: Ints  # triangle numbers
    triangles: Floats  # `Geometry.triangles`
    few: Floats  # (T, 12): all triangles of a scene that needs no tree, see `few_triangles`


class Shot(NamedTuple):
    """Camera, frame and pixel filter."""

    camera: Records
    frame: Records
    filter: Floats  # inverse cumulative distribution, pixels from the centre
    plate: Floats  # (pixels or 1, 4): radiance of the background and its alpha


class Scratch(NamedTuple):
    """State of one render call, so that kernels need no memory of their own."""

    rays: Records  # one per lane
    query: Records
    packet: Records
    path: Records
    surface: Records
    light: Records
    bsdf: Records
    stack: Ints
    items: Floats  # (ITEMS, ChannelPlan's width): what is noted of each path
    sums: PixelSums  # of the pixels at work


class SceneData(NamedTuple):
    """Everything of an open scene that kernels read."""

    geometry: Geometry
    looks: Looks
    lights: Lights
    nodes: Nodes
    shot: Shot
    channels: ChannelPlan
