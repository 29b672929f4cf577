"""MTL files: the statements of the materials that an OBJ file uses, not yet understood as light."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from renderer.scene import SceneError

#: A material has some 20 lines; a library of 100,000 materials has no user.
MAX_MTL_BYTES = 64 << 20
_NUMBERS = frozenset("Kd Ks Ke Tf Ns Ni d Tr illum Pr Pm Ps Pc Pcr aniso anisor".lower().split())
_MAPS = {
    "map_kd": "Kd", "map_ke": "Ke", "map_d": "d", "map_pr": "Pr", "map_pm": "Pm",
    "norm": "norm", "map_norm": "norm", "map_kn": "norm", "bump": "bump", "map_bump": "bump",
}  # fmt: skip
#: Options of a map, and how many words follow each at least and at most.
_OPTIONS = {
    "-blendu": (1, 1), "-blendv": (1, 1), "-boost": (1, 1), "-bm": (1, 1), "-cc": (1, 1),
    "-clamp": (1, 1), "-imfchan": (1, 1), "-mm": (2, 2), "-o": (1, 3), "-s": (1, 3),
    "-t": (1, 3), "-texres": (1, 1), "-type": (1, 1),
}  # fmt: skip
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True)
class MtlMap:
    """A texture.

    Attributes:
        label: of the image file.
        line: of the MTL file.
        offset, scale: of the UVs, with v upwards.
        clamp: True where it does not repeat.
        strength: `-bm`, of a bump or normal map.
    """

    label: str
    line: int
    offset: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    clamp: bool = False
    strength: float = 1.0


@dataclass
class MtlMaterial:
    """What an MTL file says of one material.

    Attributes:
        name: as `usemtl` calls it.
        file: label of the MTL file.
        numbers: values of statements (`kd`, `ns`) in lower case.
        maps: textures by what they give: Kd, Ke, d, Pr, Pm, norm, bump.
    """

    name: str
    file: str
    numbers: dict[str, tuple[float, ...]] = field(default_factory=dict)
    maps: dict[str, MtlMap] = field(default_factory=dict)

    def number(self, key: str, default: float) -> float:
        """The first value of a statement."""
        values = self.numbers.get(key)
        return values[0] if values else default

    def color(self, key: str) -> tuple[float, float, float] | None:
        """A colour; one number stands for grey. None where it is not given."""
        values = self.numbers.get(key)
        if not values:
            return None
        red = values[0]
        return (red, values[1], values[2]) if len(values) >= 3 else (red, red, red)


def read_mtl(data: bytes, label: str) -> Mapping[str, MtlMaterial]:
    """Reads an MTL file.

    Args:
        data: its content.
        label: its label, to which those of its textures are relative.

    Returns:
        Materials by name; of two with one name, the first.

    Raises:
        SceneError: names the line that is wrong.
    """
    if len(data) > MAX_MTL_BYTES:
        raise SceneError(f"{label}: is larger than {MAX_MTL_BYTES >> 20} MiB: no material library")
    text = data.decode("utf-8-sig", "replace").replace("\\\r\n", " \n").replace("\\\n", " \n")
    materials: dict[str, MtlMaterial] = {}
    current: MtlMaterial | None = None
    for number, line in enumerate(text.splitlines(), 1):
        keyword, _, rest = line.strip().replace("\t", " ").partition(" ")
        key, rest = keyword.lower(), rest.strip()
        if key == "newmtl":
            current = MtlMaterial(rest[:200], label)
            materials.setdefault(current.name, current)
        elif current is None or not rest:
            continue
        elif key in _NUMBERS:
            current.numbers[key] = _read_numbers(rest, label, number)
        elif key in _MAPS:
            current.maps.setdefault(_MAPS[key], _read_map(rest, label, number))
    return materials


def beside(label: str, name: str) -> str:
    """The label of the file that the file `label` calls `name`.

    Of an absolute path only the last part counts: it is one on the computer of the exporter.
    """
    name = name.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name):
        name = name.rpartition("/")[2]
    return posixpath.normpath(posixpath.join(posixpath.dirname(label), name))


def _read_numbers(rest: str, label: str, line: int) -> tuple[float, ...]:
    words = rest.partition("#")[0].split()
    if words and words[0] == "-halo":
        del words[0]
    if words and words[0] in ("spectral", "xyz"):  # other colour systems, which nobody writes
        return ()
    try:
        values = tuple(float(word) for word in words[:3])
    except ValueError:
        raise SceneError(f"{label}: line {line}: {rest[:80]!r} is not a number") from None
    if not all(abs(value) <= 1e18 for value in values):
        raise SceneError(f"{label}: line {line}: {rest[:80]!r} is not finite, or too large")
    return values


def _read_map(rest: str, label: str, line: int) -> MtlMap:
    """A map's options, then its file, whose name may hold blanks."""
    words = rest.split(" ")
    options: dict[str, list[str]] = {}
    at = 0
    while at < len(words):
        low, high = _OPTIONS.get(words[at].lower(), (0, 0))
        if words[at] and not high:
            break
        taken = at + 1
        while taken < min(at + 1 + high, len(words) - 1) and (
            taken < at + 1 + low or _is_number(words[taken])
        ):
            taken += 1
        options[words[at].lower()] = words[at + 1 : taken]
        at = taken
    name = " ".join(words[at:]).strip().strip('"')
    if not name or len(name) > 4096 or "\0" in name:
        raise SceneError(f"{label}: line {line}: names no image file")
    offset = _pair(options.get("-o", []), 0.0)
    scale = _pair(options.get("-s", []), 1.0)
    return MtlMap(
        label=beside(label, name),
        line=line,
        offset=offset,
        scale=scale,
        clamp=options.get("-clamp", [""])[0].lower() == "on",
        strength=_pair(options.get("-bm", []), 1.0)[0],
    )


def _pair(words: list[str], default: float) -> tuple[float, float]:
    values = [float(word) for word in words if _is_number(word)]
    values += [default] * (2 - len(values))
    return values[0], values[1]


def _is_number(word: str) -> bool:
    try:
        return abs(float(word)) <= 1e6
    except ValueError:
        return False
