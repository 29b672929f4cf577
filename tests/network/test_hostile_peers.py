"""Attacks on one connection: each ends it, with a reason, and costs next to nothing."""

import struct
import tracemalloc

import pytest
from connection_pair import (
    CLIENT_NONCE,
    DIGEST,
    EXAMPLES,
    JOB,
    KEY,
    KEY_ID,
    OTHER_KEY,
    SERVER_NONCE,
    ConnectionPair,
    RoguePeer,
    byte_by_byte,
    make_client,
    make_server,
    take,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network import limits
from network import messages as m
from network.connection import Closed, Received, State
from network.framing import encode_frame
from network.login import Transcript


def codes(connection) -> list[str]:
    assert connection.state is State.CLOSED
    return [event.code for event in connection.events()]


def ping_once_a_second(connection, start_s: float, seconds: int, data: bytes) -> float:
    """Feed one byte a second; returns when it ended."""
    for i in range(seconds * 4):
        now_s = start_s + i * 0.25
        if i % 4 == 0:
            connection.receive_data(data[i // 4 : i // 4 + 1], now_s)
        connection.tick(now_s)
        if connection.state is State.CLOSED:
            return now_s
    raise AssertionError("still open")


# -- before login -----------------------------------------------------------------------------


def test_silent_stranger_is_dropped_after_the_tls_deadline(identity):
    server = make_server(identity)

    assert ping_once_a_second(server, 0.0, 10, b"") == limits.TLS_S
    assert codes(server) == ["timeout"]


def test_slowloris_before_tls_is_dropped_at_the_same_time(identity):
    server = make_server(identity)

    assert ping_once_a_second(server, 0.0, 10, take(make_client())) == limits.TLS_S
    assert codes(server) == ["timeout"]


def test_slowloris_before_login_is_dropped(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).handshake()
    rogue.tls.write(encode_frame(m.Hello(1, 1, CLIENT_NONCE, KEY_ID)))

    end_s = ping_once_a_second(server, 0.0, 10, rogue.tls.data_to_send())

    assert end_s == limits.LOGIN_S
    assert codes(server) == ["timeout"]


def test_slowloris_inside_tls_is_dropped_before_login(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).handshake()
    hello = encode_frame(m.Hello(1, 1, CLIENT_NONCE, KEY_ID))
    for second, byte in enumerate(byte_by_byte(hello)):
        rogue.tls.write(byte)
        server.receive_data(rogue.tls.data_to_send(), float(second))
        for i in range(4):
            server.tick(second + i / 4)
        if server.state is State.CLOSED:
            break

    assert second == limits.LOGIN_S
    assert codes(server) == ["timeout"]


@pytest.mark.parametrize(
    "banner",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:20727\r\n\r\n",
        b"POST /job HTTP/1.1\r\nContent-Length: 4\r\n\r\nevil",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\x00\x00\x85\xffSMBr\x00\x00\x00\x00",
        b"\x16\x03\x01\xff\xff" + b"\xff" * 64,
        bytes(range(256)),
        b"\0" * 4096,
    ],
)
def test_other_protocols_are_turned_away_without_an_answer(identity, banner):
    server = make_server(identity)

    server.receive_data(banner, 0.0)

    answer = take(server)
    # At most one TLS alert (a record of 7 bytes), never words or a certificate.
    assert answer == b"" or (len(answer) == 7 and answer[0] == 21)
    assert codes(server) == ["tls"]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(min_size=1, max_size=400))
def test_random_bytes_before_tls_raise_nothing(identity, data):
    server = make_server(identity)

    server.receive_data(data, 0.0)
    server.receive_eof(0.0)

    assert codes(server)[0] in ("tls", "lost")


def test_too_many_bytes_before_login_end_the_connection(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).handshake()
    # One unfinished frame may not grow, and neither may all of them together.
    server.receive_data(b"\x17" * (limits.LOGIN_TOTAL_BYTES + 1), 0.0)

    assert codes(server) == ["limit"]
    assert [type(message) for message in rogue.listen()] == [m.Bye]


def test_server_refuses_wrong_key(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).handshake()
    rogue.say(m.Hello(1, 1, CLIENT_NONCE, KEY_ID))
    login = Transcript(CLIENT_NONCE, SERVER_NONCE, (1, 1), 1, identity.fingerprint)

    heard = rogue.say(m.ClientProof(login.client_proof(OTHER_KEY), "rogue"))

    assert codes(server) == ["key"]
    assert [message.code for message in heard] == ["key"]


def test_server_refuses_its_own_proof_reflected(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).handshake()
    [answer] = rogue.say(m.Hello(1, 1, CLIENT_NONCE, KEY_ID))

    rogue.say(m.ClientProof(answer.proof, "rogue"))

    assert codes(server) == ["key"]


def test_client_refuses_its_own_nonce_and_proof_reflected(identity):
    client = make_client()
    rogue = RoguePeer(client, identity).handshake()
    hello = rogue.heard[0]

    heard = rogue.say(m.ServerProof(1, hello.nonce, hello.nonce))

    assert codes(client) == ["key"]
    assert [type(message) for message in heard] == [m.Bye]


def test_recorded_proof_is_worthless_in_another_connection(identity):
    login = Transcript(CLIENT_NONCE, SERVER_NONCE, (1, 1), 1, identity.fingerprint)
    recorded = m.ClientProof(login.client_proof(KEY), "artist")
    server = make_server(identity, nonce=b"n" * 32)
    rogue = RoguePeer(server).handshake()
    rogue.say(m.Hello(1, 1, CLIENT_NONCE, KEY_ID))

    rogue.say(recorded)

    assert codes(server) == ["key"]


def test_relay_with_its_own_certificate_is_refused(identity, other_identity):
    client, server = make_client(), make_server(identity)
    to_client = RoguePeer(client, other_identity).handshake()
    to_server = RoguePeer(server).handshake()

    [answer] = to_server.say(to_client.heard[0])
    heard = to_client.say(answer)

    assert codes(client) == ["key"]
    assert [type(message) for message in heard] == [m.Bye]  # no proof of the client's


def test_server_without_the_key_is_refused_before_the_client_proves(identity):
    client = make_client()
    rogue = RoguePeer(client, identity).handshake()

    heard = rogue.say(m.ServerProof(1, SERVER_NONCE, b"p" * 32))

    assert codes(client) == ["key"]
    assert [type(message) for message in heard] == [m.Bye]


def test_stripped_version_range_is_refused(identity):
    client = make_client(versions=(1, 3))
    server = make_server(identity, versions=(1, 3))
    to_client = RoguePeer(client, identity).handshake()
    to_server = RoguePeer(server).handshake()
    hello = to_client.heard[0]

    # Even a relay that could sit inside TLS cannot talk both down to version 1.
    [answer] = to_server.say(m.Hello(1, 1, hello.nonce, KEY_ID))
    to_client.say(answer)

    assert codes(client) == ["key"]


@pytest.mark.parametrize("version", [0, 2, 2**31 - 1])
def test_version_that_was_not_offered_is_refused(identity, version):
    client = make_client()
    rogue = RoguePeer(client, identity).handshake()

    rogue.say(m.ServerProof(version, SERVER_NONCE, b"p" * 32))

    assert codes(client) == ["version"]


def test_hello_with_an_empty_range_is_refused(identity):
    server = make_server(identity)

    RoguePeer(server).handshake().say(m.Hello(3, 0, CLIENT_NONCE, KEY_ID))

    assert codes(server) == ["version"]


def test_login_cannot_be_skipped_by_sending_everything_at_once(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).handshake()

    rogue.say_raw(
        encode_frame(m.Hello(1, 1, CLIENT_NONCE, KEY_ID))
        + encode_frame(m.ClientProof(b"p" * 32, "rogue"))
        + encode_frame(EXAMPLES[m.Job], b"\x90")
    )

    assert codes(server) == ["key"]


def test_oversized_login_frame_is_refused_from_its_head(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).handshake()

    rogue.say_raw(struct.pack(">4sBBHI", b"BKT1", 1, 0, 245, 0))

    assert codes(server) == ["protocol"]


# -- after login ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack(">4sBBHI", b"BKT1", 32, 0, 10, (8 << 20) + 1),
        struct.pack(">4sBBHI", b"BKT1", 34, 0, 10, (1 << 20) + 1),
        struct.pack(">4sBBHI", b"BKT1", 49, 0, 10, 2**32 - 1),
        struct.pack(">4sBBHI", b"BKT1", 49, 0, 0, 0),
        struct.pack(">4sBBHI", b"BKT1", 200, 0, 0, 0),
        struct.pack(">4sBBHI", b"BKT1", 53, 0, 60000, 0) + b"\x91" * 60000,
        struct.pack(">4sBBHI", b"BKT1", 53, 0, 60000, 0) + b"\x80" * 60000,
        struct.pack(">4sBBHI", b"BKT1", 37, 0, 4, 0) + b"\x91\xa2\xff\xff",
        b"BKT1" * 100,
    ],
)
def test_broken_frames_end_the_connection_and_keep_no_memory(identity, frame):
    server = make_server(identity)
    rogue = RoguePeer(server).log_in(identity)

    tracemalloc.start()
    heard = rogue.say_raw(frame)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert codes(server) == ["protocol"]
    assert [message.code for message in heard if isinstance(message, m.Bye)] == ["protocol"]
    assert peak < 2 << 20


