import numpy as np
import pytest

from renderer.canary import COMPONENTS, MEAN, SIDE_PX, make_canary_scene, render_canary
from renderer.engine import TracerEngine


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return render_canary(TracerEngine())


def test_canary_is_the_same_each_time(picture: np.ndarray) -> None:
    assert picture.shape == (SIDE_PX, SIDE_PX, COMPONENTS)
    assert render_canary(TracerEngine()).tobytes() == picture.tobytes()


def test_canary_is_as_bright_as_clients_expect(picture: np.ndarray) -> None:
    assert picture[:, :, :3].mean() == pytest.approx(MEAN, rel=0.1)


def test_canary_shows_the_same_with_both_ways_to_trace_rays(picture: np.ndarray) -> None:
    other = render_canary(TracerEngine(ray_backend="bvh"))

    assert np.abs(other - picture).mean() <= 0.01 * picture.mean()


def test_canary_shows_more_than_sky(picture: np.ndarray) -> None:
    assert np.ptp(picture[:, :, 0]) > 1.0
    assert len(np.unique(picture[:, :, :3])) > 200


def test_canary_has_a_bit_of_everything() -> None:
    scene = make_canary_scene()

    assert scene.lights
    assert scene.textures
    assert scene.environment is not None
    assert {m.transmission for m in scene.materials} == {0.0, 1.0}
    assert {m.metallic for m in scene.materials} == {0.0, 1.0}
