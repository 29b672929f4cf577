"""Every format is read back; a file appears whole or not at all."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from PIL import Image

from renderer import output
from renderer.display import Look, to_display
from renderer.output import OutputError, check_output_path, known_extensions, save_image

EIGHT_BIT = [".png", ".jpg", ".jpeg", ".tif", ".tiff"]
METADATA = {"scene": "Küche.glb", "seed": 2**32 - 1, "samples": 64, "wall_s": 1.5}


@pytest.fixture
def pixels() -> np.ndarray:
    """A smooth ramp that JPEG keeps well."""
    y, x = np.mgrid[0:40, 0:60].astype(np.float32)
    return np.stack([x / 60, y / 40, (x + y) / 200, np.ones_like(x)], axis=2)


@pytest.fixture
def file_size_limit():
    """Lets the operating system refuse to write more than so many bytes to any file."""
    resource = pytest.importorskip("resource", reason="needs POSIX resource limits")

    @contextlib.contextmanager
    def limit(size: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limit


def read_exr(path: Path) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    file = OpenEXR.File(str(path))
    return file.header(), {name: c.pixels for name, c in file.channels().items()}


@pytest.mark.parametrize("extension", EIGHT_BIT)
def test_eight_bit_file_holds_what_the_view_shows(tmp_path, pixels, extension):
    path = tmp_path / f"frame{extension}"

    save_image(path, pixels, look=Look("srgb", 1.0))

    with Image.open(path) as image:
        assert image.mode == "RGB"
        saved = np.asarray(image).astype(int)
    exact = to_display(pixels, Look("srgb", 1.0)).astype(int)
    assert np.abs(saved - exact).max() <= (12 if "j" in extension else 0)


def test_exr_file_holds_the_light_bit_for_bit(tmp_path, pixels):
    pixels[0, 0] = [65536.5, -0.25, 1e-30, 0.5]

    save_image(tmp_path / "frame.exr", pixels, look=Look("srgb", 3.0))

    _, channels = read_exr(tmp_path / "frame.exr")
    assert channels["RGBA"].dtype == np.float32
    np.testing.assert_array_equal(channels["RGBA"], pixels)


def test_exr_file_has_no_alpha_when_the_film_has_none(tmp_path, pixels):
    save_image(tmp_path / "frame.exr", pixels[:, :, :3])

    assert list(read_exr(tmp_path / "frame.exr")[1]) == ["RGB"]


def test_exr_header_carries_the_metadata_even_of_numbers_over_32_bits(tmp_path, pixels):
    save_image(tmp_path / "frame.exr", pixels, metadata=METADATA)

    header, _ = read_exr(tmp_path / "frame.exr")
    assert header["brigade:scene"] == "Küche.glb"
    assert header["brigade:seed"] == str(2**32 - 1)
    assert header["brigade:samples"] == 64
    assert header["brigade:wall_s"] == 1.5


def test_png_text_carries_the_metadata(tmp_path, pixels):
    save_image(tmp_path / "frame.png", pixels, metadata=METADATA)

    with Image.open(tmp_path / "frame.png") as image:
        assert image.info["brigade:scene"] == "Küche.glb"
        assert image.info["brigade:samples"] == "64"
        assert image.info["Software"] == "Bucket Brigade"
        assert "srgb" in image.info


@pytest.mark.parametrize("extension", [".jpg", ".tif"])
def test_description_tag_carries_the_metadata(tmp_path, pixels, extension):
    path = tmp_path / f"frame{extension}"

    save_image(path, pixels, metadata=METADATA)

    with Image.open(path) as image:
        description = image.getexif()[output.DESCRIPTION]
    assert "brigade:samples=64" in description
    assert "brigade:scene=K\\xfcche.glb" in description


def test_metadata_is_cut_and_freed_of_control_characters(tmp_path, pixels):
    save_image(tmp_path / "a.png", pixels, metadata={"servers": "a\x1b[31m\n" + "x" * 100_000})

    with Image.open(tmp_path / "a.png") as image:
        text = image.info["brigade:servers"]
    assert text.startswith("a [31m x")
    assert len(text) == output.MAX_METADATA_CHARACTERS


@pytest.mark.parametrize("name", ["frame.bmp", "frame", "frame.png.bak"])
def test_unknown_extension_is_refused_with_the_known_ones(tmp_path, pixels, name):
    for attempt in (check_output_path, lambda path: save_image(path, pixels)):
        with pytest.raises(OutputError, match=r"use one of \.png \.jpg \.jpeg \.tif \.tiff \.exr"):
            attempt(tmp_path / name)


def test_missing_folder_is_named(tmp_path, pixels):
    for attempt in (check_output_path, lambda path: save_image(path, pixels)):
        with pytest.raises(OutputError, match=r"there is no folder .*nowhere"):
            attempt(tmp_path / "nowhere" / "frame.png")


def test_folder_with_an_images_name_is_refused(tmp_path):
    (tmp_path / "frame.png").mkdir()

    with pytest.raises(OutputError, match="it is a folder"):
        check_output_path(tmp_path / "frame.png")


@pytest.mark.skipif(
    sys.platform == "win32" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="root may write everywhere, and Windows has no such folder modes",
)
def test_folder_without_permission_is_refused(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)

    with pytest.raises(OutputError, match="no permission to write in that folder"):
        check_output_path(locked / "frame.png")


@pytest.mark.parametrize("extension", known_extensions())
def test_check_leaves_nothing_behind_and_the_old_file_alone(tmp_path, extension):
    old = tmp_path / f"frame{extension}"
    old.write_bytes(b"old")

    check_output_path(old)
    check_output_path(tmp_path / f"new{extension}")

    assert old.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [old]


@pytest.mark.parametrize("extension", known_extensions())
def test_old_file_is_replaced_and_nothing_else_left(tmp_path, pixels, extension):
    path = tmp_path / f"frame{extension.upper()}"
    path.write_bytes(b"old")

    save_image(path, pixels)

    assert path.stat().st_size > 100
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failing", ["write", "flush", "replace"])
def test_old_file_is_intact_when_the_disk_is_full(tmp_path, pixels, monkeypatch, failing):
    def fail(*_args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    target = {
        "write": (output._ENCODERS, ".png"),
        "flush": (output, "_flush_to_disk"),
        "replace": (output.os, "replace"),
    }[failing]
    if failing == "write":
        monkeypatch.setitem(*target, fail)
    else:
        monkeypatch.setattr(*target, fail)
    path = tmp_path / "frame.png"
    path.write_bytes(b"old")

    with pytest.raises(OutputError, match="the disk is full; free some space"):
        save_image(path, pixels)

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("extension", known_extensions())
@pytest.mark.parametrize("scale", [1, 8])  # fails in the last buffer's flush, or earlier
def test_old_file_is_intact_when_the_disk_takes_only_a_part(
    tmp_path, pixels, file_size_limit, extension, scale
):
    path = tmp_path / f"frame{extension}"
    path.write_bytes(b"old")
    output.PillowImage.init()  # its plugins are imported, and so compiled, on first use
    large = np.random.default_rng(1).random((40 * scale, 60 * scale, 4), dtype=np.float32)

    with file_size_limit(1000), pytest.raises(OutputError, match=r"disk|File too large"):
        save_image(path, large)

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_symbolic_link_stays_one(tmp_path, pixels):
    link = tmp_path / "latest.png"
    link.symlink_to(tmp_path / "frame.png")

    save_image(link, pixels)

    assert link.is_symlink()
    assert (tmp_path / "frame.png").stat().st_size > 100
