"""Accessors against slow, obvious readings of the same bytes."""

from __future__ import annotations

import math
import struct
from typing import Any

import DracoPy
import meshoptimizer
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.plain_hall import glb_bytes
from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene import accessors as accessors_module
from yuanzhan.scene.accessors import COMPONENT_TYPES, Accessors
from yuanzhan.scene.reader import Gltf, read_gltf
from yuanzhan.scene.structure import COMPONENT_COUNTS
from yuanzhan.scene.triangles import primitive_triangles

FORMATS = {5120: "b", 5121: "B", 5122: "h", 5123: "H", 5125: "I", 5126: "f"}
ASSET = {"asset": {"version": "2.0"}}


def gltf_of(binary: bytes, views: list[dict[str, Any]], accessors: list[dict[str, Any]]) -> Gltf:
    document = ASSET | {
        "buffers": [{"byteLength": len(binary)}],
        "bufferViews": [{"buffer": 0} | view for view in views],
        "accessors": accessors,
    }
    return read_gltf(glb_bytes(document, binary))


@given(
    component=st.sampled_from(sorted(COMPONENT_TYPES)),
    kind=st.sampled_from(sorted(COMPONENT_COUNTS)),
    count=st.integers(0, 9),
    gap=st.integers(0, 3),
    offset=st.integers(0, 8),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_layout_is_read_as_struct_reads_it(
    component: int, kind: str, count: int, gap: int, offset: int, seed: int
) -> None:
    width = COMPONENT_COUNTS[kind]
    size = struct.calcsize("<" + FORMATS[component])
    stride = width * size + gap * 4
    rng = np.random.default_rng(seed)
    length = offset + max(count - 1, 0) * stride + (width * size if count else 0)
    binary = rng.integers(0, 255, length + 4, dtype=np.uint8).tobytes()
    views = [{"byteOffset": 4, "byteLength": length, "byteStride": stride}]
    accessor = {
        "bufferView": 0,
        "byteOffset": offset,
        "componentType": component,
        "count": count,
        "type": kind,
    }
    read = Accessors(gltf_of(binary, views, [accessor])).raw(0)
    expected = [
        struct.unpack_from(f"<{width}{FORMATS[component]}", binary, 4 + offset + index * stride)
        for index in range(count)
    ]
    assert read.shape == (count, width)
    np.testing.assert_array_equal(read, np.array(expected, dtype=read.dtype).reshape(count, width))


@pytest.mark.parametrize(
    ("component", "stored", "meant"),
    [
        (5121, [0, 51, 255], [0.0, 0.2, 1.0]),
        (5123, [0, 13107, 65535], [0.0, 0.2, 1.0]),
        (5120, [-128, -127, 0, 127], [-1.0, -1.0, 0.0, 1.0]),
        (5122, [-32768, -32767, 0, 32767], [-1.0, -1.0, 0.0, 1.0]),
    ],
)
def test_normalised_integers_mean_what_the_specification_says(
    component: int, stored: list[int], meant: list[float]
) -> None:
    binary = struct.pack(f"<{len(stored)}{FORMATS[component]}", *stored)
    accessor = {"bufferView": 0, "componentType": component, "count": len(stored), "type": "SCALAR"}
    views = [{"byteLength": len(binary)}]
    normalised = Accessors(gltf_of(binary, views, [accessor | {"normalized": True}])).floats(0)
    assert normalised[:, 0].tolist() == pytest.approx(meant)
    plain = Accessors(gltf_of(binary, views, [accessor])).floats(0)
    assert plain[:, 0].tolist() == stored


@given(st.data())
def test_sparse_values_replace_those_at_their_places(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 20))
    places = sorted(data.draw(st.sets(st.integers(0, count - 1), min_size=1)))
    has_base = data.draw(st.booleans())
    base = np.arange(count * 3, dtype="<f4").reshape(count, 3)
    new = -np.arange(1, len(places) * 3 + 1, dtype="<f4").reshape(-1, 3)
    index_bytes = np.array(places, dtype="<u2").tobytes()
    binary = base.tobytes() + new.tobytes() + index_bytes
    views = [
        {"byteOffset": 0, "byteLength": base.nbytes},
        {"byteOffset": base.nbytes, "byteLength": new.nbytes},
        {"byteOffset": base.nbytes + new.nbytes, "byteLength": len(index_bytes)},
    ]
    accessor: dict[str, Any] = {"componentType": 5126, "count": count, "type": "VEC3"}
    accessor |= {"bufferView": 0} if has_base else {}
    accessor["sparse"] = {
        "count": len(places),
        "indices": {"bufferView": 2, "componentType": 5123},
        "values": {"bufferView": 1},
    }
    expected = base.copy() if has_base else np.zeros_like(base)
    for place, value in zip(places, new, strict=True):
        expected[place] = value
    np.testing.assert_array_equal(Accessors(gltf_of(binary, views, [accessor])).raw(0), expected)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"count": 3}, "reaches beyond its buffer view"),
        ({"count": -1}, "count must be a whole number"),
        ({"count": 2**53}, "count must be a whole number"),
        ({"count": True}, "count must be a whole number"),
        ({"byteOffset": 4}, "reaches beyond its buffer view"),
        ({"byteOffset": 2**70}, "reaches beyond its buffer view"),
        ({"componentType": 5124}, "componentType"),
        ({"type": "VEC5"}, "type is none of glTF"),
        ({"bufferView": 1}, "there is no bufferViews"),
        ({"sparse": 1}, "needs indices and values"),
        (
            {"sparse": {"count": 1, "indices": {"bufferView": 0, "componentType": 5126}, "values": {}}},
            "unsigned",
        ),
        (
            {"sparse": {"count": 1, "indices": {"bufferView": 1, "componentType": 5121}, "values": {}}},
            "there is no bufferViews",
        ),
        (
            {
                "sparse": {
                    "count": 1,
                    "indices": {"bufferView": 0, "componentType": 5121, "byteOffset": 8},
                    "values": {"bufferView": 0},
                }
            },
            "reach beyond the accessor",
        ),
    ],
)
def test_an_accessor_that_asks_for_what_is_not_there_is_refused(change: dict[str, Any], said: str) -> None:
    binary = np.full(6, 7.7, dtype="<f4").tobytes()
    accessor = {"bufferView": 0, "componentType": 5126, "count": 2, "type": "VEC3"} | change
    with pytest.raises(SceneInvalid, match=said):
        Accessors(gltf_of(binary, [{"byteLength": 24}], [accessor])).raw(0)


