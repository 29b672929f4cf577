"""Makes the demo scene: `python -m resources.demo.make` writes demo.glb beside this file.

A table by a window: glass, copper, marble, wood, linen and fruit, lit by the sky behind the
window and by a warm lamp from the room. Metres; the table's top is y = 0.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from resources.demo import still_life, textures
from resources.demo.glb import GlbBuilder, Pose
from resources.demo.shapes import Shape, merge, quad, rounded_box

TARGET = Path(__file__).with_name("demo.glb")
SKY_RADIANCE = 22.0
LAMP_RADIANCE = (2.6, 1.9, 1.25)

# The room: back wall, window wall and the rest, so that metal has something to mirror.
LEFT, RIGHT, BACK, FRONT, FLOOR, CEILING = -0.80, 1.9, -0.62, 2.3, -0.75, 1.65
WINDOW_Z, WINDOW_Y = (-0.34, 0.52), (0.10, 1.25)
WALL_THICKNESS = 0.06


def main() -> int:
    """Write the file; say how large it is."""
    data = make_demo()
    TARGET.write_bytes(data)
    print(f"{TARGET.name}: {len(data) / 1e6:.2f} MB")
    return 0


def make_demo() -> bytes:
    """Return the demo scene as a .glb file."""
    builder = GlbBuilder("Bucket Brigade: resources/demo/make.py")
    _add_room(builder)
    _add_window(builder)
    _add_table(builder)
    _add_glass(builder)
    _add_metal(builder)
    _add_fruit(builder)
    _add_vase(builder)
    builder.add_camera("Table", (0.17, 0.34, 1.20), (0.005, 0.112, 0.0), 24.5)
    return builder.encode()


def _add_room(builder: GlbBuilder) -> None:
    colour, bumps = (builder.add_texture(image) for image in textures.plaster())
    wall = builder.add_material(
        "Plaster",
        pbrMetallicRoughness=_surface(0.85, texture=colour),
        normalTexture={**bumps, "scale": 0.6},
    )
    warm = builder.add_material(
        "Warm walls", pbrMetallicRoughness=_surface(0.9, (0.38, 0.31, 0.25))
    )
    white = builder.add_material("Ceiling", pbrMetallicRoughness=_surface(0.9, (0.50, 0.48, 0.45)))
    floor = builder.add_material("Floor", pbrMetallicRoughness=_surface(0.6, (0.20, 0.13, 0.08)))
    wide, deep, high = RIGHT - LEFT, FRONT - BACK, CEILING - FLOOR
    back = quad((LEFT, FLOOR, BACK), (wide, 0, 0), (0, high, 0)).scaled_uvs(wide / 0.7, high / 0.7)
    builder.add("Back wall", back, wall)
    builder.add("Window wall", _window_wall(), wall)
    right = quad((RIGHT, FLOOR, FRONT), (0, high, 0), (0, 0, -deep))
    front = quad((RIGHT, FLOOR, FRONT), (-wide, 0, 0), (0, high, 0))
    builder.add("Right wall", merge([right.flipped(), front]), warm)
    builder.add("Ceiling", quad((LEFT, CEILING, BACK), (wide, 0, 0), (0, 0, deep)), white)
    builder.add("Floor", quad((LEFT, FLOOR, FRONT), (wide, 0, 0), (0, 0, -deep)), floor)
    lamp = builder.add_material(
        "Lamp",
        pbrMetallicRoughness={"baseColorFactor": [0, 0, 0, 1], "metallicFactor": 0.0},
        emissiveFactor=[c / max(LAMP_RADIANCE) for c in LAMP_RADIANCE],
        extensions={"KHR_materials_emissive_strength": {"emissiveStrength": max(LAMP_RADIANCE)}},
    )
    builder.add(
        "Lamp", quad((0.55, 1.15, 1.20), (0.84, 0, -0.36), (0.24, 0.38, 0.60)).flipped(), lamp
    )


def _window_wall() -> Shape:
    """The left wall around its opening, and the opening's four sides."""
    (z0, z1), (y0, y1), x, out = WINDOW_Z, WINDOW_Y, LEFT, LEFT - WALL_THICKNESS

    def wall(za: float, zb: float, ya: float, yb: float) -> Shape:
        size = ((zb - za) / 0.7, (yb - ya) / 0.7)
        return quad((x, ya, zb), (0, 0, za - zb), (0, yb - ya, 0)).scaled_uvs(*size)

    return merge([
        wall(BACK, z0, FLOOR, CEILING), wall(z1, FRONT, FLOOR, CEILING),
        wall(z0, z1, FLOOR, y0), wall(z0, z1, y1, CEILING),
        quad((out, y0, z1), (0, 0, z0 - z1), (x - out, 0, 0)).flipped(),
        quad((out, y1, z1), (0, 0, z0 - z1), (x - out, 0, 0)),
        quad((out, y0, z0), (x - out, 0, 0), (0, y1 - y0, 0)),
        quad((out, y0, z1), (x - out, 0, 0), (0, y1 - y0, 0)).flipped(),
    ])  # fmt: skip


