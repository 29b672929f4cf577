"""Files of every format and precision, read back by other programs' code: libpng and libtiff
(through Qt), Pillow, littleCMS and OpenEXR.
"""

import io
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, TiffImagePlugin

from renderer.display import Look, to_display, to_display_16
from renderer.icc import make_profile
from renderer.layers import Layer, Placement
from renderer.output import OutputError, check_output_path, save_image
from renderer.output_options import COMPRESSIONS, OutputOptions
from renderer.output_png import encode_png
from renderer.output_tiff import encode_tiff

SRGB = Look("srgb")


@pytest.fixture
def pixels() -> np.ndarray:
    """Noise with a ramp, and an alpha that begins at 0; premultiplied."""
    y, x = np.mgrid[0:70, 0:51].astype(np.float32)
    rgb = np.stack([x / 51, y / 70, (x + y) / 121], axis=2)
    rgb += np.random.default_rng(1).random(rgb.shape, dtype=np.float32) * 0.1
    alpha = (x / 50)[..., None]
    return np.concatenate([rgb * alpha, alpha], axis=2)


def read_by_qt(path: Path) -> np.ndarray:
    """(H, W, 4) of 16-bit codes or floats, straight alpha."""
    gui = pytest.importorskip("PySide6.QtGui")
    image = gui.QImage(str(path))
    assert not image.isNull()
    floats = image.pixelFormat().typeInterpretation().name == "FloatingPoint"
    form = gui.QImage.Format
    image = image.convertToFormat(form.Format_RGBA32FPx4 if floats else form.Format_RGBA64)
    kind, size = (np.float32, 16) if floats else (np.uint16, 8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * size].copy().view(kind).reshape(*rows.shape[:1], -1, 4)


def read_tags(path: Path) -> dict:
    """By Pillow, which knows these tags but no colours of 32 bits."""
    with path.open("rb") as file:
        directory = TiffImagePlugin.ImageFileDirectory_v2(file.read(8))
        file.seek(directory.next)
        directory.load(file)
        return dict(directory)


def read_exr(path: Path) -> list[tuple[str, dict, dict[str, np.ndarray]]]:
    parts = OpenEXR.File(str(path), separate_channels=True).parts
    return [
        (part.name(), part.header, {name: c.pixels for name, c in part.channels.items()})
        for part in parts
    ]


@pytest.mark.parametrize("extension", [".png", ".tif"])
def test_sixteen_bit_file_holds_what_the_look_shows(tmp_path, pixels, extension):
    path = tmp_path / f"frame{extension}"

    save_image(path, pixels, look=SRGB, options=OutputOptions(bits=16))

    read = read_by_qt(path)
    np.testing.assert_array_equal(read[..., :3], to_display_16(pixels, SRGB))
    assert (read[..., 3] == 65535).all()


@pytest.mark.parametrize("extension", [".png", ".tif"])
@pytest.mark.parametrize("bits", [8, 16])
def test_transparent_file_has_straight_alpha(tmp_path, pixels, extension, bits):
    path = tmp_path / f"frame{extension}"

    save_image(path, pixels, look=SRGB, options=OutputOptions(bits=bits, alpha=True))

    read = read_by_qt(path)
    alpha = pixels[..., 3:]
    straight = np.divide(pixels[..., :3], alpha, out=pixels[..., :3].copy(), where=alpha > 0)
    if bits == 16:
        expected, white = to_display_16(straight, SRGB), 65535
    else:
        expected, white = to_display(straight, SRGB).astype(np.uint16) * 257, 65535
    # Qt hands TIFF over as premultiplied or straight: what is faint loses codes on the way.
    solid = alpha[..., 0] > 0.9
    assert np.abs(read[..., :3].astype(int) - expected)[solid].max() <= (300 if bits == 8 else 2)
    assert np.abs(read[..., 3] / white - alpha[..., 0]).max() <= 0.6 / (2**bits - 1)


def test_png_of_eight_bits_with_alpha_is_exact_by_pillow(tmp_path, pixels):
    path = tmp_path / "frame.png"

    save_image(path, pixels, look=SRGB, options=OutputOptions(alpha=True))

    with Image.open(path) as image:
        assert image.mode == "RGBA"
        read = np.asarray(image)
    alpha = pixels[..., 3:]
    straight = np.divide(pixels[..., :3], alpha, out=pixels[..., :3].copy(), where=alpha > 0)
    np.testing.assert_array_equal(read[..., :3], to_display(straight, SRGB))
    np.testing.assert_array_equal(read[..., 3], np.floor(alpha[..., 0] * 255 + 0.5))


