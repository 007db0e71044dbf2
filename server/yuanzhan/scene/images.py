"""Width and height of an image from its header, and what it takes on a graphics card. Nothing is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from yuanzhan.scene.limits import LIMITS

# Larger than any texture that a phone should load; graphics cards of phones end at 4096 or 8192.
SIDE_MAX: Final = LIMITS.image_side_px

_PNG: Final = b"\x89PNG\r\n\x1a\n"
KTX2_MAGIC: Final = b"\xabKTX 20\xbb\r\n\x1a\n"
_MAGIC: Final = (
    (_PNG, "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (KTX2_MAGIC, "image/ktx2"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
)
# Start-of-frame markers of JPEG (T.81, table B.1): C0 to CF without DHT (C4), JPG (C8) and DAC (CC).
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class ImageSize:
    """Pixels, and bytes a pixel on the graphics card: 4, or 1 where the format stays compressed there."""

    width: int
    height: int
    pixel_bytes: int = 4

    @property
    def gpu_bytes(self) -> int:
        """With all mip levels, which add a third."""
        return self.width * self.height * self.pixel_bytes * 4 // 3


def image_size(data: bytes) -> ImageSize:
    """The size of a PNG, JPEG, WebP or KTX2. Raises ValueError for anything else."""
    for read in (_png, _webp, _ktx2, _jpeg):
        size = read(data)
        if size is not None:
            if size.width < 1 or size.height < 1:
                raise ValueError("an image without pixels")
            return size
    raise ValueError("neither PNG, JPEG, WebP nor KTX2")


def is_other_image(data: bytes) -> bool:
    """True for kinds that glTF extensions bring along and nobody here reads: DDS, AVIF, GIF, BMP."""
    return data.startswith((b"DDS ", b"GIF8", b"BM")) or data[4:12] in (b"ftypavif", b"ftypavis")


def media_type(data: bytes) -> str | None:
    """The MIME type of an image or a sound by its first bytes, whatever it is called; None for any other."""
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12])
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


def _png(data: bytes) -> ImageSize | None:
    if not data.startswith(_PNG) or len(data) < 24 or data[12:16] != b"IHDR":
        return None
    return ImageSize(*struct.unpack_from(">II", data, 16))


def _webp(data: bytes) -> ImageSize | None:
    """RFC 9649: lossy (VP8), lossless (VP8L) or extended (VP8X)."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return ImageSize(width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return ImageSize((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return ImageSize(width, height)
    return None


def _ktx2(data: bytes) -> ImageSize | None:
    """KTX 2.0, section 3: vkFormat 0 is Basis Universal, which stays compressed on the card."""
    if not data.startswith(KTX2_MAGIC) or len(data) < 28:
        return None
    vk_format, _, width, height = struct.unpack_from("<4I", data, 12)
    return ImageSize(width, height, 1 if vk_format == 0 else 4)


def _jpeg(data: bytes) -> ImageSize | None:
    if data[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return ImageSize(width, height)
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None
