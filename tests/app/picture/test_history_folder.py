import json

import numpy as np
import pytest

from app.picture.history_folder import HistoryFolder


@pytest.fixture
def folder(tmp_path):
    return HistoryFolder(tmp_path / "history", max_entries=3, max_bytes=10_000)


def picture(value: float, width: int = 4, height: int = 3, components: int = 4) -> np.ndarray:
    return np.full((height, width, components), value, dtype=np.float32)


def test_picture_comes_back_with_equal_bits_and_its_notes(folder):
    pixels = np.random.default_rng(3).normal(size=(5, 7, 4)).astype(np.float32)
    entry = folder.add(pixels, "room", "2026-11-22 14:05", "64 samples")

    assert folder.entries() == [entry]
    assert (entry.width, entry.height, entry.title) == (7, 5, "room")
    assert folder.load(entry).tobytes() == pixels.tobytes()


def test_picture_without_alpha_becomes_opaque_and_channels_beyond_it_are_left_out(folder):
    three = folder.load(folder.add(picture(0.5, components=3), "a", "", ""))
    assert three[0, 0].tolist() == [0.5, 0.5, 0.5, 1.0]

    nine = folder.load(folder.add(picture(0.25, components=9), "b", "", ""))
    assert nine.shape == (3, 4, 4)


def test_oldest_picture_goes_when_there_are_too_many(folder, tmp_path):
    for name in "abcd":
        folder.add(picture(1), name, "", "")

    assert len(folder.entries()) == 3
    assert {entry.title for entry in folder.entries()} >= {"d"}
    assert len(list((tmp_path / "history").glob("*.f32"))) == 3


def test_newest_picture_stays_however_large_it_is(folder):
    folder.add(picture(1), "small", "", "")
    folder.add(picture(1, width=100, height=100), "large", "", "")

    assert "large" in {entry.title for entry in folder.entries()}
    assert len(folder.entries()) == 1


def test_removed_picture_leaves_no_file(folder, tmp_path):
    entry = folder.add(picture(1), "a", "", "")
    folder.remove(entry.key)
    folder.remove(entry.key)

    assert folder.entries() == []
    assert list((tmp_path / "history").iterdir()) == []


@pytest.mark.parametrize(
    "notes",
    [
        "{",
        "[1]",
        json.dumps({"key": "x"}),
        json.dumps(
            {"key": "../up", "title": "", "made": "", "width": 1, "height": 1, "summary": ""}
        ),
        json.dumps({"key": "x", "title": "", "made": "", "width": -1, "height": 1, "summary": ""}),
        json.dumps({"key": "x", "title": 3, "made": "", "width": 1, "height": 1, "summary": ""}),
    ],
)
def test_damaged_notes_are_left_out_and_told(folder, tmp_path, notes, caplog):
    good = folder.add(picture(1), "good", "", "")
    (tmp_path / "history" / "x.json").write_text(notes)

    assert folder.entries() == [good]
    assert "x.json" in caplog.text


def test_picture_of_another_length_is_refused_by_name(folder, tmp_path):
    entry = folder.add(picture(1), "a", "", "")
    path = tmp_path / "history" / f"{entry.key}.f32"
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(ValueError, match="damaged"):
        folder.load(entry)