def test_nothing_behind_a_broken_frame_is_read(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).log_in(identity)

    rogue.say_raw(encode_frame(EXAMPLES[m.EndJob]) + b"x" * 12 + encode_frame(EXAMPLES[m.EndJob]))

    events = server.events()
    assert events[0] == Received(EXAMPLES[m.EndJob], b"")
    assert [type(event) for event in events[1:]] == [Closed]


def test_nothing_behind_a_bye_is_read(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).log_in(identity)

    rogue.say(EXAMPLES[m.Bye], EXAMPLES[m.EndJob])

    assert codes(server) == ["done"]


@pytest.mark.parametrize("cls", [m.Ping, m.Pong, m.Job, m.EndJob])
def test_flood_of_control_messages_is_cut_off(identity, cls):
    server = make_server(identity)
    rogue = RoguePeer(server).log_in(identity)

    for _ in range(int(limits.CONTROL_BURST) + 1):
        rogue.say(EXAMPLES[cls])

    assert server.events()[-1] == Closed(
        "limit", f"too many {cls.__name__} per second", remote=False
    )


def test_quick_but_honest_control_messages_pass(identity):
    pair = ConnectionPair(identity).log_in()
    for i in range(1000):
        pair.now_s = i / limits.CONTROL_PER_S
        pair.server._now_s = pair.now_s
        pair.client.send(EXAMPLES[m.EndJob])
        pair.exchange()

    assert pair.server.state is State.READY


