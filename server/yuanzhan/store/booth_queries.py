"""What the use-cases of booths ask the database. Each takes a session; none commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from yuanzhan.store.accounts import Organisation
from yuanzhan.store.base import new_id
from yuanzhan.store.booths import BoothFileRow, BoothRow, BucketOwnerRow, SlotRow, UploadRow, VersionRow
from yuanzhan.store.database import Session

Slot = tuple[str, str]
"""Hall and slot."""

REVIEWS_MAX: Final = 500


async def locked_booth(session: Session, id: str) -> BoothRow | None:
    """The booth, which nobody else changes until this transaction has ended."""
    return await session.get(BoothRow, id, with_for_update=True, populate_existing=True)


async def booths(session: Session, organisation_id: str | None) -> Sequence[BoothRow]:
    """The booths of an organisation, or (None) of all, the newest first."""
    query = select(BoothRow).order_by(BoothRow.created_at_ms.desc(), BoothRow.id)
    if organisation_id is not None:
        query = query.where(BoothRow.organisation_id == organisation_id)
    return (await session.execute(query)).scalars().all()


async def booth_count(session: Session, organisation_id: str) -> int:
    """How many booths an organisation has."""
    query = select(func.count()).select_from(BoothRow).where(BoothRow.organisation_id == organisation_id)
    return int((await session.execute(query)).scalar_one())


async def versions(session: Session, booth_ids: Collection[str]) -> Sequence[VersionRow]:
    """All versions of these booths, by number."""
    query = select(VersionRow).where(VersionRow.booth_id.in_(booth_ids)).order_by(VersionRow.number)
    return (await session.execute(query)).scalars().all()


async def waiting_for_review(session: Session) -> Sequence[tuple[VersionRow, BoothRow, str]]:
    """Submitted versions with their booths and the names of whose they are, the longest wait first."""
    query = (
        select(VersionRow, BoothRow, Organisation.name)
        .join(BoothRow, BoothRow.id == VersionRow.booth_id)
        .join(Organisation, Organisation.id == BoothRow.organisation_id)
        .where(VersionRow.state == "submitted")
        .order_by(VersionRow.submitted_at_ms, VersionRow.booth_id)
        .limit(REVIEWS_MAX)
    )
    return [(row[0], row[1], row[2]) for row in (await session.execute(query)).all()]


async def shown(session: Session) -> Sequence[tuple[VersionRow, BoothRow]]:
    """Every published version with its booth."""
    query = (
        select(VersionRow, BoothRow)
        .join(BoothRow, BoothRow.id == VersionRow.booth_id)
        .where(VersionRow.number == BoothRow.published)
        .order_by(BoothRow.created_at_ms, BoothRow.id)
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


def next_number(booth: BoothRow) -> int:
    """The number of the booth's next version, from 1; that of one that was deleted is not given again: the
    record and its reader speak of versions by their numbers. The booth must be locked."""
    booth.last_number += 1
    return booth.last_number


async def version_count(session: Session, booth_id: str) -> int:
    """How many versions a booth has, those that are on their way included."""
    versions = select(func.count()).where(VersionRow.booth_id == booth_id)
    on_their_way = select(func.count()).where(
        UploadRow.booth_id == booth_id, UploadRow.purpose == "model", UploadRow.is_finished.is_(False)
    )
    total = select(versions.scalar_subquery() + on_their_way.scalar_subquery())
    return int((await session.execute(total)).scalar_one())


async def bytes_of(session: Session, organisation_id: str) -> int:
    """What an organisation's originals and panel files take, in bytes."""
    # A version that was submitted anew shares its original: it is there once.
    originals = select(VersionRow.original, VersionRow.bytes).distinct()
    panels = select(BoothFileRow.object, BoothFileRow.bytes).distinct()
    total = 0
    for row, query in ((VersionRow, originals), (BoothFileRow, panels)):
        theirs = query.join(BoothRow, BoothRow.id == row.booth_id).where(
            BoothRow.organisation_id == organisation_id
        )
        sizes = theirs.subquery()
        total += int((await session.execute(select(func.coalesce(func.sum(sizes.c.bytes), 0)))).scalar_one())
    return total


