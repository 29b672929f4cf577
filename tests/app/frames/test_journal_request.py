"""What a journal keeps of a request comes back as it was, from older journals too."""

import json
from pathlib import Path

import msgspec
import pytest

from app.frames.journal_format import JournalError
from app.frames.journal_request import decode_request, encode_request
from app.values.session_types import RenderRequest
from renderer.bucket_size import BucketSize, square
from renderer.settings import RenderSettings


def make_request(size: BucketSize) -> RenderRequest:
    return RenderRequest(Path("room.glb").resolve(), RenderSettings(samples=3), size, audit=0.1)


@pytest.mark.parametrize("size", [square(32), BucketSize(64, 16), BucketSize(13, 47)], ids=str)
def test_request_comes_back_from_its_journal(size):
    request = make_request(size)

    assert decode_request(encode_request(request)) == request


def test_squares_are_kept_as_one_number_as_older_versions_had_it():
    kept = json.loads(bytes(encode_request(make_request(square(24)))))

    assert kept["bucket_size"] == 24


@pytest.mark.parametrize("size", ["64", [64], [64, 32, 16], None])
def test_journal_with_another_kind_of_size_is_refused(size):
    kept = json.loads(bytes(encode_request(make_request(square(24)))))
    raw = msgspec.Raw(json.dumps({**kept, "bucket_size": size}).encode())

    with pytest.raises(JournalError, match="what was asked for"):
        decode_request(raw)
