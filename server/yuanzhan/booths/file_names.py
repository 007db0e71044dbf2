"""What uploaded files are called."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

FILE_NAME_MAX: Final = 120


def clean_file_name(name: str) -> str:
    """The last part of a path, as text that can be shown; its ending survives a cut."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    kept = kept.strip(" .")
    if len(kept) > FILE_NAME_MAX:
        stem, dot, ending = kept.rpartition(".")
        ending = (dot + ending)[:12] if dot and len(ending) <= 11 else ""
        kept = (stem or kept)[: FILE_NAME_MAX - len(ending)] + ending
    return kept or "upload"
