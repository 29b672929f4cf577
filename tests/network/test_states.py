"""The complete matrix: what each role does with each message in each state."""

import pytest
from connection_pair import (
    CLIENT_NONCE,
    EXAMPLES,
    KEY,
    KEY_ID,
    SERVER_NONCE,
    ConnectionPair,
    RoguePeer,
    make_client,
    make_server,
)

from network import limits
from network import messages as m
from network.connection import Closed, LoggedIn, Received, Role, State
from network.framing import MESSAGE_TYPES
from network.login import Transcript
from network.states import RECEIVES, SENDS, cap_of

# Written out here a second time on purpose: docs/protocol.md, "States".
FROM_CLIENT = {m.Job, m.AssetChunk, m.AssetMissing, m.EndJob, m.Assign, m.Cancel}
FROM_CLIENT |= {m.PeerServe, m.PeerExpect, m.LogRequest}
FROM_SERVER = {m.AssetRequest, m.JobStatus, m.WorkRequest, m.Result, m.UnitFailed, m.GiveBack}
FROM_SERVER |= {m.PeerReady, m.PeerServed, m.PeerFailed, m.Canary, m.LogText}
FROM_SERVER |= {m.Availability}
ALLOWED = {
    (Role.SERVER, State.GREETING): {m.Hello, m.Bye},
    (Role.SERVER, State.PROVING): {m.ClientProof, m.Bye},
    (Role.SERVER, State.READY): {m.Ping, m.Pong, m.Bye} | FROM_CLIENT,
    (Role.CLIENT, State.GREETING): {m.ServerProof, m.Bye},
    (Role.CLIENT, State.PROVING): {m.Welcome, m.Bye},
    (Role.CLIENT, State.READY): {m.Ping, m.Pong, m.Bye} | FROM_SERVER,
}


def reach(role: Role, state: State, identity) -> RoguePeer:
    victim = make_client() if role is Role.CLIENT else make_server(identity)
    rogue = RoguePeer(victim, identity)
    if state is State.READY:
        return rogue.log_in(identity)
    rogue.handshake()
    if state is State.PROVING:
        proof = Transcript(CLIENT_NONCE, SERVER_NONCE, (1, 1), 1, identity.fingerprint)
        rogue.say(
            m.Hello(1, 1, CLIENT_NONCE, KEY_ID)
            if role is Role.SERVER
            else m.ServerProof(1, SERVER_NONCE, proof.server_proof(KEY))
        )
    assert victim.state is state
    return rogue


def valid(cls: type[m.Message], identity) -> m.Message:
    proof = Transcript(CLIENT_NONCE, SERVER_NONCE, (1, 1), 1, identity.fingerprint)
    if cls is m.ServerProof:
        return m.ServerProof(1, SERVER_NONCE, proof.server_proof(KEY))
    if cls is m.ClientProof:
        return m.ClientProof(proof.client_proof(KEY), "rogue")
    return EXAMPLES[cls]


@pytest.mark.parametrize("cls", MESSAGE_TYPES.values(), ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("where", ALLOWED, ids=lambda where: f"{where[0].value}-{where[1].name}")
def test_connection_accepts_exactly_what_the_table_says(where, cls, identity):
    role, state = where
    rogue = reach(role, state, identity)

    heard = rogue.say(valid(cls, identity))

    events = rogue.victim.events()
    if cls not in ALLOWED[where]:
        text = f"{cls.__name__} is not allowed {state.value}"
        assert events == [Closed("protocol", text, remote=False)]
        assert heard == [m.Bye("protocol", text)]
    elif cls is m.Bye:
        assert events == [Closed("done", "thanks", remote=True)]
    elif cls in (m.ClientProof, m.Welcome):
        assert [type(event) for event in events] == [LoggedIn]
        assert rogue.victim.state is State.READY
    elif cls in (m.Hello, m.ServerProof):
        assert events == []
        assert rogue.victim.state is State.PROVING
    elif cls is m.Ping:
        assert heard == [m.Pong(EXAMPLES[m.Ping].sequence)]
    elif cls is m.Pong:
        assert events == heard == []
    else:
        assert events == [Received(EXAMPLES[cls], b"")]
        assert rogue.victim.state is State.READY


def test_every_role_and_state_has_its_row():
    for role in Role:
        assert set(RECEIVES[role]) == set(State)
        assert RECEIVES[role][State.TLS] == RECEIVES[role][State.CLOSED] == {}


def test_programs_send_what_the_other_side_accepts():
    assert SENDS[Role.CLIENT] == FROM_CLIENT
    assert SENDS[Role.SERVER] == FROM_SERVER


def test_payloads_are_allowed_to_five_messages_only():
    caps = {cls: cap_of(cls, State.READY).payload for cls in FROM_CLIENT | FROM_SERVER}

    assert {cls: cap for cls, cap in caps.items() if cap} == {
        m.Job: 8 << 20,
        m.AssetChunk: 1 << 20,
        m.LogText: 1 << 20,
        m.Canary: 16 << 10,
    }


@pytest.mark.parametrize("cls", [m.Hello, m.ServerProof, m.ClientProof, m.Bye])
def test_frames_before_login_are_tiny(cls):
    for state in (State.GREETING, State.PROVING):
        cap = cap_of(cls, state)
        assert cap.message + limits.FRAME_HEAD_BYTES == 256
        assert cap.payload == 0


def test_result_cap_follows_the_client(identity):
    for cap, accepted in ((0, False), (15, False), (16, True)):
        pair = ConnectionPair(identity).log_in()
        pair.client.set_result_cap(cap)

        pair.server.send(EXAMPLES[m.Result], bytes(16))
        pair.exchange()

        events = pair.client.events()
        assert (events == [Received(EXAMPLES[m.Result], bytes(16))]) == accepted
        assert accepted or events[0].code == "protocol"
