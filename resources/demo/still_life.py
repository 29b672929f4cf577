"""The things of the demo scene, each as a shape. Metres; each stands on y = 0."""

from __future__ import annotations

import numpy as np

from resources.demo.shapes import Doubles, Shape, curve, fillet, grid, lathe, merge, tube


def bottle() -> Shape:
    """A wine bottle with walls of 3 mm: up the outside, over the lip, down the inside."""
    outside = [
        (0.0, 0.008, 0.0), (0.022, 0.003, 0.008), (0.037, 0.0, 0.006), (0.038, 0.20, 0.025),
        (0.0145, 0.235, 0.03), (0.0135, 0.29, 0.004), (0.0155, 0.292, 0.002),
        (0.0155, 0.306, 0.003), (0.0095, 0.306, 0.003),
    ]  # fmt: skip
    inside = [
        (0.0100, 0.235, 0.03), (0.0345, 0.197, 0.025), (0.034, 0.006, 0.008),
        (0.02, 0.010, 0.008), (0.0, 0.014, 0.0),
    ]  # fmt: skip
    return lathe(fillet(outside + inside), 64)


def cork() -> Shape:
    """A cork that fills the bottle's neck and looks out of it."""
    return lathe(
        fillet([(0, 0.285, 0), (0.009, 0.285, 0.001), (0.0093, 0.318, 0.002), (0, 0.318, 0)]), 24
    )


def tumbler() -> Shape:
    """A drinking glass with a heavy base."""
    return lathe(
        fillet([
            (0.0, 0.0, 0.0), (0.030, 0.0, 0.005), (0.038, 0.095, 0.0012), (0.0358, 0.095, 0.0012),
            (0.0285, 0.016, 0.010), (0.0, 0.013, 0.0),
        ]),
        64,
    )  # fmt: skip


def pot() -> tuple[Shape, Shape]:
    """A saucepan: (outside up to the rim, tinned inside)."""
    outside = fillet([
        (0.0, 0.0, 0.0), (0.070, 0.0, 0.012), (0.078, 0.088, 0.004), (0.084, 0.090, 0.002),
        (0.084, 0.093, 0.002), (0.0775, 0.093, 0.002),
    ])  # fmt: skip
    inside = fillet(
        [(0.0775, 0.093, 0), (0.0755, 0.088, 0.004), (0.068, 0.003, 0.012), (0, 0.003, 0)]
    )
    return lathe(outside, 72), lathe(inside, 48)


def pot_handle() -> Shape:
    """A long handle with an eye at its end, along +X from the pot's wall."""
    s = np.linspace(0, 1, 14)
    path = np.stack([0.072 + 0.165 * s, 0.072 + 0.045 * s - 0.018 * s**3, 0 * s], axis=1)
    grip = tube(path, 0.0048 + 0.0026 * np.sin(np.pi * s) ** 2, 10)
    angle = np.linspace(0, 2 * np.pi, 19)
    eye = np.stack(
        [
            0.249 + 0.011 * np.cos(angle + np.pi),
            0.0995 - 0.001 * np.cos(angle),
            0.011 * np.sin(angle),
        ],
        1,
    )
    rivets = [lathe(fillet([(0.0045, 0, 0), (0.0042, 0.0018, 0.001), (0, 0.0024, 0)]), 12)]
    plate = [
        Shape(
            rivet.positions[:, [1, 0, 2]] * [1, 1, -1] + [0.0772, y, 0],
            rivet.normals[:, [1, 0, 2]] * [1, 1, -1],
            rivet.uvs,
            rivet.triangles,
        )
        for rivet in rivets
        for y in (0.060, 0.080)
    ]
    return merge([grip, tube(eye, 0.0032, 8), *plate])


def bowl() -> Shape:
    """A glazed bowl on a foot."""
    return lathe(
        fillet([
            (0.0, 0.004, 0.0), (0.034, 0.004, 0.002), (0.036, 0.0, 0.001), (0.041, 0.0, 0.001),
            (0.043, 0.008, 0.004), (0.090, 0.034, 0.045), (0.112, 0.078, 0.002),
            (0.1075, 0.0785, 0.002), (0.086, 0.039, 0.045), (0.040, 0.012, 0.02), (0.0, 0.010, 0.0),
        ]),
        80,
    )  # fmt: skip


def apple() -> Shape:
    """An apple about its middle, dented at both ends; uneven, as five carpels make it."""
    profile = curve([
        (0.0, 0.010), (0.006, 0.006), (0.014, 0.001), (0.024, 0.005), (0.034, 0.022),
        (0.0385, 0.042), (0.035, 0.058), (0.024, 0.068), (0.012, 0.066), (0.004, 0.058),
        (0.0, 0.055),
    ], 3)  # fmt: skip
    shape = lathe(profile, 40)
    angle = np.arctan2(shape.positions[:, 0], shape.positions[:, 2])
    swell = 1 + 0.022 * np.cos(5 * angle) * np.clip(1 - shape.positions[:, 1] / 0.07, 0, 1)
    positions = shape.positions * np.stack([swell, np.ones_like(swell), swell], axis=1)
    return Shape(positions, shape.normals, shape.uvs, shape.triangles).moved(0, -0.035, 0)


