"""Which other files a glTF file needs."""

from __future__ import annotations

from pathlib import Path

from renderer.assets import AssetSource
from renderer.file_names import is_file
from renderer.gltf.document import Document
from renderer.gltf.materials import read_materials
from renderer.gltf.place import Place
from renderer.gltf.textures import TextureTable
from renderer.gltf.uris import asset_label, is_data_uri


def list_gltf_files(source: AssetSource, label: str) -> list[tuple[str, Path]]:
    """Labels and places of the files that the scene file `label` needs; only its JSON is read.

    Raises:
        SceneError: the scene cannot be read, or a file it needs is missing.
    """
    files: list[tuple[str, Path]] = []
    for uri in external_uris(Document(source, label)):
        name = asset_label(uri, label)
        files.append((name, _existing(source.path(name), uri)))
    return files


def external_uris(document: Document) -> list[Place]:
    """The URIs of all buffers, and of the images that materials use, that are files.

    The images are found by the same code that loads them, so that a list made on the client and
    the loader on a server never disagree.
    """
    table = TextureTable(document)
    read_materials(document, table)
    owners = document.array("buffers") + table.image_places
    uris = [owner.find("uri") for owner in owners]
    return [uri for uri in uris if uri is not None and not is_data_uri(uri)]


def _existing(path: Path, uri: Place) -> Path:
    if not is_file(path):
        raise uri.error(
            f"the scene needs {uri.text()[:300]!r}, but there is no such file ({path}); "
            f"put it there or export the scene again"
        )
    return path
