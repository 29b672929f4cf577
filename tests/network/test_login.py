import dataclasses
import hashlib
import hmac

import pytest

from network.login import (
    KEY_ID_BYTES,
    Transcript,
    choose_version,
    describe_versions,
    key_id,
    proofs_match,
)

KEY = bytes(range(32))
LOGIN = Transcript(b"c" * 32, b"s" * 32, (1, 3), 2, b"f" * 32)


def test_proofs_are_the_documented_hmac():
    rest = b"c" * 32 + b"s" * 32 + b"\0\0\0\x01\0\0\0\x03\0\0\0\x02" + b"f" * 32

    for proof, label in ((LOGIN.server_proof, b"BKT1 S"), (LOGIN.client_proof, b"BKT1 C")):
        assert proof(KEY) == hmac.new(KEY, label + rest, hashlib.sha256).digest()


@pytest.mark.parametrize(
    "change",
    [
        {"client_nonce": b"C" * 32},
        {"server_nonce": b"S" * 32},
        {"client_versions": (1, 2)},
        {"client_versions": (2, 3)},
        {"version": 3},
        {"fingerprint": b"F" * 32},
    ],
)
def test_proof_changes_with_every_part_of_the_transcript(change):
    other = dataclasses.replace(LOGIN, **change)

    assert not proofs_match(LOGIN.server_proof(KEY), other.server_proof(KEY))
    assert not proofs_match(LOGIN.client_proof(KEY), other.client_proof(KEY))


def test_proof_changes_with_key_and_side():
    assert not proofs_match(LOGIN.server_proof(KEY), LOGIN.server_proof(b"k" * 32))
    assert not proofs_match(LOGIN.server_proof(KEY), LOGIN.client_proof(KEY))
    assert proofs_match(LOGIN.server_proof(KEY), dataclasses.replace(LOGIN).server_proof(KEY))


@pytest.mark.parametrize(
    ("client", "server", "chosen"),
    [
        ((1, 1), (1, 1), 1),
        ((1, 3), (2, 5), 3),
        ((2, 5), (1, 3), 3),
        ((1, 9), (4, 4), 4),
        ((1, 1), (2, 2), None),
        ((3, 4), (1, 2), None),
        ((3, 1), (1, 3), None),
    ],
)
def test_highest_common_version_is_chosen(client, server, chosen):
    assert choose_version(client, server) == chosen


def test_versions_are_described_for_people():
    assert describe_versions((1, 1)) == "protocol 1"
    assert describe_versions((1, 3)) == "protocols 1 to 3"


def test_keys_have_different_ids_that_are_no_part_of_them() -> None:
    key, other = bytes(range(32)), bytes(range(1, 33))

    assert key_id(key) != key_id(other)
    assert len(key_id(key)) == KEY_ID_BYTES
    assert key_id(key) not in key + other
