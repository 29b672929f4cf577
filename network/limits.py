"""Every limit of the wire, each with its reason; `docs/protocol.md` repeats them in a table."""

from __future__ import annotations

# -- sizes ------------------------------------------------------------------------------------

#: Bytes of a frame's fixed head: magic, type, flags and two lengths.
FRAME_HEAD_BYTES = 12
#: The encoded message's length is a u16; the largest, a Job with 32 KiB of settings, fits.
MAX_MESSAGE_BYTES = 65535
#: A login message is at most a nonce, a proof and a name; an unknown peer gets no more.
LOGIN_FRAME_BYTES = 256
#: Welcome carries four names of up to 64 characters of up to 4 bytes.
WELCOME_BYTES = 2048
#: 100,000 files of a scene at about 80 bytes each.
MANIFEST_BYTES = 8 << 20
#: One piece of a file: 10 ms of gigabit Ethernet, so a ping never waits long behind it.
ASSET_CHUNK_BYTES = 1 << 20
#: A test picture of 16 x 16 pixels of 4 float32 components takes a quarter of it.
CANARY_BYTES = 16 << 10
#: The last lines of a server's log: some ten thousand, no longer than a piece of a file.
LOG_TEXT_BYTES = 1 << 20
#: 512 x 512 pixels of 256 float32 components, the most that a Job can ask for.
PIPE_RESULT_BYTES = 256 << 20
#: Over the pipe each of 100,000 assets also has a path.
PIPE_MANIFEST_BYTES = 64 << 20
#: Everything that arrives before the login is done; an honest one takes about 2 KiB.
LOGIN_TOTAL_BYTES = 64 << 10
#: `Name` allows 64 characters; in a login frame they also fit this many bytes of UTF-8.
LOGIN_NAME_BYTES = 128
#: Text of a Bye in a login frame.
LOGIN_TEXT_BYTES = 200
NAME_CHARS = 64
TEXT_CHARS = 2000

# -- time -------------------------------------------------------------------------------------

#: A handshake takes two round trips and some milliseconds of a busy processor.
TLS_S = 2.0
#: The login takes two more.
LOGIN_S = 3.0
#: TCP itself: long enough for three SYNs (0, 1 and 3 s), short enough to be told soon.
CONNECT_S = 5.0
PING_S = 1.0
#: Five pings lost in a row: a stopped process or a pulled cable, which TCP never reports.
SILENCE_S = 5.0
#: An own tick that comes later than this means that *we* slept (laptop lid, blocked thread).
PAUSE_S = 1.0
#: A frame once begun must be complete in this time plus its size over `SLOWEST_BYTES_PER_S`.
FRAME_S = 30.0
#: A link slower than 512 kbit/s is no help to a render.
SLOWEST_BYTES_PER_S = 64 << 10
#: A peer that takes none of our bytes for so long is stuck, whatever its pings say.
SEND_STALL_S = 30.0
#: How long a closed link may go on writing its Bye.
GOODBYE_S = 2.0
#: Of a peer's bytes meanwhile: what may be on its way, its send queue and a kernel's buffers.
GOODBYE_BYTES = 16 << 20
#: How often the shells call `tick`; well below PAUSE_S.
TICK_S = 0.25

# -- queues and rates -------------------------------------------------------------------------

#: Qt reads without limit otherwise; a stranger gets a quarter of a megabyte.
READ_BUFFER_LOGIN_BYTES = 256 << 10
READ_BUFFER_BYTES = 2 << 20
#: Bytes taken off one socket before the others get their turn.
READ_TURN_BYTES = 256 << 10
#: Above the high mark nothing new should be sent to this peer; below the low mark it may.
SEND_HIGH_BYTES = 4 << 20
SEND_LOW_BYTES = 1 << 20
#: A peer that makes us queue more than this is cut off: one job's largest manifest and
#: the results of all its leases stay well below.
SEND_LIMIT_BYTES = 512 << 20
#: Pings, pongs, jobs, their ends and their news: honest peers send some two a second, ten while
#: a scene opens.
CONTROL_PER_S = 200.0
CONTROL_BURST = 400.0
#: Unfinished logins of everybody: 64 x (256 KiB + 90 KiB of TLS) is 22 MB.
UNFINISHED_TOTAL = 64
#: A connection without a byte counts as silent after this: its first bytes come with it.
FRESH_S = 0.05
#: Unfinished logins of one address (of one /64 with IPv6).
UNFINISHED_PER_ADDRESS = 8
CONNECTIONS_PER_S = 10.0
CONNECTIONS_BURST = 20.0
#: Loopback is one address for every program of this machine, tests and all.
LOOPBACK_FACTOR = 8
#: So many failed logins within `FAILURE_WINDOW_S` silence an address for `FAILURE_BAN_S`.
FAILED_LOGINS = 5
FAILURE_WINDOW_S = 60.0
FAILURE_BAN_S = 60.0
#: Logins that one pairing code stands, good or bad; then a new code must be asked for.
CODE_TRIES = 5
#: How long a pairing code is good for: the way from one computer to the other.
CODE_LIFE_S = 600.0
#: Addresses that the gate remembers; the oldest are forgotten first.
GATE_ADDRESSES = 4096
