"""`.cube` files as programs write them, and as they should not be."""

import hashlib

import numpy as np
import pytest

from renderer import cube_file
from renderer.cube_file import LutError, parse_cube, read_cube
from renderer.lut import Domain

CORNERS = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
CUBE = f'TITLE "Warm evening"\n# made by hand\nLUT_3D_SIZE 2\n\n{CORNERS}\n'


def parse(text):
    return parse_cube(text, "show.cube", "show")


def test_cube_has_red_fastest():
    lut = parse(CUBE)

    assert lut.name == "Warm evening"
    assert lut.curves is None
    assert lut.cube[:, 0, 0, 1].tolist() == [1, 0, 0]
    assert lut.cube[:, 0, 1, 0].tolist() == [0, 1, 0]
    assert lut.cube[:, 1, 0, 0].tolist() == [0, 0, 1]


def test_curves_have_a_domain():
    lut = parse(
        "LUT_1D_SIZE 3\nDOMAIN_MIN -0.5 0 0\nDOMAIN_MAX 2 4.0 8e0\n0 0 0\n.5 .5 .5\n1 1 1\n"
    )

    assert lut.cube is None
    assert lut.curves.tolist() == [[0.0] * 3, [0.5] * 3, [1.0] * 3]
    assert lut.curves_domain == Domain((-0.5, 0.0, 0.0), (2.0, 4.0, 8.0))
    assert lut.name == "show"


def test_curves_before_a_cube_have_ranges_of_their_own():
    ranges = "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 16\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 0.5\n"
    lut = parse(f"{ranges}0 0 0\n0.5 0.5 0.5\n{CORNERS}")

    assert lut.curves_domain == Domain(high=(16.0,) * 3)
    assert lut.cube_domain == Domain(high=(0.5,) * 3)
    assert lut.cube.shape == (3, 2, 2, 2)


def test_comments_blank_lines_tabs_signs_and_line_ends_of_all_systems_are_taken():
    plain = parse(CUBE)
    odd = CUBE.replace("1 0 0\n", "+1.0\t0e0  -0 # red\n\n# between\n").replace("\n", "\r\n")
    np.testing.assert_array_equal(parse(odd).cube, plain.cube)


def test_file_is_read_with_mark_and_letters_of_another_encoding(tmp_path):
    path = tmp_path / "grün.cube"
    path.write_bytes(b"\xef\xbb\xbf" + CUBE.replace("evening", "Gr\xfcn").encode("latin-1"))

    lut, digest = read_cube(path)

    assert lut.name.startswith("Warm Gr")
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_large_cube_is_read_in_blocks(monkeypatch):
    monkeypatch.setattr(cube_file, "BLOCK_LINES", 7)
    axis = np.linspace(0, 1, 9)
    rows = [f"{r:.6f} {g:.6f} {b:.6f}" for b in axis for g in axis for r in axis]
    lut = parse("LUT_3D_SIZE 9\n" + "\n".join([*rows[:100], "# half way", *rows[100:]]))
    np.testing.assert_allclose(lut.cube[:, 2, 5, 7], [0.875, 0.625, 0.25])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "neither LUT_1D_SIZE nor LUT_3D_SIZE"),
        ("solid cube\nvertex 0 0 0", "line 1: 'SOLID' is not known"),
        ("LUT_3D_SIZE 1\n0 0 0", "line 1: LUT_3D_SIZE must be from 2 to 129, not 1"),
        ("LUT_3D_SIZE 256\n", "from 2 to 129, not 256"),
        ("LUT_1D_SIZE 65537\n", "from 2 to 65536, not 65537"),
        ("LUT_3D_SIZE two\n", "line 1: LUT_3D_SIZE needs one whole number"),
        ("LUT_3D_SIZE ²\n", "needs one whole number"),
        ("# x\nLUT_3D_SIZE 2\nLUT_3D_SIZE 2\n", "line 3: LUT_3D_SIZE stands there a second time"),
        ("LUT_3D_SIZE 2\nDOMAIN_MIN 0 0\n", "line 2: DOMAIN_MIN needs 3 numbers, not 2"),
        ("LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\n", "line 2: 'LUT_IN_VIDEO_RANGE' is not known"),
        (CUBE.replace("1 0 0", "1,0 0 0"), "line 6: '1,0' is no number; numbers have a decimal po"),
        (CUBE.replace("1 0 0", "1 0"), "line 6: a colour is three numbers, not 2"),
        (CUBE.replace("1 0 0", "1 0 nan"), "line 6: 'nan' is no number"),
        (CUBE.replace("1 0 0", "1 0 1e39"), "line 6: '1e39' is no number"),
        (CUBE.replace("1 0 0", "1 0 1_0"), "line 6: '1_0' is no number"),
        (CUBE.replace("1 0 0", "1 0 ١"), "is no number"),
        (CUBE.replace("1 1 1", ""), "ends after 7 of 8 colours; it was not copied whole"),
        (CUBE + "0 0 0\n", "more than the 8 colours"),
        (CUBE.replace("LUT_3D_SIZE 2", "LUT_3D_SIZE 2\nDOMAIN_MAX 1 0 1"), "ends where it begins"),
        (CUBE.replace("LUT_3D_SIZE 2", "LUT_3D_SIZE 2\nDOMAIN_MAX 1 inf 1"), "line 4: 'inf' is no"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(text, words):
    with pytest.raises(LutError) as caught:
        parse(text)
    assert str(caught.value).startswith("show.cube")
    assert words in str(caught.value)


def test_missing_and_oversized_files_are_named(tmp_path, monkeypatch):
    path = tmp_path / "away.cube"
    with pytest.raises(LutError, match=r"there is no LUT .*away\.cube"):
        read_cube(path)
    with pytest.raises(LutError, match="cannot read the LUT"):
        read_cube(tmp_path)
    path.write_text(CUBE)
    monkeypatch.setattr(cube_file, "MAX_FILE_BYTES", 20)
    with pytest.raises(LutError, match="no LUT is"):
        read_cube(path)
