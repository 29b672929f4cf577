import numpy as np
import pytest
from gltf_builder import QUAD, QUAD_INDICES, GltfBuilder

from renderer.assets import FolderAssets
from renderer.formats import load_scene
from renderer.gltf import meshopt_walks
from renderer.gltf.meshopt import decode_exponential, decode_octahedral, decode_quaternion
from renderer.gltf.meshopt_codecs import decode_attributes, decode_indices, decode_triangles
from renderer.scene import SceneError


def zigzag(value: int) -> int:
    return value << 1 if value >= 0 else ~(value << 1)


def varint(value: int) -> bytes:
    result = bytearray()
    while value > 127:
        result.append(value & 127 | 128)
        value >>= 7
    return bytes([*result, value])


def encode_group(codes: list[int]) -> tuple[int, bytes]:
    """The shortest of the four modes for 16 zigzag codes."""
    if not any(codes):
        return 0, b""
    choices = [(3, bytes(codes))]
    for mode, bits in ((1, 2), (2, 4)):
        top = (1 << bits) - 1
        small = [min(code, top) for code in codes]
        per_byte = 8 // bits
        packed = bytearray()
        for start in range(0, 16, per_byte):
            byte = 0
            for value in small[start : start + per_byte]:
                byte = byte << bits | value
            packed.append(byte)
        choices.append((mode, bytes(packed) + bytes(c for c in codes if c >= top)))
    return min(choices, key=lambda choice: len(choice[1]))


