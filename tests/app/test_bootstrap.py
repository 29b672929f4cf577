"""Set-up is done once, either command first; what only a person can do is one clear line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import bootstrap
from app.bootstrap import (
    BootstrapError,
    install,
    make_environment,
    make_stamp,
    prepare,
    provide_system_libraries,
    read_dev_group,
    stamp_covers,
)
from app.system import pip_output
from app.system.pip_output import describe_line, explain_pip_failure, follow_pip
from app.system.qt_libraries import Library

PYPROJECT = b"""
[project]
name = "x"
[dependency-groups]
dev = ["pytest>=8", "ruff"]
"""
GLIB = Library("libglib-2.0.so.0", "libglib2.0-0", "glib2")


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "pyproject.toml").write_bytes(PYPROJECT)
    return tmp_path


@pytest.fixture
def pip_calls(monkeypatch):
    calls: list[list[str]] = []

    def follow(command):
        calls.append(list(command))
        return 0, []

    monkeypatch.setattr(bootstrap, "follow_pip", follow)
    return calls


@pytest.fixture
def python(checkout):
    """Where the environment's Python would be."""
    folder = checkout / ".venv" / "bin"
    folder.mkdir(parents=True)
    return folder / "python"


def test_demo_installs_the_program_alone(checkout, python, pip_calls):
    install(python, checkout, with_tests=False)

    assert pip_calls[0][-2:] == ["-e", str(checkout)]


def test_tests_install_the_dev_group_too(checkout, python, pip_calls):
    install(python, checkout, with_tests=True)

    assert pip_calls[0][-4:] == ["-e", str(checkout), "pytest>=8", "ruff"]


@pytest.mark.parametrize(
    ("order", "installations"),
    [([False, False], 1), ([False, True, False], 2), ([True, False, True], 1)],
)
def test_nothing_is_installed_twice_in_either_order(
    checkout, python, pip_calls, order, installations
):
    for with_tests in order:
        install(python, checkout, with_tests=with_tests)

    assert len(pip_calls) == installations


def test_changed_pyproject_installs_again(checkout, python, pip_calls):
    install(python, checkout, with_tests=False)
    (checkout / "pyproject.toml").write_bytes(PYPROJECT + b"# changed")
    install(python, checkout, with_tests=False)

    assert len(pip_calls) == 2


def test_failed_installation_leaves_no_stamp(checkout, python, monkeypatch):
    monkeypatch.setattr(bootstrap, "follow_pip", lambda _: (1, ["ERROR: No matching distribution"]))

    with pytest.raises(BootstrapError, match="pip failed: ERROR: No matching distribution"):
        install(python, checkout, with_tests=False)

    assert not (checkout / ".venv" / bootstrap.STAMP_NAME).exists()


def test_broken_stamp_counts_as_none(tmp_path):
    (tmp_path / "stamp").write_text("[1, 2")

    assert bootstrap.read_stamp(tmp_path / "stamp") == {}
    assert not stamp_covers({}, make_stamp(PYPROJECT, with_tests=False))


def test_dev_group_is_read_without_pips_help():
    assert read_dev_group(PYPROJECT) == ["pytest>=8", "ruff"]
    real = (bootstrap.ROOT / "pyproject.toml").read_bytes()
    assert any(entry.startswith("pytest>=") for entry in read_dev_group(real))


def test_working_environment_is_used_again(tmp_path, monkeypatch):
    scripts = tmp_path / ("Scripts" if os.name == "nt" else "bin")
    scripts.mkdir()
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    python.write_text("")
    monkeypatch.setattr(bootstrap, "_works", lambda path: path == python)

    assert make_environment(tmp_path) == python


def test_missing_venv_module_names_debians_package(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(BootstrapError, match=r"apt-get install -y python3\.\d+-venv"):
        make_environment(tmp_path / ".venv")


@pytest.mark.slow
def test_environment_that_cannot_be_made_says_why(tmp_path):
    (tmp_path / ".venv").write_text("a file is in the way")

    with pytest.raises(BootstrapError, match="cannot make a virtual environment in"):
        make_environment(tmp_path / ".venv")


def test_folder_without_pyproject_is_no_checkout(tmp_path):
    with pytest.raises(BootstrapError, match="is no checkout"):
        prepare("demo", tmp_path)


def test_missing_libraries_are_one_line_for_a_plain_user(monkeypatch):
    monkeypatch.setattr(bootstrap.qt_libraries, "missing_libraries", lambda _role: (GLIB,))
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000, raising=False)

    with pytest.raises(BootstrapError) as caught:
        provide_system_libraries("client")

    assert "libglib" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_root_on_debian_gets_them_installed(monkeypatch):
    answers = iter([(GLIB,), ()])
    commands = []

    def run(command, **_options):
        commands.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(bootstrap.qt_libraries, "missing_libraries", lambda _role: next(answers))
    monkeypatch.setattr(bootstrap.qt_libraries, "is_debian", lambda: True)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(bootstrap.subprocess, "run", run)

    provide_system_libraries("client")

    assert commands[0] == ["apt-get", "update"]
    assert commands[1][-1] == "libglib2.0-0"


def test_main_says_the_error_and_returns_one(monkeypatch, capsys):
    def fail(_command: str) -> Path:
        raise BootstrapError("install libfoo")

    monkeypatch.setattr(bootstrap, "prepare", fail)

    assert bootstrap.main(["demo"]) == 1
    assert capsys.readouterr().err == "bootstrap: install libfoo\n"


def test_main_passes_further_options_on(monkeypatch):
    passed = []
    monkeypatch.setattr(bootstrap, "prepare", lambda _command: Path("python"))
    monkeypatch.setattr(
        bootstrap, "run_tests", lambda _python, options: passed.append(options) or 5
    )

    assert bootstrap.main(["test", "-k", "film", "tests/renderer"]) == 5
    assert passed == [["-k", "film", "tests/renderer"]]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("NewConnectionError: Failed to establish a new connection: [Errno 111]", "the network"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        ("PermissionError: [Errno 13] Permission denied: '.venv'", "no permission"),
    ],
)
def test_pips_failures_are_put_in_plain_words(line, words):
    assert words in explain_pip_failure(["Collecting numpy", line, "WARNING: retrying"])


def test_silent_pip_is_a_failure_with_words_too():
    assert explain_pip_failure([]) == "pip failed: it said nothing"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("Collecting numpy>=2.0 (from x)", "    3 packages: numpy>=2.0"),
        ("Installing collected packages: a, b, c", "    unpacking 3 packages"),
        ("  Downloading numpy.whl (1 MB)", ""),
    ],
)
def test_pips_lines_become_a_status(line, status):
    assert describe_line(line, 3).startswith(status)
    assert bool(describe_line(line, 3)) == bool(status)


@pytest.mark.slow
def test_following_pip_keeps_its_last_lines_and_status():
    program = "for i in range(99): print('line', i)\nraise SystemExit(3)"

    status, lines = follow_pip([sys.executable, "-c", program])

    assert status == 3
    assert lines[-1] == "line 98"
    assert len(lines) == pip_output.KEPT_LINES
