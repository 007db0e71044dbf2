"""What the database and the data directory know before the first visitor comes."""

from __future__ import annotations

from dataclasses import dataclass

from yuanzhan import data_dir
from yuanzhan.errors.starting import WordListInvalid
from yuanzhan.events.desk import read_programme
from yuanzhan.events.programme import Programme
from yuanzhan.instants import now_ms
from yuanzhan.moderation.chat_log import ChatLog
from yuanzhan.moderation.desk import read_standing
from yuanzhan.moderation.standing import Standing
from yuanzhan.moderation.words import OWN_LISTS, WordFilter, WordsInvalid
from yuanzhan.outreach.tally import Tally
from yuanzhan.settings import Settings
from yuanzhan.store.inspection import Inspection
from yuanzhan.store.opening import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """Read once; what holds now is told and written from here on."""

    store: Store
    inspection: Inspection
    secret: bytes
    words: WordFilter
    standing: Standing
    programme: Programme
    chat_log: ChatLog
    tally: Tally


async def read_kept(settings: Settings, store: Store, words: WordFilter) -> Kept:
    """Raises what the store and the data directory say."""
    return Kept(
        store=store,
        inspection=Inspection(store),
        secret=data_dir.read_secret(settings.data_dir),
        words=words,
        standing=await read_standing(store.database),
        programme=await read_programme(store.database, now_ms()),
        chat_log=ChatLog(store.database, settings.chat_days),
        tally=Tally(store.database),
    )


def read_words(settings: Settings) -> WordFilter:
    """Our lists of words, and those of the data directory. Raises WordListInvalid."""
    own = settings.data_dir / "words"
    try:
        return WordFilter.read((OWN_LISTS, own))
    except (WordsInvalid, OSError) as error:
        raise WordListInvalid(path=str(own), detail=str(error)) from error
