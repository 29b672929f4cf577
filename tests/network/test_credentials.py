"""Which key a login uses, and logins by pairing code over joined connections."""

import hmac

import pytest
from connection_pair import (
    CLIENT_NONCE,
    KEY,
    OTHER_KEY,
    SERVER_NONCE,
    ConnectionPair,
    RoguePeer,
    make_client,
    make_server,
    run,
)

from network import messages as m
from network.connection import ClientInfo, Closed, LoggedIn, State
from network.credentials import (
    CODE_ID,
    ClientKeys,
    CredentialError,
    SharedKeys,
    short_id,
)
from network.errors import LocalProtocolError
from network.login import Transcript, key_id

CODE_KEY = b"k" * 32
FINGERPRINT, ANOTHER = b"f" * 32, b"g" * 32


class CodeKeys:
    """A server that waits for a pairing."""

    def __init__(self, key: bytes | None = CODE_KEY, problem: str = "") -> None:
        self.key, self.problem = key, problem
        self.kept: list[tuple[bytes, str]] = []

    def find(self, key_id: bytes) -> bytes | None:
        return self.key if key_id == CODE_ID else None

    def paired(self, key: bytes, client_name: str) -> str:
        self.kept.append((key, client_name))
        return self.problem


def with_code(identity, key: bytes = CODE_KEY) -> dict[str, object]:
    return {"key": ClientKeys(pinned=identity.fingerprint, code_key=key)}


# -- choosing ---------------------------------------------------------------------------------


def test_no_key_has_the_id_of_the_code():
    assert key_id(KEY) not in (key_id(OTHER_KEY), CODE_ID)
    assert key_id(CODE_ID) != CODE_ID


def test_pair_key_goes_before_the_farm_key():
    keys = ClientKeys(shared=KEY, paired={FINGERPRINT: OTHER_KEY})

    assert keys.choose(FINGERPRINT).key == OTHER_KEY
    assert keys.choose(ANOTHER).key == KEY


def test_changed_certificate_after_pairing_is_refused_with_both_ids_and_the_way_out():
    keys = ClientKeys(shared=KEY, paired={FINGERPRINT: OTHER_KEY}, pinned=FINGERPRINT)

    with pytest.raises(CredentialError, match=r"brigade pair --forget") as caught:
        keys.choose(ANOTHER)

    assert caught.value.code == "identity"
    assert short_id(FINGERPRINT) in caught.value.text
    assert short_id(ANOTHER) in caught.value.text


def test_paired_server_is_known_at_the_address_of_another_one():
    """DHCP gave the two each other's address."""
    keys = ClientKeys(paired={FINGERPRINT: KEY, ANOTHER: OTHER_KEY}, pinned=FINGERPRINT)

    assert keys.choose(ANOTHER).key == OTHER_KEY


def test_client_without_a_key_is_told_how_to_pair():
    with pytest.raises(CredentialError, match="brigade pair") as caught:
        ClientKeys().choose(FINGERPRINT)

    assert caught.value.code == "unpaired"


def test_keys_do_not_show_in_repr():
    keys = ClientKeys(shared=KEY, paired={FINGERPRINT: OTHER_KEY}, code_key=CODE_KEY)
    event = LoggedIn(None, "artist", "00", pair_key=KEY)

    for text in (repr(keys), repr(keys.choose(ANOTHER)), repr(event)):
        assert repr(KEY) not in text
        assert repr(OTHER_KEY) not in text
        assert repr(CODE_KEY) not in text


def test_keys_of_the_wrong_side_are_our_own_error(identity):
    with pytest.raises(LocalProtocolError, match="server's keys"):
        make_server(identity, key=ClientKeys(shared=KEY))
    with pytest.raises(LocalProtocolError, match="client's keys"):
        make_client(key=SharedKeys(KEY))


# -- logging in -------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
def test_server_takes_two_farm_keys_at_once(identity, key):
    pair = ConnectionPair(identity, client={"key": key}, server={"key": SharedKeys(KEY, OTHER_KEY)})

    pair.log_in()


