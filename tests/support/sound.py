"""Sounds to put on panels."""

from __future__ import annotations

import io
import struct
import wave


def sound(seconds: float = 2.0) -> bytes:
    """A soft tone, as a WAV file."""
    wav = io.BytesIO()
    with wave.open(wav, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        samples = (4000 * (n // 10 % 2) for n in range(int(8000 * seconds)))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return wav.getvalue()
