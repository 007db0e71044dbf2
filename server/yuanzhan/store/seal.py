"""The end of the audit record, signed and kept apart from the database.

`audit-head` in the data directory names the newest row's number and hash, signed with the Ed25519 key in
`audit-key.pem`; `audit-key.pub.pem` is for whoever checks a copy elsewhere. It begins with the key, at row 0
or after the rows that are there already and have another key somewhere, which it says (`after`); at a later
start where that one was cut off between the two, and there are no rows that could hide anything. It follows
each commit: a crash between the two, or a disk without room for the file, leaves it behind, which verifies
and is told. An act does not wait for it to be well again; `put` is tried again every now and then
(`opening.py`). It is only moved forward, and only while it is there, and the row that it names: once the
record was cut or made anew, the file stays as the witness, and one that was taken away is missed for ever.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import fcntl
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from yuanzhan import data_dir
from yuanzhan.errors.starting import DataDirUnwritable
from yuanzhan.store.audit import canonical
from yuanzhan.store.chain import START, Head

HEAD_FILE: Final = "audit-head"
KEY_FILE: Final = "audit-key.pem"
PUBLIC_FILE: Final = "audit-key.pub.pem"
_LOCK_FILE: Final = "audit-head.lock"
# What is signed cannot be taken for anything else that the key might sign one day.
_CONTEXT: Final = "yuanzhan audit head 1\n"

HashAt = Callable[[int], Awaitable[str | None]]

log = structlog.get_logger("yuanzhan.audit")


class SealBroken(Exception):
    """The file is there and says nothing that our key signed."""


class Seal:
    """The key and the file. Made by `open_seal`, or without a key where one only looks and there is none."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey | None) -> None:
        self._folder = folder
        self._key = key
        self._turn = asyncio.Lock()
        self._newest = 0
        self._sealed = 0

    @property
    def unsigned_count(self) -> int:
        """Rows that the signed head does not vouch for, as far as was seen: the newest ones while the file
        cannot be written, all of them once the record does not fit it.
        """
        return max(0, self._newest - self._sealed)

    async def put(self, head: Head, hash_at: HashAt) -> None:
        """Move the signed head forward to `head`; `hash_at` tells the hash of a row, or None.

        Whatever fails is logged and counted, never raised: the act is durable, and is answered as done.
        """
        self._newest = max(self._newest, head.sequence)
        async with self._turn:
            try:
                await self._move(head, hash_at)
            except Exception:
                log.critical(
                    "audit_head_not_signed",
                    sequence=head.sequence,
                    unsigned=self.unsigned_count,
                    exc_info=True,
                )

    async def _move(self, head: Head, hash_at: HashAt) -> None:
        sealed = await asyncio.to_thread(self.read)
        if sealed is None:
            self._sealed = 0
            log.critical("audit_head_missing", newest=head.sequence)
            return
        if sealed != START and await hash_at(sealed.sequence) != sealed.hash:
            self._sealed = 0
            log.critical("audit_record_does_not_fit_its_head", sealed=sealed.sequence, newest=head.sequence)
            return
        self._sealed = sealed.sequence
        if sealed.sequence < head.sequence:
            await asyncio.to_thread(self._write, head)
            self._sealed = head.sequence

    def begin(self, end: Head) -> None:
        """Sign from the record's end on, as it is now. Raises OSError."""
        with self._locked():
            if self.read() is None:
                self._sign(replace(end, after=end.sequence))

    def read(self) -> Head | None:
        """The signed head, None where there is no file. Raises SealBroken, OSError."""
        try:
            content = (self._folder / HEAD_FILE).read_bytes()
        except FileNotFoundError:
            return None
        if self._key is None:
            raise SealBroken(f"{HEAD_FILE}: no key")
        try:
            found = json.loads(content)
            head = Head(int(found["sequence"]), str(found["hash"]), int(found.get("after", 0)))
            signature = base64.b64decode(found["signature"], validate=True)
            self._key.public_key().verify(signature, _signed(head))
        except (ValueError, KeyError, TypeError, binascii.Error, InvalidSignature) as error:
            raise SealBroken(f"{HEAD_FILE}: {type(error).__name__}") from error
        return head

    def _write(self, head: Head) -> None:
        with self._locked():
            sealed = self.read()
            if sealed is not None and sealed.sequence < head.sequence:
                self._sign(replace(head, after=sealed.after))

    def _sign(self, head: Head) -> None:
        if self._key is None:
            raise SealBroken(f"{HEAD_FILE}: no key")
        signature = base64.b64encode(self._key.sign(_signed(head))).decode("ascii")
        content = {"sequence": head.sequence, "hash": head.hash, "signature": signature}
        if head.after:
            content["after"] = head.after
        data_dir.write_durable(self._folder / HEAD_FILE, canonical(content).encode() + b"\n")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """A command may sign beside the running server."""
        with (self._folder / _LOCK_FILE).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def look_at_seal(folder: Path) -> Seal:
    """The seal of a data directory as it is: nothing is made. Raises DataDirUnwritable."""
    return Seal(folder, _read_key(folder) if (folder / KEY_FILE).exists() else None)


def open_seal(folder: Path, end: Head = START) -> Seal:
    """The seal of a data directory; its key is made at the first start, and vouches for what comes after the
    record's `end` of then. Raises DataDirUnwritable.
    """
    path = folder / KEY_FILE
    try:
        is_new = not path.exists()
        if is_new:
            _make_key(folder)
    except OSError as error:
        raise DataDirUnwritable(path=str(path), detail=error.strerror or str(error)) from error
    seal = Seal(folder, _read_key(folder))
    # Where there are rows and the key is old, a file that is missing was taken away.
    if (is_new or end == START) and not (folder / HEAD_FILE).exists():
        if end != START:
            log.critical("audit_rows_of_another_key", newest=end.sequence)
        try:
            seal.begin(end)
        except OSError as error:
            raise DataDirUnwritable(
                path=str(folder / HEAD_FILE), detail=error.strerror or str(error)
            ) from error
    return seal


def _read_key(folder: Path) -> Ed25519PrivateKey:
    path = folder / KEY_FILE
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise DataDirUnwritable(path=str(path), detail=error.strerror or str(error)) from error
    except ValueError as error:
        raise DataDirUnwritable(path=str(path), detail=str(error)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise DataDirUnwritable(path=str(path), detail="not an Ed25519 key")
    return key


def _make_key(folder: Path) -> None:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    data_dir.write_durable(folder / PUBLIC_FILE, public)
    data_dir.write_durable(folder / KEY_FILE, private)


def _signed(head: Head) -> bytes:
    after = f"{head.after}\n" if head.after else ""
    return f"{_CONTEXT}{head.sequence}\n{head.hash}\n{after}".encode()