def test_zeros_without_a_buffer_view_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accessors_module, "ELEMENTS_MAX", 100)
    accessor = {"componentType": 5126, "count": 100, "type": "MAT4"}
    assert not Accessors(gltf_of(b"", [], [accessor])).raw(0).any()
    with pytest.raises(SceneInvalid, match="up to 100"):
        Accessors(gltf_of(b"", [], [accessor | {"count": 101}])).raw(0)
    monkeypatch.setattr(accessors_module, "DECODED_BYTES_MAX", 100 * 16 * 4 - 1)
    with pytest.raises(SceneInvalid, match="bytes of zeros"):
        Accessors(gltf_of(b"", [], [accessor])).raw(0)


def test_a_view_beyond_its_buffer_is_refused() -> None:
    accessor = {"bufferView": 0, "componentType": 5121, "count": 1, "type": "SCALAR"}
    for view in ({"byteLength": 9}, {"byteOffset": 2**40, "byteLength": 1}, {"byteLength": 1, "buffer": 1}):
        with pytest.raises(SceneInvalid):
            Accessors(gltf_of(bytes(8), [view], [accessor])).raw(0)


def meshopt_view(encoded: bytes, count: int, stride: int, mode: str, filter: str = "NONE") -> dict[str, Any]:
    extension = {
        "buffer": 0,
        "byteLength": len(encoded),
        "byteStride": stride,
        "count": count,
        "mode": mode,
        "filter": filter,
    }
    return {"byteLength": count * stride, "buffer": 1, "extensions": {"EXT_meshopt_compression": extension}}


def compressed(encoded: bytes, view: dict[str, Any], accessor: dict[str, Any]) -> Accessors:
    document = ASSET | {
        "extensionsRequired": ["EXT_meshopt_compression"],
        "buffers": [{"byteLength": len(encoded)}, {"byteLength": view["byteLength"]}],
        "bufferViews": [view],
        "accessors": [{"bufferView": 0} | accessor],
    }
    return Accessors(read_gltf(glb_bytes(document, encoded)))


