"""An upload as it came (GLB, glTF with its files, a zip or a folder of them) to one model and its files.

The only place that turns a URI of a glTF into a file. A URI is looked up among the names of the upload and
nowhere else: no network, no path of this machine, nothing beside the upload. Every later step is given
files by this list.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final, Protocol
from urllib.parse import unquote

from yuanzhan.scene import archive
from yuanzhan.scene.archive import Archive
from yuanzhan.scene.document import MAGIC, Json, parse_document, split_glb
from yuanzhan.scene.issues import Issue, refused, told
from yuanzhan.scene.limits import MB, UploadLimits

MODEL_SUFFIXES: Final = (".glb", ".gltf", ".vrm")
# Other packages of files: unpacked by whoever made them, or left out.
PACKED_SUFFIXES: Final = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
# So many files that are left out are named.
IGNORED_NAMED_MAX: Final = 20

_AUDIO: Final = "KHR_audio_emitter"


@dataclass(frozen=True, eq=False)
class Taken:
    """What there is to check: the glTF or GLB file, the file of each of its URIs, its parsed JSON."""

    model: Path
    document: Json = field(repr=False)
    resources: dict[str, Path] = field(default_factory=dict)
    # URIs of sounds that are not there.
    missing: tuple[str, ...] = ()
    warnings: tuple[Issue, ...] = ()


class _Files(Protocol):
    """Files by the names that an upload has for them, with `/`, from its root."""

    def names(self) -> list[str]:
        """All of them."""
        ...

    def find(self, name: str) -> str | None:
        """The one that `name` means: exactly, else in another case or Unicode form."""
        ...

    def path(self, name: str) -> Path:
        """Where the bytes of `name` are."""
        ...


def take(
    upload: Path, name: str, folder: Path, limits: UploadLimits, *, with_siblings: bool = False
) -> Taken:
    """The model in `upload`, which somebody called `name`; what is unpacked goes into `folder`.

    `with_siblings` lets a glTF find its files beside it: for files of one's own on the command line. Raises
    SceneInvalid; OSError where `upload` itself cannot be read.
    """
    if upload.is_dir():
        return _chosen(_Folder(upload), name, limits)
    size = upload.stat().st_size
    if size == 0:
        raise refused(name, "FILE_EMPTY")
    if size > limits.file_bytes:
        raise refused(name, "FILE_TOO_LARGE", mb=-(-size // MB), limit=limits.file_bytes // MB)
    with upload.open("rb") as file:
        head = file.read(4096)
    if head.startswith(archive.MAGIC):
        with archive.opened(upload, name, limits) as opened:
            return _chosen(_Unpacking(opened, folder), name, limits)
    if not head.startswith(MAGIC) and not _may_be_json(head):
        raise refused(name, "FILE_KIND", name=name)
    files: _Files = _Folder(upload.parent) if with_siblings else _Nothing()
    return _taken(upload, name, "", files, limits)


def _may_be_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _chosen(files: _Files, name: str, limits: UploadLimits) -> Taken:
    """The one model among `files`. Raises SceneInvalid when it is none or more than one."""
    names = files.names()
    models = [other for other in names if other.lower().endswith(MODEL_SUFFIXES)]
    if not models:
        packed = next((other for other in names if other.lower().endswith(PACKED_SUFFIXES)), None)
        if packed is not None:
            raise refused(name, "ZIP_NESTED", packed, name=packed)
        raise refused(name, "ZIP_NO_MODEL")
    if len(models) > 1:
        raise refused(name, "ZIP_SEVERAL", names=", ".join(models))
    (model,) = models
    parent = str(PurePosixPath(model).parent)
    taken = _taken(files.path(model), model, "" if parent == "." else parent, files, limits)
    used = {model, *(files.find(_joined("" if parent == "." else parent, uri)) for uri in taken.resources)}
    ignored = [other for other in names if other not in used][:IGNORED_NAMED_MAX]
    warnings = tuple(told("FILE_IGNORED", other, name=other) for other in ignored)
    return replace(taken, warnings=taken.warnings + warnings)


def _taken(model: Path, name: str, parent: str, files: _Files, limits: UploadLimits) -> Taken:
    data = model.read_bytes()
    text = split_glb(data, name)[0] if data.startswith(MAGIC) else data
    if not data.startswith(MAGIC) and not _may_be_json(data[:4096]):
        raise refused(name, "FILE_KIND", name=name)
    document = parse_document(text, name, limits)
    resources: dict[str, Path] = {}
    missing: list[str] = []
    warnings: list[Issue] = []
    for where, uri in uris(document):
        if not isinstance(uri, str) or uri.startswith("data:") or uri in resources:
            continue
        path = None if _is_no_path(uri) else _joined(parent, uri)
        if path is None or path.split("/")[0] == "..":
            raise refused(name, "URI_OUTSIDE", where, uri=uri)
        found = files.find(path)
        if found is None and where.startswith("/extensions/"):
            warnings.append(told("SOUND_MISSING", where, uri=unquote(uri)))
            missing.append(uri)
            continue
        if found is None:
            raise refused(name, "URI_MISSING", where, uri=unquote(uri))
        resources[uri] = files.path(found)
    total = len(data) + sum(path.stat().st_size for path in resources.values())
    if total > limits.unpacked_bytes:
        raise refused(name, "FILES_TOO_LARGE", mb=total // MB, limit=limits.unpacked_bytes // MB)
    return Taken(model, document, resources, tuple(missing), tuple(warnings))


def uris(document: Json) -> Iterator[tuple[str, Any]]:
    """JSON pointer and URI of everything that a glTF takes from elsewhere."""
    for where, item in holders(document):
        if "uri" in item:
            yield f"{where}/uri", item["uri"]


def holders(document: Json) -> Iterator[tuple[str, Json]]:
    """JSON pointer and object of everything that may have a `uri`: buffers, images, sounds."""
    lists: list[tuple[str, Any]] = [(f"/{key}", document.get(key)) for key in ("buffers", "images")]
    extensions = document.get("extensions")
    audio = extensions.get(_AUDIO) if isinstance(extensions, dict) else None
    if isinstance(audio, dict):
        lists.append((f"/extensions/{_AUDIO}/audio", audio.get("audio")))
    for where, items in lists:
        for number, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield f"{where}/{number}", item


def _is_no_path(uri: str) -> bool:
    """True for what is no plain relative path: a scheme, a host, a root, in any writing."""
    path = unquote(uri)
    parts = path.replace("\\", "/").split("/")
    return not path or ":" in parts[0] or parts[0] == "" or not path.isprintable() or "?" in uri or "#" in uri


def _joined(parent: str, uri: str) -> str:
    """The name in the upload, steps upwards taken; it begins with one where it leads out."""
    return posixpath.normpath(posixpath.join(parent, unquote(uri).replace("\\", "/")))


def _same(wanted: str, names: Iterable[str]) -> str | None:
    """The only one of `names` that is `wanted` but for case and Unicode form."""
    same = [name for name in names if _folded(name) == _folded(wanted)]
    return same[0] if len(same) == 1 else None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


class _Nothing:
    """A glTF that came alone."""

    def names(self) -> list[str]:
        return []

    def find(self, name: str) -> str | None:
        return None

    def path(self, name: str) -> Path:
        raise KeyError(name)


class _Folder:
    """A folder of one's own: files in it and below, links to elsewhere left out."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def names(self) -> list[str]:
        return sorted(self._names(self._root.rglob("*")))

    def find(self, name: str) -> str | None:
        path = self._root / name
        if name in self._names([path]):
            return name
        return _same(name, self._names(path.parent.iterdir())) if path.parent.is_dir() else None

    def path(self, name: str) -> Path:
        return self._root / name

    def _names(self, paths: Iterable[Path]) -> Iterator[str]:
        for path in paths:
            if path.is_file() and path.resolve().is_relative_to(self._root):
                yield path.relative_to(self._root).as_posix()


class _Unpacking:
    """A zip whose files are unpacked when they are asked for, under numbers."""

    def __init__(self, opened: Archive, folder: Path) -> None:
        self._archive = opened
        self._folder = folder
        self._paths: dict[str, Path] = {}

    def names(self) -> list[str]:
        return list(self._archive.entries)

    def find(self, name: str) -> str | None:
        return name if name in self._archive.entries else _same(name, self._archive.entries)

    def path(self, name: str) -> Path:
        if name not in self._paths:
            path = self._folder / f"unpacked-{len(self._paths)}"
            with path.open("wb") as file:
                self._archive.unpack(name, file)
            self._paths[name] = path
        return self._paths[name]
