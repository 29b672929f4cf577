"""The list of planted bugs: patches of methods from outside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

Wrapper = Callable[..., Any]


@dataclass(frozen=True)
class Mutant:
    """A mistake.

    Attributes:
        make: from the right method to the wrong one.
    """

    name: str
    owner: Any
    method: str
    make: Callable[[Wrapper], Any]

    def planted(self) -> AbstractContextManager[Any]:
        return patch.object(self.owner, self.method, self.make(getattr(self.owner, self.method)))


MUTANTS: list[Mutant] = []


def mutant(owner: Any, method: str) -> Callable[[Callable[[Wrapper], Any]], None]:
    """Register a mistake in a method; the function gets the right one and returns the wrong."""

    def register(make: Callable[[Wrapper], Any]) -> None:
        MUTANTS.append(Mutant(make.__name__, owner, method, make))

    return register
