"""Which room may import what, and what nobody may call: docs/architecture.md as a test."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "renderer", "network")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

#: Clocks, chance and the outside world: what a function of its arguments does not need.
IMPURE = {
    "asyncio",
    "datetime",
    "multiprocessing",
    "random",
    "selectors",
    "signal",
    "socket",
    "subprocess",
    "threading",
    "time",
}
#: What views may know of the renderer: the frame's plain values and how light is shown.
SEEN_BY_WIDGETS = {
    "renderer.bucket_size",
    "renderer.buckets",
    "renderer.channels",
    "renderer.display",
    "renderer.pages",
    "renderer.settings",
    "renderer.shot_settings",
}
#: The folders of `app`, each imports from those after it only: docs/architecture.md.
APP_FOLDERS = (
    "commands",
    "window",
    "headless",
    "serving",
    "picture",
    "settings",
    "logs",
    "saving",
    "widgets",
    "servers",
    "session",
    "frames",
    "keys",
    "flags",
    "values",
    "system",
)
#: (file, module): reason.
EXCEPTIONS = {
    ("network/identity.py", "cryptography"): "makes the certificate, once in a server's life",
    ("network/identity.py", "datetime"): "a certificate has dates; `now` is an argument",
    ("renderer/pool.py", "threading"): "the render threads live there",
    ("renderer/engine.py", "threading"): "each render thread has its own working memory",
    ("renderer/machine_code.py", "threading"): "two threads must not compile one kernel at once",
    ("renderer/kernel_helper.py", "threading"): "waits for the second process beside the compile",
    ("renderer/kernel_helper_main.py", "threading"): "notices the first process' end",
    ("renderer/kernel_helper_main.py", "signal"): "Ctrl+C is the first process' to answer",
    ("renderer/sun_position.py", "datetime"): "the sun stands by a date that is an argument",
}
BANNED_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle"}
BANNED_CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "yaml.load",
    "np.load",
    "numpy.load",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def imports_of(path: Path) -> Iterator[str]:
    """All modules that a file imports, also inside functions and `if TYPE_CHECKING`."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative import hides the room"
            assert node.module is not None
            if node.module in PACKAGES:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def calls_of(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def offences(path: Path, is_allowed) -> list[str]:
    return [
        f"{name_of(path)} imports {module}"
        for module in imports_of(path)
        if not is_allowed(module) and (name_of(path), module.partition(".")[0]) not in EXCEPTIONS
    ]


def is_shell(path: Path) -> bool:
    """The thin I/O shells of the network, which may import Qt."""
    return path.name.startswith("qt_") or path.name == "discovery.py"


def in_room(room: str) -> list[Path]:
    return [path for path in FILES if name_of(path).startswith(f"{room}/")]


def test_there_are_files_in_every_room():
    for room in (*PACKAGES, "app/widgets"):
        assert in_room(room)


def test_renderer_knows_neither_qt_nor_network_nor_app_nor_clocks():
    forbidden = (IMPURE | {"PySide6", "shiboken6", "network", "app", "ssl"}) - {"subprocess"}

    assert [
        offence
        for path in in_room("renderer")
        for offence in offences(path, lambda module: module.partition(".")[0] not in forbidden)
    ] == []


def test_renderer_prints_nothing():
    assert [
        name_of(path)
        for path in in_room("renderer")
        for call, _ in calls_of(path)
        if call == "print"
    ] == []


def test_network_core_knows_the_standard_library_and_msgspec_only():
    def is_allowed(module: str) -> bool:
        top = module.partition(".")[0]
        if top in ("network", "msgspec"):
            return not module.startswith(("network.qt_", "network.discovery"))
        return top in sys.stdlib_module_names and top not in IMPURE

    core = [path for path in in_room("network") if not is_shell(path)]

    assert [offence for path in core for offence in offences(path, is_allowed)] == []


def test_network_shells_know_qtcore_and_qtnetwork_and_zeroconf_besides():
    def is_allowed(module: str) -> bool:
        top = module.partition(".")[0]
        if top == "PySide6":
            return module in ("PySide6.QtCore", "PySide6.QtNetwork")
        ours = ("network", "msgspec", "zeroconf", "shiboken6")  # the last is a part of PySide6
        return top in sys.stdlib_module_names or top in ours

    shells = [path for path in in_room("network") if is_shell(path)]

    assert [offence for path in shells for offence in offences(path, is_allowed)] == []


def test_widgets_know_neither_network_nor_the_renderers_inside():
    def is_allowed(module: str) -> bool:
        top = module.partition(".")[0]
        if top == "renderer":
            return module in SEEN_BY_WIDGETS
        if top == "app":
            spoken = module == "app.system.translation"  # every text of a view goes through it
            return spoken or module.startswith(("app.widgets", "app.values"))
        return top != "network"

    assert [
        offence for path in in_room("app/widgets") for offence in offences(path, is_allowed)
    ] == []


def test_plain_values_know_no_qt_and_no_network():
    def is_allowed(module: str) -> bool:
        return module == "network.work" or module.partition(".")[0] not in ("PySide6", "network")

    paths = in_room("app/values")

    assert [offence for path in paths for offence in offences(path, is_allowed)] == []


@pytest.mark.parametrize("folder", APP_FOLDERS)
def test_folder_of_app_imports_only_from_those_below(folder):
    below = APP_FOLDERS[APP_FOLDERS.index(folder) :]

    def is_allowed(module: str) -> bool:
        top, _, rest = module.partition(".")
        return top != "app" or rest.partition(".")[0] in below

    paths = in_room(f"app/{folder}")

    assert paths
    assert [offence for path in paths for offence in offences(path, is_allowed)] == []


def test_every_folder_of_app_has_its_place():
    folders = {path.parent.name for path in (ROOT / "app").glob("*/*.py")}

    assert folders == set(APP_FOLDERS)


def test_nobody_unpickles_or_marshals():
    assert [
        offence
        for path in FILES
        for offence in offences(path, lambda module: module.partition(".")[0] not in BANNED_MODULES)
    ] == []


def test_nobody_evaluates_text_or_runs_a_shell():
    found = [
        f"{name_of(path)}:{node.lineno} calls {call}"
        for path in FILES
        for call, node in calls_of(path)
        if call in BANNED_CALLS or any(word.arg == "shell" for word in node.keywords)
    ]

    assert found == []


def test_every_named_exception_is_still_needed():
    for file, module in EXCEPTIONS:
        path = ROOT / file
        if path.exists() and module not in {name.partition(".")[0] for name in imports_of(path)}:
            pytest.fail(f"EXCEPTIONS names {module} in {file}, which does not import it any more")


def modules_loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


def all_modules(room: str, *, shells: bool = False) -> str:
    paths = [path for path in in_room(room) if shells or not is_shell(path)]
    names = [name_of(path).removesuffix(".py").replace("/", ".") for path in paths]
    return "import " + ", ".join(name.removesuffix(".__init__") for name in names)


@pytest.mark.slow
def test_importing_network_core_loads_no_qt_and_no_numpy():
    loaded = modules_loaded_by(all_modules("network"))

    assert {"PySide6", "numpy", "renderer", "app"} & loaded == set()


@pytest.mark.slow
def test_importing_renderer_loads_no_qt():
    loaded = modules_loaded_by(all_modules("renderer"))

    assert {"PySide6", "network", "app"} & loaded == set()


@pytest.mark.slow
def test_server_program_loads_no_gui():
    loaded = modules_loaded_by("import app.serving.server_program")

    assert "PySide6.QtCore" in loaded
    assert {"PySide6.QtGui", "PySide6.QtWidgets", "numba", "OpenEXR"} & loaded == set()


@pytest.mark.slow
def test_bootstrap_and_doctor_load_the_standard_library_only():
    loaded = modules_loaded_by("import app.bootstrap, app.system.doctor")

    foreign = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names
    assert {"PySide6", "numpy", "numba", "msgspec", "platformdirs"} & foreign == set()
