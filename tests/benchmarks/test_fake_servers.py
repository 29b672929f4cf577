import pytest

from app.keys.keyring import Keyring
from app.session.session import RenderSession
from app.system.demo import benchmark_scene
from app.values.session_types import DistributedSettings, RenderRequest, ServerEntry
from network.identity import load_identity
from network.keys import new_key, write_key_file
from renderer.bucket_size import square
from renderer.settings import RenderSettings
from tests.benchmarks.fake_servers import Fakes, FakeServer
from tests.benchmarks.lag import percentile


def test_percentile_is_the_nearest_rank():
    values = [0.4, 0.1, 0.3, 0.2]

    assert [percentile(values, p) for p in (1, 50, 51, 100)] == [0.1, 0.2, 0.3, 0.4]


@pytest.mark.slow
def test_fake_servers_fill_a_frame_with_grey(qtbot, tmp_path):
    key, key_file = new_key(), tmp_path / "farm.key"
    write_key_file(key_file, key)
    identity = load_identity(tmp_path / "identity")
    fakes = [FakeServer(number, key, identity, 0.01) for number in range(3)]
    clock = Fakes(fakes)
    session = RenderSession(keyring=Keyring(tmp_path), client_name="test")
    entries = [ServerEntry(f"fake-{fake.port}", "127.0.0.1", fake.port) for fake in fakes]
    session.set_servers(entries, DistributedSettings(use_local=False, key_file=str(key_file)))

    with qtbot.waitSignal(session.job_finished, timeout=30_000) as blocker:
        settings = RenderSettings(width=256, height=128, samples=4)
        session.start(RenderRequest(benchmark_scene(), settings, bucket_size=square(32)))

    (report,) = blocker.args
    assert report.complete
    assert sum(server.buckets > 0 for server in report.servers) == 3
    assert (session.film.pixels == 0.5).all()
    session.shutdown()
    clock.close()
