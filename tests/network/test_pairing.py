import hashlib

import pytest

from network.pairing import ALPHABET, CodeError, code_key, format_code, new_code, parse_code


def test_codes_have_ten_characters_of_50_random_bits():
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == 10 and set(code) <= set(ALPHABET) for code in codes)
    assert len(ALPHABET) ** 10 == 2**50
    assert len(set().union(*codes)) == 32


def test_code_is_read_back_however_it_is_typed():
    assert format_code("7K3M9QXD2F") == "7K3M-9QXD-2F"
    for typed in ("7K3M-9QXD-2F", " 7k3m 9qxd 2f\n", "7K3M9QXD2F", "7k3m\u20139qxd\u20132f"):
        assert parse_code(typed) == "7K3M9QXD2F"
    assert parse_code("OIL0-1234-56") == "0110123456"


@pytest.mark.parametrize(
    "typed", ["", "7K3M-9QXD-2", "7K3M-9QXD-2FF", "U" * 10, "ÄÄÄÄÄÄÄÄÄÄ", "7" * 99]
)
def test_what_is_no_code_is_refused_and_not_repeated(typed):
    with pytest.raises(CodeError, match="pairing code") as caught:
        parse_code(typed)
    assert not typed or typed not in str(caught.value)


def test_code_key_is_the_documented_scrypt_for_one_certificate():
    key = code_key("7K3M9QXD2F", b"f" * 32)

    expected = hashlib.scrypt(
        b"7K3M9QXD2F", salt=b"f" * 32, n=32768, r=8, p=1, maxmem=1 << 26, dklen=32
    )
    assert key == expected
    assert key != code_key("7K3M9QXD2G", b"f" * 32)
    assert key != code_key("7K3M9QXD2F", b"g" * 32)
