"""Pairing codes: ten characters by which a client and a server meet for the first time.

50 random bits, stretched by scrypt with the server's fingerprint as salt. Guessing online gets
`limits.CODE_TRIES` tries of 2^50. Who connects and takes the server's proof home can try codes
there, at some 0.1 s each: half of all take 1.8 million processor-years, and the code is worthless
after ten minutes. No PAKE is needed for that, and no cryptography that Python does not have.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

#: Crockford's base 32: no I, L, O and U, so that nothing reads like something else.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_CHARS: Final = 10
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_MAX_TYPED_CHARS = 64
# 32 MiB and 0.1 s: bearable once for a person, dear for who tries all codes.
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**15, 8, 1
_SCRYPT_MAX_BYTES = 64 << 20


class CodeError(ValueError):
    """What was typed is no pairing code; the text says why and never repeats it."""


def new_code() -> str:
    """Return a fresh random code, without dashes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))


def format_code(code: str) -> str:
    """Return the code as people read it: 7K3M-9QXD-2F."""
    return "-".join((code[:4], code[4:8], code[8:]))


def parse_code(text: str) -> str:
    """Return the code that a person typed, in any case, with or without dashes and blanks.

    Raises:
        CodeError: it has not ten characters, or one that no code has.
    """
    if len(text) > _MAX_TYPED_CHARS:
        raise CodeError(f"a pairing code has {CODE_CHARS} characters")
    code = "".join(char for char in text.upper() if char not in "-– \t\r\n").translate(_READ_AS)
    if len(code) != CODE_CHARS:
        raise CodeError(f"a pairing code has {CODE_CHARS} characters, this one {len(code)}")
    if not set(code) <= set(ALPHABET):
        raise CodeError("a pairing code has digits and letters only, and no U")
    return code


def code_key(code: str, fingerprint: bytes) -> bytes:
    """Return the 32-byte key of a code for one server; takes about 0.1 s.

    Args:
        code: as `new_code` and `parse_code` return it.
        fingerprint: the server's; a code is worth nothing with another.
    """
    return hashlib.scrypt(
        code.encode("ascii"),
        salt=fingerprint,
        n=_SCRYPT_N,
        r=_SCRYPT_R,
        p=_SCRYPT_P,
        maxmem=_SCRYPT_MAX_BYTES,
        dklen=32,
    )
