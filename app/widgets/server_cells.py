"""What the cells of the server list say: shown, spoken, as a tip, and what they are sorted by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.system.translation import translate, word
from app.values.session_types import ServerEntry, ServerState, ServerStatus
from app.widgets.local_numbers import format_whole
from app.widgets.server_columns import (
    ADDRESS,
    BUCKETS,
    COLUMNS,
    CORES,
    ERROR,
    NAME,
    PING,
    PORT,
    RESOLVED,
    SPEED,
    STATE,
    VERSION,
)
from app.widgets.server_numbers import format_ping, format_rate, format_share
from app.widgets.server_words import detail_text, find_ways_out, state_text


@dataclass(frozen=True)
class NameLookup:
    """What a look-up of a row's address gave: addresses, or why there are none."""

    addresses: tuple[str, ...] = ()
    problem: str = ""
    running: bool = False


@dataclass(frozen=True)
class Row:
    """A server as of now.

    Attributes:
        addresses: behind it, from the look-up or from the connection.
        now_s: of the clock that `ServerStatus.retry_at_s` is of.
    """

    entry: ServerEntry
    status: ServerStatus
    lookup: NameLookup = NameLookup()
    addresses: tuple[str, ...] = ()
    now_s: float = 0.0


def cell_text(row: Row, column: int) -> str:
    """Return what a cell shows."""
    entry, status = row.entry, row.status
    if column == NAME:
        return word(entry.label) if entry.local else entry.label
    if column == ADDRESS:
        return translate("servers", "this computer") if entry.local else entry.address
    if column == PORT:
        if entry.guest and not entry.port:
            return translate("servers", "dialled in")
        return translate("servers", "auto") if entry.local else str(entry.port)
    if column == RESOLVED:
        return _resolved_text(row)
    if column == STATE:
        return state_text(status, row.now_s)
    return {
        BUCKETS: format_whole(status.buckets_done) if status.buckets_done else "",
        SPEED: format_rate(status.samples_per_s),
        CORES: format_whole(status.threads) if status.threads else "",
        PING: "" if status.ping_s is None else format_ping(status.ping_s),
        VERSION: status.version,
        ERROR: status.error,
    }[column]


def cell_speech(row: Row, column: int) -> str:
    """Return what a screen reader says of a cell."""
    said = cell_text(row, column) or translate("servers", "none")
    if column == BUCKETS and row.status.share > 0:
        said = _buckets_tip(row.status)
    text = f"{word(COLUMNS[column])}: {said}"
    ways = find_ways_out(row.entry, row.status) if column == STATE else ()
    return f"{text}. {word(ways[0].tip)}" if ways else text


def cell_tip(row: Row, column: int) -> str:
    """Return what more there is to say about a cell."""
    entry, status = row.entry, row.status
    if column == STATE:
        lines = [cell_text(row, STATE), status.slow, detail_text(status), status.error]
        return "\n".join(dict.fromkeys(line for line in lines if line))
    if column == RESOLVED and row.lookup.problem:
        return row.lookup.problem
    if column == BUCKETS and status.share > 0:
        return _buckets_tip(status)
    if column == NAME:
        if entry.guest:
            return translate("servers", "It came by itself and renders while it is here.")
        return "\n".join(
            (
                cell_text(row, NAME),
                translate("servers", "Ticked servers render. Space switches the selected ones."),
                translate("servers", "Drag rows, or press Alt+Up and Alt+Down, to order the list."),
            )
        )
    return cell_text(row, column)


def header_tip(column: int) -> str:
    """Return what a column's title does, and does not."""
    return "\n".join(
        (
            word(COLUMNS[column]),
            translate(
                "servers",
                "The order of the list is the order of preference: with Max servers the first\n"
                "that can render do so, and the next one steps in when one fails.",
            ),
            translate(
                "servers",
                "A click here sorts nothing. Right click: choose columns, or order the list once.",
            ),
        )
    )


def sort_key(row: Row, column: int) -> tuple[bool, float, list[tuple[int, str]]]:
    """Return what orders rows by a column: numbers large first, texts as people count in them."""
    status = row.status
    numbers = {
        BUCKETS: status.share or status.buckets_done,
        SPEED: status.samples_per_s,
        CORES: status.threads,
        PING: None if status.ping_s is None else -status.ping_s,
        PORT: -row.entry.port,
    }
    if column in numbers:
        number = numbers[column]
        return number is None, -(number or 0.0), []
    text = cell_text(row, column)
    return not text, 0.0, _natural(text)


def _natural(text: str) -> list[tuple[int, str]]:
    """Let studio-2 stand before studio-10. Parts are digits and others in turns."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(int(part) if part.isdecimal() else 0, part) for part in parts]


def _resolved_text(row: Row) -> str:
    if row.lookup.running:
        return word(ServerState.RESOLVING.value)
    if row.lookup.problem:
        return word(ServerState.NAME_NOT_FOUND.value)
    return ", ".join(row.addresses)


def _buckets_tip(status: ServerStatus) -> str:
    text = translate("servers", "{} buckets, {} of the frame")
    return text.format(format_whole(status.buckets_done), format_share(status.share))
