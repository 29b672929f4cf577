"""The worker over real pipes, with an engine that paints numbers."""

import os
import threading
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

import app.serving.worker
import renderer.engine
from app.frames.jobs import encode_settings
from app.serving.worker import FrameWriter, Worker, read_frames
from network.messages import (
    AssetFile,
    Assign,
    Canary,
    Cancel,
    EndJob,
    Result,
    UnitFailed,
    WorkerOpen,
    WorkerOpened,
    WorkerReady,
)
from renderer.scene import SceneError
from renderer.settings import RenderSettings

JOB, OTHER = "ab" * 16, "cd" * 16
WAIT_S = 10.0


class FakeEngine:
    """Paints each pixel with its x; `hold` keeps render threads inside a tile."""

    components = 4
    seconds_component = -1
    least_samples = 0

    def __init__(self) -> None:
        self.open_error: Exception | None = None
        self.render_error = ""
        self.hold = threading.Event()
        self.hold.set()

    def engine_class(self) -> str:
        return "fake1"

    def open(self, _source, scene, settings, progress):
        progress("reading", 0.5)
        if self.open_error is not None:
            raise self.open_error
        return SimpleNamespace(text=f"{scene} with {settings.samples} samples")

    def open_scene(self, scene, settings) -> None:
        """Only the test picture comes this way."""

    def close(self) -> None:
        """Nothing is kept."""

    def render(self, region, first_sample, samples, out):
        self.hold.wait(WAIT_S)
        if self.render_error:
            raise RuntimeError(self.render_error)
        out[...] = np.arange(region.x, region.x + region.width)[None, :, None]


class World:
    """A worker in this process, and the front's end of its pipe."""

    def __init__(self, engine: FakeEngine, folder) -> None:
        self.engine = engine
        reader, writer = os.pipe()
        self._writer = os.fdopen(writer, "wb")
        self._reader = os.fdopen(reader, "rb")
        self.worker = Worker(FrameWriter(self._writer), 1, folder)
        self._frames = read_frames(self._reader)
        assert self.next(WorkerReady)[0] == WorkerReady("fake1")
        self.canary = self.next(Canary)

    def next(self, kind):
        """The next frame of this kind; pings and progress may come before it."""
        for message, payload in self._frames:
            if isinstance(message, kind):
                return message, payload
        raise AssertionError(f"the pipe ended before a {kind}")

    def open(self, job: str = JOB, settings: bytes | None = None) -> WorkerOpened:
        if settings is None:
            settings = encode_settings(RenderSettings(width=32, height=16, samples=2))
        payload = msgspec.msgpack.encode([AssetFile("a.glb", "/nowhere/a.glb")])
        self.worker.handle(WorkerOpen(job, "a.glb", settings), payload)
        return self.next(WorkerOpened)[0]

    def assign(self, lease: int, job: str = JOB, x: int = 0) -> None:
        self.worker.handle(
            Assign(
                job=job, unit=lease, lease=lease, x=x, y=0, width=8, height=4,
                first_sample=0, samples=2,
            ),
            b"",
        )  # fmt: skip

    def close(self) -> None:
        self.engine.hold.set()
        self.worker.close()
        self._writer.close()
        self._reader.close()


@pytest.fixture
def world(monkeypatch, tmp_path):
    engine = FakeEngine()
    monkeypatch.setattr(renderer.engine, "TracerEngine", lambda threads_hint: engine)
    monkeypatch.setattr(app.serving.worker, "warm_up", lambda *_: None)
    made = World(engine, tmp_path)
    yield made
    made.close()


def test_worker_sends_its_test_picture_before_anything_else(world):
    message, payload = world.canary

    assert message == Canary("fake1")
    assert np.frombuffer(payload, "<f4").reshape(16, 16, 4)[0, :, 0].tolist() == list(range(16))


def test_worker_opens_a_scene_and_delivers_pixels(world):
    assert world.open() == WorkerOpened(JOB, "", "a.glb with 2 samples")

    world.assign(7, x=8)
    result, payload = world.next(Result)

    assert (result.job, result.unit, result.lease) == (JOB, 7, 7)
    pixels = np.frombuffer(payload, dtype="<f4").reshape(4, 8, 4)
    np.testing.assert_array_equal(pixels[0, :, 0], np.arange(8, 16))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SceneError("a.glb: has no camera 'x'"), "a.glb: has no camera 'x'"),
        (MemoryError(), "this computer has too little memory for the scene"),
        (RuntimeError("a bug"), "RuntimeError: a bug"),
    ],
)
def test_worker_tells_why_a_scene_does_not_open_and_takes_the_next(world, error, words, caplog):
    world.engine.open_error = error
    assert world.open().error == words

    world.engine.open_error = None
    assert world.open(OTHER).error == ""


def test_worker_refuses_settings_that_are_none(world):
    assert "width" in world.open(settings=b'{"width": -1}').error


def test_worker_fails_a_bucket_of_a_scene_that_is_not_open(world):
    world.open()

    world.assign(1, job=OTHER)

    failed, _ = world.next(UnitFailed)
    assert (failed.job, failed.lease, failed.crashed) == (OTHER, 1, False)


def test_worker_tells_of_a_bucket_that_fails_and_renders_the_next(world):
    world.open()
    world.engine.render_error = "division by zero"
    world.assign(1)
    failed, _ = world.next(UnitFailed)
    assert "division by zero" in failed.text

    world.engine.render_error = ""
    world.assign(2)
    assert world.next(Result)[0].lease == 2


@pytest.mark.parametrize("end", [Cancel(JOB, [1]), EndJob(JOB)])
def test_worker_says_nothing_of_what_was_cancelled(world, end):
    world.open()
    world.engine.hold.clear()
    world.assign(1)

    world.worker.handle(end, b"")
    world.engine.hold.set()
    world.open(JOB)
    world.assign(2)

    assert world.next(Result | UnitFailed)[0].lease == 2


def test_end_of_another_job_changes_nothing(world):
    world.open()

    world.worker.handle(EndJob(OTHER), b"")
    world.assign(1)

    assert world.next(Result)[0].lease == 1