@given(
    hnp.arrays(
        np.float32, st.tuples(st.integers(1, 300), st.just(3)), elements=st.floats(-1e3, 1e3, width=32)
    )
)
def test_compressed_vertices_come_back(vertices: np.ndarray[Any, np.dtype[np.float32]]) -> None:
    encoded = meshoptimizer.encode_vertex_buffer(vertices, len(vertices), 12)
    view = meshopt_view(encoded, len(vertices), 12, "ATTRIBUTES")
    accessor = {"componentType": 5126, "count": len(vertices), "type": "VEC3"}
    np.testing.assert_array_equal(compressed(encoded, view, accessor).raw(0), vertices)


@pytest.mark.parametrize(("component", "stride"), [(5123, 2), (5125, 4)])
def test_compressed_indices_come_back_in_either_width(component: int, stride: int) -> None:
    faces = np.array([[0, 1, 2], [2, 1, 3], [2, 3, 4], [4, 3, 5]], dtype=np.uint32)
    encoded = meshoptimizer.encode_index_buffer(faces.reshape(-1), 12, 6)
    accessor = {"componentType": component, "count": 12, "type": "SCALAR"}
    read = compressed(encoded, meshopt_view(encoded, 12, stride, "TRIANGLES"), accessor).indices(0)
    # The codec may begin each triangle with another of its corners.
    starts = {tuple(np.roll(face, -turn)) for face in faces.tolist() for turn in range(3)}
    assert all(tuple(face) in starts for face in read.reshape(-1, 3).tolist())
    sequence = np.array([5, 0, 3, 3, 1], dtype=np.uint32)
    encoded = meshoptimizer.encode_index_sequence(sequence, 5, 6)
    read = compressed(encoded, meshopt_view(encoded, 5, stride, "INDICES"), accessor | {"count": 5}).indices(
        0
    )
    assert read.tolist() == sequence.tolist()


@pytest.mark.parametrize("count", [1, 3, 4, 5, 17])
def test_octahedral_normals_are_unfolded(count: int) -> None:
    """Oracle: the specification's own formula (EXT_meshopt_compression, appendix B, filter 1), one normal
    at a time."""
    rng = np.random.default_rng(count)
    one = 127
    stored = np.zeros((count, 4), dtype=np.int8)
    stored[:, :2] = rng.integers(-60, 60, (count, 2))
    stored[:, 2] = one
    encoded = meshoptimizer.encode_vertex_buffer(stored, count, 4)
    view = meshopt_view(encoded, count, 4, "ATTRIBUTES", "OCTAHEDRAL")
    accessor = {"componentType": 5120, "count": count, "type": "VEC3", "normalized": True}
    read = compressed(encoded, view, accessor).floats(0)
    for got, (u, v, _, _) in zip(read, stored.tolist(), strict=True):
        x, y = u / one, v / one
        normal = np.array([x, y, 1 - abs(x) - abs(y)])
        np.testing.assert_allclose(got, normal / np.linalg.norm(normal), atol=0.01)


@pytest.mark.parametrize("count", [1, 3, 4, 5, 17])
def test_exponents_and_mantissas_become_floats(count: int) -> None:
    """Oracle: filter 3 of the specification's appendix, mantissa * 2 ** exponent, one number at a time."""
    rng = np.random.default_rng(count)
    mantissas = rng.integers(-(2**23), 2**23, (count, 3))
    exponents = rng.integers(-30, 10, (count, 3))
    stored = (exponents << 24 | mantissas & 0xFFFFFF).astype("<i4")
    encoded = meshoptimizer.encode_vertex_buffer(stored, count, 12)
    view = meshopt_view(encoded, count, 12, "ATTRIBUTES", "EXPONENTIAL")
    read = compressed(encoded, view, {"componentType": 5126, "count": count, "type": "VEC3"}).raw(0)
    expected = [
        [math.ldexp(m, e) for m, e in zip(*row, strict=True)]
        for row in zip(mantissas.tolist(), exponents.tolist(), strict=True)
    ]
    np.testing.assert_allclose(read, np.array(expected, dtype=np.float32))


