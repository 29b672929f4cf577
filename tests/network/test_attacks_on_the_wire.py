"""Attacks of SECURITY.md's list that no other test plays: by their numbers."""

import datetime
import hashlib
import struct

import pytest
from connection_pair import (
    CLIENT_NONCE,
    EXAMPLES,
    KEY,
    KEY_ID,
    OTHER_KEY,
    RoguePeer,
    make_client,
    make_server,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from network import limits
from network import messages as m
from network.connection import Closed, State
from network.credentials import ClientKeys, SharedKeys
from network.framing import MESSAGE_TYPES, TYPE_NUMBERS, encode_frame
from network.login import Transcript, key_id
from network.tls import Identity, server_context

LOGIN = {m.Hello, m.ServerProof, m.ClientProof, m.Welcome, m.Bye}


def codes(connection) -> list[str]:
    return [event.code for event in connection.events()]


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certify(subject: str, key, issuer: str, issuer_key, *, authority: bool) -> x509.Certificate:
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=36500))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("studio-2")]), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


@pytest.fixture
def certified(tmp_path, monkeypatch) -> Identity:
    """A server with a certificate of an authority that this computer trusts."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = certify("Trusted CA", authority_key, "Trusted CA", authority_key, authority=True)
    leaf = certify("studio-2", key, "Trusted CA", authority_key, authority=False)
    pem = serialization.Encoding.PEM
    (tmp_path / "ca.pem").write_bytes(authority.public_bytes(pem))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "server.pem"
    path.write_bytes(private + leaf.public_bytes(pem))
    der = leaf.public_bytes(serialization.Encoding.DER)
    return Identity(hashlib.sha256(der).digest(), server_context(str(path)))


# -- 12: a valid certificate of a public authority instead of the pinned one -------------------


def test_trusted_certificate_does_not_replace_the_paired_one(certified, identity):
    keys = ClientKeys(paired={identity.fingerprint: KEY}, pinned=identity.fingerprint)
    client = make_client(key=keys)

    rogue = RoguePeer(client, certified).handshake()

    assert codes(client) == ["identity"]
    assert [type(message) for message in rogue.heard] == [m.Bye]


def test_trusted_certificate_does_not_replace_the_key(certified):
    client = make_client()
    rogue = RoguePeer(client, certified).handshake()

    heard = rogue.say(m.ServerProof(1, b"s" * 32, b"p" * 32))

    assert codes(client) == ["key"]
    assert [type(message) for message in heard] == [m.Bye]


# -- 13: any other frame before login ----------------------------------------------------------


@pytest.mark.parametrize(
    "cls", [cls for cls in MESSAGE_TYPES.values() if cls not in LOGIN], ids=lambda cls: cls.__name__
)
def test_server_reads_nothing_but_a_login_from_a_stranger(identity, cls):
    server = make_server(identity)
    rogue = RoguePeer(server).handshake()

    heard = rogue.say(EXAMPLES[cls])

    assert codes(server) == ["protocol"]
    assert [type(message) for message in heard] == [m.Bye]


# -- 5, 8, 9 with several keys -----------------------------------------------------------------


def test_id_of_one_key_with_the_proof_of_another_is_refused(identity):
    server = make_server(identity, key=SharedKeys(KEY, OTHER_KEY))
    rogue = RoguePeer(server).handshake()
    rogue.say(m.Hello(1, 1, CLIENT_NONCE, key_id(OTHER_KEY)))
    login = Transcript(CLIENT_NONCE, b"s" * 32, (1, 1), 1, identity.fingerprint)

    rogue.say(m.ClientProof(login.client_proof(KEY), "rogue"))

    assert codes(server) == ["key"]


def test_proof_of_an_earlier_connection_is_worthless_whatever_key_it_names(identity):
    login = Transcript(CLIENT_NONCE, b"s" * 32, (1, 1), 1, identity.fingerprint)
    recorded = encode_frame(m.ClientProof(login.client_proof(KEY), "artist"))
    for named in (KEY_ID, b""):
        server = make_server(identity, nonce=b"t" * 32)
        rogue = RoguePeer(server).handshake()
        rogue.say(m.Hello(1, 1, CLIENT_NONCE, named))

        rogue.say_raw(recorded)

        assert codes(server) == ["key"]


# -- 14: lengths -------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", [m.Assign, m.Ping, m.EndJob, m.Job], ids=lambda cls: cls.__name__)
def test_flood_of_empty_frames_ends_with_the_first(identity, cls):
    server = make_server(identity)
    rogue = RoguePeer(server).log_in(identity)

    rogue.say_raw(struct.pack(">4sBBHI", b"BKT1", TYPE_NUMBERS[cls], 0, 0, 0) * 5000)

    assert codes(server) == ["protocol"]


@pytest.mark.parametrize("length", [0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_length_that_would_be_negative_elsewhere_is_just_too_long(identity, length):
    server = make_server(identity)
    rogue = RoguePeer(server).log_in(identity)

    rogue.say_raw(struct.pack(">4sBBHI", b"BKT1", TYPE_NUMBERS[m.AssetChunk], 0, 10, length))

    assert codes(server) == ["protocol"]


# -- 22: a server that pushes results ----------------------------------------------------------


def test_results_are_refused_from_their_head_before_any_work_was_given(identity):
    client = make_client()
    rogue = RoguePeer(client, identity).log_in(identity)

    rogue.say_raw(struct.pack(">4sBBHI", b"BKT1", TYPE_NUMBERS[m.Result], 0, 60, 1 << 30))

    assert codes(client) == ["protocol"]


def test_flood_of_news_is_cut_off(identity):
    client = make_client()
    rogue = RoguePeer(client, identity).log_in(identity)

    for _ in range(int(limits.CONTROL_BURST) + 1):
        rogue.say(EXAMPLES[m.JobStatus])

    assert client.events()[-1] == Closed("limit", "too many JobStatus per second", remote=False)


# -- 27: a page in a browser of this computer --------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /job HTTP/1.1\r\nHost: evil.example:20727\r\nContent-Length: 400\r\n\r\n"
        + b"x" * 400,
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:20727\r\nUpgrade: websocket\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
        encode_frame(m.Hello(1, 1, CLIENT_NONCE, KEY_ID))[1:],
    ],
)
def test_https_request_of_a_browser_is_no_login(identity, request_):
    """DNS rebinding makes a page's own host point here; TLS alone it could even speak."""
    server = make_server(identity)
    rogue = RoguePeer(server).handshake()

    heard = rogue.say_raw(request_)

    assert codes(server) == ["protocol"]
    assert [type(message) for message in heard] == [m.Bye]
    assert server.state is State.CLOSED


# -- 28: another user of this computer ---------------------------------------------------------


def test_stranger_on_loopback_needs_the_key_as_well(identity):
    server = make_server(identity, key=SharedKeys(KEY))
    rogue = RoguePeer(server).handshake()

    rogue.say(m.Hello(1, 1, CLIENT_NONCE, b""))
    rogue.say(m.ClientProof(bytes(32), "mallory"))

    assert codes(server) == ["key"]
