import itertools
import struct
import tracemalloc

import msgspec
import pytest
from connection_pair import DIGEST, EXAMPLES, JOB
from hypothesis import given, settings
from hypothesis import strategies as st

from network import messages as m
from network.errors import LocalProtocolError, RemoteProtocolError
from network.framing import (
    _FLOAT_FIELDS,
    MESSAGE_TYPES,
    PIPE_CAPS,
    TYPE_NUMBERS,
    Cap,
    FrameParser,
    encode_frame,
)

ALL = {cls: Cap(payload=1 << 20) for cls in MESSAGE_TYPES.values()}
PAYLOADS = {m.Result: bytes(range(256)) * 5, m.AssetChunk: b"\0", m.Job: b"\x90"}
SESSION = [(message, PAYLOADS.get(cls, b"")) for cls, message in EXAMPLES.items()]
STREAM = b"".join(encode_frame(message, payload) for message, payload in SESSION)


def head(number: int, message_bytes: int, payload_bytes: int, magic=b"BKT1", flags=0) -> bytes:
    return struct.pack(">4sBBHI", magic, number, flags, message_bytes, payload_bytes)


def frame_of(cls: type[m.Message], body: bytes) -> bytes:
    return head(TYPE_NUMBERS[cls], len(body), 0) + body


def parse(data: bytes, caps=ALL) -> list[tuple[m.Message, bytes]]:
    parser = FrameParser(caps)
    parser.receive(data)
    return list(parser.frames())


def test_every_message_survives_the_wire():
    assert {type(message) for message, _ in SESSION} == set(MESSAGE_TYPES.values())

    assert parse(STREAM) == SESSION


def test_frame_has_the_documented_bytes():
    assert encode_frame(m.Pong(5), b"") == b"BKT1\x11\x00\x00\x02\x00\x00\x00\x00\x91\x05"


def test_parser_gives_the_same_frames_byte_by_byte():
    parser = FrameParser(ALL)
    got = []
    for i in range(len(STREAM)):
        parser.receive(STREAM[i : i + 1])
        got += parser.frames()

    assert got == SESSION
    assert parser.pending == 0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, len(STREAM)), max_size=40))
def test_parser_gives_the_same_frames_for_random_cuts(cuts):
    parser = FrameParser(ALL)
    got = []
    edges = [0, *sorted(cuts), len(STREAM)]
    for start, end in itertools.pairwise(edges):
        parser.receive(memoryview(STREAM)[start:end])
        got += parser.frames()

    assert got == SESSION


def test_parser_gives_only_whole_frames_when_truncated_at_each_length():
    ends = []
    end = 0
    for message, payload in SESSION:
        end += len(encode_frame(message, payload))
        ends.append(end)

    for length in range(len(STREAM)):
        complete = sum(end <= length for end in ends)
        assert parse(STREAM[:length]) == SESSION[:complete]