def encode_attributes(rows: np.ndarray) -> bytes:
    """A straightforward encoder, to have something to decode."""
    count, stride = rows.shape
    baseline = rows[0]
    deltas = np.diff(rows.astype(np.int16), axis=0, prepend=baseline[None].astype(np.int16))
    signed = deltas.astype(np.uint8).astype(np.int8)
    codes = [[zigzag(int(v)) & 255 for v in row] for row in signed]
    result = bytearray(b"\xa0")
    block = min(8192 // stride & ~15, 256)
    for start in range(0, count, block):
        part = codes[start : start + block]
        part += [[0] * stride] * (-len(part) % 16)
        for byte in range(stride):
            groups = [
                encode_group([row[byte] for row in part[g : g + 16]])
                for g in range(0, len(part), 16)
            ]
            header = bytearray(-(-len(groups) // 4))
            for index, (mode, _) in enumerate(groups):
                header[index >> 2] |= mode << (index & 3) * 2
            result += header + b"".join(data for _, data in groups)
    return bytes(result) + b"\0" * max(0, 32 - stride) + baseline.tobytes()


def encode_triangles(indices: np.ndarray) -> bytes:
    """Every index explicitly: as long as it gets, but complete."""
    data = bytearray()
    last = 0
    for triangle in indices.reshape(-1, 3).tolist():
        data.append(0xFF)
        for index in triangle:
            data += varint(zigzag(index - last))
            last = index
    return b"\xe1" + b"\xff" * (len(indices) // 3) + bytes(data) + b"\0" * 16


@pytest.mark.parametrize("stride", [4, 12, 16, 64, 256])
@pytest.mark.parametrize("count", [1, 16, 17, 256, 600])
@pytest.mark.parametrize("spread", [0, 1, 5, 200])
def test_attributes_survive_encoding_and_decoding(stride, count, spread):
    rng = np.random.default_rng(stride + count + spread)
    steps = rng.integers(-spread, spread + 1, (count, stride))
    # Some large steps among small ones need sentinels.
    steps[rng.random((count, stride)) < 0.02] = 100
    rows = np.cumsum(steps, axis=0).astype(np.uint8)

    np.testing.assert_array_equal(decode_attributes(encode_attributes(rows), count, stride), rows)


def test_attributes_decode_the_example_of_the_specification():
    group = bytes.fromhex("17 5f f0 bc 77 a9 21 00 34 b5")
    expected = [-1, -4, -3, 26, -91, 0, -6, 6, -4, -4, 5, -5, 1, -1, 0, 0]
    # One byte of four changes; the other three have a header of zeros and no data.
    stream = b"\xa0" + b"\2" + group + b"\0\0\0" + b"\0" * 32

    rows = decode_attributes(stream, 16, 4)

    np.testing.assert_array_equal(rows[:, 0], np.cumsum(expected).astype(np.uint8))
    assert not rows[:, 1:].any()


def test_triangles_decode_every_kind_of_code():
    table = bytes([0x00, 0x12, *[0] * 14])
    codes = [
        0xF0,  # three new vertices: 0 1 2
        0x00,  # at the newest edge (0, 2), a new vertex: 3
        0x12,  # at the second newest edge (3, 2), the third newest vertex: 1
        0xFF,  # all three explicit: 100 90 95
        0x0D,  # at (100, 95), one before the last: 94
        0x0E,  # at (100, 94), one behind the last: 95
        0x0F,  # at (100, 95), explicit: 50
        0xF1,  # new vertex 4, newest vertex, the one before that
        0xFE,  # new vertices after a restart: 0 1 2
    ]
    explicit = [zigzag(100), zigzag(-10), zigzag(5)]
    data = b"\xff" + b"".join(map(varint, explicit)) + varint(zigzag(50 - 95)) + b"\0"
    stream = b"\xe1" + bytes(codes) + data + table

    triangles = decode_triangles(stream, 3 * len(codes)).reshape(-1, 3)

    assert triangles.tolist() == [
        [0, 1, 2],
        [0, 2, 3],
        [3, 2, 1],
        [100, 90, 95],
        [100, 95, 94],
        [100, 94, 95],
        [100, 95, 50],
        [4, 50, 95],
        [0, 1, 2],
    ]


def test_explicit_triangles_survive_encoding_and_decoding():
    indices = np.random.default_rng(2).integers(0, 2**31, 300)

    np.testing.assert_array_equal(decode_triangles(encode_triangles(indices), 300), indices)


def test_indices_follow_two_baselines():
    steps = [(0, 5), (1, 1000), (0, 1), (1, -1), (0, -6)]
    codes = b"".join(varint(zigzag(delta) << 1 | base) for base, delta in steps)

    indices = decode_indices(b"\xd1" + codes + b"\0" * 4, 5)

    assert indices.tolist() == [5, 1000, 6, 999, 0]


@pytest.mark.parametrize(("dtype", "bits"), [("i1", 8), ("<i2", 16), ("<i2", 10)])
def test_octahedral_filter_gives_unit_vectors_back(dtype, bits):
    rng = np.random.default_rng(bits)
    vectors = rng.normal(size=(500, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    one = (1 << bits - 1) - 1
    flat = vectors / np.abs(vectors).sum(axis=1, keepdims=True)
    folded = (1 - np.abs(flat[:, 1::-1])) * np.where(flat[:, :2] < 0, -1, 1)
    plane = np.where(flat[:, 2:] < 0, folded, flat[:, :2])
    encoded = np.empty((500, 4), dtype)
    encoded[:, :2] = np.rint(plane * one)
    encoded[:, 2], encoded[:, 3] = one, 77

    decoded = decode_octahedral(encoded.view(np.uint8)).view(dtype)

    largest = np.iinfo(encoded.dtype).max
    np.testing.assert_allclose(decoded[:, :3] / largest, vectors, atol=2.5 / one)
    assert (decoded[:, 3] == 77).all()


def test_quaternion_filter_puts_the_largest_component_in_its_place():
    rng = np.random.default_rng(3)
    quaternions = rng.normal(size=(200, 4))
    quaternions /= np.linalg.norm(quaternions, axis=1, keepdims=True)
    largest = np.abs(quaternions).argmax(axis=1)
    rows = np.arange(200)
    quaternions *= np.sign(quaternions[rows, largest])[:, None]
    encoded = np.empty((200, 4), "<i2")
    for turn in (1, 2, 3):
        component = quaternions[rows, (largest + turn) & 3]
        encoded[:, turn - 1] = np.rint(component * np.sqrt(2) * 32767)
    encoded[:, 3] = 32767 & ~3 | largest

    decoded = decode_quaternion(encoded.view(np.uint8)).view("<i2") / 32767

    np.testing.assert_allclose(decoded, quaternions, atol=2e-4)


def test_exponential_filter_scales_mantissas_by_powers_of_two():
    encoded = np.array([[5 << 24 | 3, (-2 & 255) << 24 | (-5 & 0xFFFFFF)]], np.uint32)

    decoded = decode_exponential(encoded.view(np.uint8)).view("<f4")

    assert decoded.tolist() == [[96.0, -1.25]]


def compressed_quad() -> GltfBuilder:
    """A quad whose positions and indices are both compressed."""
    builder = GltfBuilder()
    builder.quad()
    streams = {
        0: (encode_attributes(QUAD.view(np.uint8)), 12, 4, "ATTRIBUTES"),
        1: (encode_triangles(QUAD_INDICES), 2, 6, "TRIANGLES"),
    }
    accessors = builder.json["meshes"][0]["primitives"][0]
    for number, (data, stride, count, mode) in streams.items():
        accessor = accessors["indices"] if number else accessors["attributes"]["POSITION"]
        view = builder.json["bufferViews"][builder.json["accessors"][accessor]["bufferView"]]
        stored = builder.json["bufferViews"][builder.view(data)]
        members = {"byteStride": stride, "count": count, "mode": mode, **stored}
        view["extensions"] = {"EXT_meshopt_compression": members}
    builder.json["extensionsRequired"] = ["EXT_meshopt_compression"]
    return builder


def test_loader_reads_compressed_views(tmp_path):
    path = compressed_quad().write_glb(tmp_path)

    mesh = load_scene(FolderAssets(tmp_path), path.name).meshes[0]

    np.testing.assert_array_equal(mesh.positions, QUAD)
    np.testing.assert_array_equal(mesh.triangles.ravel(), QUAD_INDICES)


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("mode", "POINTS", r"mode: 'POINTS' is not a compression mode"),
        ("mode", "TRIANGLES", r"4 indices of 12 bytes cannot be in mode TRIANGLES"),
        ("count", 5, r"5 elements of 12 bytes are not 48 bytes"),
        ("filter", "OCTAHEDRAL", r"filter: 'OCTAHEDRAL' cannot be used on 12 bytes"),
        ("byteLength", 20, r"the compressed data is damaged"),
        ("byteLength", 10**6, r"are out of range"),
        ("buffer", 4, r"buffer: 4 is out of range"),
    ],
)
def test_loader_names_the_place_of_a_wrong_member(tmp_path, member, value, message):
    builder = compressed_quad()
    builder.json["bufferViews"][0]["extensions"]["EXT_meshopt_compression"][member] = value
    path = builder.write_glb(tmp_path)

    with pytest.raises(
        SceneError, match=r"bufferViews\[0\]\.extensions\.EXT_meshopt_compression.*" + message
    ):
        load_scene(FolderAssets(tmp_path), path.name)


def test_damaged_streams_end_in_an_array_or_an_error():
    rng = np.random.default_rng(11)
    rows = rng.integers(0, 9, (300, 8)).astype(np.uint8)
    indices = rng.integers(0, 50, 300)
    refused = 0

    for decode, stream, arguments in (
        (decode_attributes, encode_attributes(rows), (300, 8)),
        (decode_triangles, encode_triangles(indices), (300,)),
        (decode_indices, b"\xd1" + b"\x05" * 300 + b"\0" * 4, (300,)),
    ):
        for _ in range(150):
            damaged = bytearray(stream)
            damaged[int(rng.integers(0, len(stream)))] = int(rng.integers(0, 256))
            cut = bytes(damaged[: int(rng.integers(1, len(stream) + 1))])
            try:
                result = decode(cut, *arguments)
            except (IndexError, ValueError):
                refused += 1
            else:
                assert len(result) == 300

    assert refused > 200


def test_compiled_walks_decode_as_plain_python_does(monkeypatch):
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 9, (300, 8)).astype(np.uint8)
    indices = rng.integers(0, 50, 300)
    streams = (
        (decode_attributes, encode_attributes(rows), (300, 8)),
        (decode_triangles, encode_triangles(indices), (300,)),
        (decode_indices, b"\xd1" + b"\x05" * 300 + b"\0" * 4, (300,)),
    )
    cut = [(decode, stream[:length], a) for decode, stream, a in streams for length in (120, 300)]

    def outcomes() -> list:
        found = []
        for decode, stream, arguments in (*streams, *cut):
            try:
                found.append(decode(stream, *arguments).tolist())
            except (IndexError, ValueError) as error:
                found.append(str(error))
        return found

    plain = outcomes()
    monkeypatch.setattr(meshopt_walks, "_LONG", 0)

    assert outcomes() == plain
    assert sum(isinstance(outcome, str) for outcome in plain) >= 5