def test_client_ends_before_hello_when_it_has_no_key(identity):
    pair = ConnectionPair(identity, client={"key": ClientKeys()})

    client, server = run(pair)

    assert [event.code for event in client] == ["unpaired"]
    assert [event.code for event in server] == ["unpaired"]
    assert pair.client.fingerprint == identity.fingerprint


def test_client_ends_before_hello_when_the_certificate_changed(identity, other_identity):
    keys = ClientKeys(shared=KEY, pinned=other_identity.fingerprint)
    client, rogue = make_client(key=keys), None
    rogue = RoguePeer(client, identity).handshake()

    assert [event.code for event in client.events()] == ["identity"]
    assert [type(message) for message in rogue.heard] == [m.Bye]


def test_pairing_leaves_the_same_key_on_both_sides(identity):
    keys = CodeKeys()
    pair = ConnectionPair(identity, client=with_code(identity), server={"key": keys})

    client, server = run(pair)

    login = Transcript(CLIENT_NONCE, SERVER_NONCE, (1, 1), 1, identity.fingerprint)
    expected = hmac.digest(
        CODE_KEY,
        b"BKT1 P" + CLIENT_NONCE + SERVER_NONCE + bytes.fromhex("000000010000000100000001")
        + identity.fingerprint,
        "sha256",
    )  # fmt: skip
    assert login.pair_key(CODE_KEY) == expected
    assert client[0].pair_key == server[0].pair_key == expected
    assert keys.kept == [(expected, "artist")]


def test_login_without_a_code_leaves_no_key(identity):
    client, server = run(ConnectionPair(identity))

    assert client[0].pair_key == server[0].pair_key == b""


def test_wrong_code_is_refused_before_the_client_proves_anything(identity):
    pair = ConnectionPair(identity, client=with_code(identity), server={"key": CodeKeys(b"x" * 32)})

    client, server = run(pair)

    text = "the pairing code is wrong: look at the server's screen again"
    assert client == [Closed("key", text, remote=False)]
    assert server == [Closed("key", text, remote=True)]


def test_guessed_proof_of_a_code_is_refused(identity):
    keys = CodeKeys()
    server = make_server(identity, key=keys)
    rogue = RoguePeer(server).handshake()

    rogue.say(m.Hello(1, 1, CLIENT_NONCE, CODE_ID))
    rogue.say(m.ClientProof(b"p" * 32, "rogue"))

    assert [event.code for event in server.events()] == ["key"]
    assert keys.kept == []


def test_server_without_a_code_says_how_to_get_one(identity):
    pair = ConnectionPair(identity, client=with_code(identity), server={"key": KEY})

    client, _ = run(pair)

    assert client[0].code == "key"
    assert "brigade code" in client[0].text


def test_pairing_that_cannot_be_kept_fails_on_both_sides(identity):
    keys = CodeKeys(problem="the disk is full")
    pair = ConnectionPair(identity, client=with_code(identity), server={"key": keys})

    client, server = run(pair)

    assert client == [Closed("key", "the disk is full", remote=True)]
    assert server == [Closed("key", "the disk is full", remote=False)]


def test_pairing_through_a_relay_is_refused(identity, other_identity):
    client = make_client(**with_code(other_identity))  # it saw the relay's certificate
    server = make_server(identity, key=CodeKeys())
    to_client = RoguePeer(client, other_identity).handshake()
    to_server = RoguePeer(server).handshake()

    [answer] = to_server.say(to_client.heard[0])
    heard = to_client.say(answer)

    assert [event.code for event in client.events()] == ["key"]
    assert [type(message) for message in heard] == [m.Bye]
    assert server.state is State.PROVING


def test_client_proves_with_the_pair_key_after_pairing(identity):
    paired = ConnectionPair(identity, client=with_code(identity), server={"key": CodeKeys()})
    [logged_in, *_], _ = run(paired)
    keys = ClientKeys(paired={identity.fingerprint: logged_in.pair_key})

    again = ConnectionPair(
        identity,
        client={"key": keys, "hello": ClientInfo("artist")},
        server={"key": SharedKeys(logged_in.pair_key)},
    )

    again.log_in()


def test_shared_keys_take_no_pairing():
    assert "no pairing codes" in SharedKeys(KEY).paired(OTHER_KEY, "artist")
