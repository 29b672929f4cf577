"""Every stage of the cores' machines times every message: what each answers, in one table each.

The connection's own matrix is `test_states`. Here are the server's job (its `Stage`, and no job at
all) and a server's record at the client (its `Phase` while linked), as docs/protocol.md and
docs/scheduling.md say. A stage or message that is added fails here until it has its cells.
"""

import struct
from collections.abc import Callable

import pytest
from client_bench import Bench as ClientBench
from job_builder import DIGEST, JOB, OTHER_JOB, PICTURE
from server_bench import Bench as ServerBench
from server_bench import assign, manifest, offer

from network import instructions as do
from network import messages as m
from network.instructions import Phase
from network.server_job import Stage
from network.states import SENDS, Role
from network.turn_time import TURN_S

KEY = b"k" * 32
PIXELS = struct.pack("<128f", *[1.0] * 128)
#: What a client may say, about the job that is there; `Job` offers a newer one.
FROM_CLIENT: dict[type[m.Message], tuple[m.Message, bytes]] = {
    m.Job: (offer(OTHER_JOB), manifest()),
    m.AssetChunk: (m.AssetChunk(JOB, DIGEST, 0), bytes(1000)),
    m.AssetMissing: (m.AssetMissing(JOB, DIGEST, "deleted"), b""),
    m.PeerServe: (m.PeerServe(JOB, 1, "192.168.1.7", 20727, KEY), b""),
    m.PeerExpect: (m.PeerExpect(JOB, 1, True), b""),
    m.EndJob: (m.EndJob(JOB), b""),
    m.LogRequest: (m.LogRequest(), b""),
    m.Assign: (assign(9), b""),
    m.Cancel: (m.Cancel(JOB, [1]), b""),
}
#: What a server may say; the result is of a lease that it has where it can have one.
FROM_SERVER: dict[type[m.Message], tuple[m.Message, bytes]] = {
    m.AssetRequest: (m.AssetRequest(JOB, DIGEST, 0, 1000), b""),
    m.PeerReady: (m.PeerReady(JOB, 1, KEY), b""),
    m.PeerServed: (m.PeerServed(JOB, 1, ""), b""),
    m.PeerFailed: (m.PeerFailed(JOB, 1, False, "no luck"), b""),
    m.JobStatus: (m.JobStatus(JOB, "opening", 0.5, "halfway"), b""),
    m.LogText: (m.LogText(), b"lines"),
    m.WorkRequest: (m.WorkRequest(JOB, 1), b""),
    m.Result: (m.Result(JOB, 0, 1, 0.5), PIXELS),
    m.UnitFailed: (m.UnitFailed(JOB, 0, 1, False, "no luck"), b""),
    m.GiveBack: (m.GiveBack(JOB, [1]), b""),
    m.Canary: (m.Canary("engine-a"), PICTURE),
    m.Availability: (m.Availability(True, 2, "busy"), b""),
}


def name_of(order: object) -> str:
    """What an instruction is about: the message sent, the code of an end, or its kind."""
    if isinstance(order, do.SendTo | do.Send | do.ToWorker):
        text = type(order.message).__name__
        if isinstance(order.message, m.JobStatus):
            text = order.message.state
        return f"worker {text}" if isinstance(order, do.ToWorker) else text
    if isinstance(order, do.CloseClient | do.Disconnect):
        return f"close {order.code}"
    return type(order).__name__


def answer(orders: list) -> str:
    """What a core does, without what is only told to people or views."""
    quiet = (do.Log, do.ServerChanged, do.Leased, do.Released, do.SetResultCap)
    return ", ".join(dict.fromkeys(name_of(x) for x in orders if not isinstance(x, quiet))) or "-"


# -- the server's job ---------------------------------------------------------------------------


def at_stage(stage: Stage | None) -> ServerBench:
    bench = ServerBench(threads=1, worker=stage is not Stage.WAITING)
    bench.core.client_joined(2, "second", 0.0)
    if stage is None:
        return bench
    bench.say(offer(), manifest())
    if stage is Stage.FINDING:
        return bench
    bench.core.assets_found(JOB, {DIGEST} if stage is not Stage.SYNCING else (), 0.0)
    if stage in (Stage.READY, Stage.PAUSED):
        bench.worker(m.WorkerOpened(JOB, "", ""))
        bench.say(assign(1))
    if stage is Stage.PAUSED:
        bench.say(offer("0" * 31 + "7"), manifest(), client=2)
        bench.pass_time(TURN_S + 0.5)
        bench.worker(m.Result(JOB, 1, 1, 0.1), b"x")
    job = bench.core._turns.job_of(1)
    assert job is not None
    assert job.stage is stage
    return bench


