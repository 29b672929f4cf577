"""What channels want to know of a path: its first surface, and its light by bounces."""

from __future__ import annotations

from renderer.channels import FAR_M
from renderer.kernels.channel_data import ChannelPlan
from renderer.kernels.data import Floats, Geometry, Mask, Number, Record
from renderer.kernels.jit import device
from renderer.kernels.lane_functions import select, sqrt
from renderer.kernels.lane_memory import scatter
from renderer.kernels.math32 import ONE, ZERO, F, Vec3, clamp, dot, sub
from renderer.kernels.surface import NO, YES

FAR = F(FAR_M)


@device
def clear_item(items: Floats, channels: ChannelPlan, item: Number, fresh: Mask) -> None:
    """Let samples have met nothing so far."""
    plan = channels.plan[0]
    for column in range(plan.means, plan.width):
        scatter(items, item, column, ZERO, fresh)
    black = (ZERO, ZERO, ZERO)
    _put_vector(items, item, plan.albedo, black, fresh)
    _put_vector(items, item, plan.normal, black, fresh)
    if plan.depth >= 0:
        scatter(items, item, plan.depth, FAR, fresh)


@device
def note_surface(
    items: Floats, channels: ChannelPlan, geometry: Geometry, path: Record, surface: Record,
    first: Mask,
) -> None:  # fmt: skip
    """Note the first surface of paths: holes do not count, panes do."""
    plan = channels.plan[0]
    item = path.item
    red, green, blue = surface.base_r, surface.base_g, surface.base_b
    albedo = (clamp(red, ZERO, ONE), clamp(green, ZERO, ONE), clamp(blue, ZERO, ONE))
    _put_vector(items, item, plan.albedo, albedo, first)
    _put_vector(items, item, plan.normal, (surface.gx, surface.gy, surface.gz), first)
    point = (surface.px, surface.py, surface.pz)
    if plan.depth >= 0:
        scatter(items, item, plan.depth, _depth(plan, point), first)
    if plan.position >= 0:
        x = point[0] * plan.unit + plan.center_x
        y = point[1] * plan.unit + plan.center_y
        z = point[2] * plan.unit + plan.center_z
        _put_vector(items, item, plan.position, (x, y, z), first)
    if plan.uv >= 0:
        _put_uv(items, item, plan.uv, geometry, surface, first)
    if plan.object_id >= 0:
        name = channels.object_ids[geometry.parts[surface.part].object]
        scatter(items, item, plan.object_id, name, first)
    if plan.material_id >= 0:
        scatter(items, item, plan.material_id, channels.material_ids[surface.material], first)


@device
def note_normal(
    items: Floats, channels: ChannelPlan, path: Record, surface: Record, first: Mask
) -> None:
    """Note the shading normal of paths' first surface, once it is known."""
    normal = (surface.nx, surface.ny, surface.nz)
    _put_vector(items, path.item, channels.plan[0].normal, normal, first)


@device
def _depth(plan: Record, point: Vec3) -> Number:
    """Return metres along the view axis; a panorama has none: from the camera."""
    way = sub(point, (plan.eye_x, plan.eye_y, plan.eye_z))
    if plan.radial > ZERO:
        return sqrt(dot(way, way)) * plan.unit
    return dot(way, (plan.axis_x, plan.axis_y, plan.axis_z)) * plan.unit


@device
def _put_uv(
    items: Floats, item: Number, column: int, geometry: Geometry, surface: Record, mask: Mask
) -> None:
    rows = geometry.shading
    i = surface.triangle
    w = ONE - surface.u - surface.v
    u = rows[i, 9] * w + rows[i, 11] * surface.u + rows[i, 13] * surface.v
    v = rows[i, 10] * w + rows[i, 12] * surface.u + rows[i, 14] * surface.v
    scatter(items, item, column, u, mask)
    scatter(items, item, column + 1, v, mask)


@device
def _put_vector(items: Floats, item: Number, column: int, value: Vec3, mask: Mask) -> None:
    if column >= 0:
        scatter(items, item, column, value[0], mask)
        scatter(items, item, column + 1, value[1], mask)
        scatter(items, item, column + 2, value[2], mask)


