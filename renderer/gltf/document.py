"""An open glTF file: its top-level arrays, the references between them, and its bytes.

A `Document` reads buffers when they are first asked for, once, and keeps account of the memory
that the file makes us use.
"""

from __future__ import annotations

from pathlib import Path

from renderer.assets import AssetSource
from renderer.gltf import meshopt
from renderer.gltf.container import open_container
from renderer.gltf.extensions import check_required, way_out
from renderer.gltf.place import Place
from renderer.gltf.uris import asset_label, decode_data_uri, is_data_uri
from renderer.scene import SceneError

#: Top-level objects of one kind; a million nodes take a gigabyte as Python objects.
MAX_OBJECTS = 1_000_000
#: All arrays made from one file: some 150 million vertices. A small file can ask for any amount
#: of memory by naming the same bytes again and again.
MAX_ARRAY_BYTES = 8 << 30
#: One file that the scene refers to.
MAX_FILE_BYTES = 4 << 30


class Document:
    """A glTF 2.0 file that is being read.

    Args:
        source: finds files by label.
        label: the scene file's label.

    Raises:
        SceneError: the file is missing, damaged, of another version, or requires extensions that
            are not supported.
    """

    def __init__(self, source: AssetSource, label: str) -> None:
        self.label = label
        self._source = source
        self._container = open_container(source.path(label), label)
        self.root = self._container.root
        self._arrays: dict[str, list[Place]] = {}
        self._buffers: dict[str, memoryview] = {}
        self._decompressed: dict[str, memoryview] = {}
        self._array_bytes = 0
        _check_version(self.root)
        check_required(self.root)

    # -- objects --

    def array(self, name: str) -> list[Place]:
        """The elements of the top-level array `name`; none where the file does not have it."""
        if name not in self._arrays:
            places = self.root.list_of(name)
            if len(places) > MAX_OBJECTS:
                raise self.root.need(name).error(f"more than {MAX_OBJECTS} objects")
            self._arrays[name] = places
        return self._arrays[name]

    def index(self, reference: Place, name: str) -> int:
        """The value of `reference`, a valid index into the top-level array `name`.

        Raises:
            SceneError: there is no such element.
        """
        count = len(self.array(name))
        index = reference.integer(low=-(2**53), high=2**53)
        if not 0 <= index < count:
            raise reference.error(f"{index} is out of range (the file has {count} {name})")
        return index

    def follow(self, reference: Place, name: str) -> Place:
        """The element of the top-level array `name` that `reference` points to."""
        return self.array(name)[self.index(reference, name)]

    def spend(self, size: int, place: Place) -> None:
        """Accounts for an array of `size` bytes that `place` makes us allocate.

        Raises:
            SceneError: the file asks for more than the limit altogether.
        """
        self._array_bytes += size
        if self._array_bytes > MAX_ARRAY_BYTES:
            raise place.error(f"the scene needs more than {MAX_ARRAY_BYTES >> 30} GiB of arrays")

    # -- bytes --

    def view_bytes(self, view: Place) -> memoryview:
        """The bytes of the buffer view `view`.

        Raises:
            SceneError: it reaches beyond its buffer, or the buffer cannot be read.
        """
        compressed = view.extension(meshopt.EXTENSION)
        if compressed is None:
            return self._slice(view)
        if view.path not in self._decompressed:
            self.follow(view.need("buffer"), "buffers")
            length = view.need("byteLength").integer(low=1, high=2**53)
            self.spend(length, view)
            data = meshopt.decompress(compressed, self._slice(compressed), length)
            self._decompressed[view.path] = data
        return self._decompressed[view.path]

    def _slice(self, view: Place) -> memoryview:
        """The bytes that the members `buffer`, `byteOffset` and `byteLength` describe."""
        data = self._buffer_bytes(self.follow(view.need("buffer"), "buffers"))
        offset_place = view.find("byteOffset")
        offset = 0 if offset_place is None else offset_place.integer(high=2**53)
        length = view.need("byteLength").integer(low=1, high=2**53)
        if offset + length > len(data):
            raise view.error(
                f"bytes {offset} to {offset + length} are out of range "
                f"(the buffer has {len(data)} bytes)"
            )
        return data[offset : offset + length]

    def asset_bytes(self, uri: Place) -> bytes:
        """The bytes that a URI stands for: of a file, or in the URI itself."""
        if is_data_uri(uri):
            return decode_data_uri(uri)
        path = self._asset_path(uri)
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise uri.error(f"the file is larger than {MAX_FILE_BYTES >> 30} GiB ({path})")
            return path.read_bytes()
        except FileNotFoundError as error:
            raise uri.error(f"there is no such file ({path})") from error
        except OSError as error:
            raise uri.error(f"cannot be read: {error.strerror} ({path})") from error

    def _asset_path(self, uri: Place) -> Path:
        label = asset_label(uri, self.label)
        try:
            return self._source.path(label)
        except SceneError as error:
            raise uri.error(str(error)) from error

    def _buffer_bytes(self, buffer: Place) -> memoryview:
        if buffer.path not in self._buffers:
            data = memoryview(self._read_buffer(buffer))
            length = buffer.need("byteLength").integer(high=2**53)
            # A binary chunk is padded to four bytes, which are not part of the buffer.
            if len(data) < length:
                raise buffer.error(f"byteLength is {length}, but there are {len(data)} bytes")
            self._buffers[buffer.path] = data[:length]
        return self._buffers[buffer.path]

    def _read_buffer(self, buffer: Place) -> bytes:
        uri = buffer.find("uri")
        if uri is not None:
            return self.asset_bytes(uri)
        name = "KHR_meshopt_compression"
        if buffer.extension(name) is not None:
            raise buffer.error(f"only holds data compressed by {name}; {way_out(name)}")
        if buffer.path != "buffers[0]" or not self._container.binary_length:
            raise buffer.error('"uri" is missing, and the file has no binary chunk for it')
        return self._container.read_binary()


def _check_version(root: Place) -> None:
    """Refuses what is not glTF 2.0 (3.2: `minVersion` rules over `version`)."""
    asset = root.find("asset")
    if asset is None:
        raise root.error('"asset" is missing: this is not a glTF 2.0 file')
    place = asset.find("minVersion") or asset.need("version")
    major, _, minor = place.text().partition(".")
    if major != "2" or (place.path.endswith("minVersion") and minor != "0"):
        raise place.error(f"this is glTF {place.text()[:20]}; only glTF 2.0 can be read")
