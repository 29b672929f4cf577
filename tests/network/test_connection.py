import gc
import random
import weakref

import pytest
from connection_pair import (
    CLIENT_NONCE,
    EXAMPLES,
    KEY,
    OTHER_KEY,
    SERVER_INFO,
    SERVER_NONCE,
    ConnectionPair,
    RoguePeer,
    byte_by_byte,
    make_client,
    make_server,
    run,
    take,
    whole,
)

from network import limits
from network import messages as m
from network.connection import ClientInfo, Closed, LoggedIn, Received, State
from network.errors import CloseCode, LocalProtocolError
from network.login import key_id

WORDS = "the client speaks {}, the server {}: install the same Bucket Brigade on both"
PIXELS = bytes(range(256)) * 64 * 4
#: (who sends, message, payload) of a small job.
SCRIPT = [
    ("client", EXAMPLES[m.Job], b"\x90"),
    ("server", EXAMPLES[m.JobStatus], b""),
    ("server", EXAMPLES[m.AssetRequest], b""),
    ("client", EXAMPLES[m.AssetChunk], b"glTF" * 1000),
    ("server", EXAMPLES[m.WorkRequest], b""),
    ("client", EXAMPLES[m.Assign], b""),
    ("server", EXAMPLES[m.Result], PIXELS),
    ("server", EXAMPLES[m.UnitFailed], b""),
    ("client", EXAMPLES[m.EndJob], b""),
]


def random_cuts(data: bytes):
    generator = random.Random(len(data))
    start = 0
    while start < len(data):
        end = start + generator.randint(1, 40)
        yield data[start:end]
        start = end


def play(pair: ConnectionPair) -> tuple[list, list]:
    pair.client.set_result_cap(len(PIXELS))
    client, server = run(pair)
    pair.client.set_result_cap(len(PIXELS))
    for sender, message, payload in SCRIPT:
        (pair.client if sender == "client" else pair.server).send(message, payload)
        pair.exchange()
    pair.client.close("done", "thanks")
    more = run(pair)
    return client + more[0], server + more[1]


# -- login ------------------------------------------------------------


def test_server_with_several_keys_takes_the_one_that_the_client_names(identity):
    keys = {key_id(OTHER_KEY): OTHER_KEY}
    pair = ConnectionPair(identity, client={"key": OTHER_KEY}, server={"find_key": keys.get})
    pair.exchange()

    [joined] = pair.server.events()
    assert isinstance(joined, LoggedIn)
    assert joined.key_id == key_id(OTHER_KEY)


def test_server_with_several_keys_refuses_one_that_it_does_not_know(identity):
    pair = ConnectionPair(identity, client={"key": bytes(32)}, server={"find_key": {}.get})
    pair.exchange()

    [closed] = pair.server.events()
    assert isinstance(closed, Closed)
    assert closed.code == "key"


def test_server_without_more_keys_takes_a_client_that_names_none(identity):
    rogue = RoguePeer(make_server(identity)).handshake()

    assert isinstance(rogue.say(m.Hello(1, 1, CLIENT_NONCE))[0], m.ServerProof)


def test_both_sides_log_in(identity):
    pair = ConnectionPair(identity)

    client, server = run(pair)

    welcome = m.Welcome("studio-2", "0.1.0", "builtin-1-avx2", 16, "f00d")
    fingerprint = identity.fingerprint.hex()
    assert client == [LoggedIn(welcome, "artist", fingerprint, key_id(KEY))]
    assert server == [LoggedIn(None, "artist", fingerprint, key_id(KEY))]
    assert pair.client.state is pair.server.state is State.READY


def test_client_is_not_logged_in_before_welcome(identity):
    client, server = make_client(), make_server(identity)
    server.receive_data(take(client), 0.0)
    client.receive_data(take(server), 0.0)

    # The client's TLS is complete here and its Hello is on the way.
    assert client.state is State.GREETING
    server.receive_data(take(client), 0.0)
    client.receive_data(take(server), 0.0)
    assert client.state is State.PROVING
    server.receive_data(take(client), 0.0)
    assert server.state is State.READY
    assert client.events() == []


def test_client_refuses_server_with_another_key_before_it_proves_anything(identity):
    pair = ConnectionPair(identity, server={"key": OTHER_KEY})

    client, server = run(pair)

    text = "the server does not know the client's key: give both the same key file, or pair"
    assert client == [Closed("key", text, remote=True)]
    assert server == [Closed("key", text, remote=False)]
    assert pair.client._login.transcript is None  # it has proved nothing
    assert pair.server.state is State.CLOSED


