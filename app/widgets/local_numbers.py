"""Numbers as people here write them: the decimal comma, the grouping of thousands.

For what is read on the screen. Files, logs and what is copied for other programs keep Python's own
form, which every program reads.
"""

from __future__ import annotations

from PySide6.QtCore import QLocale

_Option = QLocale.NumberOption


def format_whole(value: int, *, grouped: bool = True) -> str:
    """Return a count, as "12,345"; a place in a picture is better left ungrouped."""
    return _locale(grouped).toString(value)


def format_fixed(value: float, decimals: int, *, signed: bool = False) -> str:
    """Return a number with so many decimals, as "1,234.5"; `signed` writes the plus, too."""
    return _sign(value, signed) + _locale(grouped=True).toString(value, "f", decimals)


def format_digits(value: float, digits: int, *, signed: bool = False) -> str:
    """Return a number with so many significant digits, as "0.1234" or "1.2e-05".

    Thousands are not grouped: values of light stand side by side, and a comma would look like the
    end of one.
    """
    return _sign(value, signed) + _locale(grouped=False).toString(value, "g", digits)


def _sign(value: float, signed: bool) -> str:
    return "+" if signed and value >= 0 else ""


def _locale(grouped: bool) -> QLocale:
    """Return the locale of the user, by which number fields write, too."""
    locale = QLocale()
    options = locale.numberOptions() & ~_Option.OmitGroupSeparator
    locale.setNumberOptions(options if grouped else options | _Option.OmitGroupSeparator)
    return locale
