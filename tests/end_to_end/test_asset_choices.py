"""*Transfer missing assets* and *Use cached assets*, by their flags, with real processes."""

import numpy as np
import pytest

from tests.end_to_end.farm import Client, Server, hash_in_process
from tests.renderer.gltf_builder import GltfBuilder

pytestmark = [pytest.mark.processes, pytest.mark.slow]

SIZE = ["--width", "96", "--height", "64", "--bucket-size", "16"]
#: Renders for a second or so: a server that fails says so while the frame is still on its way.
FRAME = [*SIZE, "--samples", "128", "--seed", "7", "--threads", "1"]
LOCAL = "This computer"
IMAGE = "textures/wall.png"


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A wall with a picture on it; noise, so that the picture's file is far the largest."""
    builder = GltfBuilder("wall")
    texels = np.random.default_rng(7).integers(0, 256, (256, 256, 3), np.uint8)
    texture = {"index": builder.texture(texels, IMAGE)}
    wall = builder.material(pbrMetallicRoughness={"baseColorTexture": texture})
    builder.quad(wall)
    return builder.write_gltf(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def image_bytes(scene):
    """Size of the file of the picture."""
    return (scene.parent / IMAGE).stat().st_size


@pytest.fixture(scope="module")
def reference(scene, tmp_path_factory):
    """Hash of the frame, rendered in process."""
    return hash_in_process(scene, tmp_path_factory.mktemp("reference"), *FRAME)


@pytest.fixture
def studio(farm, tmp_path):
    """A server with a cache of its own: this computer's has the picture."""
    return farm(Server, "studio-1", 1, "--cache-dir", str(tmp_path / "cache"))


@pytest.fixture
def render(farm, scene, studio, tmp_path):
    """Render the scene with these options and the server; returns the client and its report."""

    def run(name, *options):
        flags = [*FRAME, "--server", studio.address, *options]
        client = farm(Client, scene, tmp_path / f"{name}.json", *flags)
        return client, client.finish()

    return run


def bytes_sent(report):
    """What the report says that other computers were sent."""
    return sum(row["bytes_sent"] for row in report["servers"] if row["name"] != LOCAL)


def buckets_of(report, local):
    """How many buckets this computer rendered, or the others did."""
    rows = [row for row in report["servers"] if (row["name"] == LOCAL) == local]
    return sum(row["buckets"] for row in rows)


def test_server_without_the_image_fails_by_name_and_this_computer_renders(
    render, reference, image_bytes
):
    client, report = render("withheld", "--no-transfer-assets")

    assert report["frame_sha256"] == reference
    assert report["complete"]
    assert buckets_of(report, local=True) == report["buckets"]
    failed = [event for event in client.events("server") if event["state"] == "failed"]
    assert failed, client.out.text()
    assert IMAGE in failed[0]["detail"]
    assert "Transfer missing assets is off" in failed[0]["detail"]
    assert bytes_sent(report) < image_bytes


def test_server_that_has_the_image_from_an_earlier_frame_renders(render, reference, image_bytes):
    _, first = render("first", "--no-local")
    _, second = render("second", "--no-local", "--no-transfer-assets")

    assert first["frame_sha256"] == second["frame_sha256"] == reference
    assert bytes_sent(first) > image_bytes
    assert buckets_of(second, local=False) == second["buckets"]
    assert 0 < bytes_sent(second) < image_bytes


def test_cached_files_are_sent_again_when_the_client_says_so(render, reference, image_bytes):
    render("first", "--no-local")
    _, cached = render("cached", "--no-local")
    _, fresh = render("fresh", "--no-local", "--no-cached-assets")

    assert cached["frame_sha256"] == fresh["frame_sha256"] == reference
    assert 0 < bytes_sent(cached) < image_bytes
    assert bytes_sent(fresh) > image_bytes