# -- light by bounces -----------------------------------------------------------------------------


@device
def clear_light(path: Record, fresh: Mask) -> None:
    """Let paths have brought no light so far."""
    path.glow_r = select(fresh, ZERO, path.glow_r)
    path.glow_g = select(fresh, ZERO, path.glow_g)
    path.glow_b = select(fresh, ZERO, path.glow_b)
    path.sky_r = select(fresh, ZERO, path.sky_r)
    path.sky_g = select(fresh, ZERO, path.sky_g)
    path.sky_b = select(fresh, ZERO, path.sky_b)
    path.direct_r = select(fresh, ZERO, path.direct_r)
    path.direct_g = select(fresh, ZERO, path.direct_g)
    path.direct_b = select(fresh, ZERO, path.direct_b)
    path.indirect_r = select(fresh, ZERO, path.indirect_r)
    path.indirect_g = select(fresh, ZERO, path.indirect_g)
    path.indirect_b = select(fresh, ZERO, path.indirect_b)


@device
def note_light(path: Record, bounces: Number, light: Vec3) -> None:
    """Add light that reaches the camera after so many bounces; 0 in lanes without any."""
    seen = bounces == NO
    path.glow_r += select(seen, light[0], ZERO)
    path.glow_g += select(seen, light[1], ZERO)
    path.glow_b += select(seen, light[2], ZERO)
    _note_bounced(path, bounces, light)


@device
def note_sky(path: Record, bounces: Number, light: Vec3) -> None:
    """Add light of the sky, or of what stands behind the scene."""
    seen = bounces == NO
    path.sky_r += select(seen, light[0], ZERO)
    path.sky_g += select(seen, light[1], ZERO)
    path.sky_b += select(seen, light[2], ZERO)
    _note_bounced(path, bounces, light)


@device
def _note_bounced(path: Record, bounces: Number, light: Vec3) -> None:
    once = bounces == YES
    often = bounces > YES
    path.direct_r += select(once, light[0], ZERO)
    path.direct_g += select(once, light[1], ZERO)
    path.direct_b += select(once, light[2], ZERO)
    path.indirect_r += select(often, light[0], ZERO)
    path.indirect_g += select(often, light[1], ZERO)
    path.indirect_b += select(often, light[2], ZERO)


@device
def clamp_indirect(path: Record, limit: Number, ended: Mask) -> None:
    """Take from ended paths what their indirect light has above the limit."""
    red = select(ended, max(path.indirect_r - limit, ZERO), ZERO)
    green = select(ended, max(path.indirect_g - limit, ZERO), ZERO)
    blue = select(ended, max(path.indirect_b - limit, ZERO), ZERO)
    path.lr -= red
    path.lg -= green
    path.lb -= blue
    path.indirect_r -= red
    path.indirect_g -= green
    path.indirect_b -= blue


@device
def put_light(
    items: Floats, channels: ChannelPlan, path: Record, limit: Number, ended: Mask
) -> None:
    """Write ended paths' light by bounces into their items, each part clamped as the sum is."""
    plan = channels.plan[0]
    item = path.item
    _put_clamped(items, item, plan.emission, (path.glow_r, path.glow_g, path.glow_b), limit, ended)
    _put_clamped(items, item, plan.background, (path.sky_r, path.sky_g, path.sky_b), limit, ended)
    direct = (path.direct_r, path.direct_g, path.direct_b)
    _put_clamped(items, item, plan.direct, direct, limit, ended)
    indirect = (path.indirect_r, path.indirect_g, path.indirect_b)
    _put_clamped(items, item, plan.indirect, indirect, limit, ended)


@device
def _put_clamped(
    items: Floats, item: Number, column: int, light: Vec3, limit: Number, mask: Mask
) -> None:
    clamped = (min(light[0], limit), min(light[1], limit), min(light[2], limit))
    _put_vector(items, item, column, clamped, mask)
