"""One line names the packages, for the system at hand."""

import os

import pytest

from app.system import qt_libraries
from app.system.qt_libraries import (
    ROLES,
    explain_import_error,
    install_command,
    missing_libraries,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Linux packages")


@pytest.fixture
def slim(monkeypatch):
    """A Debian without any of the libraries, and a plain user."""
    monkeypatch.setattr(qt_libraries.sys, "platform", "linux")
    monkeypatch.setattr(qt_libraries, "_loads", lambda _soname: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    set_tools(monkeypatch, "apt-get")


def set_tools(monkeypatch, *names: str) -> None:
    found = {name: f"/usr/bin/{name}" for name in names}
    monkeypatch.setattr(qt_libraries.shutil, "which", found.get)


def test_server_on_a_slim_debian_gets_one_apt_line(slim):
    line = explain_import_error("server", ImportError("libglib-2.0.so.0: cannot open"))

    assert line == (
        "the server needs libraries of the system: "
        "sudo apt-get install -y libglib2.0-0 libbrotli1 libgssapi-krb5-2"
    )


def test_window_needs_more_than_the_server(slim):
    assert "libxcb-cursor0" in explain_import_error("window", ImportError(""))
    assert "libxcb-cursor0" not in explain_import_error("server", ImportError(""))


def test_root_needs_no_sudo(slim, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert install_command(ROLES["server"]).startswith("apt-get install")


def test_fedora_gets_its_own_names_once_each(slim, monkeypatch):
    set_tools(monkeypatch, "dnf")

    command = install_command(ROLES["window"])

    assert command.startswith("sudo dnf install -y glib2 libbrotli krb5-libs ")
    assert command.split().count("libxcb") == 1


def test_unknown_system_gets_the_files_and_debians_names(slim, monkeypatch):
    set_tools(monkeypatch)

    command = install_command(ROLES["server"])

    assert "libglib-2.0.so.0" in command
    assert "libglib2.0-0" in command


def test_only_what_is_missing_is_named(slim, monkeypatch):
    monkeypatch.setattr(qt_libraries, "_loads", lambda soname: soname != "libGL.so.1")

    assert [library.apt for library in missing_libraries("window")] == ["libgl1"]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_nothing_is_missing_where_the_wheel_brings_everything(slim, monkeypatch, platform):
    monkeypatch.setattr(qt_libraries.sys, "platform", platform)

    assert missing_libraries("window") == ()


def test_missing_package_is_named_when_the_libraries_are_there(monkeypatch):
    monkeypatch.setattr(qt_libraries, "_loads", lambda _soname: True)
    error = ModuleNotFoundError("No module named 'PySide6'", name="PySide6.QtCore")

    line = explain_import_error("window", error)

    assert line == ("the Python package PySide6 is not installed: run `pip install bucket-brigade`")


def test_other_trouble_keeps_the_systems_words(monkeypatch):
    monkeypatch.setattr(qt_libraries, "_loads", lambda _soname: True)

    assert "undefined symbol" in explain_import_error("window", ImportError("undefined symbol"))
