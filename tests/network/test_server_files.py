"""What a server does before it renders: the files of a job."""

import msgspec
import pytest
from job_builder import DIGEST, JOB, OTHER_DIGEST, OTHER_JOB
from server_bench import IMAGE, SCENE, Bench, manifest, of, offer, states, told

from network import instructions as do
from network.assets import MIN_CHUNK_BYTES
from network.job_sync import PROGRESS_S
from network.messages import (
    AssetChunk,
    AssetEntry,
    AssetMissing,
    AssetRequest,
    Availability,
    EndJob,
    JobStatus,
    PeerExpect,
)
from network.server_core import ServerCore


def test_server_looks_files_up_before_it_asks_for_them() -> None:
    bench = Bench()

    out = bench.say(offer(), manifest(SCENE, IMAGE))
    assert of(out, do.FindAssets) == [do.FindAssets(JOB, (DIGEST, OTHER_DIGEST))]
    out = bench.core.assets_found(JOB, {DIGEST}, 0.0, {OTHER_DIGEST: 100})

    assert told(out, AssetRequest) == [AssetRequest(JOB, OTHER_DIGEST, 100, 400)]


def test_server_counts_no_file_of_earlier_jobs_when_the_client_says_so() -> None:
    bench = Bench()

    out = bench.say(offer(use_cache=False), manifest())

    assert of(out, do.FindAssets) == [do.FindAssets(JOB, (DIGEST,), fresh=True)]


def test_server_tells_how_far_it_is_while_it_checks_large_files() -> None:
    bench = Bench()
    bench.say(offer(), manifest(SCENE, IMAGE))

    early = bench.core.assets_searched(JOB, 0.005, 1.0)  # not worth a word yet
    step = bench.core.assets_searched(JOB, 0.43, 2.0)
    same = bench.core.assets_searched(JOB, 0.43, 3.0)
    bench.now_s = 3.0
    bench.pass_time(PROGRESS_S)
    slow = bench.core.assets_searched(JOB, 0.431, bench.now_s)

    assert told(early + same, JobStatus) == []
    assert told(step, JobStatus) == [JobStatus(JOB, "syncing", 0.43, "checking the files")]
    assert [status.fraction for status in told(slow, JobStatus)] == [0.431]


def test_server_tells_the_transfer_from_its_beginning_after_the_check() -> None:
    bench = Bench()
    bench.say(offer(), manifest(SCENE, IMAGE))
    bench.core.assets_searched(JOB, 1.0, 1.0)

    out = bench.core.assets_found(JOB, {DIGEST}, 2.0)
    late = bench.core.assets_searched(JOB, 1.0, 3.0)  # the thread's last word comes too late

    assert told(out, JobStatus) == [JobStatus(JOB, "syncing", 0.0, "")]
    assert late == []


def test_server_hears_nothing_of_a_check_for_a_job_that_is_over() -> None:
    bench = Bench()
    bench.say(offer(), manifest())

    assert bench.core.assets_searched(OTHER_JOB, 0.5, 1.0) == []
    bench.say(EndJob(JOB))
    assert bench.core.assets_searched(JOB, 0.5, 1.0) == []


def test_server_opens_the_scene_when_all_files_are_stored() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, (), 0.0)
    data = bytes(1000)

    out = bench.say(AssetChunk(JOB, DIGEST, 0), data)
    assert of(out, do.StoreChunk) == [do.StoreChunk(DIGEST, 1000, 0, data)]
    assert told(out, JobStatus)[-1].fraction == 1.0
    out = bench.core.asset_stored(DIGEST, "", 0.0)

    assert of(out, do.OpenWorkerJob) == [do.OpenWorkerJob(JOB, "scene.gltf", b"{}", (SCENE,))]
    assert states(out) == ["opening"]


def test_server_fails_the_job_by_name_when_a_file_is_missing() -> None:
    bench = Bench()
    bench.say(offer(), manifest(SCENE, IMAGE))
    bench.core.assets_found(JOB, {DIGEST}, 0.0)

    (status,) = told(bench.say(AssetMissing(JOB, OTHER_DIGEST, "deleted")), JobStatus)

    assert status.state == "failed"
    assert status.text == "'wood.png' does not come from the client: deleted"
    assert bench.core.job is None


