"""What a server says about one job: to its client, and in its own log."""

from __future__ import annotations

from network.instructions import Level, Log, SendTo, ServerInstruction
from network.limits import TEXT_CHARS
from network.messages import JobStatus, Message
from network.work import ClientId


class JobVoice:
    """See the module.

    Args:
        client: the link of the job's client.
        job: its name.
        out: where instructions go.
    """

    def __init__(self, client: ClientId, job: str, out: list[ServerInstruction]) -> None:
        self._client = client
        self._job = job
        self._out = out

    def send(self, message: Message, payload: bytes = b"") -> None:
        """Say something to the client."""
        self._out.append(SendTo(self._client, message, payload))

    def tell(self, state: str, text: str, fraction: float = 0.0) -> None:
        """Tell the client how far the job is here; the text is for the artist."""
        part = min(max(fraction, 0.0), 1.0)
        self.send(JobStatus(self._job, state, part, text[:TEXT_CHARS]))

    def log(self, level: Level, text: str) -> None:
        """Note something about the job."""
        self._out.append(Log(level, f"job {self._job[:8]} {text}"))
