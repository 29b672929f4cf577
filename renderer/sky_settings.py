"""What an artist may set about the physical sky."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SkySettings:
    """Sun and air of `renderer.sky`. Defaults: a clear afternoon.

    Strength and rotation are those of `RenderSettings`, as for a map from a file.

    Attributes:
        sun_elevation_deg: above the horizon; below -18 it is night.
        sun_azimuth_deg: clockwise from north seen from above: 90 is east. North is -Z.
        turbidity: how hazy the air is: 1 pure air, 2.2 a clear day, 10 thick haze.
        ground_albedo: what the ground, which is grey, sends back; it brightens the sky too.
        sun_size_deg: angle that the disc spans; a larger one makes softer shadows and the same
            light.
        sun_strength: multiplies the disc alone; 0: a sky whose sun is behind something.
    """

    sun_elevation_deg: float = 40.0
    sun_azimuth_deg: float = 220.0
    turbidity: float = 2.2
    ground_albedo: float = 0.2
    sun_size_deg: float = 0.533
    sun_strength: float = 1.0

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("sun_elevation_deg", self.sun_elevation_deg, -90.0, 90.0),
            ("sun_azimuth_deg", self.sun_azimuth_deg, -360.0, 360.0),
            ("turbidity", self.turbidity, 1.0, 10.0),
            ("ground_albedo", self.ground_albedo, 0.0, 1.0),
            ("sun_size_deg", self.sun_size_deg, 0.05, 90.0),
            ("sun_strength", self.sun_strength, 0.0, 1e6),
        ):
            if not low <= value <= high:
                raise ValueError(f"sky: {name} must be between {low} and {high}, not {value}")
