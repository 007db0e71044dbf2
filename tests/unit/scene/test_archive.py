"""Zips as they come from anywhere: good ones are read, the others are refused by what is wrong with them."""

from __future__ import annotations

import errno
import io
import struct
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene import archive
from yuanzhan.scene.limits import LIMITS, UploadLimits

MB = 1 << 20


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return file.getvalue()


def write(folder: Path, data: bytes) -> Path:
    path = folder / "it.zip"
    path.write_bytes(data)
    return path


def contents(path: Path, limits: UploadLimits = LIMITS) -> dict[str, bytes]:
    found = {}
    with archive.opened(path, "it.zip", limits) as opened:
        for name in opened.entries:
            target = io.BytesIO()
            opened.unpack(name, target)
            found[name] = target.getvalue()
    return found


def code_of(path: Path, limits: UploadLimits = LIMITS) -> str:
    with pytest.raises(SceneInvalid) as refused:
        contents(path, limits)
    code: str = refused.value.issue.code
    return code


def test_files_are_read_by_their_names_and_noise_is_not_there(tmp_path: Path) -> None:
    files = {"a/模型.gltf": b"{}", "a/b.bin": b"xyz"}
    noise = {"__MACOSX/a/._b.bin": b"", "a/.DS_Store": b"", "a/Thumbs.db": b"", "a/._b.bin": b""}
    assert contents(write(tmp_path, zipped(files | noise))) == files


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The zip with another name in its headers, of the same length, and without the flag for UTF-8."""
    assert len(old) == len(new)
    return data.replace(old, new)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_of_windows_in_china_are_read(tmp_path: Path, encoding: str) -> None:
    name = "椅子/扶手椅.gltf".encode(encoding)
    data = renamed(zipped({"x" * len(name): b"{}"}), b"x" * len(name), name)
    assert list(contents(write(tmp_path, data))) == ["椅子/扶手椅.gltf"]


def test_backslashes_of_old_windows_programs_are_folders(tmp_path: Path) -> None:
    data = renamed(zipped({"parts/a.bin": b"1"}), b"parts/a.bin", b"parts\\a.bin")
    assert list(contents(write(tmp_path, data))) == ["parts/a.bin"]


@pytest.mark.parametrize(
    "name",
    [
        "../evil.bin",
        "a/../../b.bin",
        "/etc/passwd",
        "C:/windows/a",
        "..\\evil.bin",
        "a//b",
        "./a",
        "a\nb",
        "a\x1bb",
    ],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    assert code_of(write(tmp_path, zipped({name: b"x"}))) == "ZIP_NAME"


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    for mode in (0o120777, 0o020666, 0o010644):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as made:
            info = zipfile.ZipInfo("s.bin")
            info.external_attr = mode << 16
            made.writestr(info, "/etc/passwd")
        assert code_of(write(tmp_path, file.getvalue())) == "ZIP_LINK"


def test_a_password_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.bin": b"x"}))
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(magic) + at] |= 1
    assert code_of(write(tmp_path, bytes(data))) == "ZIP_ENCRYPTED"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_told(tmp_path: Path, method: int) -> None:
    assert code_of(write(tmp_path, zipped({"a.bin": b"x" * 100}, method))) == "ZIP_METHOD"


def test_bombs_are_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    zeros = zipped({"a.bin": bytes(64 * MB)})
    assert code_of(write(tmp_path, zeros)) == "ZIP_BOMB"
    limits = UploadLimits(unpacked_bytes=63 * MB)
    assert code_of(write(tmp_path, zeros), limits) == "ZIP_TOO_LARGE"
    many = zipped({f"{n}.bin": b"" for n in range(11)})
    assert code_of(write(tmp_path, many), UploadLimits(zip_files=10)) == "ZIP_TOO_MANY"


def test_small_files_may_be_as_regular_as_they_like(tmp_path: Path) -> None:
    assert contents(write(tmp_path, zipped({"a.bin": bytes(MB - 1)}))) == {"a.bin": bytes(MB - 1)}


def overlapping(count: int) -> bytes:
    """Entries of a directory that all name the same bytes."""
    payload = zlib.compress(bytes(1000))[2:-4]
    crc = zlib.crc32(bytes(1000))
    sizes = struct.pack("<LLL", crc, len(payload), 1000)
    local = (
        b"PK\x03\x04"
        + struct.pack("<5H", 20, 0, 8, 0, 0x21)
        + sizes
        + struct.pack("<HH", 1, 0)
        + b"0"
        + payload
    )
    entries = b"".join(
        b"PK\x01\x02"
        + struct.pack("<6H", 20, 20, 0, 8, 0, 0x21)
        + sizes
        + struct.pack("<5HLL", 1, 0, 0, 0, 0, 0, 0)
        + str(number).encode()
        for number in range(count)
    )
    return (
        local
        + entries
        + b"PK\x05\x06"
        + struct.pack("<4HLLH", 0, 0, count, count, len(entries), len(local), 0)
    )


def test_files_that_share_their_bytes_are_a_bomb(tmp_path: Path) -> None:
    assert list(contents(write(tmp_path, overlapping(1)))) == ["0"]
    assert code_of(write(tmp_path, overlapping(2))) == "ZIP_BOMB"


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    data = renamed(zipped({"a.bin": b"1", "b.bin": b"2"}), b"b.bin", b"a.bin")
    assert code_of(write(tmp_path, data)) == "ZIP_TWICE"


def test_a_disk_that_is_full_is_no_damage(tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def write(self, data: object, /) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    path = write(tmp_path, zipped({"it.glb": b"glTF"}))
    with archive.opened(path, "it.zip", LIMITS) as opened, pytest.raises(OSError, match="No space left"):
        opened.unpack("it.glb", Full())


def test_wrong_sizes_and_sums_are_damage(tmp_path: Path) -> None:
    whole = zipped({"a.bin": bytes(range(256)) * 10}, zipfile.ZIP_STORED)
    changed = bytearray(whole)
    changed[100] ^= 1
    assert code_of(write(tmp_path, bytes(changed))) == "ZIP_DAMAGED"
    assert code_of(write(tmp_path, whole[: len(whole) // 2])) == "ZIP_DAMAGED"
    # The directory says that less comes out than does.
    lying = bytearray(zipped({"a.bin": bytes(5000)}))
    at = lying.find(b"PK\x01\x02") + 24
    lying[at : at + 4] = struct.pack("<L", 10)
    assert code_of(write(tmp_path, bytes(lying))) == "ZIP_DAMAGED"


@given(st.data())
def test_a_damaged_zip_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = bytearray(zipped({"a/模型.gltf": b'{"asset": {"version": "2.0"}}', "b.bin": bytes(range(200))}))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = write(tmp_path_factory.getbasetemp(), bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    # Anything else that is raised fails the test.
    with suppress(SceneInvalid):
        contents(path)
