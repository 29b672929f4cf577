"""Makes the benchmark scene: `python -m resources.benchmark.make` writes cornell.glb.

The Cornell box after the measurements of Cornell University's Program of Computer Graphics, in
metres: 36 triangles, one light, three diffuse colours. `brigade test` renders a bucket of it on
a server, and its known hash is what a server must come up with.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from resources.demo.glb import GlbBuilder
from resources.demo.shapes import Shape, merge, quad

TARGET = Path(__file__).with_name("cornell.glb")
WIDTH, HEIGHT, DEPTH = 0.5528, 0.5488, 0.5592
WHITE, RED, GREEN = (0.725, 0.71, 0.68), (0.63, 0.065, 0.05), (0.14, 0.45, 0.091)
LIGHT_RADIANCE = (17.0, 12.0, 4.0)
#: Corners of the boxes' tops, (x, z) with the room's front at z = 0 and -z into the room.
SHORT_BOX = ((0.130, -0.065), (0.082, -0.225), (0.240, -0.272), (0.290, -0.114))
TALL_BOX = ((0.423, -0.247), (0.265, -0.296), (0.314, -0.456), (0.472, -0.406))


def main() -> int:
    """Write the file; say how large it is."""
    data = make_benchmark()
    TARGET.write_bytes(data)
    print(f"{TARGET.name}: {len(data) / 1e3:.1f} kB")
    return 0


def make_benchmark() -> bytes:
    """Return the benchmark scene as a .glb file."""
    builder = GlbBuilder("Bucket Brigade: resources/benchmark/make.py")
    white, red, green = (
        builder.add_material(name, pbrMetallicRoughness=_matt(colour))
        for name, colour in (("White", WHITE), ("Red", RED), ("Green", GREEN))
    )
    w, h, d = WIDTH, HEIGHT, DEPTH
    room = [
        quad((0, 0, 0), (w, 0, 0), (0, 0, -d)),
        quad((0, h, -d), (w, 0, 0), (0, 0, d)),
        quad((0, 0, -d), (w, 0, 0), (0, h, 0)),
    ]
    builder.add("Room", merge(room), white)
    builder.add("Left wall", quad((0, 0, 0), (0, 0, -d), (0, h, 0)), red)
    builder.add("Right wall", quad((w, 0, -d), (0, 0, d), (0, h, 0)), green)
    builder.add("Short box", _box(SHORT_BOX, 0.165), white)
    builder.add("Tall box", _box(TALL_BOX, 0.330), white)
    strongest = max(LIGHT_RADIANCE)
    light = builder.add_material(
        "Light",
        pbrMetallicRoughness=_matt((0.0, 0.0, 0.0)),
        emissiveFactor=[c / strongest for c in LIGHT_RADIANCE],
        extensions={"KHR_materials_emissive_strength": {"emissiveStrength": strongest}},
    )
    lamp = quad((0.213, h - 0.0005, -0.332), (0.130, 0, 0), (0, 0, 0.105))
    builder.add("Lamp", lamp, light)
    middle = (w / 2, h / 2)
    builder.add_camera("Front", (*middle, 0.8), (*middle, 0.0), 39.3)
    return builder.encode()


def _box(top: Sequence[tuple[float, float]], height: float) -> Shape:
    """A box of 6 sides over four corners that go clockwise seen from above."""
    corners = [np.array([x, 0.0, z]) for x, z in top]
    up = np.array([0.0, height, 0.0])
    following = [*corners[1:], corners[0]]
    sides = [quad(a, up, b - a) for a, b in zip(corners, following, strict=True)]
    a, b, _, d = corners
    return merge([*sides, quad(a + up, b - a, d - a).flipped(), quad(a, b - a, d - a)])


def _matt(colour: tuple[float, float, float]) -> dict[str, object]:
    """A diffuse surface: glTF's dielectric with its reflection turned off has none of it left."""
    return {"baseColorFactor": [*colour, 1.0], "metallicFactor": 0.0, "roughnessFactor": 1.0}


if __name__ == "__main__":
    sys.exit(main())
