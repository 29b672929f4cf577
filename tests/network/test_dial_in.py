"""A server that opens the connection itself: TLS turns round, the login stays as it is."""

from dataclasses import replace

import pytest
from connection_pair import (
    CLIENT_NONCE,
    KEY,
    OTHER_KEY,
    SERVER_INFO,
    SERVER_NONCE,
    ConnectionPair,
    make_client,
    make_server,
    run,
    take,
)

from network import messages as m
from network.connection import ClientInfo, Connection, LoggedIn, Role, ServerInfo, State
from network.errors import LocalProtocolError
from network.login import Transcript

OWN_FINGERPRINT = b"f" * 32
DIALS = {"hello": replace(SERVER_INFO, fingerprint=OWN_FINGERPRINT)}


def make_pair(identity, **server):
    pair = ConnectionPair(identity, client={"identity": identity})
    pair.server = make_server(None, **(DIALS | server))
    return pair


def test_server_that_dials_logs_in_and_works_like_any_other(identity):
    pair = make_pair(identity)
    client_events, server_events = run(pair)

    assert pair.client.state is pair.server.state is State.READY
    [client_event], [server_event] = client_events, server_events
    assert isinstance(client_event, LoggedIn)
    assert client_event.welcome.server_name == "studio-2"
    assert server_event.client_name == "artist"

    pair.server.send(m.WorkRequest("ab" * 16, 2))
    pair.exchange()

    assert [event.message for event in pair.client.events()] == [m.WorkRequest("ab" * 16, 2)]


def test_client_is_told_the_fingerprint_of_the_server_not_its_own(identity):
    client_events, server_events = run(make_pair(identity))

    assert client_events[0].fingerprint == OWN_FINGERPRINT.hex()
    assert server_events[0].fingerprint == OWN_FINGERPRINT.hex()


def test_client_that_dials_believes_the_certificate_not_the_welcome(identity):
    lie = replace(SERVER_INFO, fingerprint=b"x" * 32)
    client_events, _ = run(ConnectionPair(identity, server={"hello": lie}))

    assert client_events[0].fingerprint == identity.fingerprint.hex()


@pytest.mark.parametrize("wrong", ["client", "server"])
def test_wrong_key_ends_the_login_of_a_server_that_dials(identity, wrong):
    pair = make_pair(identity)
    keys = {"client": KEY, "server": KEY} | {wrong: OTHER_KEY}
    pair.client = make_client(identity=identity, key=keys["client"])
    pair.server = make_server(None, **(DIALS | {"key": keys["server"]}))
    pair.exchange()

    ends = [pair.client.events()[-1], pair.server.events()[-1]]
    assert {end.code for end in ends} == {"key"}
    assert pair.client.state is pair.server.state is State.CLOSED


def test_two_sides_that_both_dialled_never_get_past_tls():
    client, server = make_client(), make_server(None, **DIALS)
    for sender, receiver in ((client, server), (server, client)):
        receiver.receive_data(take(sender), 0.0)

    assert client.events()[-1].code == server.events()[-1].code == "tls"


def test_proof_of_one_direction_is_worthless_in_the_other():
    nonces = (CLIENT_NONCE, SERVER_NONCE, (1, 1), 1, OWN_FINGERPRINT)
    dialled, answered = Transcript(*nonces, dialled_in=True), Transcript(*nonces)

    proofs = {
        proof(KEY)
        for transcript in (dialled, answered)
        for proof in (transcript.server_proof, transcript.client_proof)
    }
    assert len(proofs) == 4


@pytest.mark.parametrize(
    ("role", "hello"),
    [(Role.SERVER, ClientInfo("artist")), (Role.CLIENT, ServerInfo("a", "1", "", 1, "b"))],
)
def test_connection_refuses_to_be_told_of_the_other_role(role, hello):
    with pytest.raises(LocalProtocolError, match="ServerInfo"):
        Connection(role, key=KEY, nonce=SERVER_NONCE, hello=hello, now_s=0.0)
