"""A healthy computer passes; each ailment is found and has its way out."""

import io
import os
import socket
import sys
import time

import pytest

from app.system import doctor, qt_libraries
from app.system.doctor import Check
from network.messages import DEFAULT_PORT


@pytest.mark.slow
def test_healthy_computer_passes_every_check(monkeypatch):
    monkeypatch.setattr(qt_libraries, "missing_libraries", lambda _role: ())

    checks = doctor.run_checks()

    assert [check.name for check in checks] == [name for name, _ in doctor.CHECKS]
    assert [check for check in checks if not check.ok] == []
    assert all(check.detail for check in checks)


def run_main(monkeypatch, *checks: Check, encoding: str = "utf-8") -> tuple[int, str]:
    pairs = tuple((check.name, lambda check=check: check) for check in checks)
    monkeypatch.setattr(doctor, "CHECKS", pairs)
    output = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", output)
    status = doctor.main()
    output.seek(0)
    return status, output.read()


def test_failed_check_shows_its_way_out_and_sets_the_status(monkeypatch):
    status, text = run_main(
        monkeypatch, Check("Clock", True, "2026"), Check("TLS", False, "old", "update OpenSSL")
    )

    assert status == 1
    assert text.splitlines() == [
        "✓ Clock  2026",
        "✗ TLS    old",
        "         -> update OpenSSL",
        "1 of 2 checks failed",
    ]


def test_terminal_without_unicode_gets_words(monkeypatch):
    status, text = run_main(monkeypatch, Check("Clock", True, "2026"), encoding="ascii")

    assert status == 0
    assert text.splitlines() == ["ok  Clock  2026", "all is well"]


def test_check_that_breaks_is_a_failed_check(monkeypatch):
    def explode() -> Check:
        raise RuntimeError("boom")

    monkeypatch.setattr(doctor, "CHECKS", (("TLS", explode),))

    (check,) = doctor.run_checks()

    assert not check.ok
    assert check.detail == "RuntimeError: boom"


def test_missing_libraries_fail_with_the_install_command(monkeypatch):
    libraries = qt_libraries.NETWORK_LIBRARIES[:1]
    monkeypatch.setattr(qt_libraries, "missing_libraries", lambda _role: libraries)

    check = doctor.check_qt_network()

    assert not check.ok
    assert "libglib-2.0.so.0" in check.detail
    assert "libglib" in check.fix


def test_missing_display_is_a_remark_and_no_failure(monkeypatch):
    monkeypatch.setattr(qt_libraries, "missing_libraries", lambda _role: ())
    monkeypatch.setattr(qt_libraries, "display_is_set", lambda: False)

    check = doctor.check_qt_window()

    assert check.ok
    assert "no display" in check.detail


def test_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(doctor, "_needed_packages", lambda: ["numpy", "no-such-package"])

    check = doctor.check_packages()

    assert not check.ok
    assert check.detail == "missing: no-such-package"


def test_broken_pyside_on_python_3_11_is_refused(monkeypatch):
    monkeypatch.setattr(doctor.metadata, "version", lambda _name: "6.12.0")
    monkeypatch.setattr(doctor, "_needed_packages", lambda: ["PySide6-Essentials"])
    monkeypatch.setattr(doctor.sys, "version_info", (3, 11, 7))

    assert "PySide6-Essentials!=6.12.0" in doctor.check_packages().fix


def test_port_in_use_is_a_remark(monkeypatch):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        monkeypatch.setattr("network.messages.DEFAULT_PORT", port)

        check = doctor.check_port()

    assert check.ok
    assert check.detail.startswith(f"{port} is in use")
    assert port != DEFAULT_PORT


def test_wrong_clock_is_found(monkeypatch):
    monkeypatch.setattr(time, "localtime", lambda: time.gmtime(0))

    check = doctor.check_clock()

    assert not check.ok
    assert check.fix == "set the computer's clock"


@pytest.mark.skipif(os.name != "posix", reason="a file in the way of a folder is POSIX here")
def test_folder_that_cannot_be_made_names_the_way_out(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("BRIGADE_HOME", str(tmp_path / "file"))

    check = doctor.check_folders()

    assert not check.ok
    assert "BRIGADE_HOME" in check.fix


def test_full_disk_is_found(monkeypatch):
    usage = doctor.shutil.disk_usage(".")._replace(free=10)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: usage)

    check = doctor.check_folders()

    assert not check.ok
    assert check.fix == "free some disk space"