async def promised(session: Session, organisation_id: str, now_ms: int) -> tuple[int, int]:
    """How many unfinished uploads an organisation has, and the bytes that they will be."""
    query = (
        select(func.count(), func.coalesce(func.sum(UploadRow.length), 0))
        .where(UploadRow.organisation_id == organisation_id, UploadRow.is_finished.is_(False))
        .where(UploadRow.expires_at_ms >= now_ms)
    )
    count, length = (await session.execute(query)).one()
    return int(count), int(length)


async def uploads(session: Session, *, expired_at_ms: int | None = None) -> Sequence[UploadRow]:
    """Every upload, or those that are past their time."""
    query = select(UploadRow).order_by(UploadRow.created_at_ms)
    if expired_at_ms is not None:
        query = query.where(UploadRow.expires_at_ms < expired_at_ms)
    return (await session.execute(query)).scalars().all()


async def files(session: Session, booth_id: str) -> Sequence[BoothFileRow]:
    """The panel files of a booth."""
    query = select(BoothFileRow).where(BoothFileRow.booth_id == booth_id).order_by(BoothFileRow.created_at_ms)
    return (await session.execute(query)).scalars().all()


async def forget_unused_files(session: Session, before_ms: int) -> int:
    """Forget panel files that came before that and are in no dress, saved or submitted; their objects are
    left to the sweep. Returns how many."""
    in_saved = (
        exists()
        .where(BoothRow.id == BoothFileRow.booth_id)
        .where(BoothRow.dress.contains(BoothFileRow.object))
    )
    in_submitted = (
        exists()
        .where(VersionRow.booth_id == BoothFileRow.booth_id)
        .where(VersionRow.dress.contains(BoothFileRow.object))
    )
    gone = await session.execute(
        delete(BoothFileRow)
        .where(BoothFileRow.created_at_ms < before_ms, ~in_saved, ~in_submitted)
        .returning(BoothFileRow.object)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


async def slots_of(session: Session, booth_ids: Collection[str]) -> Sequence[SlotRow]:
    """The slots that these booths hold."""
    return (await session.execute(select(SlotRow).where(SlotRow.booth_id.in_(booth_ids)))).scalars().all()


async def slots_of_hall(session: Session, hall: str) -> Sequence[tuple[SlotRow, str]]:
    """The slots of a hall that booths hold, each with the organisation whose booth it is."""
    query = (
        select(SlotRow, BoothRow.organisation_id)
        .join(BoothRow, BoothRow.id == SlotRow.booth_id)
        .where(SlotRow.hall == hall)
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def holder_of(session: Session, hall: str, slot: str) -> str | None:
    """The booth that holds a slot."""
    row = await session.get(SlotRow, (hall, slot))
    return None if row is None else row.booth_id


async def hold_slots(
    session: Session, booth_id: str, wanted: Mapping[Slot, int | None], now_ms: int
) -> Slot | None:
    """Have the booth hold these slots and no others, each until then (None: without an end).

    What is kept already is kept until it was to be, unless that is past. Returns a slot that another booth
    holds, if there is one: the transaction must be given up then. The booth must be locked.
    """
    held = (await session.execute(select(SlotRow).where(SlotRow.booth_id == booth_id))).scalars().all()
    for row in held:
        if (row.hall, row.slot) not in wanted:
            await session.delete(row)
            continue
        until_ms = wanted[row.hall, row.slot]
        is_over = row.kept_until_ms is None or row.kept_until_ms <= now_ms
        if until_ms is None or is_over:
            row.kept_until_ms = until_ms
    await session.flush()
    for hall, slot in set(wanted) - {(row.hall, row.slot) for row in held}:
        other = await session.get(SlotRow, (hall, slot), with_for_update=True)
        if other is not None and (other.kept_until_ms is None or other.kept_until_ms > now_ms):
            return hall, slot
        if other is not None:
            await session.delete(other)
            await session.flush()
        row = SlotRow(hall=hall, slot=slot, booth_id=booth_id, kept_until_ms=wanted[hall, slot])
        session.add(row)
        try:
            await session.flush()
        except IntegrityError:  # another booth was a moment faster
            return hall, slot
    return None


async def unchecked(session: Session, now_ms: int) -> Sequence[tuple[str, VersionRow]]:
    """Versions whose check waits and that nobody works on, the oldest first, each with its organisation."""
    query = (
        select(BoothRow.organisation_id, VersionRow)
        .join(BoothRow, BoothRow.id == VersionRow.booth_id)
        .where(VersionRow.state.in_(("received", "checking")), VersionRow.claimed_until_ms < now_ms)
        .order_by(VersionRow.received_at_ms, VersionRow.booth_id, VersionRow.number)
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def uncompressed(session: Session, now_ms: int) -> VersionRow | None:
    """A version whose textures nobody tried to compress for the graphics card, or works on: what visitors see
    before what waits, and whatever waits longest."""
    query = (
        select(VersionRow)
        .where(VersionRow.state.in_(("ready", "submitted", "approved", "published")))
        .where(VersionRow.model.is_not(None), VersionRow.textures.is_(None))
        .where(VersionRow.claimed_until_ms < now_ms)
        .order_by(VersionRow.state != "published", VersionRow.received_at_ms)
        .order_by(VersionRow.booth_id, VersionRow.number)
        .limit(1)
    )
    return (await session.execute(query)).scalars().first()


async def claim(session: Session, version: VersionRow, by: str, now_ms: int, until_ms: int) -> bool:
    """Take the version for `by` until then, unless somebody else has it; True when it is ours."""
    query = (
        update(VersionRow)
        .where(VersionRow.booth_id == version.booth_id, VersionRow.number == version.number)
        .where(or_(VersionRow.claimed_until_ms < now_ms, VersionRow.claimed_by == by))
        .values(claimed_by=by, claimed_until_ms=until_ms)
        .execution_options(synchronize_session=False)
    )
    result = await session.execute(query)
    return bool(getattr(result, "rowcount", 0))


async def release_claims(session: Session) -> None:
    """Nobody works on anything: for a start that is known to be the only one."""
    await session.execute(update(VersionRow).values(claimed_until_ms=0))


async def delete_booth(session: Session, booth: BoothRow) -> Sequence[str]:
    """Remove a booth and all that hangs on it; its objects are left to the sweep. Returns the ids of its
    uploads, which have files of their own."""
    uploads = await session.execute(
        delete(UploadRow).where(UploadRow.booth_id == booth.id).returning(UploadRow.id)
    )
    ids = uploads.scalars().all()
    for table in (SlotRow, BoothFileRow, VersionRow):
        await session.execute(delete(table).where(table.booth_id == booth.id))
    await session.delete(booth)
    return ids


async def bucket_owner(session: Session) -> str:
    """Who this database is to a bucket; of servers that begin at the same moment, one says so for all."""
    row = await session.get(BucketOwnerRow, 1)
    if row is None:
        with suppress(IntegrityError):
            async with session.begin_nested():
                session.add(BucketOwnerRow(only=1, id=new_id()))
        row = await session.get_one(BucketOwnerRow, 1, populate_existing=True)
    return row.id


async def needed_objects(session: Session) -> set[str]:
    """The name of every object that a row speaks of."""
    found: set[str] = set()
    columns = (
        VersionRow.original,
        VersionRow.canonical,
        VersionRow.model,
        VersionRow.thumbnail,
        BoothFileRow.object,
    )
    for column in columns:
        found.update(name for name in (await session.execute(select(column))).scalars() if name)
    for parts in (await session.execute(select(VersionRow.parts))).scalars():
        found.update((parts or "").split())
    return found


async def needs_object(session: Session, name: str) -> bool:
    """Whether a row speaks of the object of this name."""
    version = (VersionRow.original, VersionRow.canonical, VersionRow.model, VersionRow.thumbnail)
    is_named = or_(*(column == name for column in version))
    is_part = VersionRow.parts.contains(name, autoescape=True)
    found = or_(exists().where(is_named | is_part), exists().where(BoothFileRow.object == name))
    return bool((await session.execute(select(found))).scalar_one())
