import pytest

from renderer.bucket_size import BucketSize, check_bucket_size, parse_bucket_size, square


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("64", square(64)),
        ("64x32", BucketSize(64, 32)),
        (" 13X47 ", BucketSize(13, 47)),
        ("512×8", BucketSize(512, 8)),
    ],
)
def test_bucket_size_is_a_side_or_width_and_height(text, size):
    assert parse_bucket_size(text) == size


@pytest.mark.parametrize("text", ["", "x", "64x", "x64", "64x32x16", "-64", "6.4", "64 x 32", "²"])
def test_text_that_is_no_bucket_size_is_quoted(text):
    with pytest.raises(ValueError, match="is no bucket size: give one such as 64 or 64x32"):
        parse_bucket_size(text)


@pytest.mark.parametrize(
    ("size", "says"),
    [
        (BucketSize(7, 64), "bucket width must be between 8 and 512 pixels, not 7"),
        (BucketSize(64, 513), "bucket height must be between 8 and 512 pixels, not 513"),
    ],
)
def test_side_out_of_range_is_named(size, says):
    with pytest.raises(ValueError, match=says):
        check_bucket_size(size)


@pytest.mark.parametrize("size", [square(8), square(512), BucketSize(8, 512)])
def test_sides_at_their_limits_are_taken(size):
    check_bucket_size(size)


def test_bucket_size_is_told_as_width_and_height():
    assert str(BucketSize(64, 32)) == "64 × 32"