def test_glow_without_cover_keeps_its_colour_in_a_transparent_file(tmp_path):
    flame = np.full((4, 4, 4), 0.5, dtype=np.float32)
    flame[..., 3] = 0.0

    save_image(tmp_path / "a.png", flame, look=SRGB, options=OutputOptions(alpha=True))

    with Image.open(tmp_path / "a.png") as image:
        assert image.getpixel((0, 0)) == (188, 188, 188, 0)


@pytest.mark.parametrize("alpha", [False, True])
def test_float_tiff_holds_the_light_bit_for_bit(tmp_path, pixels, alpha):
    pixels[3, 3] = [70000.0, -0.5, 1e-20, 1.0]
    path = tmp_path / "frame.tif"

    options = OutputOptions(bits=32, alpha=alpha)
    save_image(path, pixels, look=Look("agx", 3.0), options=options)

    tags = read_tags(path)
    assert tags[258] == (32,) * (4 if alpha else 3)
    assert tags[339] == (3,) * (4 if alpha else 3)
    assert tags.get(338) == ((1,) if alpha else None)  # 1: associated alpha
    if not alpha:  # Qt un-premultiplies, and rounds
        np.testing.assert_array_equal(read_by_qt(path)[..., :3], pixels[..., :3])


@pytest.mark.parametrize(("bits", "expected"), [(8, (8, 8, 8)), (16, (16, 16, 16))])
def test_tiff_with_alpha_says_that_it_is_straight(tmp_path, pixels, bits, expected):
    save_image(tmp_path / "a.tif", pixels, options=OutputOptions(bits=bits, alpha=True))

    with Image.open(tmp_path / "a.tif") as image:
        assert image.tag_v2[258] == (*expected, bits)
        assert image.tag_v2[338] == (2,)  # unassociated


def test_jpeg_quality_decides_the_size(tmp_path, pixels):
    for quality in (30, 95):
        options = OutputOptions(jpeg_quality=quality)
        save_image(tmp_path / f"{quality}.jpg", pixels, options=options)

    assert (tmp_path / "30.jpg").stat().st_size < 0.5 * (tmp_path / "95.jpg").stat().st_size


# -- what the codes mean ----------------------------------------------------------------------


@pytest.mark.parametrize("view", ["srgb", "agx", "linear"])
def test_png_tells_how_its_codes_are_meant(tmp_path, pixels, view):
    save_image(tmp_path / "a.png", pixels, look=Look(view))

    with Image.open(tmp_path / "a.png") as image:
        info = image.info
        image.verify()
    data = (tmp_path / "a.png").read_bytes()
    transfer = data[data.index(b"cICP") + 5]
    linear = view == "linear"
    assert transfer == (8 if linear else 13)
    assert ("srgb" in info) == (not linear)
    assert info["gamma"] == pytest.approx(1.0 if linear else 1 / 2.2, abs=1e-4)
    assert info["chromaticity"][:2] == pytest.approx((0.3127, 0.329))


@pytest.mark.parametrize("extension", [".jpg", ".tif"])
@pytest.mark.parametrize("view", ["agx", "linear"])
def test_jpeg_and_tiff_carry_the_profile_of_their_codes(tmp_path, pixels, extension, view):
    save_image(tmp_path / f"a{extension}", pixels, look=Look(view))

    with Image.open(tmp_path / f"a{extension}") as image:
        assert image.info["icc_profile"] == make_profile(linear=view == "linear")


@pytest.mark.parametrize("linear", [False, True])
def test_profile_means_the_same_to_littlecms_as_its_own(linear):
    ours = ImageCms.ImageCmsProfile(io.BytesIO(make_profile(linear=linear)))
    srgb = ImageCms.createProfile("sRGB")
    codes = np.random.default_rng(2).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    image = Image.fromarray(codes)

    shown = np.asarray(ImageCms.profileToProfile(image, ours, srgb)).astype(int)

    light = codes / 255.0
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    expected = encoded * 255 if linear else codes
    assert np.abs(shown - expected).max() <= 2


# -- any size and value ------------------------------------------------------------------------


@st.composite
def pictures(draw):
    shape = (draw(st.integers(1, 140)), draw(st.integers(1, 20)), draw(st.sampled_from([3, 4])))
    seed = draw(st.integers(0, 2**32 - 1))
    dtype = draw(st.sampled_from([np.uint8, np.uint16]))
    flat = draw(st.booleans())
    top = 3 if flat else np.iinfo(dtype).max + 1
    return np.random.default_rng(seed).integers(0, top, shape).astype(dtype)


