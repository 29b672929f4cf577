import pytest

from network.text import clean, clip_bytes, clip_name, clip_text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("studio-2 äß 東京 🫖", "studio-2 äß 東京 🫖"),
        ("two\nlines\r\x1b[31mred\0", "two lines  [31mred "),
        ("abc\u202egnp.exe\u2066", "abc gnp.exe "),
        ("\ud800x", " x"),
        ("a\u2028b\u00ad", "a b "),
    ],
)
def test_clean_text_cannot_break_a_line_or_turn_it_round(text, cleaned):
    assert clean(text) == cleaned


def test_clip_bytes_never_cuts_a_character():
    assert clip_bytes("aä東🫖", 20) == "aä東🫖"
    assert [clip_bytes("ä東", n) for n in range(6)] == ["", "", "ä", "ä", "ä", "ä東"]
    assert clip_bytes("\ud800", 9) == "?"


def test_names_and_texts_fit_their_messages():
    assert clip_name("n" * 100) == "n" * 64
    assert clip_text("t\n" * 2000) == "t " * 1000
