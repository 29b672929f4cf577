"""A system tray of an X server that has none: it takes the icons that programs dock.

python -m tests.end_to_end.tray_host X Y

Of the tray's protocol (freedesktop.org) only what an icon needs to be seen and clicked on.
"""

from __future__ import annotations

import ctypes
import sys

ICON_PX = 32
#: Codes of X.
CLIENT_MESSAGE, STRUCTURE_NOTIFY = 33, 1 << 17
REQUEST_DOCK = 0
_LONGS = 24  # of an XEvent
#: Where an XClientMessageEvent has what, in longs.
_WINDOW, _MESSAGE_TYPE, _FORMAT, _DATA = 4, 5, 6, 7


def open_x() -> ctypes.CDLL:
    x = ctypes.CDLL("libX11.so.6")
    for name in ("XOpenDisplay", "XDefaultRootWindow", "XCreateSimpleWindow", "XInternAtom"):
        getattr(x, name).restype = ctypes.c_ulong
    return x


def dock_all(x: int, y: int) -> None:
    """Show icons side by side, for ever."""
    lib = open_x()
    display = ctypes.c_void_p(lib.XOpenDisplay(None))
    long = ctypes.c_ulong
    root = long(lib.XDefaultRootWindow(display))
    tray = long(
        lib.XCreateSimpleWindow(display, root, x, y, 4 * ICON_PX, ICON_PX, 0, long(0), long(0))
    )
    lib.XMapRaised(display, tray)
    atom = {
        name: lib.XInternAtom(display, name.encode(), 0)
        for name in ("_NET_SYSTEM_TRAY_S0", "_NET_SYSTEM_TRAY_OPCODE", "MANAGER")
    }
    selection = atom["_NET_SYSTEM_TRAY_S0"]
    lib.XSetSelectionOwner(display, long(selection), tray, long(0))
    hello = (ctypes.c_long * _LONGS)()
    hello[0], hello[_WINDOW], hello[_MESSAGE_TYPE] = CLIENT_MESSAGE, root.value, atom["MANAGER"]
    hello[_FORMAT], hello[_DATA + 1], hello[_DATA + 2] = 32, selection, tray.value
    lib.XSendEvent(display, root, 0, ctypes.c_long(STRUCTURE_NOTIFY), ctypes.byref(hello))
    lib.XSync(display, 0)
    print("tray", flush=True)
    event, docked = (ctypes.c_long * _LONGS)(), 0
    while True:
        lib.XNextEvent(display, ctypes.byref(event))
        is_opcode = event[_MESSAGE_TYPE] == atom["_NET_SYSTEM_TRAY_OPCODE"]
        if event[0] & 0xFFFFFFFF != CLIENT_MESSAGE or not is_opcode:
            continue
        if event[_DATA + 1] == REQUEST_DOCK:
            icon = long(event[_DATA + 2])
            lib.XReparentWindow(display, icon, tray, docked * ICON_PX, 0)
            lib.XResizeWindow(display, icon, ICON_PX, ICON_PX)
            lib.XMapRaised(display, icon)
            lib.XSync(display, 0)
            docked += 1
            print("docked", flush=True)


if __name__ == "__main__":
    dock_all(int(sys.argv[1]), int(sys.argv[2]))
