"""Where the files that are not Python are: inside an installed wheel, or around a working copy.

A wheel carries `yuanzhan/_bundle/{client,scenes,messages.json,issues.json}`; a working copy has
`client/dist`, `scenes` and `assets/text/*.json` at its root.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_BUNDLE: Final = _PACKAGE / "_bundle"
_WORKING_COPY: Final = _PACKAGE.parent.parent


def is_installed() -> bool:
    """True when this is a wheel with everything inside, False in a working copy."""
    return _BUNDLE.is_dir()


def client_dir() -> Path:
    """The built client: index.html and its assets."""
    return _BUNDLE / "client" if is_installed() else _WORKING_COPY / "client" / "dist"


def scenes_dir() -> Path:
    """The demo halls, one folder each."""
    return _BUNDLE / "scenes" if is_installed() else _WORKING_COPY / "scenes"


def messages_file() -> Path:
    """The message catalogue of both languages."""
    return _text("messages.json")


def issues_file() -> Path:
    """What may be wrong with an uploaded model, in both languages."""
    return _text("issues.json")


def _text(name: str) -> Path:
    return _BUNDLE / name if is_installed() else _WORKING_COPY / "assets" / "text" / name


def working_copy() -> Path | None:
    """The root of the repository, or None when installed from a wheel."""
    return None if is_installed() else _WORKING_COPY
