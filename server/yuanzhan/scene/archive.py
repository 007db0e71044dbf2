"""A zip that somebody uploaded: what is in it, and one file out of it at a time.

Nothing is unpacked that is not asked for, nothing is written under a name of the archive's, and sizes are
those that really come out. Names are UTF-8 where the archive says so or where they can be; otherwise
GB 18030, which is what Windows in China writes (without saying so).
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from yuanzhan.scene.issues import refused
from yuanzhan.scene.limits import MB, UploadLimits

MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

# APPNOTE.TXT 4.3.16: the end of the central directory, without its comment of up to 64 KB.
_END: Final = struct.Struct("<4s4H2LH")
_END_MAGIC: Final = b"PK\x05\x06"
_COMMENT_MAX: Final = 65_535
_ENCRYPTED: Final = 0x1
_UTF8_NAMES: Final = 0x800
# What systems leave in archives unasked.
_NOISE: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_NOISE_FOLDERS: Final = frozenset({"__MACOSX", ".git"})
_COPY_BYTES: Final = 1 << 20


@dataclass(frozen=True, eq=False)
class Archive:
    """The files of an open zip by their cleaned names, in its order."""

    name: str
    entries: dict[str, zipfile.ZipInfo]
    _zip: zipfile.ZipFile = field(repr=False)

    def unpack(self, name: str, target: BinaryIO) -> None:
        """Write the file `name` into `target`. Raises SceneInvalid when it is damaged, OSError where `target`
        takes no more."""
        for part in self._parts(name):
            target.write(part)

    def _parts(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(self.entries[name]) as source:
                while part := source.read(_COPY_BYTES):
                    yield part
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            raise refused(self.name, "ZIP_DAMAGED", name, name=name) from None


@contextmanager
def opened(path: Path, name: str, limits: UploadLimits) -> Iterator[Archive]:
    """The zip at `path`, looked through. Raises SceneInvalid."""
    _check_end(path, name, limits)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        raise refused(name, "ZIP_DAMAGED", name=name) from None
    with archive:
        yield Archive(name, _entries(archive, name, limits), archive)


def _check_end(path: Path, name: str, limits: UploadLimits) -> None:
    """The directory of the zip is read whole by the library: see that it is of a size to be read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - _END.size - _COMMENT_MAX, 0))
        tail = file.read()
    at = tail.rfind(_END_MAGIC)
    if at < 0 or at + _END.size > len(tail):
        raise refused(name, "ZIP_DAMAGED", name=name)
    _, _, _, _, count, directory_bytes, _, _ = _END.unpack_from(tail, at)
    if count > limits.zip_files or directory_bytes > limits.zip_files * (limits.path_bytes + 512):
        raise refused(name, "ZIP_TOO_MANY", limit=limits.zip_files)


def _entries(archive: zipfile.ZipFile, name: str, limits: UploadLimits) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > limits.zip_files:
        raise refused(name, "ZIP_TOO_MANY", limit=limits.zip_files)
    _check_sizes(infos, name, limits)
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        clean = _clean_name(info, name, limits)
        _check_kind(info, clean, name)
        if info.is_dir() or clean.endswith("/") or _is_noise(clean):
            continue
        if clean in found:
            raise refused(name, "ZIP_TWICE", clean, name=clean)
        found[clean] = info
    return found


def _check_sizes(infos: list[zipfile.ZipInfo], name: str, limits: UploadLimits) -> None:
    total = sum(info.file_size for info in infos)
    if total > limits.unpacked_bytes:
        raise refused(name, "ZIP_TOO_LARGE", mb=total // MB, limit=limits.unpacked_bytes // MB)
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        # Files that share their bytes: the trick of bombs that stay under every ratio.
        if info.header_offset < end:
            raise refused(name, "ZIP_BOMB", name=info.filename)
        end = info.header_offset + info.compress_size
        if info.file_size >= MB and info.file_size > limits.zip_ratio * max(info.compress_size, 1):
            raise refused(name, "ZIP_BOMB", name=info.filename)


def _clean_name(info: zipfile.ZipInfo, name: str, limits: UploadLimits) -> str:
    """Its path with `/`, decoded. Raises SceneInvalid for one that leads out of the archive."""
    text = info.orig_filename
    if not info.flag_bits & _UTF8_NAMES:
        raw = text.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    clean = text.replace("\\", "/")
    parts = clean.rstrip("/").split("/")
    if (
        not clean.isprintable()
        or clean.startswith("/")
        or ":" in parts[0]
        or any(part in ("", ".", "..") for part in parts)
        or len(clean.encode("utf-8", "replace")) > limits.path_bytes
    ):
        raise refused(name, "ZIP_NAME", name=text)
    return clean


def _check_kind(info: zipfile.ZipInfo, clean: str, name: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise refused(name, "ZIP_ENCRYPTED", clean, name=clean)
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise refused(name, "ZIP_LINK", clean, name=clean)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(name, "ZIP_METHOD", clean, name=clean)


def _is_noise(clean: str) -> bool:
    path = PurePosixPath(clean)
    return (
        path.name.lower() in _NOISE or path.name.startswith("._") or not _NOISE_FOLDERS.isdisjoint(path.parts)
    )