def test_server_fails_the_job_when_its_disk_is_full() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, (), 0.0)

    out = bench.core.asset_stored(DIGEST, "the disk is full", 0.0)

    assert told(out, JobStatus)[0].text == "cannot store 'scene.gltf': the disk is full"
    assert of(out, do.ReleaseAssets) == [do.ReleaseAssets(JOB)]


def test_server_fails_the_job_when_its_cache_cannot_be_read() -> None:
    bench = Bench()
    bench.say(offer(), manifest())

    (status,) = told(bench.core.search_failed(JOB, "no permission", 0.0), JobStatus)

    assert status.state == "failed"
    assert status.text == "the cache cannot be read: no permission"
    assert bench.core.job is None


def test_server_fails_one_job_only_when_its_cache_cannot_be_read() -> None:
    bench = Bench()
    bench.core.client_joined(2, "other", 0.0)
    bench.say(offer(), manifest())
    bench.say(offer(OTHER_JOB), manifest(), client=2)

    bench.core.search_failed(JOB, "no permission", 0.0)

    assert bench.core.search_failed(JOB, "no permission", 0.0) == []
    assert bench.core.job is not None
    assert bench.core.job.name == OTHER_JOB


def test_server_that_has_found_the_files_hears_nothing_of_an_older_search() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, (), 0.0)

    assert bench.core.search_failed(JOB, "no permission", 0.0) == []


def test_server_lets_the_next_client_s_job_be_when_pieces_of_a_failed_one_fail_too() -> None:
    """All of them wait for the same full disk; the first that fails ends their own job."""
    bench = Bench()
    bench.core.client_joined(2, "other", 0.0)
    bench.say(offer(), manifest())
    bench.say(offer(OTHER_JOB), manifest(), client=2)
    bench.core.assets_found(JOB, (), 0.0)
    assert states(bench.core.asset_stored(DIGEST, "the disk is full", 0.0))[0] == "failed"

    out = bench.core.asset_stored(DIGEST, "a piece is out of order", 0.0)

    assert states(out) == []
    assert bench.core.job is not None
    assert bench.core.job.name == OTHER_JOB


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xc1",
        b"\x91" * 100_000,
        msgspec.msgpack.encode([["scene.gltf", "../../x", 1]]),
        msgspec.msgpack.encode([["scene.gltf", DIGEST.upper(), 1]]),
        msgspec.msgpack.encode([["scene.gltf", DIGEST, -1]]),
        manifest(SCENE, SCENE),
        manifest(SCENE, AssetEntry("other", DIGEST, 999)),
        manifest(IMAGE),
    ],
)
def test_broken_list_of_files_ends_the_link(payload: bytes) -> None:
    bench = Bench()

    out = bench.say(offer(), payload)

    assert [x.code for x in of(out, do.CloseClient)] == ["protocol"]
    assert bench.say(offer(), manifest()) == []


def test_job_larger_than_the_cache_is_refused_before_the_first_byte() -> None:
    bench = Bench()

    out = bench.say(offer(), manifest(AssetEntry("scene.gltf", DIGEST, 10_001)))

    assert "raise the cache limit" in told(out, JobStatus)[0].text
    assert of(out, do.FindAssets) == []


def test_job_for_an_unknown_engine_is_refused() -> None:
    bench = Bench(engines={"tracer"})

    out = bench.say(offer(engine="blender"), manifest())

    assert told(out, JobStatus)[0].text == "this server has no engine 'blender', only tracer"


@pytest.mark.parametrize(
    ("message", "payload"),
    [
        (AssetChunk(JOB, DIGEST, 1), bytes(1000)),
        (AssetChunk(JOB, OTHER_DIGEST, 0), bytes(1000)),
        (AssetChunk(JOB, DIGEST, 0), bytes(999)),
        (AssetChunk(JOB, DIGEST, 0), bytes(1001)),
    ],
)
def test_piece_that_nobody_asked_for_ends_the_link(message: AssetChunk, payload: bytes) -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    assert of(bench.say(message, payload), do.StoreChunk) == []  # before anything was asked for
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, (), 0.0)

    out = bench.say(message, payload)

    assert [x.code for x in of(out, do.CloseClient)] == ["protocol"]