@pytest.mark.parametrize("count", [1, 3, 4, 5, 17])
def test_quaternions_get_their_largest_component_back(count: int) -> None:
    """Oracle: filter 2 of the specification's appendix, one quaternion at a time."""
    rng = np.random.default_rng(count)
    one = 2047
    stored = rng.integers(-800, 800, (count, 4)).astype("<i2")
    stored[:, 3] = (one & ~3) | rng.integers(0, 4, count)
    encoded = meshoptimizer.encode_vertex_buffer(stored, count, 8)
    view = meshopt_view(encoded, count, 8, "ATTRIBUTES", "QUATERNION")
    accessor = {"componentType": 5122, "count": count, "type": "VEC4", "normalized": True}
    read = compressed(encoded, view, accessor).floats(0)
    for got, (a, b, c, largest) in zip(read, stored.tolist(), strict=True):
        parts = [v / one / math.sqrt(2) for v in (a, b, c)]
        expected = [0.0] * 4
        expected[largest & 3] = math.sqrt(1 - sum(v * v for v in parts))
        for offset, value in enumerate(parts, start=1):
            expected[((largest & 3) + offset) % 4] = value
        np.testing.assert_allclose(got, expected, atol=1e-4)


@given(st.binary(max_size=100), st.sampled_from(["ATTRIBUTES", "TRIANGLES", "INDICES"]))
def test_random_bytes_are_no_meshopt(encoded: bytes, mode: str) -> None:
    accessor = {"componentType": 5125, "count": 30, "type": "SCALAR"}
    with pytest.raises(SceneInvalid, match="damaged"):
        compressed(b"\x00" + encoded, meshopt_view(b"\x00" + encoded, 30, 4, mode), accessor).raw(0)


