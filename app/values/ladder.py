"""The rungs of testing a server, from its name to its speed, each with the way out beside it.

Pure: what a server's row says becomes a step. `brigade test` and the window's *Test* climb it.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

from app.values.session_types import ServerState, ServerStatus

#: All rungs from below to above.
RUNGS = (
    "name", "address", "TCP", "TLS", "key", "identity", "version", "engine", "test picture",
    "benchmark bucket",
)  # fmt: skip
START_IT = (
    "start it there: `brigade server --lan --key-file farm.key`; "
    "a firewall must let TCP port {port} in"
)
#: Rungs below a login: who is logged in has climbed them.
LOGGED_IN = frozenset(
    (
        ServerState.IDLE,
        ServerState.QUEUED,
        ServerState.SYNCING,
        ServerState.OPENING,
        ServerState.RENDERING,
    )
)
_SAME_VERSION = "install the same version of Bucket Brigade on both computers"
_SEE_LOG = "see the server's log: `brigade logs` there, or `brigade logs --bundle` here"
_UNREACHABLE = "switch that computer on, and see that both are on the same network or have a route"
_NAME_THE_KEY = (
    "give both sides the same file with --key-file; a server that was started with --lan and "
    "without a key file takes paired clients only: `brigade code` there, `brigade pair` here"
)
#: What a key file's own error says already, how else it can be.
MEND_KEY_FILE = "mend that file, or name another one with --key-file"
#: Errors of a connection that starting a server does not mend.
_NO_WAY_THERE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)
#: State -> rung and way out.
_FAILURES = {
    ServerState.NAME_NOT_FOUND: ("name", "check the spelling, or use the numeric address"),
    ServerState.REFUSED: ("TCP", START_IT),
    ServerState.TIMED_OUT: ("TCP", START_IT),
    ServerState.ASLEEP: ("TCP", "wake it in the window's server list (*Wake*), or switch it on"),
    ServerState.WRONG_KEY: ("key", _NAME_THE_KEY),
    ServerState.NOT_PAIRED: (
        "key",
        "`brigade code` there shows a code, then here: `brigade pair` with its address",
    ),
    ServerState.OTHER_IDENTITY: ("identity", "`brigade pair --list` shows who was paired"),
    ServerState.WRONG_VERSION: ("version", _SAME_VERSION),
    ServerState.DIFFERENT: ("test picture", _SAME_VERSION + ", and numba and embreex in it"),
    ServerState.FAILED: ("benchmark bucket", _SEE_LOG),
    ServerState.PAUSED: (
        "benchmark bucket",
        "wait until the computer is free, or press *Go on* in the server's window there",
    ),
    ServerState.LOST: ("TCP", "try again; if it stays so, " + _SEE_LOG),
}


@dataclass(frozen=True)
class Step:
    """One rung of the ladder.

    Attributes:
        ok: whether it passed.
        detail: what was found.
        fix: the way out; empty when it passed.
    """

    name: str
    ok: bool
    detail: str
    fix: str = ""


_ENCRYPTED = Step("TLS", True, "encrypted, and bound to the server's certificate")


def judge_tcp(error: OSError, port: int) -> Step:
    """Return the failed rung of a connection that could not be opened."""
    fix = _UNREACHABLE if error.errno in _NO_WAY_THERE else START_IT.format(port=port)
    return Step("TCP", False, f"port {port}: {error.strerror or 'no answer'}", fix)


def judge(status: ServerStatus, port: int) -> Step | None:
    """Return the rung on which a server fails as its row stands, None if it does not (yet)."""
    failure = _FAILURES.get(status.state)
    if failure is None:
        return None
    rung, fix = failure
    if "TLS" in status.detail and rung == "TCP":
        rung = "TLS"
        fix = "is it a Bucket Brigade server that listens on port {port}?"
    detail = status.detail or status.error or status.state.value
    return Step(rung, False, detail, fix.format(port=port))


def steps_below(failed: Step) -> tuple[Step, ...]:
    """Return what a server has passed that fails on one of the rungs of the login."""
    if failed.name in ("key", "identity", "version"):
        return (_ENCRYPTED,)
    return ()


def login_steps(status: ServerStatus, client_version: str) -> tuple[Step, ...]:
    """Return the rungs that a logged-in server has passed."""
    return (
        _ENCRYPTED,
        Step("key", True, "both sides have the same key"),
        Step("version", True, f"server {status.version}, client {client_version}"),
    )


def render_steps(engine: str, samples: int, render_s: float) -> tuple[Step, ...]:
    """Return the rungs that a server with a complete benchmark bucket has passed.

    Nobody gets a bucket whose test picture was wrong.
    """
    rate = samples / render_s / 1e6 if render_s > 0 else 0.0
    return (
        Step("engine", True, engine),
        Step("test picture", True, "rendered as it must look"),
        Step("benchmark bucket", True, f"{rate:.2f} Msamples/s"),
    )
