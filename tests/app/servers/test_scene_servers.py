"""The server list beside a scene: written, offered, never obeyed."""

import pytest
from PySide6.QtCore import QObject

from app.servers.scene_servers import SceneServers, sidecar_of
from app.servers.server_file import load_server_list, save_server_list
from app.servers.server_list import ServerList
from app.values.session_types import DistributedSettings, JobInfo, RenderRequest, ServerEntry

STUDIO = ServerEntry("1", "studio-1", name="One")


class Now(QObject):
    """`Background` that does everything at once."""

    def run(self, work, on_result, on_error):
        try:
            value = work()
        except Exception as error:
            on_error(error)
        else:
            on_result(value)


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "still.glb"
    path.write_bytes(b"scene")
    return path


def make(servers: ServerList, tmp_path) -> tuple[SceneServers, list, list]:
    kept = SceneServers(servers, Now(), tmp_path / "demo.glb")
    offers: list = []
    failures: list = []
    kept.offered.connect(offers.append)
    kept.failed.connect(failures.append)
    return kept, offers, failures


def begin(kept: SceneServers, scene) -> None:
    kept.job_started(JobInfo(8, 8, (), RenderRequest(scene)))


def test_list_is_written_beside_the_scene_when_that_is_wanted(scene, tmp_path):
    settings = DistributedSettings(save_with_scene=True, key_file="/home/me/farm.key", accept="*")
    kept, _offers, failures = make(ServerList([STUDIO], settings), tmp_path)

    begin(kept, scene)

    stored = load_server_list(sidecar_of(scene))
    assert [e.address for e in stored.entries if not e.local] == ["studio-1"]
    assert stored.settings == DistributedSettings()  # keys and doors are nobody's business
    assert failures == []
    assert scene.read_bytes() == b"scene"


def test_nothing_is_written_when_it_is_not_wanted_or_for_the_demo(scene, tmp_path):
    kept, *_ = make(ServerList([STUDIO]), tmp_path)
    begin(kept, scene)
    assert not sidecar_of(scene).exists()

    kept, *_ = make(ServerList([STUDIO], DistributedSettings(save_with_scene=True)), tmp_path)
    begin(kept, tmp_path / "demo.glb")
    assert not sidecar_of(tmp_path / "demo.glb").exists()


def test_opening_offers_what_the_list_lacks_and_changes_nothing(scene, tmp_path):
    stored = ServerList([STUDIO, ServerEntry("2", "studio-2")])
    save_server_list(sidecar_of(scene), stored)
    servers = ServerList([STUDIO])
    kept, offers, _failures = make(servers, tmp_path)

    kept.scene_opened(scene)

    assert [[e.address for e in rows] for rows in offers] == [["studio-2"]]
    assert offers[0][0].uid != "2"
    assert servers.find("studio-2", STUDIO.port) is None


def test_scene_without_a_list_or_with_a_known_one_offers_nothing(scene, tmp_path):
    kept, offers, failures = make(ServerList([STUDIO]), tmp_path)
    kept.scene_opened(scene)
    save_server_list(sidecar_of(scene), ServerList([STUDIO]))
    kept.scene_opened(scene)

    assert offers == []
    assert failures == []


def test_damaged_list_is_told_and_stops_nothing(scene, tmp_path):
    sidecar_of(scene).write_text("not toml [")
    kept, offers, failures = make(ServerList(), tmp_path)

    kept.scene_opened(scene)

    assert offers == []
    assert "still.glb.servers.toml" in failures[0]
