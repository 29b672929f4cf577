"""States of servers in words, what kind of state each is, and the way out of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.system.translation import translate, word
from app.values.session_types import ServerEntry, ServerState, ServerStatus
from app.widgets.local_numbers import format_whole

_READY = (ServerState.IDLE,)
_WORK = (ServerState.RENDERING, ServerState.SYNCING, ServerState.OPENING)
_WAIT = (
    ServerState.RESOLVING,
    ServerState.STARTING,
    ServerState.CONNECTING,
    ServerState.QUEUED,
    ServerState.PAUSED,
    ServerState.ASLEEP,
)
_FAIL = (
    ServerState.NAME_NOT_FOUND,
    ServerState.REFUSED,
    ServerState.TIMED_OUT,
    ServerState.WRONG_VERSION,
    ServerState.WRONG_KEY,
    ServerState.NOT_PAIRED,
    ServerState.OTHER_IDENTITY,
    ServerState.DIFFERENT,
    ServerState.FAILED,
    ServerState.LOST,
)
#: Tried again by themselves, soon: the row counts down. The others need somebody first.
_RETRIED = (
    ServerState.LOST,
    ServerState.REFUSED,
    ServerState.TIMED_OUT,
    ServerState.NAME_NOT_FOUND,
)
#: A server's word while it searches its cache, of `network.job_sync`, which views do not import;
#: a test compares the two.
CHECKING = "checking the files"
#: For icon and colour; the text says the same.
STATE_KINDS: dict[ServerState, str] = {
    **dict.fromkeys(_READY, "ready"),
    **dict.fromkeys(_WORK, "work"),
    **dict.fromkeys(_WAIT, "wait"),
    **dict.fromkeys(_FAIL, "fail"),
    ServerState.DISABLED: "off",
    ServerState.SAME: "off",
    ServerState.NOT_TESTED: "unknown",
}


def state_kind(status: ServerStatus) -> str:
    """Return the kind of a row's state."""
    return "wait" if status.slow else STATE_KINDS[status.state]


def counts_down(status: ServerStatus) -> bool:
    """Whether a row says when its server is tried again."""
    return status.retry_at_s is not None and status.state in _RETRIED


def state_text(status: ServerStatus, now_s: float | None = None) -> str:
    """Return the state in words, with its progress.

    Args:
        status: of the server.
        now_s: of the clock of `retry_at_s`; None: without counting down.
    """
    state = status.state
    if now_s is not None and status.retry_at_s is not None and state in _RETRIED:
        left_s = math.ceil(status.retry_at_s - now_s)
        if left_s > 0:
            text = translate("states", "{}, retrying in {} s ({}/∞)")
            return text.format(word(state.value), left_s, status.attempt)
        return translate("states", "{}, retrying now").format(word(state.value))
    if state is ServerState.QUEUED and status.detail:
        return translate("states", "Busy for {}").format(status.detail)
    if state is ServerState.RENDERING and status.slow:
        return translate("states", "Slow, {} buckets").format(format_whole(status.leases))
    if state is ServerState.RENDERING and status.leases:
        if status.leases == 1:
            return translate("states", "Rendering 1 bucket")
        return translate("states", "Rendering {} buckets").format(format_whole(status.leases))
    text = translate("states", "Checking files") if _checks_files(status) else word(state.value)
    if state in (ServerState.SYNCING, ServerState.OPENING) and status.fraction > 0:
        return f"{text} {math.floor(100 * status.fraction)} %"
    return text


def detail_text(status: ServerStatus) -> str:
    """Return what there is to say beside the state; empty if `state_text` says it all."""
    return "" if _checks_files(status) else status.detail


def _checks_files(status: ServerStatus) -> bool:
    """Nothing is sent yet: the server looks up which files it has."""
    return status.state is ServerState.SYNCING and status.detail == CHECKING


@dataclass(frozen=True)
class WayOut:
    """What the artist can do about a row's state, in the row itself and first in its menu.

    Attributes:
        key: of the action: enable, retry, edit, remove, pair, wake, drain, log, copy_start or
            copy_upgrade.
    """

    key: str
    label: str
    tip: str


START_COMMAND = "brigade server --lan"
UPGRADE_COMMAND = "pipx upgrade bucket-brigade"

_ENABLE = WayOut("enable", "Enable", "Let this server render again")
_RETRY = WayOut("retry", "Retry", "Try to reach this server now")
_EDIT = WayOut("edit", "Edit…", "Correct the address")
_REMOVE = WayOut("remove", "Remove", "Another row stands for this server already")
_PAIR = WayOut("pair", "Pair…", "Type the code that `brigade code` shows on that computer")
_WAKE = WayOut("wake", "Wake", "Wake that computer over the network")
_DRAIN = WayOut("drain", "Let go", "Finish its buckets, then stop: the others are faster")
_LOG = WayOut("log", "Log", "Show what it said")
_UPGRADE = WayOut(
    "copy_upgrade", "Copy fix", "Copy the command that brings that computer up to date"
)
_START = WayOut("copy_start", "Copy start", "Copy the command that starts the server there")

#: For translations.
ALL_WAYS = (
    _ENABLE, _RETRY, _EDIT, _REMOVE, _PAIR, _WAKE, _DRAIN, _LOG, _UPGRADE, _START,
)  # fmt: skip

#: The first is the button in the row; all stand in the menu.
_WAYS: dict[ServerState, tuple[WayOut, ...]] = {
    ServerState.DISABLED: (_ENABLE,),
    ServerState.NAME_NOT_FOUND: (_EDIT, _RETRY),
    ServerState.REFUSED: (_RETRY, _START),
    ServerState.TIMED_OUT: (_RETRY, _START),
    ServerState.LOST: (_RETRY,),
    ServerState.WRONG_VERSION: (_UPGRADE, _RETRY),
    ServerState.DIFFERENT: (_UPGRADE,),
    ServerState.WRONG_KEY: (_PAIR, _RETRY),
    ServerState.NOT_PAIRED: (_PAIR,),
    ServerState.OTHER_IDENTITY: (_PAIR, _EDIT),
    ServerState.FAILED: (_LOG, _RETRY),
    ServerState.SAME: (_REMOVE,),
    ServerState.ASLEEP: (_WAKE, _RETRY),
}
#: What makes no sense for a row that nobody has typed in.
_NOT_FOR_GUESTS = frozenset({"retry", "edit", "pair", "copy_start", "remove"})
_NOT_FOR_LOCAL = frozenset({"edit", "pair", "copy_start", "remove", "copy_upgrade"})


def find_ways_out(entry: ServerEntry, status: ServerStatus) -> tuple[WayOut, ...]:
    """Return what leads out of a row's state, the best first; none if all is well."""
    ways = _WAYS.get(status.state, ())
    if status.slow:
        ways = (_DRAIN,)
    barred = _NOT_FOR_GUESTS if entry.guest else _NOT_FOR_LOCAL if entry.local else frozenset()
    return tuple(way for way in ways if way.key not in barred)
