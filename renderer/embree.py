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
from typing import TYPE_CHECKING, Any

import llvmlite.binding as llvm
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from renderer.layout.geometry import PackedGeometry, RayMesh

INTERSECT_SYMBOL = "brigade_rtc_intersect"
OCCLUDED_SYMBOL = "brigade_rtc_occluded"

_GEOMETRY_TRIANGLE = 0
_GEOMETRY_INSTANCE = 121
_BUFFER_INDEX = 0
_BUFFER_VERTEX = 1
_FORMAT_UINT3 = 0x5003
_FORMAT_FLOAT3 = 0x9003
#: Our INSTANCE records begin with the matrix, row by row.
_FORMAT_FLOAT3X4_ROWS = 0x9134
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
    for symbol, name in ((INTERSECT_SYMBOL, "rtcIntersect16"), (OCCLUDED_SYMBOL, "rtcOccluded16")):
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
    """A committed Embree scene of flat triangles and of instances. Keeps its buffers alive.

    Built with Embree's medium quality: high quality (spatial splits) takes longer to build and
    showed no gain beyond noise (Cornell box, 36 triangles; jungle, 18,500). Compact trees take
    35 instead of 68 bytes a triangle, and a third of the speed.

    Each instance is a geometry of its own, whose number is its record's. Embree's arrays of
    instances take less memory (120 instead of 370 bytes each), but were 15 to 25 % slower to
    trace: they turn the matrix round for every ray.

    Attributes:
        handle: the RTCScene, for kernels.
    """

    def __init__(self, packed: PackedGeometry) -> None:
        """Build the trees.

        Args:
            packed: the flat triangles, the shared meshes and their instances.

        Raises:
            EmbreeError: out of memory, or Embree is not installed.
        """
        if _library is None:
            raise EmbreeError("Embree is not installed; use the ray backend 'bvh'")
        self._api = _declare(_library)
        self._meshes = (packed.flat, *packed.shared)
        self._device = self._api.rtcNewDevice(None)
        self.handle: int = self._api.rtcNewScene(self._device)
        instances = packed.geometry.instances
        if len(packed.flat.indices):
            self._attach_triangles(self.handle, packed.flat, len(instances))
        scenes = [self._build_mesh(mesh) for mesh in packed.shared]
        for number, mesh in enumerate(packed.mesh_of.tolist()):
            self._attach_instance(scenes[mesh], instances[number : number + 1], number)
        for scene in scenes:
            self._api.rtcReleaseScene(scene)  # its instances hold it
        self._api.rtcCommitScene(self.handle)
        self._check()

    def close(self) -> None:
        """Release Embree's memory; the handle is invalid afterwards."""
        if self.handle:
            self._api.rtcReleaseScene(self.handle)
            self._api.rtcReleaseDevice(self._device)
            self.handle = 0

    def _build_mesh(self, mesh: RayMesh) -> int:
        """Return the committed scene of a shared mesh."""
        scene: int = self._api.rtcNewScene(self._device)
        self._attach_triangles(scene, mesh, 0)
        self._api.rtcCommitScene(scene)
        self._check()
        return scene

    def _attach_instance(self, scene: int, record: npt.NDArray[np.void], number: int) -> None:
        """Put a shared mesh where its record says (Embree copies the matrix)."""
        geometry = self._api.rtcNewGeometry(self._device, _GEOMETRY_INSTANCE)
        self._api.rtcSetGeometryInstancedScene(geometry, scene)
        self._api.rtcSetGeometryTransform(geometry, 0, _FORMAT_FLOAT3X4_ROWS, record.ctypes.data)
        self._finish(self.handle, geometry, number)

    def _attach_triangles(self, scene: int, mesh: RayMesh, number: int) -> None:
        geometry = self._api.rtcNewGeometry(self._device, _GEOMETRY_TRIANGLE)
        for kind, form, array, items in (
            (_BUFFER_VERTEX, _FORMAT_FLOAT3, mesh.vertices, len(mesh.vertices) - 1),
            (_BUFFER_INDEX, _FORMAT_UINT3, mesh.indices, len(mesh.indices)),
        ):
            self._api.rtcSetSharedGeometryBuffer(
                geometry, kind, 0, form, array.ctypes.data, 0, array.strides[0], items
            )
        self._finish(scene, geometry, number)

    def _finish(self, scene: int, geometry: int, number: int) -> None:
        """Commit a geometry and give it to its scene under this number."""
        self._api.rtcCommitGeometry(geometry)
        self._api.rtcAttachGeometryByID(scene, geometry, number)
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
        ("rtcSetGeometryInstancedScene", None, (pointer, pointer)),
        ("rtcSetGeometryTransform", None, (pointer, word, ctypes.c_int, pointer)),
        ("rtcCommitGeometry", None, (pointer,)),
        ("rtcAttachGeometryByID", None, (pointer, pointer, word)),
        ("rtcReleaseGeometry", None, (pointer,)),
    ):
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library