#: What the server answers, where it does not ignore the message.
ON_SERVER: dict[Stage | None, dict[type[m.Message], str]] = {
    None: {
        m.Job: "syncing, FindAssets",
        m.AssetChunk: "close limit",
        m.AssetMissing: "close limit",
        m.PeerServe: "PeerServed",
        m.LogRequest: "SendLog",
    },
    Stage.FINDING: {
        m.Job: "ReleaseAssets, syncing, FindAssets",
        m.AssetChunk: "ReleaseAssets, close limit",
        m.AssetMissing: "ReleaseAssets, close limit",
        m.PeerServe: "PeerServed",
        m.EndJob: "ReleaseAssets",
        m.LogRequest: "SendLog",
        m.Assign: "ReleaseAssets, close limit",
    },
    Stage.SYNCING: {
        m.Job: "ReleaseAssets, syncing, FindAssets",
        m.AssetChunk: "StoreChunk, syncing",
        m.AssetMissing: "failed, ReleaseAssets",
        m.PeerServe: "PeerServed",
        m.PeerExpect: "ExpectPeer",
        m.EndJob: "ReleaseAssets",
        m.LogRequest: "SendLog",
        m.Assign: "ReleaseAssets, close limit",
    },
    Stage.WAITING: {
        m.Job: "ReleaseAssets, syncing, FindAssets",
        m.AssetChunk: "ReleaseAssets, close limit",
        m.AssetMissing: "ReleaseAssets, close limit",
        m.PeerServe: "ServePeer",
        m.EndJob: "ReleaseAssets",
        m.LogRequest: "SendLog",
        m.Assign: "ReleaseAssets, close limit",
    },
    Stage.OPENING: {
        m.Job: "worker EndJob, ReleaseAssets, syncing, FindAssets",
        m.AssetChunk: "worker EndJob, ReleaseAssets, close limit",
        m.AssetMissing: "worker EndJob, ReleaseAssets, close limit",
        m.PeerServe: "ServePeer",
        m.EndJob: "worker EndJob, ReleaseAssets",
        m.LogRequest: "SendLog",
        m.Assign: "worker EndJob, ReleaseAssets, close limit",
    },
    Stage.READY: {
        m.Job: "worker EndJob, ReleaseAssets, syncing, FindAssets",
        m.AssetChunk: "worker EndJob, ReleaseAssets, close limit",
        m.AssetMissing: "worker EndJob, ReleaseAssets, close limit",
        m.PeerServe: "ServePeer",
        m.EndJob: "worker EndJob, ReleaseAssets",
        m.LogRequest: "SendLog",
        m.Assign: "worker Assign",
        m.Cancel: "worker Cancel, WorkRequest",
    },
    Stage.PAUSED: {
        m.Job: "ReleaseAssets, queued",
        m.AssetChunk: "ReleaseAssets, close limit",
        m.AssetMissing: "ReleaseAssets, close limit",
        m.PeerServe: "ServePeer",
        m.EndJob: "ReleaseAssets",
        m.LogRequest: "SendLog",
        m.Assign: "GiveBack",
    },
}


