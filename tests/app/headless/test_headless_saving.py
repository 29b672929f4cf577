"""What a command line render leaves on the disk, whole or stopped, denoised or not."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from PIL import Image

from app.headless import headless_saving
from app.headless.cli_progress import Reporter
from app.headless.headless import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, Plan
from app.headless.headless_saving import describe_rest, save_everything
from app.values.session_types import DistributedSettings, FrameReport, RenderRequest, ServerReport
from renderer.buckets import Region
from renderer.denoise import DenoiseCancelledError, DenoiseError
from renderer.display import Look, to_display
from renderer.film import Film
from renderer.output_options import OutputOptions
from renderer.settings import RenderSettings


class Listener(Reporter):
    """Notes what people are told."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.errors: list[str] = []

    def saved(self, path: Path) -> None:
        self.files.append(path.name)

    def error(self, text: str) -> None:
        self.errors.append(text)


@pytest.fixture
def film() -> Film:
    film = Film(16, 8)
    film.put(Region(0, 0, 16, 8), np.random.default_rng(1).random((8, 16, 4), np.float32))
    return film


def make_plan(folder: Path, *names: str, **changes) -> Plan:
    request = RenderRequest(Path("room.glb"), RenderSettings(width=16, height=8, samples=4))
    plan = Plan(
        request=request,
        outputs=tuple(folder / name for name in names),
        report=None,
        look=Look("srgb", 1.0),
        image_options=OutputOptions(half=True),
        denoise=False,
        stamp="",
        threads=1,
        servers=(),
        distributed=DistributedSettings(),
        reporter=Listener(),
    )
    return dataclasses.replace(plan, **changes)


def make_report(**changes) -> FrameReport:
    report = FrameReport(
        frame_sha256="ab12", complete=True, wall_s=2.0, first_bucket_s=0.1, samples_per_s=256.0,
        engine="tracer1", seed=0, width=16, height=8, samples=4,
        bucket_width=64, bucket_height=64, order="spiral", buckets=1, buckets_done=1,
        servers=(ServerReport("studio-2", "10.0.0.2", 1, render_s=1.5),),
    )  # fmt: skip
    return dataclasses.replace(report, **changes)


def read_exr(path: Path) -> tuple[dict, dict[str, np.ndarray]]:
    file = OpenEXR.File(str(path), separate_channels=True)
    return file.header(), {name: channel.pixels for name, channel in file.channels().items()}


def test_complete_frame_is_saved_in_every_asked_format(tmp_path, film):
    plan = make_plan(tmp_path, "a.png", "a.exr")

    assert save_everything(plan, film, make_report()) == EXIT_OK

    assert plan.reporter.files == ["a.png", "a.exr"]
    with Image.open(tmp_path / "a.png") as image:
        shown = to_display(film.pixels, Look("srgb", 1.0))
        np.testing.assert_array_equal(np.asarray(image), shown)
    header, planes = read_exr(tmp_path / "a.exr")
    assert planes["R"].dtype == np.float16
    assert header["brigade:servers"] == "studio-2: 1 buckets, 1.5 s"
    assert header["brigade:frame_sha256"] == "ab12"
    assert json.loads(header["brigade:settings"])["samples"] == 4


def test_stopped_frame_is_saved_beside_the_asked_name_and_not_denoised(tmp_path, film, monkeypatch):
    monkeypatch.setattr(headless_saving, "denoise_film", lambda *_: pytest.fail("denoised"))
    plan = make_plan(tmp_path, "a.exr", denoise=True)

    assert save_everything(plan, film, make_report(complete=False)) == EXIT_FAILED

    assert plan.reporter.files == ["a.partial.exr"]


def test_denoised_frame_keeps_the_noisy_one_as_a_layer(tmp_path, film, monkeypatch):
    clean = np.full((8, 16, 4), 0.25, np.float32)
    monkeypatch.setattr(headless_saving, "denoise_film", lambda *_: clean)
    monkeypatch.setattr("app.saving.finishing.describe_denoiser", lambda: "denoiser 1")
    plan = make_plan(tmp_path, "a.exr", denoise=True, image_options=OutputOptions())

    assert save_everything(plan, film, make_report()) == EXIT_OK

    header, planes = read_exr(tmp_path / "a.exr")
    assert (planes["G"] == 0.25).all()
    np.testing.assert_array_equal(planes["noisy.G"], film.pixels[..., 1])
    assert header["brigade:denoiser"] == "denoiser 1"


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (DenoiseCancelledError(), EXIT_INTERRUPTED, "stopped: the noisy picture is saved"),
        (DenoiseError("out of memory"), EXIT_FAILED, "out of memory; the noisy picture is saved"),
    ],
)
def test_noisy_picture_is_saved_when_denoising_ends_early(
    tmp_path, film, monkeypatch, error, status, told
):
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(headless_saving, "denoise_film", fail)
    plan = make_plan(tmp_path, "a.exr", denoise=True, image_options=OutputOptions())

    assert save_everything(plan, film, make_report()) == status

    assert told in plan.reporter.errors[0]
    np.testing.assert_array_equal(read_exr(tmp_path / "a.exr")[1]["B"], film.pixels[..., 2])


def test_frame_stamp_is_burnt_into_pictures_and_told_in_exr(tmp_path):
    film = Film(400, 100)
    film.put(Region(0, 0, 400, 100), np.full((100, 400, 4), 0.5, np.float32))
    plan = make_plan(tmp_path, "a.png", "a.exr", stamp="%scene, %samples samples by %servers")

    assert save_everything(plan, film, make_report()) == EXIT_OK

    with Image.open(tmp_path / "a.png") as image:
        assert image.info["brigade:stamp"] == "room.glb, 4 samples by studio-2"
        codes = np.asarray(image)
    assert len(np.unique(codes[80:])) > 10
    assert len(np.unique(codes[:80])) == 1
    header, planes = read_exr(tmp_path / "a.exr")
    assert header["brigade:stamp"] == "room.glb, 4 samples by studio-2"
    assert (planes["R"] == 0.5).all()


def test_one_file_that_cannot_be_written_does_not_keep_the_others_from_it(tmp_path, film):
    plan = make_plan(tmp_path, "nowhere/a.png", "b.png", report=tmp_path / "r.json")

    assert save_everything(plan, film, make_report()) == EXIT_FAILED

    assert plan.reporter.files == ["b.png"]
    assert "there is no folder" in plan.reporter.errors[0]
    assert json.loads((tmp_path / "r.json").read_text())["frame_sha256"] == "ab12"


def test_rest_of_a_frame_is_not_promised_whole_when_the_journal_could_not_be_written(tmp_path):
    journal = tmp_path / "a.exr.journal"

    assert "keeps what is rendered:" in describe_rest(journal)
    assert "keeps what could be written of the frame:" in describe_rest(journal, "No space left")
    assert "--resume" in describe_rest(journal, "No space left")
