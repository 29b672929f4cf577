"""The film takes good pixels once or twice alike, and refuses bad ones untouched."""

import hashlib

import numpy as np
import pytest

from renderer.bucket_size import BucketSize, square
from renderer.buckets import BucketOrder, Region, make_buckets
from renderer.film import Film, FilmError


def make_pixels(region: Region, value: float, components: int = 4) -> np.ndarray:
    return np.full((region.height, region.width, components), value, dtype=np.float32)


def test_film_is_complete_when_every_bucket_arrived():
    film = Film(50, 30)

    for bucket in make_buckets(50, 30, square(16), BucketOrder.RANDOM):
        assert not film.complete
        film.put(bucket, make_pixels(bucket, 0.5))

    assert film.complete
    assert film.done.all()
    assert film.pixels_done == 50 * 30


def test_film_sets_and_does_not_add_when_a_bucket_arrives_twice():
    film = Film(16, 16)
    bucket = Region(0, 0, 8, 16)

    film.put(bucket, make_pixels(bucket, 0.25))
    film.put(bucket, make_pixels(bucket, 0.25))

    assert film.pixels_done == 8 * 16
    assert (film.pixels[:, :8] == 0.25).all()
    assert (film.pixels[:, 8:] == 0).all()


def test_film_counts_only_new_pixels_when_regions_overlap():
    film = Film(4, 1)

    film.put(Region(0, 0, 3, 1), make_pixels(Region(0, 0, 3, 1), 1))
    film.put(Region(1, 0, 3, 1), make_pixels(Region(1, 0, 3, 1), 2))

    assert film.complete
    assert film.pixels[0, :, 0].tolist() == [1, 2, 2, 2]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_film_refuses_and_counts_pixels_that_are_not_finite(bad):
    film = Film(16, 16)
    region = Region(8, 8, 4, 4)
    pixels = make_pixels(region, 1)
    pixels[1, 2, :] = bad
    pixels[3, 3, 0] = bad

    with pytest.raises(FilmError, match="has 2 pixels that are NaN or infinite") as caught:
        film.put(region, pixels)

    assert caught.value.region == region
    assert caught.value.bad_pixels == 2
    assert not film.done.any()
    assert not film.pixels.any()


@pytest.mark.parametrize(
    "region",
    [
        Region(-1, 0, 4, 4),
        Region(0, -1, 4, 4),
        Region(13, 0, 4, 4),
        Region(0, 13, 4, 4),
        Region(0, 0, 0, 4),
        Region(0, 0, 17, 1),
    ],
)
def test_film_refuses_regions_that_are_not_inside(region):
    film = Film(16, 16)

    with pytest.raises(FilmError, match="is not inside the 16x16 film"):
        film.put(region, make_pixels(region, 1))


def test_film_refuses_pixels_of_another_shape():
    with pytest.raises(FilmError, match=r"needs pixels of shape \(4, 8, 4\), not \(8, 4, 4\)"):
        Film(16, 16).put(Region(0, 0, 8, 4), np.zeros((8, 4, 4), np.float32))


def test_film_refuses_doubles():
    with pytest.raises(FilmError, match="needs float32 pixels, not float64"):
        Film(16, 16).put(Region(0, 0, 1, 1), np.zeros((1, 1, 4), np.float64))  # type: ignore[arg-type]


def test_film_hash_is_that_of_the_row_major_rgb_bytes():
    film = Film(7, 130)
    region = Region(0, 0, 7, 130)
    pixels = np.random.default_rng(1).random((130, 7, 4), dtype=np.float32)

    film.put(region, pixels)

    expected = hashlib.sha256(pixels[:, :, :3].astype("<f4").tobytes()).hexdigest()
    assert film.sha256() == expected


def test_film_hash_ignores_alpha_and_further_components():
    plain, rich = Film(3, 2, 3), Film(3, 2, 7)
    region = Region(0, 0, 3, 2)
    pixels = np.random.default_rng(2).random((2, 3, 7), dtype=np.float32)

    plain.put(region, pixels[:, :, :3])
    rich.put(region, pixels)

    assert plain.sha256() == rich.sha256()


def test_film_hash_is_the_same_for_every_cut_and_order():
    pixels = np.random.default_rng(3).random((61, 97, 4), dtype=np.float32)
    hashes = set()

    for size, order in [
        (square(8), BucketOrder.HILBERT),
        (BucketSize(64, 16), BucketOrder.SPIRAL),
        (BucketSize(13, 47), BucketOrder.RANDOM),
    ]:
        film = Film(97, 61)
        for bucket in make_buckets(97, 61, size, order):
            rows = slice(bucket.y, bucket.y + bucket.height)
            film.put(bucket, pixels[rows, bucket.x : bucket.x + bucket.width])
        hashes.add(film.sha256())

    assert len(hashes) == 1


def test_film_without_pixels_is_refused():
    with pytest.raises(ValueError, match="at least 1x1 pixels of 3 components"):
        Film(0, 4)