@given(codes=pictures())
@settings(max_examples=40, deadline=None)
def test_png_of_any_size_is_read_back_by_pillow_and_libpng(tmp_path_factory, codes):
    path = tmp_path_factory.mktemp("png") / "a.png"

    path.write_bytes(encode_png(codes, {"Title": "Ü"}, linear=False))

    if codes.dtype == np.uint8:
        with Image.open(path) as image:
            np.testing.assert_array_equal(np.asarray(image), codes)
            assert image.info["Title"] == "Ü"
    else:
        read = read_by_qt(path)[..., : codes.shape[2]]
        np.testing.assert_array_equal(read, codes)


@given(codes=pictures())
@settings(max_examples=40, deadline=None)
def test_tiff_of_any_size_is_read_back_by_libtiff(tmp_path_factory, codes):
    path = tmp_path_factory.mktemp("tiff") / "a.tif"
    codes = codes[..., :3]

    path.write_bytes(encode_tiff(np.ascontiguousarray(codes), {270: "x"}, linear=False))

    if codes.dtype == np.uint8:
        with Image.open(path) as image:
            np.testing.assert_array_equal(np.asarray(image), codes)
    else:
        np.testing.assert_array_equal(read_by_qt(path)[..., :3], codes)


# -- EXR ----------------------------------------------------------------------------------------


def layers_of(pixels: np.ndarray) -> dict[str, Layer]:
    rng = np.random.default_rng(7)
    height, width = pixels.shape[:2]
    ids = rng.integers(1, 0x7F000000, (height, width, 4), dtype=np.uint32).view(np.float32)
    names = {"cryptomatte/abc1234/name": "CryptoObject", "cryptomatte/abc1234/manifest": "{}"}
    return {
        "albedo": Layer(rng.random((height, width, 3), np.float32), ("R", "G", "B"), half_ok=True),
        "depth": Layer(rng.random((height, width, 1), np.float32) * 1e5, ("Z",)),
        "CryptoObject00": Layer(ids, ("R", "G", "B", "A"), attributes=names),
    }


@pytest.mark.parametrize("compression", [c for c in COMPRESSIONS if not c.startswith("dwa")])
@pytest.mark.parametrize("multi_part", [False, True])
def test_exr_layers_are_read_back_bit_for_bit(tmp_path, pixels, compression, multi_part):
    layers = layers_of(pixels)
    options = OutputOptions(compression=compression, multi_part=multi_part)

    save_image(tmp_path / "a.exr", pixels, options=options, layers=layers)

    parts = read_exr(tmp_path / "a.exr")
    assert [name for name, _, _ in parts] == (["beauty", *layers] if multi_part else [""])
    read = {name: plane for _, _, planes in parts for name, plane in planes.items()}
    for index, name in enumerate("RGBA"):
        np.testing.assert_array_equal(read.pop(name), pixels[..., index])
    for name, layer in layers.items():
        for index, component in enumerate(layer.components):
            plane = read.pop(f"{name}.{component}")
            np.testing.assert_array_equal(plane.view("u4"), layer.pixels[..., index].view("u4"))
    assert not read
    headers = [header for name, header, _ in parts if name in ("", "CryptoObject00")]
    for header in (headers[0], headers[-1]):
        assert header["cryptomatte/abc1234/manifest"] == "{}"
    assert headers[0]["compression"].name.lower().removesuffix("_compression") in (
        compression,
        "no" if compression == "none" else compression,
    )


def test_half_exr_rounds_colours_to_the_nearest_and_leaves_numbers_whole(tmp_path, pixels):
    pixels[0, 0] = [1e9, -1e9, 1 + 2**-11, 1.0]  # 1 + 2^-11 lies half way: to even
    layers = layers_of(pixels)

    save_image(tmp_path / "a.exr", pixels, options=OutputOptions(half=True), layers=layers)

    ((_, _, read),) = read_exr(tmp_path / "a.exr")
    assert [read[name][0, 0] for name in "RGB"] == [65504.0, -65504.0, 1.0]
    red = read["R"][1:].astype(np.float64)
    assert read["R"].dtype == read["albedo.G"].dtype == np.float16
    spacing = np.spacing(np.abs(read["R"][1:])).astype(np.float64)
    assert (np.abs(red - pixels[1:, :, 0]) <= spacing / 2).all()
    assert read["depth.Z"].dtype == read["CryptoObject00.R"].dtype == np.float32
    np.testing.assert_array_equal(read["depth.Z"], layers["depth"].pixels[..., 0])


