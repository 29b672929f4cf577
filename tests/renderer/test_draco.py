import importlib.util

import numpy as np
import pytest
from gltf_builder import QUAD, QUAD_INDICES, GltfBuilder

from renderer.assets import FolderAssets
from renderer.formats import inspect_scene, load_scene
from renderer.gltf import draco
from renderer.scene import SceneError

NAME = "KHR_draco_mesh_compression"
UVS = (QUAD[:, :2] * 0.5 + 0.5).astype(np.float32)

needs_decoder = pytest.mark.skipif(
    importlib.util.find_spec("DracoPy") is None, reason="DracoPy is not installed"
)


def compress() -> bytes:
    import DracoPy

    faces = QUAD_INDICES.reshape(-1, 3).astype(np.uint32)
    return DracoPy.encode(QUAD, faces, tex_coord=UVS.astype(np.float64), preserve_order=True)


def draco_scene(stream: bytes, *, keep: tuple[str, ...] = (), required: bool = True):
    """A quad as Draco stream; accessors named in `keep` have their plain elements too."""
    builder = GltfBuilder()
    primitive = builder.primitive(QUAD, QUAD_INDICES, TEXCOORD_0=UVS)
    for name, index in {**primitive["attributes"], "indices": primitive["indices"]}.items():
        if name not in keep:
            del builder.json["accessors"][index]["bufferView"]
    primitive["extensions"] = {
        NAME: {"bufferView": builder.view(stream), "attributes": {"POSITION": 1, "TEXCOORD_0": 0}}
    }
    builder.node(mesh=builder.mesh(primitive))
    if required:
        builder.json["extensionsRequired"] = [NAME]
    return builder


def load(builder, folder):
    return load_scene(FolderAssets(folder), builder.write_glb(folder).name)


@needs_decoder
def test_draco_primitive_loads_with_all_its_attributes(tmp_path):
    (mesh,) = load(draco_scene(compress()), tmp_path).meshes

    corners = mesh.positions[mesh.triangles]
    assert np.allclose(corners, QUAD[QUAD_INDICES].reshape(-1, 3, 3), atol=1e-3)
    assert np.allclose(mesh.uv_sets[0][mesh.triangles].reshape(-1, 2), UVS[QUAD_INDICES], atol=1e-3)
    assert inspect_scene(tmp_path / "scene.glb").triangles == 2


@needs_decoder
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda extension: extension.update(attributes={"POSITION": 1}),
            "does not list TEXCOORD_0",
        ),
        (lambda extension: extension["attributes"].update(POSITION=7), "has no attribute 7"),
        (lambda extension: extension["attributes"].update(POSITION=0), "has 2 components"),
        (lambda extension: extension.update(bufferView=9), "9 is out of range"),
    ],
)
def test_draco_primitive_that_does_not_fit_its_stream_is_refused(tmp_path, change, message):
    builder = draco_scene(compress())
    change(builder.json["meshes"][0]["primitives"][0]["extensions"][NAME])

    with pytest.raises(SceneError, match=message):
        load(builder, tmp_path)


@needs_decoder
@pytest.mark.parametrize("cut", [0.0, 0.3, 0.9])
def test_damaged_draco_stream_is_refused_by_place(tmp_path, cut):
    stream = compress()
    builder = draco_scene(stream[: max(1, int(len(stream) * cut))])

    with pytest.raises(SceneError, match=rf"primitives\[0\].*{NAME}: the compressed data"):
        load(builder, tmp_path)


def test_plain_copy_is_used_without_a_decoder(tmp_path, monkeypatch):
    monkeypatch.setattr(draco, "is_installed", lambda: False)
    keep = ("POSITION", "TEXCOORD_0", "indices")

    (mesh,) = load(draco_scene(b"never read", keep=keep, required=False), tmp_path).meshes

    assert mesh.positions.tolist() == QUAD.tolist()


@pytest.mark.parametrize("required", [True, False])
def test_draco_without_decoder_is_refused_with_the_command_that_installs_it(
    tmp_path, monkeypatch, required
):
    monkeypatch.setattr(draco, "is_installed", lambda: False)

    with pytest.raises(SceneError, match=rf"{NAME}; .*python -m pip install DracoPy"):
        load(draco_scene(b"never read", required=required), tmp_path)