@pytest.mark.parametrize(
    ("client", "server", "spoken", "answered"),
    [
        ((1, 1), (2, 2), "protocol 1", "protocol 2"),
        ((2, 3), (1, 1), "protocols 2 to 3", "protocol 1"),
    ],
)
def test_versions_that_do_not_meet_are_named_on_both_sides(
    identity, client, server, spoken, answered
):
    pair = ConnectionPair(identity, client={"versions": client}, server={"versions": server})

    events = run(pair)

    text = WORDS.format(spoken, answered)
    assert events == ([Closed("version", text, True)], [Closed("version", text, False)])


def test_versions_that_meet_are_negotiated(identity):
    pair = ConnectionPair(identity, client={"versions": (1, 4)}, server={"versions": (3, 9)})

    run(pair)

    assert pair.client._login.transcript.version == pair.server._login.transcript.version == 4


def test_long_names_are_clipped_to_fit_the_login(identity):
    info = SERVER_INFO.__class__("東" * 100, "v" * 100, "e" * 100, 1, "i" * 100)
    pair = ConnectionPair(
        identity, client={"hello": ClientInfo("東" * 100)}, server={"hello": info}
    )

    client, server = run(pair)

    assert client[0].welcome == m.Welcome("東" * 64, "v" * 64, "e" * 64, 1, "i" * 64)
    assert server[0].client_name == "東" * (limits.LOGIN_NAME_BYTES // 3)


# -- streams ------------------------------------------------------------


@pytest.mark.parametrize("cut", [whole, byte_by_byte, random_cuts])
def test_events_are_the_same_however_the_stream_is_cut(identity, cut):
    client, server = play(ConnectionPair(identity, cut=cut))

    welcome = client[0].welcome
    fingerprint = identity.fingerprint.hex()
    assert client == [
        LoggedIn(welcome, "artist", fingerprint, key_id(KEY)),
        *(Received(msg, payload) for who, msg, payload in SCRIPT if who == "server"),
        Closed("done", "thanks", remote=False),
    ]
    assert server == [
        LoggedIn(None, "artist", fingerprint, key_id(KEY)),
        *(Received(msg, payload) for who, msg, payload in SCRIPT if who == "client"),
        Closed("done", "thanks", remote=True),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("flight", range(3))
def test_login_truncated_at_each_length_only_ends_the_connection(identity, flight):
    length = 0
    while True:
        pair = ConnectionPair(identity)
        for _ in range(flight):
            pair.carry(pair.client, pair.server)
            pair.carry(pair.server, pair.client)
        data = take(pair.client)
        if length >= len(data):
            break
        pair.server.receive_data(data[:length], 0.0)
        pair.server.receive_eof(0.0)
        events = pair.server.events()
        assert [event.code for event in events] == ["lost"]
        length += 1
    assert length > 50


def test_message_truncated_at_each_length_is_not_received(identity):
    pair = ConnectionPair(identity).log_in()
    pair.client.send(EXAMPLES[m.Job], b"\x90")
    length = len(take(pair.client))

    for cut in range(length):
        pair = ConnectionPair(identity).log_in()
        pair.client.send(EXAMPLES[m.Job], b"\x90")
        pair.server.receive_data(take(pair.client)[:cut], 0.0)
        pair.server.receive_eof(0.0)
        assert pair.server.events() == [Closed("lost", "the peer ended the connection", True)]


@pytest.mark.slow
def test_every_flipped_bit_ends_the_connection_with_nothing_received(identity):
    pair = ConnectionPair(identity).log_in()
    pair.client.send(EXAMPLES[m.EndJob])
    bits = 8 * len(take(pair.client))

    for bit in range(bits):
        pair = ConnectionPair(identity).log_in()
        pair.client.send(EXAMPLES[m.EndJob])
        data = bytearray(take(pair.client))
        data[bit // 8] ^= 1 << bit % 8
        pair.server.receive_data(bytes(data), 0.0)
        events = pair.server.events()
        # A longer length in the record's head just waits for bytes that never come.
        waits = bit // 8 in (3, 4) and not events
        assert waits or [event.code for event in events] == ["tls"]


# -- sending ------------------------------------------------------------


def test_only_what_the_role_may_send_is_sent(identity):
    pair = ConnectionPair(identity).log_in()

    with pytest.raises(LocalProtocolError, match="a client cannot send Result after login"):
        pair.client.send(EXAMPLES[m.Result])
    with pytest.raises(LocalProtocolError, match="a server cannot send Assign after login"):
        pair.server.send(EXAMPLES[m.Assign])
    with pytest.raises(LocalProtocolError, match="cannot send Ping"):
        pair.server.send(EXAMPLES[m.Ping])
    with pytest.raises(LocalProtocolError, match="cannot send Job during the TLS handshake"):
        make_client().send(EXAMPLES[m.Job])


def test_sending_after_the_end_does_nothing(identity):
    pair = ConnectionPair(identity).log_in()
    pair.client.close("done", "")
    take(pair.client)

    pair.client.send(EXAMPLES[m.Job])
    pair.client.close("done", "again")
    pair.client.tick(1.0)

    assert take(pair.client) == b""
    assert pair.client.events() == [Closed("done", "", remote=False)]


def test_unsent_bytes_are_counted(identity):
    pair = ConnectionPair(identity).log_in()
    pair.client.set_result_cap(5 << 20)
    assert pair.server.unsent == 0

    pair.server.send(EXAMPLES[m.Result], bytes(5 << 20))

    size = sum(map(len, pair.server.data_to_send()))
    assert size > 5 << 20
    assert pair.server.unsent == size
    assert not pair.server.writable
    pair.server.written(size - 10, 0.0)
    assert pair.server.unsent == 10
    assert pair.server.writable
    pair.server.written(10, 0.0)
    assert pair.server.unsent == 0


def test_send_queue_has_a_hard_limit(identity, monkeypatch):
    monkeypatch.setattr(limits, "SEND_LIMIT_BYTES", 1 << 20)
    pair = ConnectionPair(identity).log_in()

    pair.server.send(EXAMPLES[m.Result], bytes(2 << 20))

    assert pair.server.events() == [
        Closed("limit", "the peer does not read what we send", remote=False)
    ]


# -- ends ------------------------------------------------------------


def test_bye_carries_code_and_text(identity):
    pair = ConnectionPair(identity).log_in()

    pair.server.close(CloseCode.SHUTDOWN, "the server\nends\x1b[31m")

    assert run(pair) == (
        [Closed("shutdown", "the server ends [31m", remote=True)],
        [Closed("shutdown", "the server ends [31m", remote=False)],
    )


def test_long_bye_is_clipped(identity):
    before, after = ConnectionPair(identity), ConnectionPair(identity).log_in()
    before.server.receive_data(take(before.client), 0.0)
    before.client.receive_data(take(before.server), 0.0)
    before.server.receive_data(take(before.client), 0.0)

    for pair in (before, after):
        pair.server.close("busy", "ä" * 5000)
        pair.exchange()

    assert before.client.events() == [Closed("busy", "ä" * 100, remote=True)]
    assert after.client.events() == [Closed("busy", "ä" * 2000, remote=True)]


def test_end_before_tls_sends_nothing(identity):
    server = make_server(identity)

    server.close("shutdown", "the server ends")

    assert take(server) == b""
    assert server.events() == [Closed("shutdown", "the server ends", remote=False)]


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        (0, "the peer ended the connection during the TLS handshake"),
        (1, "the peer ended the connection before login"),
        (2, "the peer ended the connection during login"),
        (3, "the peer ended the connection"),
    ],
)
def test_end_of_the_network_is_told_with_the_state(identity, steps, text):
    pair = ConnectionPair(identity)
    for _ in range(steps):
        pair.carry(pair.client, pair.server)
        pair.carry(pair.server, pair.client)
    pair.client.events()

    pair.client.receive_eof(0.0)
    pair.client.receive_eof(0.0)
    pair.client.receive_data(b"late", 0.0)

    assert pair.client.events() == [Closed("lost", text, remote=True)]


def test_proper_end_of_tls_is_an_end(identity):
    pair = ConnectionPair(identity).log_in()
    with pytest.raises(OSError, match="did not complete"):
        pair.client._tls._tls.unwrap()

    pair.server.receive_data(pair.client._tls.data_to_send(), 0.0)

    assert [event.code for event in pair.server.events()] == ["lost"]


def test_nonces_are_taken_from_outside(identity):
    pair = ConnectionPair(identity)

    run(pair)

    assert pair.client._login.transcript == pair.server._login.transcript
    assert pair.client._login.transcript.client_nonce == CLIENT_NONCE
    assert pair.client._login.transcript.server_nonce == SERVER_NONCE


def test_connection_is_gone_with_its_last_reference(identity):
    """Python's collector would come round too late under a flood of strangers."""
    gc.collect()
    collected = gc.isenabled()
    gc.disable()
    try:
        pair = ConnectionPair(identity).log_in()
        ends = [weakref.ref(pair.client), weakref.ref(pair.server)]
        del pair

        assert [end() for end in ends] == [None, None]
    finally:
        if collected:
            gc.enable()
