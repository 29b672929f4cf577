"""Embree 4 through the `embreex` wheel: building scenes by ctypes, tracing from kernels.

Kernels do not go through the wheel's own API but call the C functions directly: their addresses
are registered with LLVM under the names below, which `renderer.kernels.trace` declares as
external functions. So machine code that uses them can be cached on disk.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np
import numpy.typing as npt

INTERSECT_SYMBOL = "brigade_rtc_intersect"
OCCLUDED_SYMBOL = "brigade_rtc_occluded"

_GEOMETRY_TRIANGLE = 0
_BUFFER_INDEX = 0
_BUFFER_VERTEX = 1
_FORMAT_UINT3 = 0x5003
_FORMAT_FLOAT3 = 0x9003
_VERSION_PROPERTY = 0


class EmbreeError(RuntimeError):
    """Embree refused something; the message is Embree's."""


def _find_library() -> ctypes.CDLL | None:
    """Return Embree's C library inside the embreex wheel, or None where there is no wheel."""
    spec = importlib.util.find_spec("embreex")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    if sys.platform == "win32":
        found = list((package.parent / "embreex.libs").glob("embree4*.dll"))
    else:
        # The extension module pulls libembree4 in, and symbols resolve through it.
        found = list(package.glob("rtcore_scene*.so"))
    return ctypes.CDLL(str(found[0])) if found else None


def _register(library: ctypes.CDLL | None) -> None:
    """Tell LLVM where the ray queries are.

    Without Embree the names still have to resolve, because the kernels hold both ray backends;
    they then lead to a function that is never called.
    """
    for symbol, name in ((INTERSECT_SYMBOL, "rtcIntersect1"), (OCCLUDED_SYMBOL, "rtcOccluded1")):
        if library is not None:
            address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
        else:
            address = ctypes.cast(ctypes.pythonapi.Py_GetVersion, ctypes.c_void_p).value
        llvm.add_symbol(symbol, address)


_library = _find_library()
_register(_library)


def is_available() -> bool:
    """Tell whether this computer has Embree."""
    return _library is not None


class EmbreeScene:
    """A committed Embree scene of one triangle mesh. Keeps its buffers alive.

    Built with Embree's medium quality: high quality (spatial splits) takes longer to build and
    showed no gain beyond noise (Cornell box, 36 triangles; jungle, 18,500).

    Attributes:
        handle: the RTCScene, for kernels.
    """

    def __init__(self, vertices: npt.NDArray[np.float32], indices: npt.NDArray[np.uint32]) -> None:
        """Build the tree.

        Args:
            vertices: (V + 1, 3) float32; the last row is padding that Embree may read.
            indices: (T, 3) uint32, below V.

        Raises:
            EmbreeError: out of memory, or Embree is not installed.
        """
        if _library is None:
            raise EmbreeError("Embree is not installed; use the ray backend 'bvh'")
        self._api = _declare(_library)
        self._buffers = (vertices, indices)
        self._device = self._api.rtcNewDevice(None)
        self.handle: int = self._api.rtcNewScene(self._device)
        if len(indices):
            self._attach(vertices, indices)
        self._api.rtcCommitScene(self.handle)
        self._check()

    def close(self) -> None:
        """Release Embree's memory; the handle is invalid afterwards."""
        if self.handle:
            self._api.rtcReleaseScene(self.handle)
            self._api.rtcReleaseDevice(self._device)
            self.handle = 0

    def _attach(self, vertices: npt.NDArray[np.float32], indices: npt.NDArray[np.uint32]) -> None:
        geometry = self._api.rtcNewGeometry(self._device, _GEOMETRY_TRIANGLE)
        count = len(vertices) - 1
        for kind, form, array, items in (
            (_BUFFER_VERTEX, _FORMAT_FLOAT3, vertices, count),
            (_BUFFER_INDEX, _FORMAT_UINT3, indices, len(indices)),
        ):
            self._api.rtcSetSharedGeometryBuffer(
                geometry, kind, 0, form, array.ctypes.data, 0, array.strides[0], items
            )
        self._api.rtcCommitGeometry(geometry)
        self._api.rtcAttachGeometry(self.handle, geometry)
        self._api.rtcReleaseGeometry(geometry)
        self._check()

    def _check(self) -> None:
        code = self._api.rtcGetDeviceError(self._device)
        if code:
            text = self._api.rtcGetErrorString(code) or b"unknown error"
            raise EmbreeError(f"Embree: {text.decode(errors='replace')}")


def embree_version() -> str:
    """Return Embree's version, such as "4.4.0"; "none" where it is not installed."""
    if _library is None:
        return "none"
    api = _declare(_library)
    device = api.rtcNewDevice(None)
    number = int(api.rtcGetDeviceProperty(device, _VERSION_PROPERTY))
    api.rtcReleaseDevice(device)
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def _declare(library: ctypes.CDLL) -> Any:
    """Give the C functions their types."""
    pointer, word, size = ctypes.c_void_p, ctypes.c_uint, ctypes.c_size_t
    for name, result, arguments in (
        ("rtcNewDevice", pointer, (ctypes.c_char_p,)),
        ("rtcReleaseDevice", None, (pointer,)),
        ("rtcGetDeviceError", ctypes.c_int, (pointer,)),
        ("rtcGetErrorString", ctypes.c_char_p, (ctypes.c_int,)),
        ("rtcGetDeviceProperty", ctypes.c_ssize_t, (pointer, ctypes.c_int)),
        ("rtcNewScene", pointer, (pointer,)),
        ("rtcCommitScene", None, (pointer,)),
        ("rtcReleaseScene", None, (pointer,)),
        ("rtcNewGeometry", pointer, (pointer, ctypes.c_int)),
        (
            "rtcSetSharedGeometryBuffer",
            None,
            (pointer, ctypes.c_int, word, ctypes.c_int, pointer, size, size, size),
        ),
        ("rtcCommitGeometry", None, (pointer,)),
        ("rtcAttachGeometry", word, (pointer, pointer)),
        ("rtcReleaseGeometry", None, (pointer,)),
    ):
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library