def test_parser_never_takes_a_flipped_bit_for_the_same_message():
    for message in EXAMPLES.values():
        frame = encode_frame(message)
        for bit in range(8 * len(frame)):
            broken = bytearray(frame)
            broken[bit // 8] ^= 1 << bit % 8
            try:
                got = parse(bytes(broken))
            except RemoteProtocolError:
                continue
            assert got != [(message, b"")]


def test_frames_can_be_stopped_and_taken_up_again():
    parser = FrameParser(ALL)
    parser.receive(STREAM)

    first = next(parser.frames())

    assert [first, *parser.frames()] == SESSION


def test_caps_change_from_the_next_frame_on():
    parser = FrameParser({m.Ping: Cap()}, "early")
    parser.receive(encode_frame(EXAMPLES[m.Ping]) + encode_frame(EXAMPLES[m.EndJob]))
    frames = parser.frames()
    next(frames)

    parser.set_caps({m.EndJob: Cap()}, "late")

    assert next(frames)[0] == EXAMPLES[m.EndJob]


def test_parser_refuses_type_without_cap():
    with pytest.raises(RemoteProtocolError, match="Assign is not allowed before login"):
        list(_fed(FrameParser({m.Ping: Cap()}, "before login"), EXAMPLES[m.Assign]).frames())


def _fed(parser: FrameParser, message: m.Message, payload: bytes = b"") -> FrameParser:
    parser.receive(encode_frame(message, payload))
    return parser


def test_result_is_refused_until_its_cap_is_set():
    result = EXAMPLES[m.Result]
    parser = FrameParser({m.Result: Cap()})

    parser.set_payload_cap(m.Result, 16)
    parser.set_payload_cap(m.Job, 16)

    assert list(_fed(parser, result, b"x" * 16).frames()) == [(result, b"x" * 16)]
    with pytest.raises(RemoteProtocolError, match="payload of 17 bytes, allowed 16"):
        list(_fed(parser, result, b"x" * 17).frames())
    with pytest.raises(RemoteProtocolError, match="Job is not allowed"):
        list(_fed(FrameParser({}), EXAMPLES[m.Job]).frames())


@pytest.mark.parametrize("payload_bytes", [1, 2**31, 2**32 - 1])
def test_oversized_payload_is_refused_from_its_head_alone(payload_bytes):
    with pytest.raises(RemoteProtocolError, match=f"payload of {payload_bytes} bytes, allowed 0"):
        parse(head(TYPE_NUMBERS[m.Ping], 3, payload_bytes), {m.Ping: Cap()})


def test_oversized_message_is_refused_from_its_head_alone():
    with pytest.raises(RemoteProtocolError, match="65535 bytes, allowed 244"):
        parse(head(TYPE_NUMBERS[m.Hello], 65535, 0), {m.Hello: Cap(244)})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "frame starts with b'GET '"),
        (head(99, 1, 0), "unknown message type 99"),
        (head(0, 0, 0), "unknown message type 0"),
        (head(16, 3, 0, flags=1), "Ping: unknown flags 0x01"),
        (head(16, 3, 0, magic=b"BKT2"), "frame starts with"),
        (head(16, 0, 0), "Ping"),
        (frame_of(m.Ping, b"\x92\x01\x02\x00"), "Ping"),
        (frame_of(m.Ping, b"\x93\x01\x02\x03"), "Ping"),
        (frame_of(m.Ping, b"\x91\x01"), "Ping"),
        (frame_of(m.Ping, b"\x92\x01\xff"), "Ping"),
        (frame_of(m.Ping, b"\x92\x01\xa1x"), "Ping"),
        (frame_of(m.Bye, b"\x92\xa2\xff\xfe\xa0"), "Bye"),
        (frame_of(m.Bye, b"\x92\xa0\xda\x07\xd1" + b"x" * 2001), "Bye"),
        (frame_of(m.Ping, b"\x91" * 60000), "Ping"),
        (frame_of(m.Cancel, b"\x92\xd9\x20" + JOB.encode() + b"\xdd\xff\xff\xff\xff"), "Cancel"),
        (frame_of(m.EndJob, b"\x91\xd9\x20" + JOB.upper().encode()), "EndJob"),
    ],
)
def test_nonsense_is_refused_with_the_place_named(data, words):
    with pytest.raises(RemoteProtocolError, match=words.replace("(", "\\(")):
        parse(data)


def test_parser_stays_broken_after_an_error():
    parser = FrameParser(ALL)
    parser.receive(b"x" * 12 + STREAM)
    with pytest.raises(RemoteProtocolError) as first:
        list(parser.frames())

    parser.receive(STREAM)

    assert parser.pending == 0
    with pytest.raises(RemoteProtocolError) as second:
        list(parser.frames())
    assert second.value is first.value


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("cls", [m.Result, m.JobStatus, m.WorkerProgress])
def test_number_that_is_not_finite_is_refused(cls, value):
    field = "render_s" if cls is m.Result else "fraction"
    message = msgspec.structs.replace(EXAMPLES[cls], **{field: value})

    with pytest.raises(RemoteProtocolError):
        parse(frame_of(cls, msgspec.msgpack.encode(message)))


