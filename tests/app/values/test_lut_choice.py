import pytest

from app.values.lut_choice import LutChoice, from_text


@pytest.mark.parametrize(
    "choice",
    [
        LutChoice(),
        LutChoice(path="/luts/Warm evening.cube"),
        LutChoice(config="$OCIO", display="sRGB - Display", view='Film "A", grün'),
    ],
)
def test_choice_is_the_same_when_it_was_stored(choice):
    assert from_text(choice.to_text()) == choice


def test_choice_has_a_short_name_and_says_where_it_is():
    file = LutChoice(path="/luts/Warm evening.cube")
    assert (file.title, file.place) == ("Warm evening", "/luts/Warm evening.cube")
    view = LutChoice(config="a.ocio", display="sRGB", view="Film")
    assert (view.title, view.place) == ("OCIO Film", "a.ocio: sRGB, Film")


@pytest.mark.parametrize("text", ["{", "{}", '{"path": 1}', '{"other": "x"}', "{]"])
def test_text_that_was_edited_by_hand_is_no_choice(text):
    assert from_text(text) == LutChoice()