@given(
    values=st.lists(
        st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=60
    )
)
@settings(max_examples=40, deadline=None)
def test_half_exr_holds_the_nearest_half_of_any_value(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("exr") / "a.exr"
    pixels = np.repeat(np.array(values, np.float32)[None, :, None], 3, axis=2)

    save_image(path, pixels, options=OutputOptions(half=True))

    ((_, _, planes),) = read_exr(path)
    halves = planes["G"][0]
    assert np.isfinite(halves).all()
    exact = np.clip(np.array(values, np.float64), -65504, 65504)
    error = np.abs(halves.astype(np.float64) - exact)
    for direction in (np.float16(-65504), np.float16(65504)):
        other = np.nextafter(halves, direction).astype(np.float64)
        assert (error <= np.abs(other - exact)).all()


@pytest.mark.parametrize("compression", ["dwaa", "dwab"])
@pytest.mark.parametrize("half", [False, True])
def test_lossy_exr_loses_a_little_in_colours_and_nothing_in_ids(
    tmp_path, pixels, compression, half
):
    layers = layers_of(pixels)
    options = OutputOptions(compression=compression, half=half)

    save_image(tmp_path / "a.exr", pixels, options=options, layers=layers)

    parts = {name: planes for name, _, planes in read_exr(tmp_path / "a.exr")}
    assert set(parts) == {"beauty", "depth", "CryptoObject00"}
    assert {"R", "G", "B", "A", "albedo.R", "albedo.G", "albedo.B"} == set(parts["beauty"])
    loss = np.abs(parts["beauty"]["G"].astype(np.float32) - pixels[..., 1])
    assert 0 < loss.max() < 0.05
    ids = layers["CryptoObject00"].pixels
    for index, component in enumerate("RGBA"):
        plane = parts["CryptoObject00"][f"CryptoObject00.{component}"]
        np.testing.assert_array_equal(plane.view("u4"), ids[..., index].view("u4"))


def test_exr_says_where_the_pixels_lie_in_the_frame(tmp_path, pixels):
    placement = Placement(x=100, y=20, width=640, height=360, pixel_aspect=2.0)

    save_image(tmp_path / "a.exr", pixels, placement=placement, metadata={"seed": 3})

    ((_, header, planes),) = read_exr(tmp_path / "a.exr")
    low, high = header["dataWindow"]
    assert (*low, *high) == (100, 20, 150, 89)
    assert tuple(header["displayWindow"][1]) == (639, 359)
    assert header["pixelAspectRatio"] == 2.0
    assert header["chromaticities"] == pytest.approx(
        (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329)
    )
    assert header["brigade:seed"] == 3
    np.testing.assert_array_equal(planes["R"], pixels[..., 0])


def test_exr_takes_the_beauty_of_a_film_with_more_components(tmp_path, pixels):
    film = np.concatenate([pixels, pixels], axis=2)

    save_image(tmp_path / "a.exr", film)

    ((_, _, planes),) = read_exr(tmp_path / "a.exr")
    assert set(planes) == {"R", "G", "B", "A"}
    np.testing.assert_array_equal(planes["B"], film[..., 2])


# -- refusals -------------------------------------------------------------------------------------


def test_bits_that_a_format_has_not_are_refused_with_those_it_has(tmp_path):
    with pytest.raises(OutputError, match=r"32 bits: \.png holds 8 or 16; use \.tif or \.exr"):
        check_output_path(tmp_path / "a.png", OutputOptions(bits=32))


def test_layer_whose_names_do_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"components \('Z',\) cannot have .*\(2, 2, 3\)"):
        Layer(np.zeros((2, 2, 3), np.float32), ("Z",))


@pytest.mark.parametrize(
    ("field", "value"), [("bits", 12), ("compression", "b44"), ("jpeg_quality", 0)]
)
def test_options_refuse_what_no_format_has(field, value):
    with pytest.raises(ValueError, match=r"must be|there is no compression"):
        OutputOptions(**{field: value})


def test_same_picture_gives_the_same_bytes(tmp_path, pixels):
    for extension in (".png", ".tif", ".jpg", ".exr"):
        paths = [tmp_path / f"{name}{extension}" for name in "ab"]
        for path in paths:
            save_image(path, pixels, metadata={"seed": 1})

        assert paths[0].read_bytes() == paths[1].read_bytes()
