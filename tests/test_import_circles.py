"""No module imports itself around corners: each can be read after those it stands on."""

from pathlib import Path

import pytest
from import_graph import find_circles, read_graph

ROOT = Path(__file__).resolve().parent.parent


def write(folder: Path, **files: str) -> Path:
    package = folder / "p"
    package.mkdir()
    for name, text in files.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def test_no_module_of_ours_is_in_a_circle():
    graph = read_graph(ROOT, ("app", "renderer", "network"))

    assert len(graph) > 400
    assert find_circles(graph) == []


@pytest.mark.parametrize(
    "back",
    [
        "import p.a",
        "from p import a",
        "from p.a import f",
        "def g():\n    from p.a import f",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.a import f",
    ],
)
def test_circle_is_found_however_the_way_back_is_written(tmp_path, back):
    write(tmp_path, a="from p.b import g", b="from p import c", c=back, d="from p import a")

    assert find_circles(read_graph(tmp_path, ["p"])) == [("p.a", "p.b", "p.c")]


def test_package_that_offers_what_its_modules_need_is_in_a_circle(tmp_path):
    write(tmp_path, __init__="from p.a import f", a="from p import LIMIT")

    assert find_circles(read_graph(tmp_path, ["p"])) == [("p", "p.a")]


def test_modules_without_circles_are_silent(tmp_path):
    write(tmp_path, __init__="", a="from p import b\nimport sys", b="import numpy", c="import p.a")

    assert find_circles(read_graph(tmp_path, ["p"])) == []