def test_every_float_field_is_known_to_the_finite_check():
    for cls in MESSAGE_TYPES.values():
        info = msgspec.inspect.type_info(cls)
        floats = {f.name for f in info.fields if isinstance(f.type, msgspec.inspect.FloatType)}

        assert floats == set(_FLOAT_FIELDS[cls])


def test_amplification_costs_no_memory():
    bombs = [b"\x92" + b"\x80" * 65000, b"\xdc\xff\xff" + b"\x80" * 65000, b"\x81" * 65000]
    tracemalloc.start()
    for bomb in bombs:
        with pytest.raises(RemoteProtocolError):
            parse(frame_of(m.GiveBack, bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 4 << 20


def test_parser_knows_how_much_is_arriving():
    parser = FrameParser(ALL)
    frame = encode_frame(EXAMPLES[m.Result], b"x" * 100)

    assert parser.frame_bytes == 0
    parser.receive(frame[:5])
    assert (list(parser.frames()), parser.frame_bytes, parser.pending) == ([], 12, 5)
    parser.receive(frame[5:20])
    assert (list(parser.frames()), parser.frame_bytes) == ([], len(frame))
    parser.receive(frame[20:])
    assert len(list(parser.frames())) == 1
    assert parser.frame_bytes == 0


def test_parsing_takes_linear_work_when_bytes_trickle():
    class CountingBuffer(bytearray):
        copied = 0

        def __delitem__(self, key):
            CountingBuffer.copied += len(self)
            super().__delitem__(key)

    parser = FrameParser(ALL)
    parser._buffer = CountingBuffer()
    frame = encode_frame(EXAMPLES[m.Result], bytes(1 << 20))
    for start in range(0, len(frame), 4096):
        parser.receive(frame[start : start + 4096])
        frames = list(parser.frames())

    assert len(frames) == 1
    assert CountingBuffer.copied <= len(frame)


class NotOurs(m.Message, frozen=True):
    pass


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (NotOurs(), "NotOurs is no message"),
        (m.Bye("x" * 65, ""), "Bye cannot be sent"),
        (m.JobStatus(JOB, "failed", 0.0, "x" * 2001), "JobStatus cannot be sent"),
        (m.JobStatus(JOB, "failed", float("nan"), ""), "JobStatus cannot be sent"),
        (m.Result(JOB, 1, 1, float("inf")), "render_s is not finite"),
        (m.Bye("done", "\ud800"), "Bye cannot be sent"),
        (m.Job(JOB, "e", "€" * 1024, bytes(2**16), 1, 1, 1, 1), "Job cannot be sent"),
        (m.AssetMissing("x", DIGEST, ""), "AssetMissing cannot be sent"),
    ],
)
def test_message_that_breaks_its_limits_is_our_own_error(message, words):
    with pytest.raises(LocalProtocolError, match=words):
        encode_frame(message)


def test_largest_messages_fit_their_frames():
    job = m.Job(JOB, "e" * 64, "€" * 1024, bytes(32768), 16384, 16384, 256, 262144)
    leases = m.Cancel(JOB, [2**31 - 1] * 4096)

    for message in (job, leases):
        assert parse(encode_frame(message)) == [(message, b"")]


def test_pipe_carries_the_workers_messages_and_no_others():
    assert {cls.__name__ for cls in PIPE_CAPS} == {
        "WorkerReady",
        "Canary",
        "WorkerProgress",
        "WorkerOpen",
        "WorkerOpened",
        "Assign",
        "Cancel",
        "EndJob",
        "Result",
        "UnitFailed",
        "Ping",
        "Pong",
        "Bye",
    }


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(MESSAGE_TYPES)), st.binary(max_size=200), st.binary(max_size=20))
def test_random_bytes_give_frames_or_the_one_error(number, body, tail):
    data = head(number, len(body), 0) + body + tail

    try:
        frames = parse(data)
    except RemoteProtocolError:
        return
    assert encode_frame(*frames[0])
