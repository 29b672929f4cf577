"""For how long nobody has touched this computer: one small function for each system.

Used by the server's tray window alone. Where nobody can tell, it says so instead of guessing.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from collections.abc import Callable
from typing import Any

#: Returns seconds since the last key or mouse event of the person at this computer.
IdleClock = Callable[[], float]

#: GetTickCount counts milliseconds in 32 bits: after 49.7 days it begins again.
TICK_MASK = 0xFFFFFFFF
#: CGEventTypes.h: kCGEventSourceStateHIDSystemState, kCGAnyInputEventType.
MAC_HARDWARE, MAC_ANY_EVENT = 1, 0xFFFFFFFF
#: Of Mutter's answer; it is one message to a program on this computer.
DBUS_TIMEOUT_MS = 500


class NoIdleClockError(Exception):
    """Raised where nobody can tell how long this computer was not used; the text says why."""


def make_idle_clock(system: str = sys.platform) -> IdleClock:
    """Return what tells the idle time on this computer.

    Raises:
        NoIdleClockError: nothing does here; the text is for people.
    """
    try:
        if system == "win32":
            return _make_windows_clock()
        if system == "darwin":
            return _make_mac_clock()
        if os.environ.get("WAYLAND_DISPLAY"):
            return _make_mutter_clock()
        return _make_x11_clock()
    except (OSError, AttributeError) as error:
        raise NoIdleClockError(f"this system does not tell when it is used ({error})") from error


def elapsed_ms(tick: int, last: int) -> int:
    """Return the milliseconds between two readings of a 32-bit counter."""
    return (tick - last) & TICK_MASK


# -- Linux and other systems with X11 -------------------------------------------------------------


class _ScreenSaverInfo(ctypes.Structure):
    """`XScreenSaverInfo` of X11/extensions/scrnsaver.h."""

    _fields_ = [
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("til_or_since", ctypes.c_ulong),
        ("idle", ctypes.c_ulong),
        ("event_mask", ctypes.c_ulong),
    ]


def _make_x11_clock() -> IdleClock:
    x11 = _load("X11", "libX11.so.6")
    saver = _load("Xss", "libXss.so.1")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
    info = _ScreenSaverInfo()
    saver.XScreenSaverQueryInfo.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p]
    display = x11.XOpenDisplay(None)
    if not display:
        raise NoIdleClockError("there is no X11 display to ask how long it was not used")
    root = x11.XDefaultRootWindow(display)
    if not saver.XScreenSaverQueryInfo(display, root, ctypes.byref(info)):
        raise NoIdleClockError("this X11 display has no screen saver extension to ask")

    def read() -> float:
        saver.XScreenSaverQueryInfo(display, root, ctypes.byref(info))
        return float(info.idle) / 1000.0

    return read


def _load(name: str, usual: str) -> Any:
    return ctypes.CDLL(ctypes.util.find_library(name) or usual)


def _make_mutter_clock() -> IdleClock:
    """GNOME's compositor tells it over D-Bus; Wayland itself tells nobody."""
    from PySide6.QtDBus import QDBusConnection, QDBusInterface, QDBusMessage

    monitor = QDBusInterface(
        "org.gnome.Mutter.IdleMonitor",
        "/org/gnome/Mutter/IdleMonitor/Core",
        "org.gnome.Mutter.IdleMonitor",
        QDBusConnection.sessionBus(),
    )
    monitor.setTimeout(DBUS_TIMEOUT_MS)

    def read() -> float:
        answer = monitor.call("GetIdletime")
        if answer.type() != QDBusMessage.MessageType.ReplyMessage:
            raise NoIdleClockError(
                f"Wayland does not tell when it is used: {answer.errorMessage()}"
            )
        return float(answer.arguments()[0]) / 1000.0

    read()
    return read


# -- Windows --------------------------------------------------------------------------------------


class _LastInput(ctypes.Structure):
    """`LASTINPUTINFO` of winuser.h."""

    _fields_ = [("size", ctypes.c_uint), ("tick", ctypes.c_uint)]


def _make_windows_clock() -> IdleClock:
    libraries: Any = getattr(ctypes, "windll", None)
    if libraries is None:
        raise NoIdleClockError("this is not Windows")
    last = _LastInput(size=ctypes.sizeof(_LastInput))

    def read() -> float:
        libraries.user32.GetLastInputInfo(ctypes.byref(last))
        return elapsed_ms(libraries.kernel32.GetTickCount(), last.tick) / 1000.0

    return read


# -- macOS ----------------------------------------------------------------------------------------


def _make_mac_clock() -> IdleClock:
    path = "/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices"
    ask = ctypes.CDLL(path).CGEventSourceSecondsSinceLastEventType
    ask.restype = ctypes.c_double
    ask.argtypes = [ctypes.c_int32, ctypes.c_uint32]
    return lambda: float(ask(MAC_HARDWARE, MAC_ANY_EVENT))
