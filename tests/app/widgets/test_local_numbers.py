import math

import pytest
from PySide6.QtCore import QLocale

from app.widgets.local_numbers import format_digits, format_fixed, format_whole


@pytest.fixture
def german():
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


def test_numbers_are_written_as_in_english_by_default_in_tests():
    assert format_whole(1234567) == "1,234,567"
    assert format_fixed(1234.5, 2) == "1,234.50"
    assert format_digits(0.000012344, 3) == "1.23e-05"


def test_numbers_are_written_as_germans_do_where_that_is_the_locale(german):
    assert format_whole(1234567) == "1.234.567"
    assert format_fixed(1234.5, 1) == "1.234,5"
    assert format_digits(1234.56, 6) == "1234,56"


def test_place_in_a_picture_has_no_thousands(german):
    assert format_whole(7679, grouped=False) == "7679"


@pytest.mark.parametrize(("value", "text"), [(0.5, "+0.5"), (0.0, "+0"), (-0.5, "-0.5")])
def test_sign_is_written_when_wanted(value, text):
    assert format_digits(value, 3, signed=True) == text


def test_what_is_no_number_has_a_text_too():
    assert format_digits(math.inf, 4) == "inf"
    assert format_digits(math.nan, 4) == "nan"