@pytest.mark.parametrize("count", range(1, 10))
def test_indices_of_triangles_come_in_threes(count: int) -> None:
    """The library writes whole triangles: it must not be asked for a part of one."""
    faces = np.arange(9, dtype=np.uint32)
    encoded = meshoptimizer.encode_index_buffer(faces[: (count + 2) // 3 * 3], (count + 2) // 3 * 3, 9)
    read = compressed(
        encoded,
        meshopt_view(encoded, count, 4, "TRIANGLES"),
        {"componentType": 5125, "count": count, "type": "SCALAR"},
    )
    if count % 3:
        with pytest.raises(SceneInvalid, match="whole triangles"):
            read.raw(0)
    else:
        assert sorted(read.indices(0).tolist()) == list(range(count))


def test_all_that_a_file_decompresses_to_is_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accessors_module, "DECODED_BYTES_MAX", 100)
    vertices = np.zeros((5, 3), dtype=np.float32)
    encoded = meshoptimizer.encode_vertex_buffer(vertices, 5, 12)
    view = meshopt_view(encoded, 5, 12, "ATTRIBUTES")
    document = ASSET | {
        "buffers": [{"byteLength": len(encoded)}, {"byteLength": 120}],
        "bufferViews": [view, view],
        "accessors": [{"bufferView": n, "componentType": 5126, "count": 5, "type": "VEC3"} for n in (0, 1)],
    }
    read = Accessors(read_gltf(glb_bytes(document, encoded)))
    for _ in range(3):  # decoded once, spent once
        assert read.raw(0).shape == (5, 3)
    with pytest.raises(SceneInvalid, match="more than 100 bytes"):
        read.raw(1)


@pytest.mark.parametrize(
    ("mode", "stride", "filter"),
    [
        ("ATTRIBUTES", 6, "NONE"),
        ("ATTRIBUTES", 0, "NONE"),
        ("ATTRIBUTES", 12, "OCTAHEDRAL"),
        ("ATTRIBUTES", 4, "QUATERNION"),
        ("ATTRIBUTES", 4, "MAGIC"),
        ("TRIANGLES", 3, "NONE"),
        ("TRIANGLES", 4, "OCTAHEDRAL"),
        ("SPELLS", 4, "NONE"),
    ],
)
def test_a_mode_filter_or_stride_that_the_extension_does_not_have_is_refused(
    mode: str, stride: int, filter: str
) -> None:
    values = np.zeros((6, 4), dtype=np.uint8)
    encoded = meshoptimizer.encode_vertex_buffer(values, 6, 4)
    accessor = {"componentType": 5121, "count": 6, "type": "SCALAR"}
    with pytest.raises(SceneInvalid):
        compressed(encoded, meshopt_view(encoded, 6, stride, mode, filter), accessor).raw(0)


def test_a_draco_mesh_keeps_its_triangles() -> None:
    points = np.array([[0, 0, 0], [2, 0, 0], [2, 0, 3], [0, 1, 3]], dtype=np.float32)
    faces = np.array([[0, 2, 1], [0, 3, 2]], dtype=np.uint32)
    encoded = DracoPy.encode(points, faces, quantization_bits=14, preserve_order=True)
    primitive = {
        "attributes": {"POSITION": 0},
        "extensions": {"KHR_draco_mesh_compression": {"bufferView": 0, "attributes": {"POSITION": 0}}},
    }
    accessors = Accessors(gltf_of(encoded, [{"byteLength": len(encoded)}], []))
    triangles = primitive_triangles(accessors, primitive, "meshes[0]")
    got = {tuple(sorted(map(tuple, np.round(t, 2).tolist()))) for t in triangles}
    assert got == {tuple(sorted(map(tuple, points[face].tolist()))) for face in faces}


def test_draco_garbage_is_refused() -> None:
    primitive = {
        "extensions": {"KHR_draco_mesh_compression": {"bufferView": 0, "attributes": {"POSITION": 0}}}
    }
    for garbage in (b"", b"DRACO" + bytes(40), bytes(range(64))):
        accessors = Accessors(gltf_of(garbage + b"\0", [{"byteLength": len(garbage)}], []))
        with pytest.raises(SceneInvalid, match="Draco"):
            primitive_triangles(accessors, primitive, "meshes[0]")


def test_a_draco_mesh_that_asks_for_all_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(data: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(DracoPy, "decode", exhausted)
    primitive = {
        "extensions": {"KHR_draco_mesh_compression": {"bufferView": 0, "attributes": {"POSITION": 0}}}
    }
    with pytest.raises(SceneInvalid, match="Draco"):
        primitive_triangles(Accessors(gltf_of(b"DRACO", [{"byteLength": 5}], [])), primitive, "meshes[0]")


def test_a_draco_mesh_is_bounded_by_what_it_becomes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accessors_module, "DECODED_BYTES_MAX", 59)
    points, faces = np.eye(4, 3, dtype=np.float32), np.array([[0, 1, 2]], dtype=np.uint32)
    encoded = DracoPy.encode(points, faces)
    primitive = {
        "extensions": {"KHR_draco_mesh_compression": {"bufferView": 0, "attributes": {"POSITION": 0}}}
    }
    with pytest.raises(SceneInvalid, match="more than 59 bytes"):
        primitive_triangles(
            Accessors(gltf_of(encoded, [{"byteLength": len(encoded)}], [])), primitive, "meshes[0]"
        )


def test_strips_and_fans_are_the_triangles_they_draw() -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 1], [0, 0, 2]], dtype="<f4")
    accessor = {"bufferView": 0, "componentType": 5126, "count": 5, "type": "VEC3"}
    accessors = Accessors(gltf_of(points.tobytes(), [{"byteLength": 60}], [accessor]))
    expected = {
        4: [[0, 1, 2]],
        5: [[0, 1, 2], [2, 1, 3], [2, 3, 4]],
        6: [[0, 1, 2], [0, 2, 3], [0, 3, 4]],
        1: [],
    }
    for mode, faces in expected.items():
        read = primitive_triangles(accessors, {"attributes": {"POSITION": 0}, "mode": mode}, "meshes[0]")
        np.testing.assert_array_equal(read, points[np.array(faces, dtype=int).reshape(-1, 3)])


def test_positions_that_are_not_finite_are_refused() -> None:
    points = np.array([[0, 0, 0], [np.nan, 0, 0], [0, 0, 1]], dtype="<f4")
    accessor = {"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}
    accessors = Accessors(gltf_of(points.tobytes(), [{"byteLength": 36}], [accessor]))
    with pytest.raises(SceneInvalid, match="not all finite"):
        primitive_triangles(accessors, {"attributes": {"POSITION": 0}}, "meshes[0]")


def test_indices_beyond_the_vertices_are_refused() -> None:
    binary = bytes(36) + struct.pack("<3H", 0, 1, 3)
    accessors = [
        {"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"},
        {"bufferView": 1, "componentType": 5123, "count": 3, "type": "SCALAR"},
    ]
    views = [{"byteLength": 36}, {"byteOffset": 36, "byteLength": 6}]
    with pytest.raises(SceneInvalid, match="reach beyond its vertices"):
        primitive_triangles(
            Accessors(gltf_of(binary, views, accessors)),
            {"attributes": {"POSITION": 0}, "indices": 1},
            "meshes[0]",
        )
