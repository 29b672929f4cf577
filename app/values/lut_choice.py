"""Which LUT is upon the picture: a `.cube` file, or a view of an OpenColorIO configuration."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import PurePath


@dataclass(frozen=True)
class LutChoice:
    """One LUT, by where it comes from.

    Attributes:
        path: of a `.cube` file; "" for OpenColorIO.
        config: path of a configuration, or `ocio_views.BUILT_IN` or `FROM_ENVIRONMENT`.
        display, view: names in that configuration.
    """

    path: str = ""
    config: str = ""
    display: str = ""
    view: str = ""

    @property
    def is_ocio(self) -> bool:
        """Whether it is a view of OpenColorIO."""
        return not self.path and bool(self.config)

    @property
    def title(self) -> str:
        """Return a short name for lists."""
        return f"OCIO {self.view}" if self.is_ocio else PurePath(self.path).stem

    @property
    def place(self) -> str:
        """Return where exactly it is, in a line."""
        return f"{self.config}: {self.display}, {self.view}" if self.is_ocio else self.path

    def to_text(self) -> str:
        """Return the choice as `from_text` takes it; a file is its path."""
        if not self.is_ocio:
            return self.path
        return json.dumps({k: v for k, v in asdict(self).items() if v}, ensure_ascii=False)


def from_text(text: str) -> LutChoice:
    """Return the choice of a text that was stored; an empty one if it cannot be used."""
    if not text.startswith("{"):
        return LutChoice(path=text)
    try:
        stored = json.loads(text)
    except ValueError:
        return LutChoice()
    names = {entry.name for entry in fields(LutChoice)}
    if not names >= set(stored) or not all(isinstance(v, str) for v in stored.values()):
        return LutChoice()
    return LutChoice(**stored)
