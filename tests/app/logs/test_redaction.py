import base64
from pathlib import Path

import pytest

from app.logs.redaction import GONE, Redactor
from network.keys import format_key, new_key
from network.pairing import format_code, new_code

SECRET = bytes(range(200, 232))


@pytest.mark.parametrize(
    "form",
    [
        SECRET.hex(),
        SECRET.hex().upper(),
        base64.b64encode(SECRET).decode(),
        base64.b64encode(SECRET).decode().rstrip("="),
        base64.urlsafe_b64encode(SECRET).decode(),
        base64.b32encode(SECRET).decode(),
        repr(SECRET),
    ],
)
def test_known_secret_goes_in_every_form(form):
    cleaned = Redactor([SECRET]).clean(f"before {form} after")

    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")
    assert form.strip("b'") not in cleaned


@pytest.mark.parametrize(
    "text",
    [
        format_key(new_key()),
        format_code(new_code()),
        "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\ncut off",
        base64.b64encode(new_key()).decode(),
    ],
)
def test_what_looks_like_a_secret_goes_though_nobody_knows_it(text):
    assert Redactor().clean(f"a {text} z").replace(GONE, "").split() in (["a", "z"], ["a"])


def test_field_of_a_password_stays_its_value_goes():
    assert Redactor().clean("proxy password=hunter2 ok") == f"proxy password={GONE} ok"


def test_home_of_the_user_is_not_told():
    redactor = Redactor(home=Path("/home/jane.doe"))

    assert redactor.clean("reads /home/jane.doe/room.glb") == "reads ~/room.glb"


def test_what_is_no_secret_stays():
    text = "bucket 17 of 0123456789abcdef goes to studio-2: fingerprint " + "ab" * 32

    assert Redactor([SECRET]).clean(text) == text
