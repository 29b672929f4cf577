"""A connection in time: heartbeats, deadlines, and who sleeps."""

import pytest
from connection_pair import (
    EXAMPLES,
    ConnectionPair,
    RoguePeer,
    make_client,
    make_server,
    take,
)

from network import limits
from network import messages as m
from network.connection import Closed, State
from network.framing import encode_frame

PIXELS = bytes(range(256)) * 64 * 4


def run_for(pair: ConnectionPair, seconds: float, carry=True) -> None:
    for _ in range(int(seconds / limits.TICK_S)):
        pair.tick(pair.now_s + limits.TICK_S)
        if carry:
            pair.exchange()
        else:
            take(pair.client, pair.now_s)
            take(pair.server, pair.now_s)


def ping(rogue: RoguePeer, now_s: float) -> None:
    """Show life, and read nothing."""
    rogue.tls.write(encode_frame(EXAMPLES[m.Ping]))
    rogue.victim.receive_data(rogue.tls.data_to_send(), now_s)


def test_idle_connection_lives_on_its_heartbeat(identity):
    pair = ConnectionPair(identity).log_in()

    run_for(pair, 60.0)

    assert pair.client.events() == pair.server.events() == []
    assert 60 <= pair.client._ping_sequence <= 62


def test_round_trip_is_measured(identity):
    pair = ConnectionPair(identity).log_in()
    pair.now_s = 1.0
    pair.client.tick(1.0)
    pair.carry(pair.client, pair.server)
    pair.now_s = 1.04
    pair.carry(pair.server, pair.client)

    assert pair.client.rtt_s == pytest.approx(0.04)


def test_pong_of_another_ping_measures_nothing(identity):
    pair = ConnectionPair(identity).log_in()
    before = pair.client.rtt_s
    pair.now_s = 3.0

    pair.client._on_pong(m.Pong(999))

    assert pair.client.rtt_s == before


def test_progress_travels_with_pings(identity):
    pair = ConnectionPair(identity).log_in()
    pair.server.units_done = 12

    run_for(pair, 1.5)

    assert pair.client.peer_units_done == 12
    assert pair.server.peer_units_done == 0


def test_silent_peer_is_dead_after_5_seconds(identity):
    pair = ConnectionPair(identity).log_in()

    run_for(pair, 4.75, carry=False)
    assert pair.client.events() == []
    run_for(pair, 0.25, carry=False)

    assert pair.client.events() == [Closed("silent", "no sign of life for 5 s", remote=False)]
    assert pair.client.state is State.CLOSED


def test_bytes_of_a_long_message_are_a_sign_of_life(identity):
    pair = ConnectionPair(identity).log_in()
    pair.client.set_result_cap(len(PIXELS))
    pair.server.send(EXAMPLES[m.Result], PIXELS)
    data = take(pair.server)
    piece = len(data) // 15

    for second in range(1, 16):
        pair.now_s = float(second)
        pair.client.receive_data(data[(second - 1) * piece : second * piece], pair.now_s)
        pair.client.tick(pair.now_s)
        take(pair.client)

    assert pair.client.state is State.READY


def test_own_pause_does_not_kill_the_peer(identity):
    pair = ConnectionPair(identity).log_in()
    run_for(pair, 2.0)

    pair.now_s = 60.0
    pair.client.tick(60.0)

    assert pair.client.events() == []
    pings = pair.client._ping_sequence
    pair.client.tick(60.25)
    assert pair.client._ping_sequence == pings  # it pinged at once, not again
    pair.exchange()
    run_for(pair, 10.0)
    assert pair.client.events() == []


def test_peer_that_is_dead_after_an_own_pause_is_found(identity):
    pair = ConnectionPair(identity).log_in()

    pair.client.tick(60.0)
    for i in range(24):
        pair.client.tick(60.25 + i / 4)

    assert [event.code for event in pair.client.events()] == ["silent"]


def test_peer_is_not_silent_while_we_do_not_listen(identity):
    pair = ConnectionPair(identity).log_in()
    pair.client.hearing = False
    run_for(pair, 30.0, carry=False)
    assert pair.client.events() == []

    pair.client.hearing = True
    run_for(pair, 5.25, carry=False)

    assert [event.code for event in pair.client.events()] == ["silent"]


def test_handshake_has_a_deadline(identity):
    client, server = make_client(), make_server(identity)
    for connection in (client, server):
        for i in range(1, 9):
            connection.tick(i * 0.25)

    closed = [Closed("timeout", "no TLS handshake within 2 s", remote=False)]
    assert client.events() == server.events() == closed
    assert take(server) == b""


def test_login_has_a_deadline(identity):
    server = make_server(identity)
    client = make_client()
    server.receive_data(take(client), 0.0)
    client.receive_data(take(server), 0.0)
    finished = take(client)
    server.receive_data(finished[:80], 1.0)  # the end of TLS, and a part of Hello
    assert server.state is State.GREETING

    for i in range(1, 17):
        server.tick(i * 0.25)

    assert server.events() == [Closed("timeout", "no login within 3 s", remote=False)]


def test_frame_that_trickles_has_a_deadline(identity):
    pair = ConnectionPair(identity).log_in()
    pair.client.set_result_cap(1 << 20)
    pair.server.send(EXAMPLES[m.Result], bytes(1 << 20))
    data = take(pair.server)
    events, step = [], 0
    while not events:  # 4 KiB/s: a TLS record each 4 s, so never silent
        pair.now_s = step * 0.25
        pair.client.receive_data(data[step * 1024 : (step + 1) * 1024], pair.now_s)
        pair.client.tick(pair.now_s)
        take(pair.client, pair.now_s)
        events = pair.client.events()
        step += 1

    text = "the peer sends too slowly: a message stayed incomplete"
    assert events == [Closed("limit", text, remote=False)]
    duration_s = limits.FRAME_S + (1 << 20) / limits.SLOWEST_BYTES_PER_S
    assert duration_s <= pair.now_s <= duration_s + 5


def test_peer_that_reads_nothing_is_cut_off(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).log_in(identity)
    events, now_s = [], 0.0
    while not events:
        now_s += 0.25
        ping(rogue, now_s)
        server.tick(now_s)
        server.data_to_send()  # handed to a network that takes nothing
        events = server.events()

    assert events == [Closed("limit", "the peer has read nothing for 30 s", remote=False)]
    assert 30.0 <= now_s <= 30.5


def test_slow_but_steady_reader_is_not_cut_off(identity):
    server = make_server(identity)
    rogue = RoguePeer(server).log_in(identity)
    server.send(EXAMPLES[m.Result], PIXELS)
    for step in range(400):
        server.data_to_send()
        server.written(1, step * 0.25)
        ping(rogue, step * 0.25)
        server.tick(step * 0.25)

    assert server.events() == []


def test_byte_counters_agree(identity):
    pair = ConnectionPair(identity).log_in()
    run_for(pair, 3.0)

    assert pair.client.bytes_sent == pair.server.bytes_received > 0
    assert pair.server.bytes_sent == pair.client.bytes_received > 0


def test_pings_of_a_peer_that_does_not_read_are_not_answered(identity):
    pair = ConnectionPair(identity).log_in()
    pair.server.send(EXAMPLES[m.Result], bytes(5 << 20))
    pair.server.data_to_send()
    pair.client.tick(1.0)

    pair.server.receive_data(take(pair.client), 1.0)

    assert pair.server.data_to_send() == []