def _add_window(builder: GlbBuilder) -> None:
    (z0, z1), (y0, y1) = WINDOW_Z, WINDOW_Y
    paint = builder.add_material("Paint", pbrMetallicRoughness=_surface(0.35, (0.80, 0.79, 0.76)))
    x, bar = LEFT - 0.03, 0.032
    parts = [
        rounded_box((0.05, y1 - y0, 0.05), 0.004).moved(x, (y0 + y1) / 2, z)
        for z in (z0 + 0.02, z1 - 0.02)
    ]
    parts += [
        rounded_box((0.05, 0.05, z1 - z0), 0.004).moved(x, y, (z0 + z1) / 2)
        for y in (y0 + 0.02, y1 - 0.02)
    ]
    parts.append(rounded_box((0.04, y1 - y0, bar), 0.004).moved(x, (y0 + y1) / 2, (z0 + z1) / 2))
    parts.append(
        rounded_box((0.04, bar, z1 - z0), 0.004).moved(x, y0 + 0.62 * (y1 - y0), (z0 + z1) / 2)
    )
    builder.add("Window frame", merge(parts), paint)
    light = builder.add_material(
        "Sky",
        pbrMetallicRoughness={"baseColorFactor": [0, 0, 0, 1], "metallicFactor": 0.0},
        emissiveFactor=[1, 1, 1],
        emissiveTexture=builder.add_texture(textures.sky()),
        extensions={"KHR_materials_emissive_strength": {"emissiveStrength": SKY_RADIANCE}},
    )
    behind = 0.01
    sky = quad(
        (LEFT - WALL_THICKNESS, y0 - behind, z1 + behind), (0, 0, z0 - z1 - 2 * behind),
        (0, y1 - y0 + 2 * behind, 0),
    )  # fmt: skip
    builder.add("Sky", sky, light)


def _add_table(builder: GlbBuilder) -> None:
    colour, bumps, rough = (builder.add_texture(image) for image in textures.wood())
    oak = builder.add_material(
        "Oak",
        pbrMetallicRoughness={
            "baseColorTexture": colour, "metallicRoughnessTexture": rough, "metallicFactor": 0.0,
        },
        normalTexture={**bumps, "scale": 0.8},
    )  # fmt: skip
    top = rounded_box((1.5, 0.04, 0.82), 0.006, uv_per_m=1.0)
    # The boards run along X: U is X on the top side.
    uvs = np.stack([top.positions[:, 0], top.positions[:, 2]], axis=1) / 0.62
    top = Shape(top.positions, top.normals, uvs, top.triangles).moved(0, -0.02, -0.09)
    builder.add("Table", top, oak)
    colour, bumps = (builder.add_texture(image) for image in textures.linen())
    linen = builder.add_material(
        "Linen",
        pbrMetallicRoughness=_surface(0.95, texture=colour),
        normalTexture=bumps,
        doubleSided=True,
    )
    builder.add("Runner", still_life.runner().scaled_uvs(2.0, 5.0), linen, Pose((-0.085, 0, 0.318)))
    stone = builder.add_material(
        "Marble",
        pbrMetallicRoughness=_surface(0.25, texture=builder.add_texture(textures.marble())),
    )
    board = rounded_box((0.34, 0.018, 0.24), 0.005, uv_per_m=2.2).moved(0, 0.009, 0)
    builder.add("Board", board, stone, Pose((0.235, 0, -0.02), -14.0))


def _add_glass(builder: GlbBuilder) -> None:
    green = builder.add_material(
        "Green glass", **_glass((0.35, 0.62, 0.30), distance=0.006, thickness=0.003)
    )
    clear = builder.add_material(
        "Clear glass", **_glass((0.93, 0.98, 0.97), distance=0.05, thickness=0.002)
    )
    cork = builder.add_material("Cork", pbrMetallicRoughness=_surface(0.9, (0.42, 0.27, 0.15)))
    where = Pose((-0.225, 0.001, -0.165), 0.0)
    builder.add("Bottle", still_life.bottle(), green, where)
    builder.add("Cork", still_life.cork(), cork, where)
    builder.add("Tumbler", still_life.tumbler(), clear, Pose((-0.235, 0.004, 0.075)))