@pytest.mark.parametrize("cls", FROM_CLIENT, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("stage", ON_SERVER, ids=str)
def test_server_answers_each_message_by_the_stage_of_its_job(
    stage: Stage | None, cls: type[m.Message]
) -> None:
    message, payload = FROM_CLIENT[cls]

    assert answer(at_stage(stage).say(message, payload)) == ON_SERVER[stage].get(cls, "-")


def test_every_message_of_clients_and_every_stage_has_its_cell() -> None:
    assert set(FROM_CLIENT) == set(SENDS[Role.CLIENT])
    assert set(ON_SERVER) == {None, *Stage}


# -- a server at the client ---------------------------------------------------------------------


def at_phase(phase: Phase) -> ClientBench:
    bench = ClientBench("ab")
    if phase is not Phase.IDLE:
        bench.start()
        bench.ready("b")  # so that the job does not end with a
    ways: dict[Phase, Callable[[], object]] = {
        Phase.QUEUED: lambda: bench.say("a", m.JobStatus(JOB, "queued", 0.0, "somebody")),
        Phase.OPENING: lambda: bench.say("a", m.JobStatus(JOB, "opening", 0.0, "")),
        Phase.RENDERING: lambda: bench.ready("a", units=1),
        Phase.FAILED: lambda: bench.say("a", m.JobStatus(JOB, "failed", 0.0, "no memory")),
        Phase.DIFFERENT: lambda: bench.say("a", m.Canary("engine-a"), b"black"),
        Phase.PAUSED: lambda: bench.say("a", m.Availability(True, 4, "busy")),
        Phase.LOST: lambda: bench.core.link_down("a", "lost", "", 0.0),
    }
    ways.get(phase, list)()
    assert bench.phases()[0] is phase
    return bench


#: Like LOST: there is no link over which anything could be said.
WITHOUT_A_LINK = {
    Phase.CONNECTING,
    Phase.REFUSED,
    Phase.TIMED_OUT,
    Phase.NAME_NOT_FOUND,
    Phase.WRONG_VERSION,
    Phase.WRONG_KEY,
    Phase.NOT_PAIRED,
    Phase.OTHER_IDENTITY,
    Phase.SAME,
}


def outcome(bench: ClientBench, phase: Phase, message: m.Message, payload: bytes) -> str:
    """What the client does, and what it thinks of the server then, if that is new."""
    words = [x for x in [answer(bench.say("a", message, payload))] if x != "-"]
    record = next(iter(bench.core.servers()))
    words += ["offence"] if record.strikes else []
    words += [record.phase.name] if record.phase is not phase else []
    return ", ".join(words) or "-"


#: What the client does, where it does not ignore the message; and "offence", or the new phase.
AT_CLIENT: dict[Phase, dict[type[m.Message], str]] = {
    Phase.IDLE: {
        m.AssetRequest: "offence",
        m.PeerReady: "offence",
        m.PeerServed: "offence",
        m.PeerFailed: "offence",
        m.JobStatus: "offence",
        m.LogText: "offence",
        m.WorkRequest: "offence",
        m.Result: "offence",
        m.UnitFailed: "offence",
        m.GiveBack: "offence",
        m.Availability: "PAUSED",
    },
    Phase.QUEUED: {
        m.AssetRequest: "SendAsset",
        m.JobStatus: "OPENING",
        m.LogText: "offence",
        m.Result: "offence",
        m.Availability: "PAUSED",
    },
    Phase.SYNCING: {
        m.AssetRequest: "SendAsset",
        m.JobStatus: "OPENING",
        m.LogText: "offence",
        m.Result: "offence",
        m.Availability: "PAUSED",
    },
    Phase.OPENING: {
        m.AssetRequest: "SendAsset",
        m.LogText: "offence",
        m.Result: "offence",
        m.Availability: "PAUSED",
    },
    Phase.RENDERING: {
        m.AssetRequest: "SendAsset",
        m.JobStatus: "OPENING",
        m.LogText: "offence",
        m.WorkRequest: "Assign",
        m.Result: "Commit",
        m.UnitFailed: "Happened",
        m.Availability: "PAUSED",
    },
    Phase.FAILED: {
        m.LogText: "offence",
    },
    Phase.DIFFERENT: {
        m.LogText: "offence",
        m.Canary: "Job, SYNCING",
    },
    Phase.PAUSED: {
        m.LogText: "offence",
    },
    Phase.LOST: {},
}


@pytest.mark.parametrize("cls", FROM_SERVER, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("phase", AT_CLIENT, ids=str)
def test_client_answers_each_message_by_the_phase_of_its_server(
    phase: Phase, cls: type[m.Message]
) -> None:
    message, payload = FROM_SERVER[cls]

    assert outcome(at_phase(phase), phase, message, payload) == AT_CLIENT[phase].get(cls, "-")


def test_every_message_of_servers_and_every_phase_has_its_cell() -> None:
    assert set(FROM_SERVER) == set(SENDS[Role.SERVER])
    assert set(AT_CLIENT) | WITHOUT_A_LINK == set(Phase)
    assert not set(AT_CLIENT) & WITHOUT_A_LINK
