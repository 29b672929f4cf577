"""A server's identity: a self-signed P-256 certificate, made once and kept in a private folder.

The identity is the SHA-256 of the certificate's DER, not its name, dates or signature; so the
certificate has no end date worth the name (a wrong clock must not stop a farm) and its subject
is the same everywhere.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import secrets
import ssl
import stat
from pathlib import Path

from network.tls import Identity, server_context

_FILE = "server-identity.pem"
_MAX_FILE_BYTES = 64 << 10
_NOT_BEFORE = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
# RFC 5280, 4.1.2.5: the date for "no well-defined expiration".
_NOT_AFTER = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)


class IdentityError(OSError):
    """The identity cannot be made or used; the text names the file and the way out."""


def load_identity(folder: str | Path) -> Identity:
    """Return the identity kept in this folder; make folder and identity when there are none.

    Several servers may start in the same folder at once: the first to finish wins, and all of
    them use its file.

    Raises:
        IdentityError: the folder cannot be used, or the file is damaged or not private.
    """
    path = Path(folder) / _FILE
    try:
        _make_private_folder(path.parent)
        if not path.exists():
            _write_once(path, _new_pem())
        return _read(path)
    except IdentityError:
        raise
    except OSError as error:
        raise IdentityError(f"{path}: cannot keep the server's identity: {error}") from error


def _make_private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & 0o022:
        raise IdentityError(
            f"{folder}: other users can write here; mend it with: chmod 700 {folder}"
        )


def _write_once(path: Path, pem: bytes) -> None:
    """Write the file under another name and give it its name only if nobody was first."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            _name_once(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _name_once(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here (FAT, some network drives): the last writer wins there.
        os.replace(temporary, path)


def _read(path: Path) -> Identity:
    with open(path, "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        pem = file.read(_MAX_FILE_BYTES)
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise IdentityError(
            f"{path}: other users can read the server's private key; "
            f"delete the file (the server makes a new identity) or: chmod 600 {path}"
        )
    try:
        der = ssl.PEM_cert_to_DER_cert(_certificate_part(pem))
        context = server_context(str(path))
    except (ValueError, ssl.SSLError) as error:
        raise IdentityError(
            f"{path}: the server's identity is damaged; delete the file and the server "
            f"makes a new one ({error})"
        ) from error
    return Identity(hashlib.sha256(der).digest(), context)


def _certificate_part(pem: bytes) -> str:
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    text = pem.decode("ascii")
    start, stop = text.find(begin), text.find(end)
    if start < 0 or stop < start:
        raise ValueError("there is no certificate in it")
    return text[start : stop + len(end)]


def _new_pem() -> bytes:
    """Return a new private key and its self-signed certificate, both PEM."""
    # cryptography takes 100 ms to import and is needed once in a server's life.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bucket-brigade")])
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOT_BEFORE)
        .not_valid_after(_NOT_AFTER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
