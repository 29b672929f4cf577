"""Every message of the protocol, as one frozen struct each; `docs/protocol.md` explains them.

A message is a small typed header (msgspec) and, for some, a raw payload (pixels, a piece of a
file, a manifest). Decoding checks types, lengths and ranges before anything is built; unknown
fields are refused. `network.framing` puts them on the wire.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

PROTOCOL_VERSION = 1
DEFAULT_PORT = 20727
#: Where a client accepts servers that dial in: beside a server on the same computer.
ACCEPT_PORT = 20728

Name = Annotated[str, msgspec.Meta(max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]  # a notice that a person reads
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]  # an asset's name, no path
# \Z and not $, which also stands before a last line end.
JobId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}\\Z")]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}\\Z")]  # SHA-256, lower-case hex
Nonce = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Fingerprint = Annotated[bytes, msgspec.Meta(max_length=32)]  # SHA-256 of a certificate, or empty
KeyId = Annotated[bytes, msgspec.Meta(max_length=16)]  # `login.key_id`, or empty; all zero: a code
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Size = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """Base of all messages. Subclasses are listed in `framing.MESSAGE_TYPES`."""


# -- login: nothing else is accepted before WELCOME -------------------------------------------


class Hello(Message, frozen=True):
    """Client's first message: protocol versions it speaks, its nonce, which key it has.

    Attributes:
        key_id: names the key, for servers that accept several; empty for the server's first.
    """

    version_min: Count
    version_max: Count
    nonce: Nonce
    key_id: KeyId = b""


class ServerProof(Message, frozen=True):
    """Server's answer: the chosen version, its nonce and the proof that it knows the key."""

    version: Count
    nonce: Nonce
    proof: Nonce


class ClientProof(Message, frozen=True):
    """The client's proof, and the name it goes by in the server's log."""

    proof: Nonce
    client_name: Name


class Welcome(Message, frozen=True):
    """The server accepted the client. Only now is a client connected."""

    server_name: Name
    software_version: Name
    engine_class: Name  # engine, version, CPU class: equal classes give equal bits
    threads: Annotated[int, msgspec.Meta(ge=1, le=4096)]
    instance: Name  # random per server process: tells a restart from a reconnect
    fingerprint: Fingerprint = b""  # of its certificate, for clients that it dials in to


class Bye(Message, frozen=True):
    """The last message of either side: why the connection ends.

    code is one of: version, key, unpaired, identity, busy, protocol, limit, shutdown, done, silent.
    """

    code: Name
    text: Text


# -- heartbeat --------------------------------------------------------------------------------


class Ping(Message, frozen=True):
    """Sent by both sides each second; `units_done` is a progress counter."""

    sequence: Count
    units_done: Count


class Pong(Message, frozen=True):
    """Answer to the ping of this sequence number."""

    sequence: Count


# -- job and assets ---------------------------------------------------------------------------


class AssetEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """One file that a job uses. The label is a name to look up by, never a path."""

    label: Label
    digest: Digest
    size: Size


class Job(Message, frozen=True):
    """Client to server: there is a frame to render. Payload: msgspec list of `AssetEntry`.

    Attributes:
        scene: label of the main scene file among the assets.
        settings: the engine's settings, encoded by `app`; opaque to the network.
        components: floats per pixel of a result, over all channels.
        bucket_pixels: most pixels a unit may have.
        use_cache: files that the server has from earlier jobs may be used; else it asks for all.
    """

    job: JobId
    engine: Name
    scene: Label
    settings: Annotated[bytes, msgspec.Meta(max_length=32768)]
    width: Annotated[int, msgspec.Meta(ge=1, le=16384)]
    height: Annotated[int, msgspec.Meta(ge=1, le=16384)]
    components: Annotated[int, msgspec.Meta(ge=1, le=256)]
    bucket_pixels: Annotated[int, msgspec.Meta(ge=1, le=262144)]
    use_cache: bool = True


class AssetRequest(Message, frozen=True):
    """Server to client: send me these bytes of this asset."""

    job: JobId
    digest: Digest
    offset: Size
    length: Annotated[int, msgspec.Meta(ge=1, le=1 << 20)]


class AssetChunk(Message, frozen=True):
    """Client to server: the bytes asked for. Payload: the bytes."""

    job: JobId
    digest: Digest
    offset: Size


class AssetMissing(Message, frozen=True):
    """Client to server: the asset cannot be read any more."""

    job: JobId
    digest: Digest
    text: Text


class PeerServe(Message, frozen=True):
    """Client to a server that has the job's files: feed them to another server.

    Attributes:
        ticket: the introduction's number, the same in all `Peer...` messages.
        host: numeric address of the other server, as the client sees it.
        key: what to log in with; made for this introduction, worth nothing after it.
    """

    job: JobId
    ticket: Count
    host: Name
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]
    key: Nonce

    def __repr__(self) -> str:
        return f"PeerServe({self.job!r}, {self.ticket}, {self.host!r}, {self.port}, key=...)"


