"""A value in a JSON file together with the place where it stands.

Everything that is read from a scene file goes through a `Place`, so that each complaint names the
file and the place in it (`scene.gltf: accessors[3].bufferView: ...`) and no broken file can cause
anything but a `SceneError`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from renderer.scene import SceneError

#: Names are for people and for messages; a longer one is cut.
MAX_NAME_LENGTH = 200
#: Larger numbers cannot be squared in float32; no unit of length brings a scene there.
MAX_NUMBER = 1e18


@dataclass(frozen=True, slots=True)
class Place:
    """A JSON value, where it stands, and in which file.

    Attributes:
        value: what `json` decoded.
        path: `nodes[3].mesh`; "" for the whole document.
        file: the file's label, for messages.
    """

    value: object
    path: str
    file: str

    def error(self, why: str) -> SceneError:
        """An error that names file and place, to be raised by the caller."""
        where = f"{self.file}: {self.path}" if self.path else self.file
        return SceneError(f"{where}: {why}")

    # -- objects and arrays --

    def members(self) -> dict[str, object]:
        """The value as a JSON object."""
        if not isinstance(self.value, dict):
            raise self.error(f"must be an object, not {_kind(self.value)}")
        return self.value

    def find(self, key: str) -> Place | None:
        """The member `key` of this object, or None where the file does not have it."""
        members = self.members()
        if key not in members:
            return None
        return Place(members[key], f"{self.path}.{key}" if self.path else key, self.file)

    def need(self, key: str) -> Place:
        """The member `key` of this object, which the format requires."""
        found = self.find(key)
        if found is None:
            raise self.error(f'"{key}" is missing')
        return found

    def children(self) -> list[Place]:
        """The value as a JSON array, each element with its own place."""
        if not isinstance(self.value, list):
            raise self.error(f"must be an array, not {_kind(self.value)}")
        return [Place(v, f"{self.path}[{i}]", self.file) for i, v in enumerate(self.value)]

    def list_of(self, key: str) -> list[Place]:
        """The elements of the array `key`; none where the file does not have it."""
        found = self.find(key)
        return [] if found is None else found.children()

    def extension(self, name: str) -> Place | None:
        """This object's extension `name`, if it has it."""
        extensions = self.find("extensions")
        return None if extensions is None else extensions.find(name)

    # -- single values --

    def text(self) -> str:
        """The value as a string."""
        if not isinstance(self.value, str):
            raise self.error(f"must be a string, not {_kind(self.value)}")
        return self.value

    def integer(self, low: int = 0, high: int = 2**31 - 1) -> int:
        """The value as an integer between `low` and `high`, both included."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON knows no integers; some exporters write 3.0
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(f"must be an integer, not {_kind(self.value)}")
        if not low <= value <= high:
            raise self.error(f"must be between {low} and {high}, not {_short(value)}")
        return value

    def real(self) -> float:
        """The value as a finite number that float32 can square."""
        value = self.value
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.error(f"must be a number, not {_kind(value)}")
        if not abs(value) <= MAX_NUMBER:
            raise self.error(f"{_short(value)} is too large (the limit is {MAX_NUMBER:g})")
        return float(value)

    def reals(self, count: int) -> tuple[float, ...]:
        """The value as an array of exactly `count` finite numbers."""
        value = self.value
        # Scenes have a million of these: only a wrong one is looked at with care.
        if isinstance(value, list) and len(value) == count:
            plain = [v for v in value if type(v) is float or type(v) is int]
            if len(plain) == count and max(map(abs, plain)) <= MAX_NUMBER:
                numbers = tuple(map(float, plain))
                if all(number == number for number in numbers):
                    return numbers
        children = self.children()
        if len(children) != count:
            raise self.error(f"must have {count} numbers, not {len(children)}")
        return tuple(child.real() for child in children)

    # -- optional members with a default --

    def number(
        self, key: str, default: float, low: float = -MAX_NUMBER, high: float = MAX_NUMBER
    ) -> float:
        """The number `key`, brought into low..high.

        A factor slightly outside its range is an exporter's slip that every viewer forgives.
        """
        found = self.find(key)
        return default if found is None else min(max(found.real(), low), high)

    def vector(self, key: str, default: tuple[float, ...]) -> tuple[float, ...]:
        """The array `key` of as many finite numbers as `default` has."""
        found = self.find(key)
        return default if found is None else found.reals(len(default))

    def flag(self, key: str) -> bool:
        """The boolean `key`; False where the file does not have it."""
        found = self.find(key)
        if found is None:
            return False
        if not isinstance(found.value, bool):
            raise found.error(f"must be true or false, not {_kind(found.value)}")
        return found.value

    def choice(self, key: str, default: str) -> str:
        """The string `key`."""
        found = self.find(key)
        return default if found is None else found.text()

    def name(self, default: str = "") -> str:
        """The object's name, fit to be shown: one line, of limited length."""
        name = self.choice("name", default)
        if name.isprintable():
            return name[:MAX_NAME_LENGTH].strip() or default
        shown = "".join(c if c.isprintable() else " " for c in name[:MAX_NAME_LENGTH])
        return shown.strip() or default


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {_short(value)}"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "an object"


def _short(value: int | float) -> str:
    """A number for a message; Python refuses to print integers of thousands of digits."""
    if isinstance(value, int) and abs(value) >= 10**20:
        return f"an integer of {int(math.log10(abs(value))) + 1} digits"
    return f"{value}"