def _add_metal(builder: GlbBuilder) -> None:
    dents = builder.add_texture(textures.hammered())
    copper = builder.add_material(
        "Copper",
        pbrMetallicRoughness=_surface(0.2, (0.93, 0.48, 0.33), metallic=1.0),
        normalTexture={**dents, "scale": 0.16},
    )
    tin = builder.add_material(
        "Tin", pbrMetallicRoughness=_surface(0.45, (0.72, 0.70, 0.66), metallic=1.0)
    )
    iron = builder.add_material(
        "Iron", pbrMetallicRoughness=_surface(0.48, (0.16, 0.155, 0.15), metallic=1.0)
    )
    outside, inside = still_life.pot()
    where = Pose((0.235, 0.0185, -0.055), 28.0)
    builder.add("Pot", outside.scaled_uvs(5, 2.4), copper, where)
    builder.add("Pot inside", inside, tin, where)
    builder.add("Pot handle", still_life.pot_handle(), iron, where)


def _add_fruit(builder: GlbBuilder) -> None:
    glaze = builder.add_material("Glaze", pbrMetallicRoughness=_surface(0.18, (0.78, 0.76, 0.70)))
    red = builder.add_material(
        "Apple", pbrMetallicRoughness=_surface(0.28, texture=builder.add_texture(textures.apple()))
    )
    brown = builder.add_material("Stem", pbrMetallicRoughness=_surface(0.8, (0.12, 0.07, 0.03)))
    skin = builder.add_texture(textures.dimples())
    peel = builder.add_material(
        "Orange", pbrMetallicRoughness=_surface(0.42, (0.90, 0.32, 0.03)),
        normalTexture={**skin, "scale": 0.55},
    )  # fmt: skip
    zest = builder.add_material(
        "Lemon", pbrMetallicRoughness=_surface(0.38, (0.90, 0.66, 0.06)),
        normalTexture={**skin, "scale": 0.35},
    )  # fmt: skip
    builder.add("Bowl", still_life.bowl(), glaze, Pose((-0.03, 0.003, -0.04)))
    apple = builder.add_mesh("Apple", still_life.apple(), red)
    stem = builder.add_mesh("Stem", still_life.stem(), brown)
    poses = [
        Pose((-0.073, 0.065, -0.022), 40.0, 0.98, 20.0),
        Pose((-0.033, 0.066, -0.088), 200.0, 0.96, -16.0),
        Pose((0.095, 0.0335, 0.125), 120.0, 0.94, 6.0),
    ]
    for number, pose in enumerate(poses):
        builder.place(f"Apple {number + 1}", apple, pose)
        builder.place(f"Stem {number + 1}", stem, pose)
    orange = still_life.orange().scaled_uvs(3, 1.6)
    builder.add(
        "Orange",
        orange,
        peel,
        Pose((0.011, 0.065, -0.020), 0.0, 1.0, 60.0),
        Pose((-0.030, 0.119, -0.043), 70.0, 0.95, -35.0),
    )
    lemon = still_life.lemon().scaled_uvs(2.4, 1.4)
    builder.add(
        "Lemon",
        lemon,
        zest,
        Pose((0.225, 0.044, 0.085), 35.0),
        Pose((-0.105, 0.029, 0.165), -40.0, 0.95),
    )


def _add_vase(builder: GlbBuilder) -> None:
    clay = builder.add_material(
        "Stoneware", pbrMetallicRoughness=_surface(0.55, (0.18, 0.23, 0.30))
    )
    bark = builder.add_material("Bark", pbrMetallicRoughness=_surface(0.9, (0.22, 0.17, 0.11)))
    leaf = builder.add_material(
        "Leaf", pbrMetallicRoughness=_surface(0.55, (0.24, 0.32, 0.16)), doubleSided=True
    )
    wood, leaves = still_life.twigs()
    where = Pose((0.075, 0.0, -0.30), 20.0)
    builder.add("Vase", still_life.vase(), clay, where)
    builder.add("Twigs", wood, bark, where)
    builder.add("Leaves", leaves, leaf, where)


def _surface(
    roughness: float,
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0),
    *,
    texture: dict[str, int] | None = None,
    metallic: float = 0.0,
) -> dict[str, object]:
    """Return the fields of pbrMetallicRoughness; the colour is linear."""
    fields: dict[str, object] = {"metallicFactor": metallic, "roughnessFactor": roughness}
    if texture is not None:
        fields["baseColorTexture"] = texture
    if colour != (1.0, 1.0, 1.0):
        fields["baseColorFactor"] = [*colour, 1.0]
    return fields


def _glass(
    colour: tuple[float, float, float], *, distance: float, thickness: float
) -> dict[str, object]:
    """Clear glass that keeps `colour` of the light over `distance` metres."""
    return {
        "pbrMetallicRoughness": _surface(0.0),
        "extensions": {
            "KHR_materials_transmission": {"transmissionFactor": 1.0},
            "KHR_materials_ior": {"ior": 1.5},
            "KHR_materials_volume": {
                "thicknessFactor": thickness,
                "attenuationDistance": distance,
                "attenuationColor": list(colour),
            },
        },
    }


if __name__ == "__main__":
    sys.exit(main())
