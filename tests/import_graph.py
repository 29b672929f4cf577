"""Which of our modules imports which: read from the source, nothing is loaded."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, frozenset[str]]


def read_graph(root: Path, packages: Iterable[str]) -> Graph:
    """Every module below the packages and those of them that it imports.

    Imports inside functions and under `if TYPE_CHECKING` count like all others: whoever reads
    the file follows them. So does a package whose `__init__` is asked for a name of its own.

    Args:
        root: the folder that holds the packages.
        packages: top-level folders of modules.
    """
    files = {name_of(path, root): path for p in packages for path in (root / p).rglob("*.py")}
    return {
        name: frozenset(_modules_in(_names_imported_by(path), files) - {name})
        for name, path in files.items()
    }


def find_circles(graph: Graph) -> list[tuple[str, ...]]:
    """All sets of modules that import each other, directly or around corners, each sorted.

    Two modules belong together when each reaches the other; quadratic, and quick enough for
    some hundreds of modules.
    """
    reached = {name: _reach(graph, name) for name in graph}
    circles = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in graph
        if name in reached[name]
    }
    return sorted(circles)


def name_of(path: Path, root: Path) -> str:
    """The dotted name under which a file is imported."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _names_imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _modules_in(names: Iterable[str], files: Mapping[str, Path]) -> set[str]:
    """The longest beginning of each name that is a module of ours."""
    found = set()
    for name in names:
        while name and name not in files:
            name = name.rpartition(".")[0]
        found.add(name)
    return found - {""}


def _reach(graph: Graph, start: str) -> set[str]:
    """All modules that can be come to from `start`; itself too if a way leads back."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in graph[waiting.pop()] - seen:
            seen.add(name)
            waiting.append(name)
    return seen
