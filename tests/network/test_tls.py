import ssl

import pytest

from network.errors import CloseCode, RemoteProtocolError
from network.tls import TlsPipe, client_context, server_context


def join(client: TlsPipe, server: TlsPipe) -> None:
    while not (client.established and server.established):
        for one, other in ((client, server), (server, client)):
            if not one.established:
                one.handshake()
            other.receive(one.data_to_send())


@pytest.fixture
def ends(identity):
    client = TlsPipe(client_context(), server_side=False)
    server = TlsPipe(identity.context, server_side=True)
    return client, server


def test_bytes_pass_both_ways(ends):
    client, server = ends
    join(client, server)

    client.write(b"ping")
    server.write(memoryview(b"x" * 100_000))
    server.receive(client.data_to_send())
    client.receive(server.data_to_send())

    assert server.read() == b"ping"
    assert server.read() == b""
    got = b""
    while data := client.read():
        got += data
    assert got == b"x" * 100_000
    assert client.data_to_send() == b""


def test_tls_1_3_is_spoken_where_both_have_it(ends):
    join(*ends)

    assert ends[0]._tls.version() == "TLSv1.3"


def test_tls_1_2_still_has_authenticated_encryption(identity):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname = False
    old.verify_mode = ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    client = TlsPipe(old, server_side=False)

    join(client, TlsPipe(identity.context, server_side=True))

    assert client._tls.cipher()[0].startswith("ECDHE-ECDSA-")
    assert "GCM" in client._tls.cipher()[0] or "CHACHA20" in client._tls.cipher()[0]


@pytest.mark.parametrize("context", ["client", "server"])
def test_no_weak_cipher_is_offered(identity, context):
    ciphers = (client_context() if context == "client" else identity.context).get_ciphers()

    assert ciphers
    for cipher in ciphers:
        assert cipher["aead"]
        assert cipher["name"].startswith(("TLS_", "ECDHE-"))


def test_client_sees_the_servers_fingerprint(ends, identity):
    client, server = ends
    join(client, server)

    assert client.peer_fingerprint() == identity.fingerprint
    with pytest.raises(RemoteProtocolError, match="no certificate"):
        server.peer_fingerprint()


def test_end_of_the_session_is_told(ends):
    client, server = ends
    join(client, server)

    with pytest.raises(ssl.SSLWantReadError):
        client._tls.unwrap()
    server.receive(client.data_to_send())

    with pytest.raises(EOFError):
        server.read()


def test_garbage_is_refused_with_a_reason(ends):
    ends[1].receive(b"SSH-2.0-OpenSSH_9.2\r\n")

    with pytest.raises(RemoteProtocolError, match="TLS handshake failed") as caught:
        ends[1].handshake()

    assert caught.value.code is CloseCode.TLS


def test_context_needs_a_pem_file_with_both_parts(tmp_path):
    (tmp_path / "empty.pem").write_text("")

    with pytest.raises(ssl.SSLError):
        server_context(str(tmp_path / "empty.pem"))
