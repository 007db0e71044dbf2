"""The tables of booths: what exhibitors sent, what became of it, where it stands.

What has a shape of its own and is never searched (reports, measurements, a dress) is JSON in text.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from yuanzhan.store.base import Base, Id, Moment

OBJECT_CHARS = 80
"""A SHA-256, a dot and a suffix of at most 8, with room."""
FILE_NAME_CHARS = 160

_Object = String(OBJECT_CHARS)


class BoothRow(Base):
    """A booth. `hall`, `slot` and `dress` are as its exhibitor last saved them; `published` is the number of
    the version that visitors see, `last_number` that which the newest version got, whether or not it is still
    there."""

    __tablename__ = "booths"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    dress: Mapped[str | None] = mapped_column(Text)
    published: Mapped[int | None] = mapped_column(Integer)
    last_number: Mapped[int] = mapped_column(Integer, default=0)
    created_by: Mapped[str] = mapped_column(Id)
    created_at_ms: Mapped[int] = mapped_column(Moment)

    __table_args__ = (Index(None, "organisation_id"),)


class VersionRow(Base):
    """One upload of a booth's model, and where it is on its way (booths/states.py). Four names of objects are
    the original as it came, its canonical GLB, what is served, and a picture of it; `parts` has, with blanks
    between them, those of everything that is served. `dress` is the booth's as it was when this was
    submitted; `textures` what came of compressing the served model's for the graphics card (None: not settled
    yet); `attempts` how often the step that comes next came to nothing."""

    __tablename__ = "booth_versions"

    booth_id: Mapped[str] = mapped_column(ForeignKey("booths.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(16))
    step: Mapped[str | None] = mapped_column(String(16))
    file: Mapped[str] = mapped_column(String(FILE_NAME_CHARS))
    bytes: Mapped[int] = mapped_column(BigInteger)
    original: Mapped[str] = mapped_column(_Object)
    canonical: Mapped[str | None] = mapped_column(_Object)
    model: Mapped[str | None] = mapped_column(_Object)
    thumbnail: Mapped[str | None] = mapped_column(_Object)
    parts: Mapped[str | None] = mapped_column(Text)
    received_at_ms: Mapped[int] = mapped_column(Moment)
    report: Mapped[str | None] = mapped_column(Text)
    optimised: Mapped[str | None] = mapped_column(Text)
    textures: Mapped[str | None] = mapped_column(Text)
    dress: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    submitted_at_ms: Mapped[int | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    claimed_until_ms: Mapped[int] = mapped_column(Moment, default=0)

    __table_args__ = (Index(None, "state", "received_at_ms"),)


class SlotRow(Base):
    """A slot of a hall that a booth holds: nobody else can, because the database says so. After
    `kept_until_ms` it is still this booth's, and anybody's who wants it."""

    __tablename__ = "booth_slots"

    hall: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[str] = mapped_column(String(64), primary_key=True)
    booth_id: Mapped[str] = mapped_column(ForeignKey("booths.id", ondelete="CASCADE"), index=True)
    kept_until_ms: Mapped[int | None] = mapped_column(Moment)


class UploadRow(Base):
    """An upload on its way; kept for a while after it has come, for who did not hear the last answer.

    `version` is what it became; `object` what it became where `purpose` is `panel`.
    """

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    booth_id: Mapped[str] = mapped_column(ForeignKey("booths.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    account_id: Mapped[str] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(String(16))
    file: Mapped[str] = mapped_column(String(FILE_NAME_CHARS))
    length: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    created_at_ms: Mapped[int] = mapped_column(Moment)
    expires_at_ms: Mapped[int] = mapped_column(Moment)
    is_finished: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int | None] = mapped_column(Integer)
    object: Mapped[str | None] = mapped_column(_Object)


class BucketOwnerRow(Base):
    """Who this database is to the bucket of its files: one row, made when there first is a bucket."""

    __tablename__ = "bucket_owners"

    only: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Id)


class BoothFileRow(Base):
    """A picture, video or sound that panels of a booth may show."""

    __tablename__ = "booth_files"

    booth_id: Mapped[str] = mapped_column(ForeignKey("booths.id", ondelete="CASCADE"), primary_key=True)
    object: Mapped[str] = mapped_column(_Object, primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    file: Mapped[str] = mapped_column(String(FILE_NAME_CHARS))
    bytes: Mapped[int] = mapped_column(BigInteger)
    created_at_ms: Mapped[int] = mapped_column(Moment)