@pytest.mark.parametrize(
    "message",
    [
        m.JobStatus(JOB, "failed", 0.0, "line\nERROR fake line\x1b[2J\u202e"),
        m.AssetMissing(JOB, DIGEST, "a\r\nb\0"),
    ],
)
def test_texts_from_outside_cannot_forge_log_lines(identity, message):
    is_status = isinstance(message, m.JobStatus)
    victim = make_client() if is_status else make_server(identity)
    rogue = RoguePeer(victim, identity).log_in(identity)

    rogue.say(message)

    [event] = victim.events()
    assert event.message.text.isprintable()
    assert event.message.text.replace(" ", "") in ("lineERRORfakeline[2J", "ab")


def test_names_from_outside_are_printable(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).handshake()
    rogue.say(m.Hello(1, 1, CLIENT_NONCE, KEY_ID))
    login = Transcript(CLIENT_NONCE, SERVER_NONCE, (1, 1), 1, identity.fingerprint)

    rogue.say(m.ClientProof(login.client_proof(KEY), "evil\n\x1b]0;title\x07"))

    assert server.events()[0].client_name == "evil  ]0;title "


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(min_size=1, max_size=300), logged_in=st.booleans())
def test_random_bytes_inside_tls_raise_nothing(identity, data, logged_in):
    server = make_server(identity)
    rogue = RoguePeer(server)
    if logged_in:
        rogue.log_in(identity)
    else:
        rogue.handshake()

    rogue.say_raw(data)
    server.receive_eof(0.0)

    assert codes(server)[-1] in ("protocol", "lost")
