"""Rates, shares and round trips of servers, for people: with units, in the user's locale."""

from __future__ import annotations

import math

from app.system.translation import translate
from app.widgets.local_numbers import format_fixed, format_whole


def format_rate(samples_per_s: float) -> str:
    """Return samples per second with a readable unit, "" for nothing."""
    if samples_per_s <= 0:
        return ""
    if samples_per_s >= 1e6:
        text = translate("numbers", "{} Msamples/s")
        return text.format(_three_digits(samples_per_s / 1e6))
    if samples_per_s >= 1e3:
        text = translate("numbers", "{} ksamples/s")
        return text.format(_three_digits(samples_per_s / 1e3))
    return translate("numbers", "{} samples/s").format(format_whole(round(samples_per_s)))


def format_share(share: float) -> str:
    """Return a share of 1 in percent: a decimal below ten, so that small ones are not nothing."""
    percent = 100.0 * share
    decimals = 1 if 0.0 < percent < 9.95 else 0
    return translate("numbers", "{} %").format(format_fixed(percent, decimals))


def format_ping(seconds: float) -> str:
    """Return a round trip in milliseconds."""
    return translate("numbers", "{} ms").format(format_fixed(seconds * 1000.0, 1))


def _three_digits(value: float) -> str:
    """As many decimals as make three digits, so that a live number does not change its width."""
    whole = math.floor(math.log10(value)) + 1
    return format_fixed(value, max(0, 3 - whole))
