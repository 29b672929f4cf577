"""What a server does before it renders: files, and the scene opened."""

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
    Assign,
    Availability,
    EndJob,
    JobStatus,
    PeerExpect,
    Pong,
    WorkerOpened,
    WorkerProgress,
    WorkRequest,
)
from network.scene_opening import FIRST_WORD_S, MAX_OPEN_DEATHS, OPEN_SILENCE_S
from network.server_core import ServerCore
from network.server_desk import Desk

# -- files -----------------------------------------------------------------------------------------


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

    assert states(bench.core.asset_stored(DIGEST, "no permission", 0.0)) == ["failed"]


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


# -- opening ---------------------------------------------------------------------------------------


def test_server_opens_the_scene_when_its_worker_is_ready_later() -> None:
    bench = Bench(worker=False)
    bench.say(offer(), manifest())
    assert of(bench.core.assets_found(JOB, {DIGEST}, 0.0), do.OpenWorkerJob) == []
    out = bench.worker(WorkerProgress("compiling kernels", 0.5))
    assert (told(out, JobStatus)[0].text, states(out)) == ("compiling kernels", ["opening"])

    assert len(of(bench.core.worker_ready("engine-a", 0.0), do.OpenWorkerJob)) == 1


def test_server_asks_for_units_when_the_scene_is_open() -> None:
    bench = Bench()

    out = bench.open()

    assert told(out, JobStatus)[0] == JobStatus(JOB, "ready", 1.0, "engine-a")
    assert told(out, WorkRequest) == [WorkRequest(JOB, 3)]


def make_assign(lease: int, side: int) -> Assign:
    return Assign(JOB, lease, lease, 0, 0, side, side, 0, 10)


@pytest.mark.parametrize(
    ("threads", "bucket_pixels", "wanted"),
    [(2, 4096, 3), (64, 4096, 6), (2, 64, 4), (1, 262144, 3), (4096, 64, 1024)],
)
def test_server_wants_enough_units_for_its_threads(
    threads: int, bucket_pixels: int, wanted: int
) -> None:
    assert Desk(threads, bucket_pixels, 0.0).ask(0.0) == wanted


def test_server_has_as_many_units_in_hand_as_its_threads_render() -> None:
    desk = Desk(8, 4096, 0.0)
    desk.ask(0.0)
    for lease, side in enumerate((32, 32, 32)):
        desk.take(make_assign(lease, side), 0.0)

    assert [x.lease for x in desk.in_hand()] == [0, 1]


def test_server_asks_for_more_units_when_they_become_small() -> None:
    desk = Desk(8, 4096, 0.0)
    assert desk.ask(0.0) == 3
    desk.take(make_assign(1, 16), 0.0)

    assert desk.ask(0.0) == 7  # one tile each: 7 for the threads, 2 ahead, 2 are asked for


def test_server_asks_further_ahead_when_answers_travel_long() -> None:
    desk = Desk(1, 256, 0.0)
    now_s = 0.0
    for lease in range(20):
        desk.ask(now_s)
        now_s += 0.2
        desk.take(make_assign(2 * lease, 16), now_s)
        desk.take(make_assign(2 * lease + 1, 16), now_s)
        desk.done(2 * lease, now_s + 0.05)
        if lease < 19:
            desk.done(2 * lease + 1, now_s + 0.1)
            now_s += 0.1

    waiting = len(desk.all()) - len(desk.in_hand())
    assert waiting + desk.ask(now_s + 1.0) > 3


def test_scene_that_cannot_be_opened_fails_the_job_and_the_next_begins() -> None:
    bench = Bench()
    bench.core.client_joined(2, "second", 0.0)
    bench.say(offer(), manifest())
    assert states(bench.say(offer(OTHER_JOB), manifest(), client=2)) == ["queued"]
    bench.core.assets_found(JOB, {DIGEST}, 0.0)

    out = bench.worker(WorkerOpened(JOB, "accessor 3 is broken", ""))

    assert told(out, JobStatus)[0].text == "accessor 3 is broken"
    assert of(out, do.FindAssets) == [do.FindAssets(OTHER_JOB, (DIGEST,))]


def test_scene_that_kills_the_worker_fails_the_job() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, {DIGEST}, 0.0)
    out: list[object] = []
    for _ in range(MAX_OPEN_DEATHS):
        out = bench.core.worker_exited("out of memory", bench.now_s)
        bench.pass_time(5.0)
        bench.core.worker_ready("engine-a", bench.now_s)

    assert states(out) == ["failed"]
    assert "out of memory" in told(out, JobStatus)[0].text


def test_worker_that_opens_without_a_word_for_ten_minutes_is_restarted() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, {DIGEST}, 0.0)
    bench.worker(WorkerProgress("building the tree", 0.5))

    assert of(bench.pass_time(OPEN_SILENCE_S), do.RestartWorker) == []
    assert len(of(bench.pass_time(1.0), do.RestartWorker)) == 1


def test_worker_that_does_not_even_begin_to_open_is_restarted_sooner() -> None:
    bench = Bench()
    bench.say(offer(), manifest())
    bench.core.assets_found(JOB, {DIGEST}, 0.0)

    assert of(bench.pass_time(FIRST_WORD_S), do.RestartWorker) == []
    assert len(of(bench.pass_time(1.0), do.RestartWorker)) == 1


# -- what comes too late, or is not what it should be -------------------------------------------


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


# -- the worker's words -------------------------------------------------------------------------


def test_word_of_the_worker_that_means_nothing_to_a_job_is_dropped() -> None:
    bench = Bench()
    bench.open()

    assert bench.worker(Pong(1)) == []


def test_progress_of_a_worker_whose_scene_is_open_is_not_told() -> None:
    bench = Bench()
    bench.open()

    assert bench.worker(WorkerProgress("late", 0.5)) == []


def test_worker_that_dies_while_files_come_fails_nothing() -> None:
    bench = Bench()
    bench.say(offer(), manifest())

    out = bench.core.worker_exited("signal 9", 0.0)

    assert states(out) == []
    assert bench.core.job is not None


def test_availability_that_is_as_it_was_changes_nothing() -> None:
    bench = Bench()
    bench.open()

    assert bench.core.set_availability(Availability(False, 2, ""), 0.0) == []


def test_word_that_means_nothing_to_a_server_changes_nothing() -> None:
    bench = Bench()
    bench.open()

    assert bench.say(JobStatus(JOB, "ready", 1.0, "")) == []
