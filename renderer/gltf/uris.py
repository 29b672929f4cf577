"""What a glTF file calls its other files, and the labels we give them.

A label is a name, never a path: the file's place relative to the scene file, URI-decoded, with
forward slashes. On the client it is looked up beside the scene, on a server among the files that
the job brought.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from urllib.parse import unquote, unquote_to_bytes

from renderer.gltf.place import Place

#: Longer than any path an operating system takes.
MAX_URI_LENGTH = 4096

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:")


def is_data_uri(place: Place) -> bool:
    """Whether the URI holds the data itself."""
    return place.text()[:5].lower() == "data:"


def decode_data_uri(place: Place) -> bytes:
    """The bytes in a `data:` URI (RFC 2397).

    Raises:
        SceneError: it is cut off or not base64.
    """
    head, comma, body = place.text().partition(",")
    if not comma:
        raise place.error("the data URI has no comma; the file may be cut off")
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(unquote(body) if "%" in body else body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise place.error(f"the data URI is not valid base64 ({error})") from error


def asset_label(place: Place, scene_label: str) -> str:
    """The label of the file that a URI of the scene `scene_label` names.

    Raises:
        SceneError: the URI is empty, absolute, or on the web.
    """
    uri = place.text()
    if len(uri) > MAX_URI_LENGTH:
        raise place.error(f"the URI is longer than {MAX_URI_LENGTH} characters")
    if uri[:7].lower() in ("http://", "https:/"):
        raise place.error(f"{uri!r} is on the web; download it and put it beside the scene")
    # Exporters on Windows write backslashes although URIs have none.
    name = unquote(uri).replace("\\", "/")
    if _SCHEME.match(name) or name.startswith("/"):
        raise place.error(f"{uri!r} is an absolute path; use one relative to the scene file")
    if not name or name.endswith("/") or "\0" in name:
        raise place.error(f"{uri!r} names no file")
    return posixpath.normpath(posixpath.join(posixpath.dirname(scene_label), name))