def test_server_asks_on_when_its_disk_has_taken_a_piece() -> None:
    bench = Bench(cache_limit_bytes=1 << 40)
    big = AssetEntry("scene.gltf", DIGEST, 100 << 20)
    bench.say(offer(), manifest(big))
    requests = told(bench.core.assets_found(JOB, (), 0.0), AssetRequest)
    while requests:
        request = requests.pop(0)
        out = bench.say(AssetChunk(JOB, DIGEST, request.offset), bytes(request.length))
        requests += told(out, AssetRequest)

    assert len(told(bench.core.chunk_stored(DIGEST, 0.0), AssetRequest)) == 1
    bench.say(EndJob(JOB))
    assert bench.core.chunk_stored(DIGEST, 0.0) == []
    assert bench.core.asset_stored(DIGEST, "", 0.0) == []


def test_manifest_with_too_many_files_ends_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("network.assets.MAX_ASSETS", 1)

    assert len(of(Bench().say(offer(), manifest(SCENE, IMAGE)), do.CloseClient)) == 1


def test_answer_of_the_cache_for_another_job_changes_nothing() -> None:
    bench = Bench()
    bench.say(offer(), manifest())

    assert bench.core.assets_found(OTHER_JOB, {DIGEST}, 0.0) == []
    assert of(bench.core.assets_found(JOB, {DIGEST}, 0.0), do.OpenWorkerJob) != []
    assert bench.core.assets_found(JOB, {DIGEST}, 0.0) == []


def test_word_of_the_cache_for_an_earlier_job_changes_nothing_while_files_are_looked_up() -> None:
    bench = Bench()
    bench.say(offer(), manifest())

    assert bench.core.chunk_stored(DIGEST, 0.0) == []
    assert bench.core.asset_stored(DIGEST, "", 0.0) == []


def test_introduction_while_files_are_looked_up_is_not_taken() -> None:
    bench = Bench()
    bench.say(offer(), manifest())

    assert of(bench.say(PeerExpect(JOB, 1, True)), do.ExpectPeer) == []


def test_file_that_is_stored_late_changes_nothing_when_the_scene_is_open() -> None:
    bench = Bench()
    bench.open()

    assert bench.core.asset_stored(DIGEST, "", 0.0) == []


def test_piece_of_a_file_before_the_files_were_looked_up_ends_the_link() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core._clients.strays._owed[1] = 1  # of an earlier job

    out = bench.say(AssetChunk(JOB, DIGEST, 0), b"x")

    assert [x.text for x in of(out, do.CloseClient)] == [
        "sent a piece of a file that nobody asked for"
    ]


def test_slow_transfer_is_told_at_least_every_ten_seconds() -> None:
    bench = Bench()
    size = 1000 * MIN_CHUNK_BYTES
    bench.core = ServerCore(threads=2, cache_limit_bytes=2 * size)
    bench.core.client_joined(1, "artist", 0.0)
    large = AssetEntry("scene.gltf", DIGEST, size)
    bench.say(offer(), manifest(large))
    (request, *_) = told(bench.core.assets_found(JOB, (), 0.0), AssetRequest)
    bench.pass_time(PROGRESS_S - 1.0)

    chunk = AssetChunk(JOB, DIGEST, 0)
    assert told(bench.say(chunk, bytes(request.length)), JobStatus) == []
    bench.pass_time(2.0)
    chunk = AssetChunk(JOB, DIGEST, request.length)
    (status,) = told(bench.say(chunk, bytes(request.length)), JobStatus)

    assert 0.0 < status.fraction < 0.01


def test_availability_that_is_as_it_was_changes_nothing() -> None:
    bench = Bench()
    bench.open()

    assert bench.core.set_availability(Availability(False, 2, ""), 0.0) == []


def test_word_that_means_nothing_to_a_server_changes_nothing() -> None:
    bench = Bench()
    bench.open()

    assert bench.say(JobStatus(JOB, "ready", 1.0, "")) == []
