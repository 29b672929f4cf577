"""ICC profiles of the pictures we save: Rec. 709 primaries with sRGB's curve, or linear.

They are built here and not by a colour library, which would write the time of day into them: the
same picture must give the same file.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache

#: D50, the white of every profile (ICC.1:2022, 7.2.16).
_D50 = (0.9642, 1.0, 0.8249)
#: Rec. 709 primaries in XYZ, adapted from D65 to D50 by Bradford (IEC 61966-2-1, annex).
_PRIMARIES = {
    b"rXYZ": (0.4360747, 0.2225045, 0.0139322),
    b"gXYZ": (0.3850649, 0.7168786, 0.0971045),
    b"bXYZ": (0.1430804, 0.0606169, 0.7141733),
}
#: Bradford's matrix from D65 to D50: says that the screen's white was D65.
_ADAPTATION = (
    *(1.0478112, 0.0228866, -0.0501270),
    *(0.0295424, 0.9904844, -0.0170491),
    *(-0.0092345, 0.0150436, 0.7521316),
)
#: Parametric curve, ICC.1:2022, 10.18: type and g, a, b, c, d of sRGB; type and g of linear.
_SRGB_CURVE = (3, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
_LINEAR_CURVE = (0, (1.0,))
_HEADER_BYTES = 128


@cache
def make_profile(*, linear: bool) -> bytes:
    """Return an ICC version 4 display profile."""
    name = "Linear Rec. 709" if linear else "sRGB"
    kind, parameters = _LINEAR_CURVE if linear else _SRGB_CURVE
    curve = b"para" + struct.pack(">IHH", 0, kind, 0) + _fixed(parameters)
    tags = {
        b"desc": _text(name),
        b"cprt": _text("CC0"),
        b"wtpt": b"XYZ " + bytes(4) + _fixed(_D50),
        b"chad": b"sf32" + bytes(4) + _fixed(_ADAPTATION),
        **{tag: b"XYZ " + bytes(4) + _fixed(xyz) for tag, xyz in _PRIMARIES.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    offset = _HEADER_BYTES + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for tag, value in tags.items():
        table += tag + struct.pack(">II", offset + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    return _make_header(offset + len(data)) + table + data


def _make_header(size: int) -> bytes:
    """ICC.1:2022, 7.2; the date is that of IEC 61966-2-1's amendment, not of the picture."""
    return b"".join(
        (
            struct.pack(">I", size),
            bytes(4),
            b"\x04\x40\x00\x00mntrRGB XYZ ",
            struct.pack(">6H", 2003, 1, 1, 0, 0, 0),
            b"acsp",
            bytes(28),
            _fixed(_D50),
            bytes(48),
        )
    )


def _fixed(values: Sequence[float]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">III2s2sII", 0, 1, 12, b"en", b"US", len(encoded), 28) + encoded