class PeerServed(Message, frozen=True):
    """Server to client: the introduction is over for me; `text` says what failed, or nothing."""

    job: JobId
    ticket: Count
    text: Text


class PeerExpect(Message, frozen=True):
    """Client to a server that asked for files: another server will dial and answer instead.

    Attributes:
        comes: False: nobody comes, ask me again.
    """

    job: JobId
    ticket: Count
    comes: bool


class PeerReady(Message, frozen=True):
    """Server to client, the answer to `PeerExpect`: this key lets the other server in, once."""

    job: JobId
    ticket: Count
    key: Nonce

    def __repr__(self) -> str:
        return f"PeerReady({self.job!r}, {self.ticket}, key=...)"


class PeerFailed(Message, frozen=True):
    """Server to client: I got no files from that server and ask you again.

    Attributes:
        lied: it sent something that does not have the hash of the file.
    """

    job: JobId
    ticket: Count
    lied: bool
    text: Text


class JobStatus(Message, frozen=True):
    """Server to client: how far the server is with this job.

    state is one of: queued (another client's job runs), syncing, opening, ready, failed.
    """

    job: JobId
    state: Name
    fraction: Fraction
    text: Text


class EndJob(Message, frozen=True):
    """Client to server: the job is over (finished, stopped or replaced); drop it.

    Attributes:
        restart: and begin the next one with a fresh render process, if nobody else has a job.
    """

    job: JobId
    restart: bool = False


# -- work -------------------------------------------------------------------------------------


class Availability(Message, frozen=True):
    """Server to client: how much of its computer clients may have from now on.

    Attributes:
        paused: nothing; the server has dropped what it had, and is offered jobs again later.
        threads: that render.
        text: why it is paused.
    """

    paused: bool
    threads: Annotated[int, msgspec.Meta(ge=1, le=4096)]
    text: Text


class LogRequest(Message, frozen=True):
    """Client to server: send me the end of your log, for somebody who looks for a fault."""


class LogText(Message, frozen=True):
    """Server to client. Payload: the last lines of its log, UTF-8, secrets taken out."""


class WorkRequest(Message, frozen=True):
    """Server to client: I can take this many units more."""

    job: JobId
    units: Annotated[int, msgspec.Meta(ge=1, le=1024)]


class Assign(Message, frozen=True):
    """Client to server: render these samples of this region under this lease."""

    job: JobId
    unit: Count
    lease: Count
    x: Count
    y: Count
    width: Annotated[int, msgspec.Meta(ge=1, le=16384)]
    height: Annotated[int, msgspec.Meta(ge=1, le=16384)]
    first_sample: Count
    samples: Annotated[int, msgspec.Meta(ge=1, le=1 << 20)]


class Result(Message, frozen=True):
    """Server to client. Payload: (height, width, components) float32, little-endian, row-major.

    Each pixel holds the mean over the unit's samples.
    """

    job: JobId
    unit: Count
    lease: Count
    render_s: Seconds


class UnitFailed(Message, frozen=True):
    """Server to client: this unit could not be rendered.

    crashed tells that the worker process died over it (a reason to suspect the unit).
    """

    job: JobId
    unit: Count
    lease: Count
    crashed: bool
    text: Text


class GiveBack(Message, frozen=True):
    """Server to client: I will not render these leases (draining); nothing is wrong."""

    job: JobId
    leases: Annotated[list[Count], msgspec.Meta(max_length=4096)]


class Cancel(Message, frozen=True):
    """Client to server: drop these leases."""

    job: JobId
    leases: Annotated[list[Count], msgspec.Meta(max_length=4096)]


class Canary(Message, frozen=True):
    """Server to client, worker to front: the test picture, for each worker that starts.

    Payload: the pixels of a tiny scene that every engine has, (height, width, components)
    float32, little-endian. Servers of one engine class send the same bytes.
    """

    engine_class: Name


# -- front process and worker process, over a pipe --------------------------------------------


class WorkerReady(Message, frozen=True):
    """Worker to front: kernels are loaded. `engine_class` as in `Welcome`."""

    engine_class: Name


class WorkerProgress(Message, frozen=True):
    """Worker to front: what it is busy with (compiling kernels, loading, building)."""

    text: Text
    fraction: Fraction


class WorkerOpen(Message, frozen=True):
    """Front to worker: open this scene. Payload: msgspec list of `AssetFile`."""

    job: JobId
    scene: Label
    settings: Annotated[bytes, msgspec.Meta(max_length=32768)]


class AssetFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """Where on this machine the worker finds an asset (a file of the cache)."""

    label: Label
    path: Annotated[str, msgspec.Meta(max_length=4096)]


class WorkerOpened(Message, frozen=True):
    """Worker to front: the scene is open (or not: `error` says why)."""

    job: JobId
    error: Text
    text: Text  # for the log: triangles, textures, seconds
