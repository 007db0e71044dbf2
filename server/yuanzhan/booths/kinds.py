"""What panels may show, told by the first bytes of a file: never by its name, nor by what its sender
calls it.

One table: type, panel kind, suffix of the object. Pictures are decoded and written anew, so what is served of
them is our own WebP; sounds and videos are served as they came, under the type that their bytes say.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple


class Kind(NamedTuple):
    """A kind of file. `suffix` is of the object that it becomes."""

    type: str
    panel: str
    suffix: str


PICTURE: Final = Kind("image/webp", "picture", ".webp")
MP4: Final = Kind("video/mp4", "video", ".mp4")
WEBM: Final = Kind("video/webm", "video", ".webm")
M4A: Final = Kind("audio/mp4", "audio", ".m4a")
MP3: Final = Kind("audio/mpeg", "audio", ".mp3")
OGG: Final = Kind("audio/ogg", "audio", ".ogg")
WAV: Final = Kind("audio/wav", "audio", ".wav")

KINDS: Final = (PICTURE, MP4, WEBM, M4A, MP3, OGG, WAV)
KIND_OF_TYPE: Final = MappingProxyType({kind.type: kind.panel for kind in KINDS})
TYPE_OF_SUFFIX: Final = MappingProxyType(
    {kind.suffix: kind.type for kind in KINDS}
    | {".glb": "model/gltf-binary", ".ktx2": "image/ktx2", ".bin": "application/octet-stream"}
)
"""What may be served of the objects at all, by the suffix of their names."""

HEAD_BYTES: Final = 64
"""As much of a file as `kind_of` needs."""

# Brands of ISO base media files (ISO 14496-12) that browsers play; the first says what the file is.
_VIDEO_BRANDS: Final = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"}
)
_AUDIO_BRANDS: Final = frozenset({b"M4A ", b"M4B "})


def kind_of(head: bytes) -> Kind | None:
    """The kind of a file that begins with `head`, or None for what panels do not show."""
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    ):
        return PICTURE
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return M4A if brand in _AUDIO_BRANDS else MP4 if brand in _VIDEO_BRANDS else None
    # EBML (RFC 8794); the document type stands in the first bytes of every encoder's files.
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head else None
    if head.startswith(b"OggS"):
        return OGG
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return WAV
    if head.startswith(b"ID3") or _is_mpeg_audio(head):
        return MP3
    return None


def _is_mpeg_audio(head: bytes) -> bool:
    """A frame header of MPEG-1 or 2, layer III, whose rates are not the forbidden ones (ISO 11172-3,
    2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return head[1] & 0x18 != 0x08 and bit_rate not in (0, 15) and sample_rate != 3
