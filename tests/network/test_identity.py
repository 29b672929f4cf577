import hashlib
import os
import stat
import subprocess
import sys
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from network import identity as identity_module
from network.identity import IdentityError, load_identity

FILE = "server-identity.pem"
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no mode bits")


def test_identity_stays_the_same(tmp_path):
    first = load_identity(tmp_path / "id")
    again = load_identity(tmp_path / "id")

    assert first.fingerprint == again.fingerprint
    assert os.listdir(tmp_path / "id") == [FILE]


def test_identity_is_the_hash_of_a_p256_certificate_for_both_ends(tmp_path):
    identity = load_identity(tmp_path / "id")

    certificate = x509.load_pem_x509_certificate((tmp_path / "id" / FILE).read_bytes())
    usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert identity.fingerprint == hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    assert isinstance(certificate.public_key().curve, ec.SECP256R1)
    assert {usage.dotted_string for usage in usages} == {"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"}
    assert constraints.ca is False
    assert certificate.not_valid_after_utc.year == 9999


def test_short_id_is_8_base32_characters(tmp_path):
    short_id = load_identity(tmp_path / "id").short_id

    assert len(short_id) == 8
    assert set(short_id) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@posix_only
def test_folder_and_file_are_private(tmp_path):
    load_identity(tmp_path / "id")

    assert stat.S_IMODE((tmp_path / "id").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "id" / FILE).stat().st_mode) == 0o600


@posix_only
def test_private_key_that_others_can_read_is_refused(tmp_path):
    load_identity(tmp_path)
    (tmp_path / FILE).chmod(0o644)

    with pytest.raises(IdentityError, match=f"chmod 600 {tmp_path / FILE}"):
        load_identity(tmp_path)


@posix_only
def test_folder_that_others_can_write_is_refused(tmp_path):
    (tmp_path / "id").mkdir()
    (tmp_path / "id").chmod(0o770)

    with pytest.raises(IdentityError, match=f"chmod 700 {tmp_path / 'id'}"):
        load_identity(tmp_path / "id")


@pytest.mark.parametrize("damage", ["empty", "key only", "garbage", "end first", "binary"])
def test_damaged_identity_says_what_to_delete(tmp_path, damage):
    load_identity(tmp_path)
    path = tmp_path / FILE
    pem = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "key only": pem[: pem.index(b"-----BEGIN CERT")],
            "garbage": pem.replace(b"M", b"A"),
            "end first": b"-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----",
            "binary": b"\xff\xfe" + pem,
        }[damage]
    )

    with pytest.raises(IdentityError, match="damaged; delete the file"):
        load_identity(tmp_path)


def test_folder_that_cannot_be_made_is_an_error_with_its_name(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(IdentityError, match="cannot keep the server's identity"):
        load_identity(tmp_path / "file" / "id")


def test_servers_that_start_together_agree(tmp_path):
    barrier = threading.Barrier(4)
    fingerprints = []

    def start() -> None:
        barrier.wait()
        fingerprints.append(load_identity(tmp_path / "id").fingerprint)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(fingerprints) == 4
    assert len(set(fingerprints)) == 1
    assert os.listdir(tmp_path / "id") == [FILE]


def test_identity_is_made_where_there_are_no_hard_links(tmp_path, monkeypatch):
    def link(source, target):
        raise PermissionError("no hard links here")

    monkeypatch.setattr(identity_module.os, "link", link)

    assert load_identity(tmp_path / "id").fingerprint == load_identity(tmp_path / "id").fingerprint


def test_known_identity_is_loaded_without_cryptography(tmp_path):
    load_identity(tmp_path / "id")
    code = (
        "import sys; from network.identity import load_identity; "
        "load_identity(sys.argv[1]); assert 'cryptography' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code, str(tmp_path / "id")], check=True)