def stem() -> Shape:
    """An apple's stem, in the apple's place."""
    s = np.linspace(0, 1, 6)
    path = np.stack([0.006 * s**2, 0.017 + 0.024 * s, 0.002 * s], axis=1)
    return tube(path, 0.0012 + 0.0008 * s**3, 8)


def orange() -> Shape:
    """An orange about its middle: nearly a ball, with a dent at the stalk."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, 28)
    radius = 0.037 * (1 - 0.06 * np.exp(-(((np.pi / 2 - angle) / 0.16) ** 2)))
    profile = np.stack([radius * np.cos(angle), 0.96 * radius * np.sin(angle)], axis=1)
    profile[[0, -1], 0] = 0.0
    return lathe(profile, 40)


def lemon() -> Shape:
    """A lemon about its middle, lying along X."""
    profile = curve([
        (0.0, -0.046), (0.004, -0.045), (0.008, -0.041), (0.014, -0.034), (0.0235, -0.018),
        (0.026, 0.0), (0.0235, 0.018), (0.014, 0.033), (0.006, 0.038), (0.0, 0.040),
    ], 3)  # fmt: skip
    shape = lathe(profile, 36)
    turned = shape.positions[:, [1, 0, 2]] * [1, 1, -1]
    return Shape(
        turned,
        shape.normals[:, [1, 0, 2]] * [1, 1, -1],
        shape.uvs,
        shape.triangles,
    )


def vase() -> Shape:
    """A tall jug-like vase of stoneware."""
    outside = curve([
        (0.0, 0.0), (0.040, 0.0), (0.048, 0.006), (0.066, 0.06), (0.070, 0.10), (0.058, 0.15),
        (0.034, 0.19), (0.028, 0.215), (0.036, 0.238),
    ], 4)  # fmt: skip
    inside = curve(
        [(0.036, 0.238), (0.0325, 0.2385), (0.025, 0.215), (0.030, 0.19), (0.03, 0.15), (0, 0.14)],
        3,
    )
    return lathe(np.concatenate([outside, inside[1:]]), 56)


def twigs(seed: int = 7) -> tuple[Shape, Shape]:
    """Olive twigs for the vase: (wood, leaves)."""
    rng = np.random.default_rng(seed)
    wood, leaves = [], []
    for lean in ((0.10, 0.02), (-0.07, 0.05), (0.02, -0.06), (-0.13, -0.03)):
        s = np.linspace(0, 1, 10)
        tall = rng.uniform(0.15, 0.21)
        path = np.stack([lean[0] * s**1.5, 0.17 + tall * s, lean[1] * s**1.5], axis=1)
        wood.append(tube(path, 0.0019 - 0.0013 * s, 6))
        for number in range(13):
            at = 0.3 + 0.7 * number / 12
            root = np.array([np.interp(at, s, path[:, axis]) for axis in range(3)])
            leaves.append(
                _leaf(
                    root,
                    number * 2.4 + rng.uniform(-0.4, 0.4),
                    rng.uniform(0.5, 1.0),
                    rng.uniform(0.036, 0.052),
                )
            )
    return merge(wood), merge(leaves)


def runner(skew: float = 0.14) -> Shape:
    """A table runner: lies in soft folds, then falls over the table's front edge (z = 0).

    Args:
        skew: how far it runs to +X per metre towards the viewer.
    """
    lying, bend = 0.64, 0.02

    def surface(u: Doubles, v: Doubles) -> Doubles:
        along = v * 0.86  # cloth's length from its far end
        over = np.maximum(along - lying, 0.0)
        turn = np.clip(over / bend, 0, np.pi / 2)
        drop = np.maximum(over - bend * np.pi / 2, 0.0)
        hang = np.clip(drop / 0.18, 0, 1)
        ahead = np.minimum(along, lying) - lying + bend * np.sin(turn)
        z = ahead + 0.012 * hang * np.sin(u * 19 + 0.6)
        fold = (
            _ridge(v - 0.30 - 0.12 * u, 0.045) * 0.010 + _ridge(v - 0.12 + 0.10 * u, 0.035) * 0.006
        )
        fold *= np.sin(np.pi * u) ** 0.7
        ripple = 0.0010 * np.sin(u * 23 + 3 * v) * (0.4 + v) + 0.0012
        y = 0.0022 - bend * (1 - np.cos(turn)) - drop + (fold + ripple) * np.cos(turn)
        x = (u - 0.5) * 0.34 * (1 - 0.03 * hang) + 0.006 * np.sin(v * 5)
        x += skew * np.minimum(ahead, 0.0) - 0.004 * hang * np.cos(u * 19)
        return np.stack([x, y, z], axis=-1)

    return grid(96, 40, surface).flipped()


def _ridge(distance: Doubles, width: float) -> Doubles:
    return np.exp(-((distance / width) ** 2))


def _leaf(root: Doubles, turn: float, rise: float, length: float) -> Shape:
    """A narrow leaf, bent along its middle."""

    def surface(u: Doubles, v: Doubles) -> Doubles:
        width = 0.15 * length * np.sin(np.pi * np.clip(v, 0.02, 0.985) ** 0.8)
        side = (u - 0.5) * 2 * width
        out = v * length
        up = rise * out - 9.0 * out**2 + np.abs(u - 0.5) * width * 0.8
        c, s = np.cos(turn), np.sin(turn)
        return np.stack([c * out - s * side, up, s * out + c * side], axis=-1) + root

    return grid(5, 3, surface)
