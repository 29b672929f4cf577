"""The rungs of the window's *Test connection*, and which of them fell when a link ended. Pure.

A link that ends with a code has passed every rung below the one that the code belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.values.ladder import Step

NAME = "Name"
CONNECTION = "Connection"
ENCRYPTION = "Encryption"
VERSION = "Version"
KEY = "Key"
COMPUTER = "Computer"
ANSWER = "Answer time"
PICTURE = "Test picture"
#: In the order in which they are climbed.
RUNGS = (NAME, CONNECTION, ENCRYPTION, VERSION, KEY, COMPUTER, ANSWER, PICTURE)

START_IT = "Start it there: brigade server --lan; its firewall must let TCP port {port} in."
_RUNG_OF_CODE = {
    "name": NAME,
    "refused": CONNECTION,
    "timeout": CONNECTION,
    "network": CONNECTION,
    "tls": ENCRYPTION,
    "version": VERSION,
    "key": KEY,
    "unpaired": KEY,
    "identity": KEY,
}
_WAY_OUT = {
    "name": "Check the spelling, or use the numeric address (Edit…).",
    "refused": START_IT,
    "timeout": START_IT,
    "network": START_IT,
    "tls": "Does another program listen on port {port} there? Check the port (Edit…).",
    "version": "Install the same version of Bucket Brigade on both computers.",
    "key": "Give both sides the same key file, or pair them (Pair… in the row's menu).",
    "unpaired": "Run there: brigade code; then choose Pair… in the row's menu.",
    "identity": "If the server was set up anew on purpose, choose Pair… in the row's menu.",
    "busy": "It has as many clients as it takes: wait, or ask there.",
}


def explain_end(code: str, text: str, port: int, reached: str) -> Step:
    """Return the step that failed when a link ended before the ladder was climbed.

    Args:
        code: with which it ended, see `network.errors.CloseCode`.
        text: that came with it.
        port: of the server.
        reached: the rung that was being climbed, for codes that can come at any time.
    """
    rung = _RUNG_OF_CODE.get(code, reached)
    if RUNGS.index(rung) < RUNGS.index(reached):
        rung = reached  # it had been passed: something else broke
    fix = _WAY_OUT.get(code, "Look at the server's log on that computer.")
    return Step(rung, False, text or f"the link ended ({code})", fix.format(port=port))


def format_steps(server: str, steps: Iterable[Step]) -> str:
    """Return a server's steps as text for a mail or a forum."""
    lines = [server]
    for step in steps:
        lines.append(f"  {'ok    ' if step.ok else 'FAILED'}  {step.name}: {step.detail}")
        if step.fix:
            lines.append(f"          way out: {step.fix}")
    return "\n".join(lines)
